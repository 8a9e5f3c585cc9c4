/**
 * One sitting of the daily check-in: the tap on Today and the full check-in are one answer.
 *
 * The tap is held for a moment, so that going on to the full check-in sends one response. Once it has
 * gone off, what follows replaces it: two check-ins are never counted for one sitting.
 */
import type { Answers } from '../api/types';
import { localDate, tz } from '../format';
import { newId } from '../ids';
import { t } from '../messages/today';
import { drafts } from '../offline/drafts';
import { seal } from '../offline/seal';
import { isAnswered, type Answer } from './rules';
import { Sending, type State } from './sending.svelte';

export const CHECK_IN = 'daily-check-in';
const HOLD_MS = 1200;
/** After this long another tap is a new answer, not a correction. */
const SITTING_MS = 60 * 60_000;

export class CheckIn {
  readonly started_at = new Date();
  answers = $state<Answers>({});
  /** The response that carries what was tapped so far. */
  sending = $state.raw<Sending | null>(null);
  /** Saved as a whole: the next tap begins anew. */
  closed = $state(false);
  #id = newId();
  #replaces: string | undefined;
  #sent = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tapped = $state(false);

  get mood(): number | null {
    return typeof this.answers.mood === 'number' ? this.answers.mood : null;
  }

  /** Where the last tap is; nothing while it can still be corrected and has not gone anywhere. */
  get tapState(): State | undefined {
    return this.#tapped ? undefined : this.sending?.state;
  }

  /** More than the tap was filled in, and is not saved yet. */
  get hasMore(): boolean {
    return Object.keys(this.answers).some((id) => id !== 'mood');
  }

  set(id: string, value: Answer | null): void {
    if (value === null || !isAnswered(value)) delete this.answers[id];
    else this.answers[id] = value;
  }

  /** The tap on Today, which alone is a whole answer. */
  tap(mood: number | null): void {
    seal.ready();
    this.set('mood', mood);
    this.#tapped = mood !== null;
    this.release();
  }

  /** The full check-in is open: it will carry the tap along. */
  hold(): void {
    seal.ready();
    clearTimeout(this.#timer);
  }

  /** Nothing else is coming for now: a tap that waits goes off by itself. */
  release(): void {
    clearTimeout(this.#timer);
    if (this.#tapped) this.#timer = setTimeout(() => this.flush(), HOLD_MS);
  }

  /** Sends a tap that is still held: the screen is going away. */
  flush(): void {
    clearTimeout(this.#timer);
    if (!this.#tapped || this.mood === null) return;
    this.#tapped = false;
    this.#send({ mood: this.mood });
  }

  /** The whole check-in. */
  save(answers: Answers, safety: boolean): Sending | null {
    clearTimeout(this.#timer);
    this.#tapped = false;
    this.#send(answers, safety);
    this.closed = true;
    return this.sending;
  }

  #send(answers: Answers, safety = false): void {
    const content = JSON.stringify(answers);
    const first = this.sending;
    if (first && first.state !== 'lost' && content === this.#sent) return;
    // One that was refused or never kept is not on record, so there is nothing to replace.
    if (first && first.state !== 'refused' && first.state !== 'lost') this.#replaces = first.id;
    this.#sent = content;
    this.sending = new Sending({
      id: this.#id,
      body: {
        instrument: CHECK_IN,
        answers,
        started_at: this.started_at.toISOString(),
        completed_at: new Date().toISOString(),
        time_zone: tz(),
        ...(this.#replaces ? { replaces: this.#replaces } : {}),
      },
      label: t.checkIn,
      safety,
    });
    this.#id = newId();
  }
}

const KEY = 'check-in';

/** The check-in of this sitting; a new one after an hour, on another day, or after saving. */
export function sitting(now = new Date()): CheckIn {
  const open = drafts.get<CheckIn>(KEY);
  if (open && !open.closed) {
    const age = now.getTime() - open.started_at.getTime();
    const sameDay = localDate(open.started_at) === localDate(now);
    if (sameDay && (age < SITTING_MS || !open.sending || open.hasMore)) return open;
  }
  const made = new CheckIn();
  if (open?.closed) drafts.set(SAVED, open);
  drafts.set(KEY, made);
  return made;
}

const SAVED = 'check-in:saved';

/** The check-in that was saved last, to say where it is. */
export function savedCheckIn(): CheckIn | undefined {
  return drafts.get<CheckIn>(SAVED);
}
