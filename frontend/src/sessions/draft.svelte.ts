/**
 * A session record while it is open: what is typed, what of it may be saved, and saving it.
 *
 * Text stays as typed. A value outside the hard limits, or one that looks like a slip and is not confirmed, is held
 * back: the record keeps what it had. Every change is saved a moment later under the ETag last read; when somebody
 * else was quicker the two versions are merged part by part, and a person picks where both changed the same thing.
 */
import { api, OfflineError, ProblemError } from '../api/client';
import type { Session } from '../api/types';
import { outbox } from '../offline/outbox.svelte';
import {
  byWeight,
  checkDose,
  checkReading,
  checkValue,
  checkWeight,
  checkWeightAge,
  parseFigure,
  perKg,
  type Dose,
  type Finding,
  type Medicine,
  type Numeric,
  type Phase,
  type Reading,
  type Route,
} from './limits';
import {
  choose,
  contentOf,
  emptyContent,
  isSameContent,
  merge,
  placeVitals,
  type Content,
  type Effect,
  type Merge,
  type Part,
  type Slot,
  type Status,
  type Ticks,
  type Vital,
} from './record';
import { addMinutes, clockAt, dateAt, instantAt, minutesBetween, parseClock } from './times';

export type SaveState =
  'untouched' | 'dirty' | 'saving' | 'saved' | 'waiting' | 'failed' | 'conflict' | 'gate';

export const READING_FIELDS = [
  'systolic',
  'diastolic',
  'heart_rate',
  'spo2',
  'breathing_rate',
  'sedation',
] as const;
export type ReadingField = (typeof READING_FIELDS)[number];

/** One row of the vitals grid, as typed. */
export interface Row {
  key: string;
  slot: Slot;
  phase: Phase;
  minute: number | null;
  /** As on record; null for a row that is not. */
  vital: Vital | null;
  at: string | null;
  clock: string;
  typed: Record<ReadingField, string>;
}

export type Held = 'weight_kg' | 'dose_mg' | 'infusion_minutes';

/** Which finding a person confirmed, and why. */
interface Confirmed {
  finding: string;
  reason: string;
}

interface Start {
  id: string;
  patient_id: string;
  course_id: string | null;
  number: number;
  zone: string;
  record: Session | null;
  etag: string | null;
  last: Session | null;
  /** What the outbox calls it: no name, no value. */
  label: string;
}

const DEBOUNCE_MS = 800;
/** Infusion time is asked for where the dose runs over time. */
const RUNS: readonly (Route | null)[] = ['iv', 'sc', null];

export class Draft {
  readonly id: string;
  readonly patient_id: string;
  readonly number: number;
  readonly zone: string;
  readonly last: Session | null;
  readonly #label: string;
  #course_id: string | null;
  #etag: string | null;
  #exists: boolean;
  #base: Content;

