/** Something that a screen reads from the server, with what to show meanwhile and when it fails. */
export class Resource<T> {
  /** The last good answer; stays while it is read again, and when that fails. */
  value = $state.raw<T>();
  error = $state.raw<unknown>();
  loading = $state(true);
  at = $state.raw<Date>();
  #load: (signal: AbortSignal) => Promise<T>;
  #running: AbortController | null = null;

  constructor(load: (signal: AbortSignal) => Promise<T>) {
    this.#load = load;
  }

  /** There is something to show, and it may have changed since. */
  get stale(): boolean {
    return this.value !== undefined && this.error !== undefined;
  }

  set(value: T): void {
    this.value = value;
    this.error = undefined;
    this.at = new Date();
  }

  reload = async (): Promise<void> => {
    this.#running?.abort();
    const mine = new AbortController();
    this.#running = mine;
    this.loading = true;
    try {
      const value = await this.#load(mine.signal);
      if (!mine.signal.aborted) this.set(value);
    } catch (error) {
      if (!mine.signal.aborted) this.error = error;
    } finally {
      if (!mine.signal.aborted) this.loading = false;
    }
  };

  drop(): void {
    this.value = undefined;
    this.error = undefined;
  }

  stop(): void {
    this.#running?.abort();
  }
}

/**
 * Reads at once, and again whenever what `load` reads synchronously changes. Call while the component is set up.
 *
 * Then the old value is dropped before the new one comes, so that one patient's figures never stand under another's
 * name; `keep` leaves it in place, for another order or filter of the same list.
 */
export function resource<T>(
  load: (signal: AbortSignal) => Promise<T>,
  { keep = false } = {},
): Resource<T> {
  const made = new Resource(load);
  let first = true;
  $effect(() => {
    if (!first && !keep) made.drop();
    first = false;
    void made.reload();
    return () => made.stop();
  });
  return made;
}
