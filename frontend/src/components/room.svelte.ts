/** How wide the window is in letters: with large text a wide screen has no more room than a small one. */
export class Room {
  /** In rem, as container queries count. */
  rem = $state(width());

  constructor() {
    $effect(() => {
      // Its height changes with the text size, its width with the window.
      const observer = new ResizeObserver(() => (this.rem = width()));
      observer.observe(document.documentElement);
      return () => observer.disconnect();
    });
  }
}

function width(): number {
  const root = document.documentElement;
  return root.clientWidth / parseFloat(getComputedStyle(root).fontSize);
}
