/** What a screen reader should say now, politely: "Sent". */
let region: HTMLElement | null = null;

export function announce(text: string): void {
  if (!region) {
    region = document.createElement('div');
    region.className = 'vh';
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  region.textContent = '';
  // A region that has just changed is read; one that already says the same is not.
  setTimeout(() => region && (region.textContent = text), 60);
}
