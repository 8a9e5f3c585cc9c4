/** What is known about the way to the server. */
const STALE_MS = 2 * 60_000;

class Connection {
  /** The server answered last time it was asked, or nothing speaks against it. */
  online = $state(navigator.onLine);
  /** Entries of this person that wait to be sent. */
  queued = $state(0);
  /** Entries of this person that the server refused and somebody has to look at. */
  attention = $state(0);
  lastContact = $state<Date | null>(null);
  #now = $state(Date.now());

  /** What is on the screen is older than two minutes. */
  get stale(): boolean {
    return this.lastContact !== null && this.#now - this.lastContact.getTime() > STALE_MS;
  }

  /** The server answered, whatever it said. */
  reached(): void {
    this.online = true;
    this.lastContact = new Date();
    this.#now = Date.now();
  }

  /** The server did not answer. */
  missed(): void {
    this.online = false;
  }

  /** Follows the browser's own signals; call once. */
  watch(): void {
    addEventListener('online', () => (this.online = true));
    addEventListener('offline', () => (this.online = false));
    setInterval(() => (this.#now = Date.now()), 15_000);
  }
}

export const connection = new Connection();
