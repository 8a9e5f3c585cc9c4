/** A questionnaire being answered: in memory only, kept until it is sent or the app is closed. */
import { SvelteSet } from 'svelte/reactivity';
import type { Answers } from '../api/types';
import { tz } from '../format';
import { newId } from '../ids';
import { t } from '../messages/responses';
import { drafts } from '../offline/drafts';
import { seal } from '../offline/seal';
import type { Questionnaire } from './instruments';
import { draftKey, openForm, sentKey } from './open';
import { asksAboutSuicide, isAnswered, needsSupport, steps, toSend, type Answer } from './rules';
import { Sending, type Parcel } from './sending.svelte';

export class Form {
  readonly id = newId();
  readonly started_at = new Date();
  readonly instrument: Questionnaire;
  answers = $state<Answers>({});
  /** Items that the person chose not to answer. */
  declined = new SvelteSet<string>();
  sending = $state.raw<Sending | null>(null);
  /** How many answers went off with it. */
  sentCount = 0;

  constructor(instrument: Questionnaire) {
    this.instrument = instrument;
  }

  get path() {
    return steps(this.instrument.items, this.answers, this.declined);
  }

  get answered(): number {
    return Object.keys(this.toSend).length;
  }

  get toSend(): Answers {
    return toSend(this.instrument.items, this.answers, this.declined);
  }

  get needsSupport(): boolean {
    return needsSupport(this.instrument, this.toSend);
  }

  /** The number of the question to go on with: the first that is open, else the last. */
  get next(): number {
    const { asked } = this.path;
    const open = asked.findIndex((item) => !this.isSettled(item.id));
    return open < 0 ? asked.length : open + 1;
  }

  isSettled(id: string): boolean {
    return this.declined.has(id) || isAnswered(this.answers[id]);
  }

  answer(id: string, value: Answer | null): void {
    this.declined.delete(id);
    if (value === null) delete this.answers[id];
    else this.answers[id] = value;
  }

  decline(id: string): void {
    delete this.answers[id];
    this.declined.add(id);
  }

  /** What leaves, as it stands now. */
  parcel(): Parcel {
    const { instrument } = this;
    const answers = this.toSend;
    return {
      id: this.id,
      body: {
        instrument: instrument.id,
        instrument_version: instrument.version,
        answers,
        started_at: this.started_at.toISOString(),
        completed_at: new Date().toISOString(),
        time_zone: tz(),
      },
      label: t.label(instrument.short_title, this.answered),
      safety: asksAboutSuicide(instrument),
    };
  }

  send(): Sending {
    this.sentCount = this.answered;
    this.sending = new Sending(this.parcel());
    drafts.delete(draftKey(this.instrument.id));
    drafts.set(sentKey(this.instrument.id), this);
    return this.sending;
  }
}

/** Opens a form, or goes on with the one that is open. */
export function begin(instrument: Questionnaire): Form {
  const open = openForm(instrument.id);
  if (open && open.instrument.version === instrument.version) return open;
  const form = new Form(instrument);
  seal.ready();
  drafts.set(draftKey(instrument.id), form);
  return form;
}
