/**
 * A session record while it is open: saving what was typed.
 *
 * Every change is saved a moment later under the ETag last read; when somebody else was quicker the two versions are
 * merged part by part, and a person picks where both changed the same thing.
 */
import { api, OfflineError, ProblemError } from '../api/client';
import type { Session, SessionPhase } from '../api/types';
import { outbox } from '../offline/outbox.svelte';
import {
  choose,
  contentOf,
  emptyContent,
  isSameContent,
  merge,
  type Content,
  type Merge,
  type Part,
  type Status,
} from './record';
import { Typed } from './typed.svelte';

export type SaveState =
  'untouched' | 'dirty' | 'saving' | 'saved' | 'waiting' | 'failed' | 'conflict' | 'gate';

interface Start {
  id: string;
  patient_id: string;
  course_id: string | null;
  number: number;
  zone: string;
  record: Session | null;
  etag: string | null;
  last: Session | null;
  /** Where the course stands, for a session that does not say. */
  phase: SessionPhase | null;
  /** What the outbox calls it: no name, no value. */
  label: string;
}

const DEBOUNCE_MS = 800;
export class Draft extends Typed {
  readonly id: string;
  readonly patient_id: string;
  readonly number: number;
  readonly #label: string;
  #course_id: string | null;
  #etag: string | null;
  #exists: boolean;

  served = $state.raw<Session | null>(null);
  state = $state<SaveState>('untouched');
  saved_at = $state.raw<Date | null>(null);
  detail = $state('');
  conflict = $state.raw<(Merge & { theirs: Session }) | null>(null);
  /** What somebody else changed meanwhile without meeting a change of ours. */
  taken = $state.raw<{ by: string | null; parts: Part[] } | null>(null);
  gate = $state.raw<{ missing: string[]; detail: string } | null>(null);
  /** A signed record that is being amended: nothing is saved without a reason. */
  isAmending = $state(false);

