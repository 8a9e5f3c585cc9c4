/**
 * Follows what colleagues write: hears of it from the server while somebody looks; where that fails, asks every few
 * seconds, and at once when they come back to the page.
 *
 * An answer that has not changed is a 304 of a few bytes.
 */
import { BASE } from './base';

const EVENTS = `${BASE}/events`;
/** Between two questions while nothing is heard. */
const ASK_MS = 4_000;
/** Between two questions while the stream is open: it may have died without a word. */
const CHECK_MS = 60_000;
/** Until a stream that was refused is tried again. */
const RETRY_MS = 30_000;

/** What changed: of which kind, and which; null where anything may have. */
export type Change = {
  about: 'sessions' | 'questionnaires' | 'alerts';
  id: string | null;
} | null;

export function follow(onchange: (change: Change) => void): () => void {
  let source: EventSource | undefined;
  let isOpen = false;
  let asked = Date.now();
  let retry: ReturnType<typeof setTimeout> | undefined;

  const tell = (change: Change) => {
    if (document.visibilityState !== 'visible') return;
    asked = Date.now();
    onchange(change);
  };
  const listen = () => {
    const made = new EventSource(EVENTS);
    source = made;
    made.onopen = () => {
      isOpen = true;
      // Something may have changed before the server listened for us.
      tell(null);
    };
    made.onmessage = ({ data }: MessageEvent<string>) => tell(JSON.parse(data) as Change);
    made.onerror = () => {
      isOpen = false;
      // The browser tries again by itself, but not after a refusal.
      if (made.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      retry = setTimeout(listen, RETRY_MS);
    };
  };
  const back = () => tell(null);

  const timer = setInterval(() => {
    if (!isOpen || Date.now() - asked >= CHECK_MS) tell(null);
  }, ASK_MS);
  document.addEventListener('visibilitychange', back);
  listen();
  return () => {
    clearInterval(timer);
    clearTimeout(retry);
    source?.close();
    document.removeEventListener('visibilitychange', back);
  };
}
