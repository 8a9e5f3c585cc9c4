/** How this device takes the app in. */

/** Chromium's own offer, kept until somebody wants it. */
export interface Offered extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

export function isInstalled(): boolean {
  return matchMedia('(display-mode: standalone)').matches;
}

/** An iPhone or iPad, which says so or looks like a Mac with a word that no Mac has. */
export function isApple(): boolean {
  return /iPhone|iPad/.test(navigator.userAgent) || 'standalone' in navigator;
}

const POSTPONED = 'install-later';
const LATER_MS = 30 * 86_400_000;

/** "Not now" lasts 30 days; one that ends later was said under a clock that was wrong. */
export function isPostponed(now = Date.now()): boolean {
  try {
    const left = Number(localStorage.getItem(POSTPONED)) - now;
    return left > 0 && left <= LATER_MS;
  } catch {
    // Storage is switched off: there is nothing that installing would keep longer.
    return true;
  }
}

export function postpone(now = Date.now()): void {
  localStorage.setItem(POSTPONED, String(now + LATER_MS));
}
