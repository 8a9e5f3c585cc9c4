/** An answered form on its way to the clinic, and what may honestly be said about it. */
import type { ProblemError } from '../api/client';
import type { Response, Submission } from '../api/types';
import { outbox } from '../offline/outbox.svelte';

export type State =
  /** On its way to this phone's storage; nothing is safe yet. */
  | 'keeping'
  /** Safe on this phone, being sent. */
  | 'kept'
  /** Safe on this phone, no connection or the server is busy. */
  | 'waiting'
  /** The clinic's server has it. */
  | 'sent'
  /** Safe on this phone, but the server refused it: a person has to look. */
  | 'refused'
  /** Could not even be written on this phone. */
  | 'lost';

export interface Parcel {
  id: string;
  body: Submission;
  /** What the list of waiting entries calls it: never an answer or a score. */
  label: string;
  safety: boolean;
}

export class Sending {
  #state = $state<State>('keeping');
  #parcel: Parcel;
  problem = $state.raw<ProblemError | null>(null);
  /** When the clinic's server took it. */
  at = $state.raw<Date | null>(null);
  /** The server's own word on whether support is to be shown. */
  asksForSupport = $state(false);

  constructor(parcel: Parcel) {
    this.#parcel = parcel;
    void this.send();
  }

  get id(): string {
    return this.#parcel.id;
  }

  get state(): State {
    if (this.#state !== 'keeping') return this.#state;
    return outbox.entries.some((entry) => entry.id === this.id) ? 'kept' : 'keeping';
  }

  /** Tries (again) to keep and send it; the same id, so it counts once. */
  async send(): Promise<void> {
    const { id, body, label, safety } = this.#parcel;
    this.#state = 'keeping';
    try {
      const outcome = await outbox.submit<Response>({
        id,
        path: `/responses/${id}`,
        body,
        kind: 'response',
        label,
        safety,
      });
      if (outcome.state === 'sent') {
        this.at = new Date();
        this.asksForSupport = outcome.body?.safety?.show_crisis_resources ?? false;
        this.#state = 'sent';
      } else if (outcome.state === 'waiting') {
        this.#state = 'waiting';
        this.#follow();
      } else {
        this.problem = outcome.problem;
        this.#state = 'refused';
      }
    } catch {
      this.#state = 'lost';
    }
  }

  /** A waiting entry leaves the outbox when the server has it. */
  #follow(): void {
    const stop = $effect.root(() => {
      $effect(() => {
        const entry = outbox.entries.find(({ id }) => id === this.id);
        if (entry?.state === 'waiting') return;
        if (entry) this.#state = 'refused';
        else {
          this.at = new Date();
          this.#state = 'sent';
        }
        queueMicrotask(() => stop());
      });
    });
  }
}
