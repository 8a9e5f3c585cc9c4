/**
 * A session record on its way between the server and the form: rows of the vitals grid, what may be sent, and what to
 * do when two people wrote at once. Pure; the form holds the state.
 */
import type { Intervention, MedicineGiven, Session, SessionPhase } from '../api/types';
import type { Medicine, Phase, Route } from './limits';
import { addMinutes, minutesBetween } from './times';

export type Status = 'planned' | 'completed' | 'missed' | 'cancelled';
export type Severity = 'mild' | 'moderate' | 'severe';

export type Vital = {
  at: string;
  phase: Phase;
  systolic: number | null;
  diastolic: number | null;
  heart_rate: number | null;
  spo2: number | null;
  breathing_rate: number | null;
  sedation: number | null;
};

export type Effect = {
  effect: string;
  severity: Severity | null;
  onset_minutes: number | null;
  ended_minutes: number | null;
  action: string | null;
  serious: boolean;
};

export type Ticks = Record<string, boolean | string | number | null>;

/** What a person writes: the whole body of a PUT, without who and where. */
export type Content = {
  status: Status;
  scheduled_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  route: Route | null;
  medicine: Medicine;
  dose_mg: number | null;
  weight_kg: number | null;
  weight_measured_on: string | null;
  infusion_minutes: number | null;
  vitals: Vital[];
  effects: Effect[];
  dissociation: number | null;
  checklist: Ticks;
  discharge: Ticks;
  note: string | null;
  shared_note: string | null;
  phase: SessionPhase | null;
  stop_reason: string | null;
  medicines_given: MedicineGiven[];
  interventions: Intervention[];
};

export const CHECKLIST = [
  'identity_confirmed',
  'consent_current',
  'fasted',
  'no_new_medicines',
  'not_pregnant',
  'bladder_ok',
  'blood_pressure_ok',
  'escort_arranged',
] as const;

export const DISCHARGE = [
  'minimum_time',
  'vitals_near_baseline',
  'awake_oriented_walking',
  'no_troubling_dissociation',
  'nausea_controlled',
  'no_new_suicidal_thoughts',
  'escort_present',
  'told_no_driving',
  'told_no_alcohol',
  'next_step_given',
] as const;

/** The commonest first; the rest of the vocabulary is behind "More". */
export const COMMON_EFFECTS = [
  'nausea',
  'dizziness',
  'dissociation',
  'anxiety-or-panic',
  'headache',
  'raised-blood-pressure',
  'vomiting',
  'strong-emotion',
] as const;

export const OTHER_EFFECTS = [
  'sedation',
  'perceptual-change',
  'derealisation',
  'hallucination',
  'confusion',
  'memory-gap',
  'agitation',
  'elation-or-mania',
  'suicidal-thoughts',
  'blurred-vision',
  'nystagmus',
  'numbness',
  'unsteadiness',
  'palpitations',
  'low-saturation',
  'slow-breathing',
  'chest-pain',
  'fainting',
  'seizure',
  'laryngospasm',
  'urinary-urgency-or-pain',
  'blood-in-urine',
  'abdominal-pain',
  'rash',
  'injection-site',
  'bad-taste',
  'other',
] as const;

export function emptyContent(): Content {
  return {
    status: 'planned',
    scheduled_at: null,
    started_at: null,
    ended_at: null,
    route: null,
    medicine: 'ketamine',
    dose_mg: null,
    weight_kg: null,
    weight_measured_on: null,
    infusion_minutes: null,
    vitals: [],
    effects: [],
    dissociation: null,
    checklist: {},
    discharge: {},
    note: null,
    shared_note: null,
    phase: null,
    stop_reason: null,
    medicines_given: [],
    interventions: [],
  };
}

/** The part of an answer that a person may change. */
export function contentOf(session: Session): Content {
  const empty = emptyContent();
  const content = { ...empty };
  for (const key of Object.keys(empty) as (keyof Content)[]) {
    const value = session[key];
    if (value !== undefined && value !== null) Object.assign(content, { [key]: value });
  }
  content.vitals = (session.vitals ?? []).map(wholeVital);
  content.effects = (session.effects ?? []).map(wholeEffect);
  return content;
}

type ServedVital = Session['vitals'][number];
type ServedEffect = Session['effects'][number];

