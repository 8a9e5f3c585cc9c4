/** Answers on their way from a tablet: in memory until the clinic's server has them, and sent again until it has. */
import { OfflineError, ProblemError } from '../api/client';
import type { Response, Submission } from '../api/types';
import { backOff, isFinal } from '../offline/outbox.svelte';

export type State = 'sending' | 'waiting' | 'sent' | 'refused';

/** Where a delivery goes. */
export interface Carrier {
  put<T>(path: string, body: unknown): Promise<T>;
}

/** Somebody waits with the tablet in hand, so a try comes soon. */
const LONGEST_WAIT_MS = 15_000;

export class Delivery {
  readonly instrument: string;
  state = $state<State>('sending');
  /** When the clinic's server took it. */
  at = $state.raw<Date | null>(null);
  /** The server's own word on whether support is to be shown. */
  asksForSupport = $state(false);
  #path: string;
  #body: Submission;
  #carrier: Carrier | null = null;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #online = () => void this.#try();

  constructor(id: string, body: Submission) {
    this.instrument = body.instrument;
    this.#path = `/responses/${id}`;
    this.#body = body;
  }

  /** Goes by this tablet from now on; the same id, so it counts once. */
  async go(carrier: Carrier): Promise<void> {
    this.stop();
    this.#carrier = carrier;
    this.state = 'sending';
    addEventListener('online', this.#online);
    await this.#try();
  }

  /** Tries no more. */
  stop(): void {
    clearTimeout(this.#timer);
    removeEventListener('online', this.#online);
    this.#carrier = null;
  }

  async #try(): Promise<void> {
    clearTimeout(this.#timer);
    const carrier = this.#carrier;
    if (!carrier || this.state === 'sent') return;
    try {
      const stored = await carrier.put<Response>(this.#path, this.#body);
      this.asksForSupport = stored.safety.show_crisis_resources;
      this.at = new Date();
      this.state = 'sent';
      this.stop();
    } catch (error) {
      // It was stopped, or another tablet has taken it over meanwhile.
      if (this.#carrier !== carrier) return;
      if (error instanceof ProblemError && isFinal(error.status)) {
        this.state = 'refused';
        return;
      }
      if (!(error instanceof OfflineError || error instanceof ProblemError)) throw error;
      this.state = 'waiting';
      const asked = error instanceof ProblemError ? error.retry_after : null;
      const wait =
        asked === null ? Math.min(LONGEST_WAIT_MS, backOff(++this.#tries)) : asked * 1000;
      this.#timer = setTimeout(() => void this.#try(), wait);
    }
  }
}
