/**
 * Word that something of the clinic has changed: server-sent events, and asking every few seconds where they fail.
 *
 * An event never says what changed. Whoever follows reads again what is on the screen; an unchanged answer costs nothing.
 */
const ASK_MS = 4_000;
/** Even while events come: what depends on the hour changes without anybody writing. */
const AT_LEAST_MS = 60_000;
const REOPEN_MS = 15_000;

export function follow(onchange: () => void): () => void {
  let source: EventSource | null = null;
  let version: number | null = null;
  let openedAt = 0;
  let askedAt = Date.now();

  function ask() {
    askedAt = Date.now();
    onchange();
  }

  function open() {
    openedAt = Date.now();
    source = new EventSource('/api/v1/events');
    source.addEventListener('changed', (event) => {
      const told = (JSON.parse((event as MessageEvent<string>).data) as { version: number })
        .version;
      const isNews = version !== null && told !== version;
      version = told;
      if (isNews) ask();
    });
    source.onerror = () => {
      // The browser goes on by itself unless the server refused: then the sign-in may have to be renewed first.
      if (source?.readyState === EventSource.CLOSED) source = null;
    };
  }

  function close() {
    source?.close();
    source = null;
  }

  const timer = setInterval(() => {
    if (document.visibilityState === 'hidden') return;
    const isLive = source?.readyState === EventSource.OPEN;
    if (Date.now() - askedAt >= (isLive ? AT_LEAST_MS : ASK_MS)) ask();
    if (source === null && Date.now() - openedAt >= REOPEN_MS) open();
  }, 1_000);

  function seen() {
    if (document.visibilityState === 'hidden') close();
    else {
      ask();
      open();
    }
  }
  document.addEventListener('visibilitychange', seen);
  open();
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', seen);
    close();
  };
}