function wholeVital(vital: ServedVital | Vital): Vital {
  return {
    at: vital.at ?? '',
    phase: vital.phase,
    systolic: vital.systolic ?? null,
    diastolic: vital.diastolic ?? null,
    heart_rate: vital.heart_rate ?? null,
    spo2: vital.spo2 ?? null,
    breathing_rate: vital.breathing_rate ?? null,
    sedation: figure(vital.sedation),
  };
}

function figure(value: number | string | null | undefined): number | null {
  if (value === null || value === undefined || value === '') return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

const SEVERITIES: readonly unknown[] = ['mild', 'moderate', 'severe'];

function wholeEffect(effect: ServedEffect | Effect): Effect {
  return {
    effect: effect.effect,
    severity: SEVERITIES.includes(effect.severity) ? (effect.severity as Severity) : null,
    onset_minutes: effect.onset_minutes ?? null,
    ended_minutes: effect.ended_minutes ?? null,
    action: effect.action ?? null,
    serious: effect.serious ?? false,
  };
}

export type Slot = 'before' | 'during-15' | 'during-30' | 'end' | 'after-60' | `extra-${number}`;
export const PLANNED: readonly { slot: Slot; phase: Phase; minute: number | null }[] = [
  { slot: 'before', phase: 'before', minute: null },
  { slot: 'during-15', phase: 'during', minute: 15 },
  { slot: 'during-30', phase: 'during', minute: 30 },
  { slot: 'end', phase: 'end', minute: null },
  { slot: 'after-60', phase: 'after', minute: 60 },
];

export type Placed = { slot: Slot; phase: Phase; minute: number | null; vital: Vital | null };

/**
 * Readings laid into the planned rows, every one of them exactly once: the rest become rows of their own, in order of
 * time. A reading belongs to a planned minute when it was taken within 7 minutes of it (15 for the one after an hour).
 */
export function placeVitals(vitals: Vital[], started_at: string | null): Placed[] {
  const left = [...vitals].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const take = (
    fits: (vital: Vital) => boolean,
    distance: (vital: Vital) => number = () => 0,
  ): Vital | null => {
    let best = -1;
    left.forEach((vital, i) => {
      if (fits(vital) && (best < 0 || distance(vital) < distance(left[best]!))) best = i;
    });
    return best < 0 ? null : left.splice(best, 1)[0]!;
  };
  const rows: Placed[] = PLANNED.map(({ slot, phase, minute }) => {
    const vital =
      minute === null || started_at === null
        ? take((v) => v.phase === phase)
        : take(
            (v) =>
              v.phase === phase &&
              Math.abs(minutesBetween(started_at, v.at) - minute) <= (minute === 60 ? 15 : 7),
            (v) => Math.abs(minutesBetween(started_at, v.at) - minute),
          );
    return { slot, phase, minute, vital };
  });
  left.forEach((vital, i) => {
    const row: Placed = {
      slot: `extra-${i}`,
      phase: vital.phase,
      minute: started_at ? minutesBetween(started_at, vital.at) : null,
      vital,
    };
    const after = rows.findLastIndex(
      (r) => r.vital !== null && Date.parse(r.vital.at) <= Date.parse(vital.at),
    );
    rows.splice(after + 1, 0, row);
  });
  return rows;
}

const READING_MINUTES = 15;
const READING_MINUTES_AFTER = 20;

/**
 * When the next reading is due, as the server says it for the clinic's day (its cases, `readings.json`, are the tests of
 * both): the form counts down without a network, too. A quarter of an hour after the last one, and at the end of
 * the infusion, while the dose runs; then every 20 minutes. Null before the dose.
 */
export function nextReading(
  started_at: string | null,
  ended_at: string | null,
  infusion_minutes: number | null,
  taken: readonly { at: string; phase: Phase }[],
): string | null {
  if (!started_at) return null;
  const last = taken
    .filter(({ phase }) => phase !== 'before')
    .reduce((latest, { at }) => (at > latest ? at : latest), started_at);
  if (ended_at) return last < ended_at ? ended_at : addMinutes(last, READING_MINUTES_AFTER);
  const next = addMinutes(last, READING_MINUTES);
  const end = infusion_minutes ? addMinutes(started_at, infusion_minutes) : null;
  return end !== null && last < end && end < next ? end : next;
}

/** A name for one thing that can differ between two versions of a record. */
export type Part =
  | keyof Omit<Content, 'vitals' | 'effects' | 'checklist' | 'discharge'>
  | `vitals.${string}`
  | `effects.${string}`
  | `checklist.${string}`
  | `discharge.${string}`;

/** A record as a flat list of parts, so that two versions can be compared one by one. */
export function parts(content: Content): Map<Part, unknown> {
  const flat = new Map<Part, unknown>();
  const { vitals, effects, checklist, discharge, ...plain } = content;
  for (const [key, value] of Object.entries(plain))
    flat.set(key as Part, value === '' ? null : value);
  // By its time, not by its row in the grid: two people's readings for one row are two readings, and both stay.
  for (const vital of vitals) {
    let part: Part = `vitals.${vital.at}`;
    for (let n = 2; flat.has(part); n += 1) part = `vitals.${vital.at}#${n}`;
    flat.set(part, wholeVital(vital));
  }
  for (const effect of effects) flat.set(`effects.${effect.effect}`, wholeEffect(effect));
  for (const [group, ticks] of [
    ['checklist', checklist],
    ['discharge', discharge],
  ] as const) {
    for (const [key, value] of Object.entries(ticks)) {
      if (value !== null && value !== '' && value !== false) flat.set(`${group}.${key}`, value);
    }
  }
  return flat;
}

function together(flat: Map<Part, unknown>): Content {
  const content = emptyContent();
  for (const [part, value] of flat) {
    const dot = part.indexOf('.');
    if (dot < 0) {
      Object.assign(content, { [part]: value });
    } else if (value !== null && value !== undefined) {
      const group = part.slice(0, dot);
      const key = part.slice(dot + 1);
      if (group === 'vitals') content.vitals.push(value as Vital);
      else if (group === 'effects') content.effects.push(value as Effect);
      else if (group === 'checklist') content.checklist[key] = value as string;
      else content.discharge[key] = value as string;
    }
  }
  content.vitals.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  return content;
}

export type Conflict = { part: Part; mine: unknown; theirs: unknown };
export type Merge = {
  /** The record with everything that only one side changed; where both did, theirs. */
  content: Content;
  /** Both changed these, to different things: a person picks. */
  conflicts: Conflict[];
  /** Only the other side changed these. */
  taken: Part[];
};

/** `base` is what both began with. Nothing that anyone wrote is dropped: it is in `content` or in `conflicts`. */
export function merge(base: Content, mine: Content, theirs: Content): Merge {
  const [b, m, t] = [parts(base), parts(mine), parts(theirs)];
  const merged = new Map<Part, unknown>();
  const conflicts: Conflict[] = [];
  const taken: Part[] = [];
  for (const part of new Set([...b.keys(), ...m.keys(), ...t.keys()])) {
    const [was, my, their] = [b.get(part) ?? null, m.get(part) ?? null, t.get(part) ?? null];
    if (isSame(my, their)) merged.set(part, their);
    else if (isSame(their, was)) merged.set(part, my);
    else {
      merged.set(part, their);
      if (isSame(my, was)) taken.push(part);
      else conflicts.push({ part, mine: my, theirs: their });
    }
  }
  return { content: together(merged), conflicts, taken };
}

/** The merged record with my value in the parts named. */
export function choose(content: Content, conflicts: Conflict[], mine: ReadonlySet<Part>): Content {
  const flat = parts(content);
  for (const conflict of conflicts) {
    if (mine.has(conflict.part)) flat.set(conflict.part, conflict.mine);
  }
  return together(flat);
}

/** Equal as records: the order of keys and lists with the same parts do not matter. */
export function isSameContent(a: Content, b: Content): boolean {
  const [x, y] = [parts(a), parts(b)];
  return [...new Set([...x.keys(), ...y.keys()])].every((part) =>
    isSame(x.get(part) ?? null, y.get(part) ?? null),
  );
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) =>
    isSame(
      (a as Record<string, unknown>)[key] ?? null,
      (b as Record<string, unknown>)[key] ?? null,
    ),
  );
}

/** "124/80 to 142/88": first pressure and the one with the highest systolic; null without a reading. */
export function pressureSpan(vitals: Vital[]): { first: string; peak: string } | null {
  const readings = vitals.filter((v) => v.systolic !== null && v.diastolic !== null);
  if (readings.length === 0) return null;
  const text = (v: Vital) => `${v.systolic}/${v.diastolic}`;
  const peak = readings.reduce((high, v) => (v.systolic! > high.systolic! ? v : high));
  return { first: text(readings[0]!), peak: text(peak) };
}
