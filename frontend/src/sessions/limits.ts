/**
 * Ranges that catch slips in a session record, and the warnings that staff see while they type.
 *
 * Values outside `HARD` are refused, outside `USUAL` they are asked about. The ranges are this project's choice
 * (CLINICAL.md 6, marked P) and are not dosing advice. Everything here is pure: codes and numbers, no words.
 */

export type Route = 'iv' | 'im' | 'sc' | 'in' | 'sl' | 'po';
export type Medicine = 'ketamine' | 'esketamine' | 'other';
export type Phase = 'before' | 'during' | 'end' | 'after' | 'discharge';

/** Both ends belong to the range. */
export type Range = readonly [low: number, high: number];

export type Reading = {
  systolic?: number | null;
  diastolic?: number | null;
  heart_rate?: number | null;
  spo2?: number | null;
  breathing_rate?: number | null;
  sedation?: number | null;
};

export type Numeric =
  | 'number'
  | 'weight_kg'
  | 'dose_mg'
  | 'dose_mg_per_kg'
  | 'infusion_minutes'
  | 'systolic'
  | 'diastolic'
  | 'heart_rate'
  | 'spo2'
  | 'breathing_rate'
  | 'sedation'
  | 'dissociation';

/** Outside these a value is not accepted at all. */
export const HARD: Record<Numeric, Range> = {
  number: [1, 500],
  weight_kg: [25, 350],
  dose_mg: [0.1, 1500],
  dose_mg_per_kg: [0.02, 15],
  infusion_minutes: [1, 1440],
  systolic: [60, 260],
  diastolic: [30, 160],
  heart_rate: [25, 240],
  spo2: [50, 100],
  breathing_rate: [4, 60],
  sedation: [0, 5],
  dissociation: [0, 10],
};

export const USUAL: Partial<Record<Numeric, Range>> = {
  weight_kg: [40, 180],
  infusion_minutes: [30, 60],
  systolic: [90, 140],
  diastolic: [50, 90],
  heart_rate: [50, 110],
  spo2: [94, 100],
  breathing_rate: [10, 24],
  sedation: [4, 5],
};

const PARENTERAL: Range = [10, 150];
const USUAL_DOSE_MG: Record<Route, Range> = {
  iv: PARENTERAL,
  im: PARENTERAL,
  sc: PARENTERAL,
  in: [10, 200],
  sl: [25, 600],
  po: [25, 600],
};
const USUAL_MG_PER_KG: Partial<Record<Route, Range>> = {
  iv: [0.3, 1],
  im: [0.2, 1.2],
  sc: [0.2, 1.2],
  sl: [0.5, 7],
  po: [0.5, 7],
};

/** The doses the esketamine nasal device can give. */
export const ESKETAMINE_NASAL_MG = [28, 56, 84] as const;

/**
 * Blood pressure at which the plan wants something done. `start` is the label's figure for a reading before the dose
 * (strictly above), `hold` and `emergency` count from the figure itself.
 */
export type PressureLimits = { start: Pressure; hold: Pressure; emergency: Pressure };
export type Pressure = { systolic: number; diastolic: number };

export const PRESSURE: PressureLimits = {
  start: { systolic: 140, diastolic: 90 },
  hold: { systolic: 160, diastolic: 100 },
  emergency: { systolic: 180, diastolic: 120 },
};

/**
 * `refuse`: cannot be stored. `act`: emergency plan. `warn`: over the plan's limit, says what to do.
 * `confirm`: probably a slip, asks for a reason. `note`: shown, asks for nothing.
 */
export type Level = 'refuse' | 'act' | 'warn' | 'confirm' | 'note';

export type Code =
  | 'out_of_range'
  | 'unusual'
  | 'not_whole'
  | 'pressure_order'
  | 'pressure_start'
  | 'pressure_hold_before'
  | 'pressure_hold'
  | 'pressure_emergency'
  | 'spo2_check'
  | 'spo2_emergency'
  | 'sedation_watch'
  | 'sedation_airway'
  | 'heart_rate_check'
  | 'tenfold'
  | 'tenfold_range'
  | 'dose_up'
  | 'dose_unusual'
  | 'dose_device'
  | 'per_kg_out_of_range'
  | 'per_kg_unusual'
  | 'pounds'
  | 'kilograms'
  | 'pounds_range'
  | 'weight_old';