  served = $state.raw<Session | null>(null);
  status = $state<Status>('planned');
  route = $state<Route | null>(null);
  medicine = $state<Medicine>('ketamine');
  weight = $state('');
  weighed_on = $state<string | null>(null);
  dose = $state('');
  minutes = $state('');
  started = $state('');
  ended = $state('');
  rows = $state<Row[]>([]);
  effects = $state<Effect[]>([]);
  dissociation = $state('');
  checklist = $state<Ticks>({});
  discharge = $state<Ticks>({});
  released = $state('');
  note = $state('');
  shared_note = $state('');
  confirmed = $state<Partial<Record<Held, Confirmed>>>({});

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
    this.id = start.id;
    this.patient_id = start.patient_id;
    this.number = start.number;
    this.zone = start.zone;
    this.last = start.last;
    this.#label = start.label;
    this.#course_id = start.course_id;
    this.#etag = start.etag;
    this.#exists = start.record !== null;
    this.served = start.record;
    this.#base = start.record ? contentOf(start.record) : emptyContent();
    this.#fill(this.#base);
    if (!start.record || (start.record.route === null && start.record.status === 'planned')) {
      // The plan of last time, shown before anything is saved. Dose and weight are never filled in.
      this.route ??= start.last?.route ?? null;
      this.medicine = start.last?.medicine ?? this.medicine;
    }
  }

  get isSigned(): boolean {
    return Boolean(this.served?.signed_at);
  }

  get isReadOnly(): boolean {
    return this.isSigned && !this.isAmending;
  }

  /** The calendar day of the session where the clinic is: when it began, else the past day it was planned for, else today. */
  get date(): string {
    const { started_at, scheduled_at } = this.#base;
    const isPast = scheduled_at !== null && Date.parse(scheduled_at) < Date.now();
    return dateAt(started_at ?? (isPast ? scheduled_at : new Date().toISOString()), this.zone);
  }

  get runsOverTime(): boolean {
    return RUNS.includes(this.route);
  }

  get started_at(): string | null {
    return this.#instant(this.started, this.#base.started_at);
  }

  get ended_at(): string | null {
    return this.#instant(this.ended, this.#base.ended_at);
  }

  get lastDose(): Dose | null {
    const { last } = this;
    return last?.dose_mg
      ? {
          medicine: last.medicine ?? 'ketamine',
          route: last.route,
          dose_mg: last.dose_mg,
          weight_kg: last.weight_kg,
        }
      : null;
  }

  get findings(): Record<Held, Finding[]> {
    const weight = parseFigure(this.weight);
    const dose = parseFigure(this.dose);
    const minutes = parseFigure(this.minutes);
    const weight_kg = weight !== null && Number.isFinite(weight) ? weight : null;
    return {
      weight_kg:
        weight === null
          ? []
          : byWeight([
              ...checkWeight(weight, this.last?.weight_kg ?? null),
              ...checkWeightAge(this.weightAge),
            ]),
      dose_mg:
        dose === null
          ? []
          : checkDose(
              { medicine: this.medicine, route: this.route, dose_mg: dose, weight_kg },
              this.lastDose,
            ),
      infusion_minutes:
        minutes === null || !this.runsOverTime ? [] : checkValue('infusion_minutes', minutes),
    };
  }

  /** Days between weighing and the session. */
  get weightAge(): number | null {
    if (!this.weighed_on) return null;
    return Math.round((Date.parse(this.date) - Date.parse(this.weighed_on)) / 86_400_000);
  }

  get perKg(): number | null {
    const dose = parseFigure(this.dose);
    const weight = parseFigure(this.weight);
    return Number.isFinite(dose) && Number.isFinite(weight) ? perKg(dose, weight) : null;
  }

  /** The finding that keeps this value from being saved: refused, or a slip nobody has confirmed. */
  holding(field: Held): Finding | null {
    const found = this.findings[field].find(
      ({ level }) => level === 'refuse' || level === 'confirm',
    );
    if (!found || (found.level === 'confirm' && this.confirmed[field]?.finding === mark(found)))
      return null;
    return found;
  }

  /** The finding that was confirmed for the value as it stands. */
  confirmedFinding(field: Held): { finding: Finding; reason: string } | null {
    const kept = this.confirmed[field];
    const found = this.findings[field].find(
      (each) => each.level === 'confirm' && kept?.finding === mark(each),
    );
    return found && kept ? { finding: found, reason: kept.reason } : null;
  }

  confirm(field: Held, reason: string): void {
    const found = this.holding(field);
    if (found?.level !== 'confirm') return;
    this.confirmed[field] = { finding: mark(found), reason };
    this.touch();
  }

  reading(row: Row): Reading {
    const reading: Reading = {};
    for (const field of READING_FIELDS) reading[field] = parseFigure(row.typed[field]);
    return reading;
  }

  rowFindings(row: Row): Finding[] {
    return checkReading(this.reading(row), row.phase);
  }

  /** Values of the grid that cannot be saved. */
  get refusedReadings(): number {
    return this.rows.flatMap((row) =>
      this.rowFindings(row).filter((found) => found.level === 'refuse'),
    ).length;
  }

  /** Everything typed that is not in what was saved. */
  get heldBack(): number {
    const held = (['weight_kg', 'dose_mg', 'infusion_minutes'] as const).filter((field) =>
      this.holding(field),
    ).length;
    const times = [this.started, this.ended, this.released].filter(
      (typed) => parseClock(typed) === undefined,
    ).length;
    return held + times + this.refusedReadings;
  }

  /** The record as it would be saved now. */
  get content(): Content {
    const base = this.#base;
    const checklist: Ticks = { ...this.checklist };
    for (const field of ['weight_kg', 'dose_mg', 'infusion_minutes'] as const) {
      const kept = this.confirmedFinding(field);
      if (kept) checklist[`confirm_${field}`] = kept.reason;
      else if (!this.holding(field)) delete checklist[`confirm_${field}`];
    }
    const released_at = this.#instant(this.released, text(base.discharge.released_at));
    const discharge: Ticks = { ...this.discharge };
    if (released_at) discharge.released_at = released_at;
    else delete discharge.released_at;
    return {
      status: this.status,
      scheduled_at: base.scheduled_at,
      started_at: this.started_at,
      ended_at: this.ended_at,
      route: this.route,
      medicine: this.medicine,
      dose_mg: this.#figure('dose_mg', this.dose, base.dose_mg),
      weight_kg: this.#figure('weight_kg', this.weight, base.weight_kg),
      weight_measured_on: this.weight.trim() === '' ? null : this.weighed_on,
      infusion_minutes: this.runsOverTime
        ? this.#figure('infusion_minutes', this.minutes, base.infusion_minutes)
        : null,
      vitals: this.rows.flatMap((row) => this.#vital(row)),
      effects: $state.snapshot(this.effects),
      dissociation: plain('dissociation', this.dissociation, base.dissociation),
      checklist,
      discharge,
      note: this.note.trim() || null,
      shared_note: this.shared_note.trim() || null,
    };
  }

  #figure(field: Held, typed: string, saved: number | null): number | null {
    return this.holding(field) ? saved : parseFigure(typed);
  }

  #vital(row: Row): Vital[] {
    const refused = new Set(
      this.rowFindings(row)
        .filter((found) => found.level === 'refuse')
        .flatMap((found) =>
          found.code === 'pressure_order' ? ['systolic', 'diastolic'] : [found.field],
        ),
    );
    const values = {} as Record<ReadingField, number | null>;
    for (const field of READING_FIELDS) {
      values[field] = refused.has(field)
        ? (row.vital?.[field] ?? null)
        : parseFigure(row.typed[field]);
    }
    if (READING_FIELDS.every((field) => values[field] === null)) return [];
    const at = this.#instant(row.clock, row.at) ?? row.at ?? new Date().toISOString();
    return [{ at, phase: row.phase, ...values }];
  }

  /** A typed time as an instant; what was there where the text is no time, seconds kept where it did not change. */
  #instant(typed: string, was: string | null): string | null {
    const clock = parseClock(typed);
    if (clock === undefined) return was;
    if (clock === null) return null;
    if (was && clockAt(was, this.zone) === clock) return was;
    return instantAt(this.date, clock, this.zone);
  }

  /** Shows another version of the record without losing figures that wait for a decision. */
  #fillAround(content: Content): void {
    const weight = this.holding('weight_kg') && this.weight;
    const dose = this.holding('dose_mg') && this.dose;
    const minutes = this.holding('infusion_minutes') && this.minutes;
    const weighed_on = this.weighed_on;
    this.#fill(content);
    if (weight) [this.weight, this.weighed_on] = [weight, weighed_on];
    if (dose) this.dose = dose;
    if (minutes) this.minutes = minutes;
  }

  #fill(content: Content): void {
    const show = (value: number | null) => (value === null ? '' : String(value));
    const clock = (at: string | null) => (at ? clockAt(at, this.zone) : '');
    this.status = content.status;
    this.route = content.route;
    this.medicine = content.medicine;
    this.weighed_on = content.weight_measured_on;
    this.weight = show(content.weight_kg);
    this.dose = show(content.dose_mg);
    this.minutes = show(content.infusion_minutes);
    this.started = clock(content.started_at);
    this.ended = clock(content.ended_at);
    this.rows = placeVitals(content.vitals, content.started_at).map(
      ({ slot, phase, minute, vital }) => ({
        key: vital ? `${slot}-${vital.at}` : slot,
        slot,
        phase,
        minute,
        vital,
        at: vital?.at ?? null,
        clock: clock(vital?.at ?? null),
        typed: Object.fromEntries(
          READING_FIELDS.map((field) => [field, show(vital?.[field] ?? null)]),
        ) as Record<ReadingField, string>,
      }),
    );
    this.effects = content.effects.map((effect) => ({ ...effect }));
    this.dissociation = show(content.dissociation);
    this.checklist = { ...content.checklist };
    this.discharge = { ...content.discharge };
    this.released = clock(text(content.discharge.released_at));
    this.note = content.note ?? '';
    this.shared_note = content.shared_note ?? '';
    this.confirmed = {};
    for (const field of ['weight_kg', 'dose_mg', 'infusion_minutes'] as const) {
      const found = this.findings[field].find((each) => each.level === 'confirm');
      // What is on record was confirmed when it was written.
      if (found) {
        this.confirmed[field] = {
          finding: mark(found),
          reason: text(content.checklist[`confirm_${field}`]) ?? '',
        };
      }
    }
  }

  /**
   * Time of a reading whose first value is being typed: now, or when it was due where that is more than 10 minutes
   * past; one from before the dose is never later than the start. Shown, and open to change.
   */
  stamp(row: Row): void {
    if (row.at || row.clock) return;
    const now = new Date().toISOString();
    const { started_at } = this;
    const due =
      row.phase === 'before'
        ? started_at
        : row.phase === 'end'
          ? this.ended_at
          : started_at && row.minute !== null
            ? addMinutes(started_at, row.minute)
            : null;
    const isPast = due !== null && minutesBetween(due, now) > (row.phase === 'before' ? 0 : 10);
    row.at = isPast ? due : now;
    row.clock = clockAt(row.at, this.zone);
  }

  addRow(): Row {
    const now = new Date().toISOString();
    const phase: Phase = this.ended_at ? 'after' : this.started_at ? 'during' : 'before';
    const row: Row = {
      key: `new-${now}`,
      slot: `extra-${this.rows.length}`,
      phase,
      minute: null,
      vital: null,
      at: null,
      clock: '',
      typed: Object.fromEntries(READING_FIELDS.map((field) => [field, ''])) as Row['typed'],
    };
    this.rows.push(row);
    return row;
  }

  setWeight(typed: string, measured_on = this.date): void {
    this.weight = typed;
    this.weighed_on = typed.trim() === '' ? null : measured_on;
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
    if (isPlain && this.#exists && this.state !== 'waiting' && isSameContent(content, this.#base)) {
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
      if (error instanceof OfflineError && isPlain)
        return this.#queue(path, body, content, version);
      await this.#refused(error);
      return false;
    }
  }

  async #queue(path: string, body: object, content: Content, version: number): Promise<boolean> {
    this.state = 'waiting';
    const outcome = await outbox.submit<Session>({
      id: this.id,
      method: 'PUT',
      path,
      body,
      ifMatch: this.#etag,
      kind: 'session',
      label: this.#label,
    });
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

  #stored(answer: Session, etag: string | null, version: number): void {
    this.#etag = etag;
    this.#exists = true;
    this.#base = contentOf(answer);
    this.served = answer;
    this.gate = null;
    this.detail = '';
    this.saved_at = new Date();
    this.state = version === this.#version ? 'saved' : 'dirty';
    const byTime = new Map(this.#base.vitals.map((vital) => [vital.at, vital]));
    for (const row of this.rows) {
      const at = this.#instant(row.clock, row.at);
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
    const found = merge(this.#base, this.content, contentOf(body));
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
    this.#base = contentOf(served);
    this.served = served;
    if (!isSameContent(content, mine)) this.#fillAround(content);
    if (isNews) this.taken = { by: served.updated_by?.name ?? null, parts: taken };
    this.saved_at ??= new Date();
    this.state = 'dirty';
    if (isSameContent(this.content, this.#base)) this.state = 'saved';
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
    this.#fill(this.#base);
    this.state = 'saved';
    this.detail = '';
  }

  setStatus(status: Status): Promise<boolean> {
    this.status = status;
    this.#version += 1;
    return this.save();
  }
}

function mark({ code, values }: Finding): string {
  return `${code}:${values.value}`;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function plain(field: Numeric, typed: string, saved: number | null): number | null {
  const value = parseFigure(typed);
  return value !== null && checkValue(field, value).some((found) => found.level === 'refuse')
    ? saved
    : value;
}
