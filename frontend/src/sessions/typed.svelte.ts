/**
 * A session record as it is typed, and what of it may be saved.
 *
 * Text stays as typed. A value outside the hard limits, or one that looks like a slip and is not confirmed, is held
 * back: the record keeps what it had.
 */
import type { Session, SessionPhase } from '../api/types';
import {
  byWeight,
  checkDose,
  checkReading,
  checkValue,
  checkWeight,
  checkWeightAge,
  minimumStay,
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
  placeVitals,
  type Content,
  type Effect,
  type Slot,
  type Status,
  type Ticks,
  type Vital,
} from './record';
import { addMinutes, clockAt, dateAt, instantAt, minutesBetween, parseClock } from './times';

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

/** A medicine given beside the dose, as typed. */
export interface Given {
  at: string | null;
  clock: string;
  name: string;
  amount: string;
}

/** Something that was done, as typed. */
export interface Done {
  at: string | null;
  clock: string;
  what: string;
}

export type Held = 'weight_kg' | 'dose_mg' | 'infusion_minutes';

/** Which finding a person confirmed, and why. */
interface Confirmed {
  finding: string;
  reason: string;
}

/** Infusion time is asked for where the dose runs over time. */
const RUNS: readonly (Route | null)[] = ['iv', 'sc', null];

export abstract class Typed {
  readonly zone: string;
  readonly last: Session | null;
  /** What was saved last, by whomever. */
  protected base: Content;

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
  phase = $state<SessionPhase | null>(null);
  /** Dosing was stopped before its time; why is in `stopReason`. */
  isStopped = $state(false);
  stopReason = $state('');
  medicines = $state<Given[]>([]);
  interventions = $state<Done[]>([]);
  confirmed = $state<Partial<Record<Held, Confirmed>>>({});

  constructor(zone: string, last: Session | null, base: Content) {
    this.zone = zone;
    this.last = last;
    this.base = base;
    this.fill(base);
  }

  /** Something was typed. */
  abstract touch: () => void;

  /** The calendar day of the session where the clinic is: when it began, else the past day it was planned for, else today. */
  get date(): string {
    const { started_at, scheduled_at } = this.base;
    const isPast = scheduled_at !== null && Date.parse(scheduled_at) < Date.now();
    return dateAt(started_at ?? (isPast ? scheduled_at : new Date().toISOString()), this.zone);
  }

  get runsOverTime(): boolean {
    return RUNS.includes(this.route);
  }

  get started_at(): string | null {
    return this.instant(this.started, this.base.started_at);
  }