export type Finding = { field: Numeric; level: Level; code: Code; values: Record<string, number> };

const RANK: Record<Level, number> = { refuse: 0, act: 1, warn: 2, confirm: 3, note: 4 };

/** The most pressing finding first. */
export function byWeight(findings: Finding[]): Finding[] {
  return [...findings].sort((a, b) => RANK[a.level] - RANK[b.level]);
}

export function isWithin(value: number, [low, high]: Range): boolean {
  return value >= low && value <= high;
}

function finding(
  field: Numeric,
  level: Level,
  code: Code,
  values: Record<string, number>,
): Finding {
  return { field, level, code, values };
}

/** Hard range first, then usual range; at most one finding. */
export function checkValue(field: Numeric, value: number): Finding[] {
  const hard = HARD[field];
  if (!Number.isFinite(value) || !isWithin(value, hard)) {
    return [finding(field, 'refuse', 'out_of_range', { value, low: hard[0], high: hard[1] })];
  }
  if (WHOLE.has(field) && !Number.isInteger(value))
    return [finding(field, 'refuse', 'not_whole', { value })];
  const usual = USUAL[field];
  if (usual && !isWithin(value, usual)) {
    return [finding(field, 'confirm', 'unusual', { value, low: usual[0], high: usual[1] })];
  }
  return [];
}

const WHOLE: ReadonlySet<Numeric> = new Set<Numeric>([
  'number',
  'infusion_minutes',
  'systolic',
  'diastolic',
  'heart_rate',
  'spo2',
  'breathing_rate',
  'sedation',
  'dissociation',
]);

const LB_PER_KG = 2.20462;

/** Wide enough for a real change of weight since the last visit, too narrow for anything but a unit slip. */
const UNIT_SLIP: Range = [0.86, 1.16];
const isUnitSlip = (ratio: number) => isWithin(ratio, UNIT_SLIP);
const isTenfold = (ratio: number) => ratio >= 7.5 && ratio <= 13.5;

/** `last_weight_kg` is the weight of the session before, null where there is none. */
export function checkWeight(weight_kg: number, last_weight_kg: number | null): Finding[] {
  if (last_weight_kg) {
    const ratio = weight_kg / last_weight_kg;
    const slip = isUnitSlip(ratio / LB_PER_KG)
      ? finding('weight_kg', 'confirm', 'pounds', {
          value: weight_kg,
          last: last_weight_kg,
          kg: round(weight_kg / LB_PER_KG, 1),
        })
      : isUnitSlip(ratio * LB_PER_KG)
        ? finding('weight_kg', 'confirm', 'kilograms', {
            value: weight_kg,
            last: last_weight_kg,
            lb: round(weight_kg * LB_PER_KG, 0),
          })
        : isTenfold(ratio) || isTenfold(1 / ratio)
          ? finding('weight_kg', 'confirm', 'tenfold', { value: weight_kg, last: last_weight_kg })
          : null;
    const range = checkValue('weight_kg', weight_kg);
    if (range[0]?.level === 'refuse') return range;
    if (slip) return [slip];
    return range;
  }
  const range = checkValue('weight_kg', weight_kg);
  // Nobody to compare with: a high figure that makes an ordinary weight when read as pounds is asked about as such.
  if (range[0]?.code === 'unusual' && weight_kg > 180) {
    return [
      finding('weight_kg', 'confirm', 'pounds_range', {
        value: weight_kg,
        kg: round(weight_kg / LB_PER_KG, 1),
      }),
    ];
  }
  return range;
}

/** A weight older than this is shown as such beside the dose per kg. */
export const WEIGHT_AGE_DAYS = 90;

export function checkWeightAge(days: number | null): Finding[] {
  return days !== null && days > WEIGHT_AGE_DAYS
    ? [finding('weight_kg', 'note', 'weight_old', { days })]
    : [];
}

/** mg per kg with two decimals, as the server computes it; null unless both are known and positive. */
export function perKg(
  dose_mg: number | null | undefined,
  weight_kg: number | null | undefined,
): number | null {
  if (!dose_mg || !weight_kg || dose_mg <= 0 || weight_kg <= 0) return null;
  return round(dose_mg / weight_kg, 2);
}