  #override: string | null = null;
  #version = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(start: Start) {
    super(start.zone, start.last, start.record ? contentOf(start.record) : emptyContent());
    this.id = start.id;
    this.patient_id = start.patient_id;
    this.number = start.number;
    this.#label = start.label;
    this.#course_id = start.course_id;
    this.#etag = start.etag;
    this.#exists = start.record !== null;
    this.served = start.record;
    if (!start.record || (start.record.route === null && start.record.status === 'planned')) {
      // The plan of last time, shown before anything is saved. Dose and weight are never filled in.
      this.route ??= start.last?.route ?? null;
      this.medicine = start.last?.medicine ?? this.medicine;
      this.phase ??= start.phase;
    }
  }

  get isSigned(): boolean {
    return Boolean(this.served?.signed_at);
  }

  get isReadOnly(): boolean {
    return this.isSigned && !this.isAmending;
  }

  /** Something was typed: save it soon. */
  touch = (): void => {
    this.#version += 1;
    if (this.isReadOnly || this.conflict) return;
    if (this.state !== 'waiting') this.state = 'dirty';
    clearTimeout(this.#timer);
    if (!this.isAmending) this.#timer = setTimeout(() => void this.save(), DEBOUNCE_MS);
  };

  /** Saves what was typed up to now; for leaving the page. */
  flush(): void {
    clearTimeout(this.#timer);
    if (this.state === 'dirty' && !this.isAmending && !this.isReadOnly) void this.save();
  }

  /** One save after the other; resolves with whether the server has it. */
  save(more: Record<string, unknown> = {}): Promise<boolean> {
    clearTimeout(this.#timer);
    const turn = this.#running.then(() => this.#save(more));
    this.#running = turn.catch(() => {});
    return turn;
  }

  async #save(more: Record<string, unknown>): Promise<boolean> {
    if (this.conflict || (this.isReadOnly && !('sign' in more))) return false;
    const version = this.#version;
    const content = this.content;
    const isPlain = Object.keys(more).length === 0;
    if (isPlain && this.#exists && this.state !== 'waiting' && isSameContent(content, this.base)) {
      this.state = this.saved_at ? 'saved' : 'untouched';
      return true;
    }
    const body = {
      patient_id: this.patient_id,
      course_id: this.#course_id,
      number: this.number,
      ...content,
      ...(this.#override ? { override: { reason: this.#override } } : {}),
      ...more,
    };
    const path = `/sessions/${this.id}`;
    // While an earlier version waits in the outbox the newer one takes its place there.
    if (this.state === 'waiting' && isPlain) return this.#queue(path, body, content, version);
    this.state = 'saving';
    try {
      const { body: answer, etag } = await api.send<Session>(
        'PUT',
        path,
        body,
        this.#etag ? { ifMatch: this.#etag } : {},
      );
      this.#stored(answer, etag, version);
      return true;
    } catch (error) {
      // Without a network, and where the sign-in has ended: the same person sends it later.
      const isLater =
        error instanceof OfflineError || (error instanceof ProblemError && error.status === 401);
      if (isLater && isPlain) return this.#queue(path, body, content, version);
      await this.#refused(error);
      return false;
    }
  }

  async #queue(path: string, body: object, content: Content, version: number): Promise<boolean> {
    this.state = 'waiting';
    const outcome = await outbox
      .submit<Session>({
        id: this.id,
        method: 'PUT',
        path,
        body,
        ifMatch: this.#etag,
        kind: 'session',
        label: this.#label,
      })
      .catch(() => null);
    if (!outcome) {
      // No key to seal it with, or no room on the disk: what was typed stays here, and the person is told.
      this.detail = '';
      this.state = 'failed';
      return false;
    }
    if (outcome.state === 'waiting') return false;
    if (outcome.state === 'sent') {
      this.#stored(outcome.body, outcome.etag, version);
      // The entry that went may have been the one before this.
      if (!isSameContent(contentOf(outcome.body), content)) this.touch();
      return true;
    }
    await outbox.discard(this.id);
    await this.#refused(outcome.problem);
    return false;
  }

  /** The outbox has emptied or stopped at our entry: find out what the server has now. */
  async settle(): Promise<void> {
    if (this.state !== 'waiting') return;
    const entry = outbox.entries.find((each) => each.id === this.id);
    if (entry?.state === 'waiting') return;
    if (entry) await outbox.discard(this.id);
    this.#running = this.#running.then(() => this.#meet()).catch(() => {});
    await this.#running;
  }

  /** A colleague may have written: shows what they did, and asks where both changed the same. Typing is never disturbed. */
  async look(): Promise<void> {
    this.#running = this.#running
      .then(async () => {
        if (!this.#exists || this.isAmending || this.conflict || this.#isTyping) return;
        const { etag } = await api.read<Session>(`/sessions/${this.id}`);
        if (etag !== this.#etag && !this.#isTyping) await this.#meet();
      })
      .catch(() => {});
    await this.#running;
  }

  get #isTyping(): boolean {
    const isQuiet = this.state === 'saved' || this.state === 'untouched';
    return !isQuiet || !isSameContent(this.content, this.base);
  }

  #stored(answer: Session, etag: string | null, version: number): void {
    this.#etag = etag;
    this.#exists = true;
    this.base = contentOf(answer);
    this.served = answer;
    this.gate = null;
    this.detail = '';
    this.saved_at = new Date();
    this.state = version === this.#version ? 'saved' : 'dirty';
    const byTime = new Map(this.base.vitals.map((vital) => [vital.at, vital]));
    for (const row of this.rows) {
      const at = this.instant(row.clock, row.at);
      row.vital = (at && byTime.get(at)) || row.vital;
      if (row.vital && at === row.vital.at) row.at = row.vital.at;
    }
  }

  async #refused(error: unknown): Promise<void> {
    if (error instanceof ProblemError) {
      const kind = error.type.split(/[/:]/).at(-1) ?? '';
      if (error.status === 409 && kind === 'gate') {
        this.gate = { missing: error.missing, detail: error.detail };
        this.state = 'gate';
        return;
      }
      const mayBeOurs = !this.#etag && (error.status === 409 || error.status === 428);
      if (error.status === 412 || mayBeOurs) {
        try {
          await this.#meet();
          return;
        } catch {
          // Told below: what is typed stays.
        }
      }
      this.detail = [
        error.detail || error.title,
        ...error.errors.map((each) => `${each.pointer} ${each.detail}.`),
      ]
        .filter(Boolean)
        .join(' ');
    } else this.detail = '';
    this.state = 'failed';
  }

  /** Somebody else wrote since we read: put both together, and ask where they meet. */
  async #meet(): Promise<void> {
    const { body, etag } = await api.read<Session>(`/sessions/${this.id}`);
    const found = merge(this.base, this.content, contentOf(body));
    this.#etag = etag;
    this.#exists = true;
    if (found.conflicts.length > 0 || (body.signed_at && !this.isSigned)) {
      this.conflict = { ...found, theirs: body };
      this.state = 'conflict';
      return;
    }
    this.#take(found.content, body, found.taken);
  }

  #take(content: Content, served: Session, taken: Part[]): void {
    const isNews = taken.length > 0;
    const mine = this.content;
    this.base = contentOf(served);
    this.served = served;
    if (!isSameContent(content, mine)) this.fillAround(content);
    if (isNews) this.taken = { by: served.updated_by?.name ?? null, parts: taken };
    this.saved_at ??= new Date();
    this.state = 'dirty';
    if (isSameContent(this.content, this.base)) this.state = 'saved';
    else this.touch();
  }

  /** The person has picked: mine in the parts named, theirs in the others. */
  resolve(mine: ReadonlySet<Part>): void {
    const { conflict } = this;
    if (!conflict) return;
    const content = choose(conflict.content, conflict.conflicts, mine);
    this.conflict = null;
    if (conflict.theirs.signed_at)
      this.isAmending = !isSameContent(content, contentOf(conflict.theirs));
    this.#take(content, conflict.theirs, conflict.taken);
  }

  override(reason: string): Promise<boolean> {
    this.#override = reason;
    this.gate = null;
    return this.save({ override: { reason } });
  }

  async sign(): Promise<boolean> {
    const before = this.status;
    this.status = 'completed';
    const isDone = await this.save({ sign: true });
    if (!isDone) this.status = before;
    return isDone;
  }

  async amend(reason: string): Promise<boolean> {
    const isDone = await this.save({ amendment_reason: reason });
    if (isDone) this.isAmending = false;
    return isDone;
  }

  /** Back to the record as signed. */
  leaveAmending(): void {
    this.isAmending = false;
    this.fill(this.base);
    this.state = 'saved';
    this.detail = '';
  }

  setStatus(status: Status): Promise<boolean> {
    this.status = status;
    this.#version += 1;
    return this.save();
  }
}