  get ended_at(): string | null {
    return this.instant(this.ended, this.base.ended_at);
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

  /** The end is typed as lying before the start. */
  get endsFirst(): boolean {
    const { started_at, ended_at } = this;
    return started_at !== null && ended_at !== null && ended_at < started_at;
  }

  /** A reading before the dose asks for a decision. */
  get isPressureHighBefore(): boolean {
    return this.rows.some(
      (row) =>
        row.phase === 'before' &&
        this.rowFindings(row).some(
          ({ code }) => code === 'pressure_start' || code === 'pressure_hold_before',
        ),
    );
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
    const clocks = [...this.medicines, ...this.interventions].map(({ clock }) => clock);
    const times = [this.started, this.ended, this.released, ...clocks].filter(
      (typed) => parseClock(typed) === undefined,
    ).length;
    return held + times + this.refusedReadings;
  }

  /** The record as it would be saved now. */
  get content(): Content {
    const base = this.base;
    const checklist: Ticks = { ...this.checklist };
    for (const field of ['weight_kg', 'dose_mg', 'infusion_minutes'] as const) {
      const kept = this.confirmedFinding(field);
      if (kept) checklist[`confirm_${field}`] = kept.reason;
      else if (!this.holding(field)) delete checklist[`confirm_${field}`];
    }
    const released_at = this.instant(this.released, text(base.discharge.released_at));
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
      phase: this.phase,
      stop_reason: this.isStopped ? this.stopReason.trim() || null : null,
      medicines_given: this.medicines
        .filter(({ name }) => name.trim() !== '')
        .map(({ at, clock, name, amount }) => ({
          at: this.instant(clock, at),
          name: name.trim(),
          amount: amount.trim() || null,
        })),
      interventions: this.interventions
        .filter(({ what }) => what.trim() !== '')
        .map(({ at, clock, what }) => ({ at: this.instant(clock, at), what: what.trim() })),
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
    const at = this.instant(row.clock, row.at) ?? row.at ?? new Date().toISOString();
    return [{ at, phase: row.phase, ...values }];
  }

  /** A typed time as an instant; what was there where the text is no time, seconds kept where it did not change. */
  protected instant(typed: string, was: string | null): string | null {
    const clock = parseClock(typed);
    if (clock === undefined) return was;
    if (clock === null) return null;
    if (was && clockAt(was, this.zone) === clock) return was;
    return instantAt(this.date, clock, this.zone);
  }

  /** Shows another version of the record without losing figures that wait for a decision. */
  protected fillAround(content: Content): void {
    const weight = this.holding('weight_kg') && this.weight;
    const dose = this.holding('dose_mg') && this.dose;
    const minutes = this.holding('infusion_minutes') && this.minutes;
    const weighed_on = this.weighed_on;
    this.fill(content);
    if (weight) [this.weight, this.weighed_on] = [weight, weighed_on];
    if (dose) this.dose = dose;
    if (minutes) this.minutes = minutes;
  }

  protected fill(content: Content): void {
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
    this.phase = content.phase;
    this.stopReason = content.stop_reason ?? '';
    this.isStopped = content.stop_reason !== null;
    this.medicines = content.medicines_given.map(({ at = null, name, amount }) => ({
      at,
      clock: clock(at),
      name,
      amount: amount ?? '',
    }));
    this.interventions = content.interventions.map(({ at = null, what }) => ({
      at,
      clock: clock(at),
      what,
    }));
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

  /** Ticks an entry of a list, or takes the tick off. */
  tick(group: 'checklist' | 'discharge', key: string, isOn: boolean): void {
    if (isOn) this[group][key] = true;
    else delete this[group][key];
  }

  /** Writes words into an entry of a list; none where nothing is left. */
  write(group: 'checklist' | 'discharge', key: string, words: string): void {
    if (words.trim()) this[group][key] = words;
    else delete this[group][key];
  }

  /** The words in an entry of a list. */
  words(group: 'checklist' | 'discharge', key: string): string {
    return text(this[group][key]) ?? '';
  }

  addMedicine(): void {
    this.medicines.push({ ...this.#now(), name: '', amount: '' });
  }

  addIntervention(): void {
    this.interventions.push({ ...this.#now(), what: '' });
  }

  /** This minute, for an entry that is made as it happens; none while an earlier day is written down. */
  #now(): { at: string | null; clock: string } {
    const now = new Date().toISOString();
    const isToday = dateAt(now, this.zone) === this.date;
    return isToday ? { at: now, clock: clockAt(now, this.zone) } : { at: null, clock: '' };
  }

  /** Minutes from the dose until the patient went home, where both are known. */
  get stayed(): number | null {
    const left = this.instant(this.released, text(this.base.discharge.released_at));
    return this.started_at && left ? minutesBetween(this.started_at, left) : null;
  }

  /** The patient went home before the time that the medicine asks for. */
  get leftEarly(): boolean {
    const stay = minimumStay(this.medicine);
    return stay !== null && this.stayed !== null && this.stayed < stay;
  }

  setNow(field: 'started' | 'ended' | 'released'): void {
    this[field] = clockAt(new Date().toISOString(), this.zone);
    this.touch();
  }

  setWeight(typed: string, measured_on = this.date): void {
    this.weight = typed;
    this.weighed_on = typed.trim() === '' ? null : measured_on;
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