export type Dose = {
  medicine: Medicine;
  route: Route | null;
  dose_mg: number;
  weight_kg: number | null;
};

/**
 * A dose against the ranges and against the last one. Two doses are compared only when medicine and route are the
 * same: milligrams of esketamine and ketamine, or by vein and by mouth, are different things.
 */
export function checkDose(dose: Dose, last: Dose | null): Finding[] {
  const range = checkValue('dose_mg', dose.dose_mg);
  if (range.length) return range;

  const found: Finding[] = [];
  const per_kg = perKg(dose.dose_mg, dose.weight_kg);
  if (per_kg !== null && !isWithin(per_kg, HARD.dose_mg_per_kg)) {
    const [low, high] = HARD.dose_mg_per_kg;
    found.push(finding('dose_mg', 'refuse', 'per_kg_out_of_range', { value: per_kg, low, high }));
  }

  const comparable =
    last !== null &&
    last.medicine === dose.medicine &&
    last.route === dose.route &&
    last.dose_mg > 0;
  const ratio = comparable ? dose.dose_mg / last.dose_mg : null;
  if (ratio !== null && (isTenfold(ratio) || isTenfold(1 / ratio))) {
    found.push(
      finding('dose_mg', 'confirm', 'tenfold', { value: dose.dose_mg, last: last!.dose_mg }),
    );
    return byWeight(found);
  }
  if (ratio !== null && ratio > 1.5) {
    const percent = round(((dose.dose_mg - last!.dose_mg) / last!.dose_mg) * 100, 0);
    found.push(
      finding('dose_mg', 'confirm', 'dose_up', {
        value: dose.dose_mg,
        last: last!.dose_mg,
        percent,
      }),
    );
  }

  const usual_mg = usualDose(dose.medicine, dose.route);
  const usual_kg =
    dose.medicine === 'esketamine' && dose.route === 'in'
      ? null
      : (dose.route && USUAL_MG_PER_KG[dose.route]) || null;
  if (dose.medicine === 'esketamine' && dose.route === 'in') {
    if (!ESKETAMINE_NASAL_MG.some((mg) => mg === dose.dose_mg)) {
      found.push(finding('dose_mg', 'confirm', 'dose_device', { value: dose.dose_mg }));
    }
  } else if (usual_mg && !isWithin(dose.dose_mg, usual_mg)) {
    found.push(
      looksTenfold(dose, usual_mg, usual_kg)
        ? finding('dose_mg', 'confirm', 'tenfold_range', {
            value: dose.dose_mg,
            low: usual_mg[0],
            high: usual_mg[1],
          })
        : finding('dose_mg', 'confirm', 'dose_unusual', {
            value: dose.dose_mg,
            low: usual_mg[0],
            high: usual_mg[1],
          }),
    );
  } else if (usual_kg && per_kg !== null && !isWithin(per_kg, usual_kg)) {
    found.push(
      finding('dose_mg', 'confirm', 'per_kg_unusual', {
        value: per_kg,
        low: usual_kg[0],
        high: usual_kg[1],
      }),
    );
  }
  return byWeight(found);
}

/** Null where the route is not chosen yet. */
export function usualDose(medicine: Medicine, route: Route | null): Range | null {
  if (!route) return null;
  return medicine === 'esketamine' && route === 'in' ? [28, 84] : USUAL_DOSE_MG[route];
}

/** Would the same figures with the point moved one place make an ordinary dose? */
function looksTenfold(dose: Dose, usual_mg: Range, usual_kg: Range | null): boolean {
  return [dose.dose_mg / 10, dose.dose_mg * 10].some((mg) => {
    if (!isWithin(mg, usual_mg)) return false;
    const per_kg = perKg(mg, dose.weight_kg);
    return !usual_kg || per_kg === null || isWithin(per_kg, usual_kg);
  });
}

const reaches = (reading: Reading, limit: Pressure) =>
  (reading.systolic ?? 0) >= limit.systolic || (reading.diastolic ?? 0) >= limit.diastolic;
const isAbove = (reading: Reading, limit: Pressure) =>
  (reading.systolic ?? 0) > limit.systolic || (reading.diastolic ?? 0) > limit.diastolic;

/** One row of the vitals grid. Values not taken are skipped, never read as 0. */
export function checkReading(
  reading: Reading,
  phase: Phase,
  limits: PressureLimits = PRESSURE,
): Finding[] {
  const found: Finding[] = [];
  const { systolic, diastolic } = reading;
  const refused = new Set<Numeric>();
  const fields = [
    'systolic',
    'diastolic',
    'heart_rate',
    'spo2',
    'breathing_rate',
    'sedation',
  ] as const;
  const unusual: Finding[] = [];
  for (const field of fields) {
    const value = reading[field];
    if (value === null || value === undefined) continue;
    for (const f of checkValue(field, value)) {
      if (f.level === 'refuse') {
        refused.add(field);
        found.push(f);
      } else {
        unusual.push(f);
      }
    }
  }
  const both = isNumber(systolic) && isNumber(diastolic);
  if (both && !refused.has('systolic') && !refused.has('diastolic') && systolic <= diastolic) {
    refused.add('systolic').add('diastolic');
    found.push(finding('systolic', 'refuse', 'pressure_order', { systolic, diastolic }));
  }

  const warned = new Set<Numeric>();
  if (
    !refused.has('systolic') &&
    !refused.has('diastolic') &&
    (isNumber(systolic) || isNumber(diastolic))
  ) {
    const values = { systolic: systolic ?? NaN, diastolic: diastolic ?? NaN };
    const pressure = (level: Level, code: Code, limit: Pressure) => {
      const field = isNumber(systolic) && systolic >= limit.systolic ? 'systolic' : 'diastolic';
      warned.add('systolic').add('diastolic');
      found.push(
        finding(field, level, code, {
          ...values,
          limit_systolic: limit.systolic,
          limit_diastolic: limit.diastolic,
        }),
      );
    };
    if (reaches(reading, limits.emergency)) pressure('act', 'pressure_emergency', limits.emergency);
    else if (phase === 'before' && reaches(reading, limits.hold))
      pressure('warn', 'pressure_hold_before', limits.hold);
    else if (phase === 'before' && isAbove(reading, limits.start))
      pressure('warn', 'pressure_start', limits.start);
    else if (reaches(reading, limits.hold)) pressure('warn', 'pressure_hold', limits.hold);
  }
  const warn = (field: Numeric, level: Level, code: Code, value: number) => {
    warned.add(field);
    found.push(finding(field, level, code, { value }));
  };
  const { spo2, sedation, heart_rate } = reading;
  if (isNumber(spo2) && !refused.has('spo2')) {
    if (spo2 < 90) warn('spo2', 'act', 'spo2_emergency', spo2);
    else if (spo2 < 94) warn('spo2', 'warn', 'spo2_check', spo2);
  }
  if (isNumber(sedation) && !refused.has('sedation')) {
    if (sedation <= 2) warn('sedation', 'act', 'sedation_airway', sedation);
    else if (sedation === 3) warn('sedation', 'warn', 'sedation_watch', sedation);
  }
  if (isNumber(heart_rate) && !refused.has('heart_rate') && (heart_rate > 120 || heart_rate < 45)) {
    warn('heart_rate', 'warn', 'heart_rate_check', heart_rate);
  }
  found.push(...unusual.filter((f) => !refused.has(f.field) && !warned.has(f.field)));
  return byWeight(found);
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Signs at any time that call for the emergency plan, whatever the readings say. */
export function needsEmergencyPlan(effect: string, severity: string | null): boolean {
  if (effect === 'chest-pain' || effect === 'laryngospasm' || effect === 'seizure') return true;
  if (effect === 'fainting' || effect === 'slow-breathing') return severity !== 'mild';
  return effect === 'headache' && severity === 'severe';
}

/** Shortest time from the dose to going home, in minutes; null where the clinic's policy decides. */
export function minimumStay(medicine: Medicine): number | null {
  return medicine === 'esketamine' ? 120 : null;
}

/** A typed figure: comma or point, blanks around it; null for nothing typed, NaN for what is no number. */
export function parseFigure(typed: string): number | null {
  const text = typed.trim().replace(',', '.');
  if (text === '') return null;
  return /^\d+(\.\d*)?$|^\.\d+$/.test(text) ? Number(text) : NaN;
}

export function round(value: number, decimals: number): number {
  const unit = 10 ** decimals;
  return Math.round((value + Number.EPSILON) * unit) / unit;
}
