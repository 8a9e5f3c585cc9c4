import { describe, expect, it } from 'vitest';
import {
  checkDose,
  checkReading,
  checkValue,
  checkWeight,
  checkWeightAge,
  HARD,
  minimumStay,
  needsEmergencyPlan,
  parseFigure,
  perKg,
  USUAL,
  type Dose,
  type Finding,
  type Numeric,
} from './limits';

const codes = (found: Finding[]) => found.map((f) => `${f.level}:${f.code}`);
const dose = (dose_mg: number, more: Partial<Dose> = {}): Dose => ({
  medicine: 'ketamine',
  route: 'iv',
  weight_kg: 70,
  dose_mg,
  ...more,
});

describe('hard and usual ranges', () => {
  const step: Partial<Record<Numeric, number>> = {
    weight_kg: 0.1,
    dose_mg: 0.1,
    dose_mg_per_kg: 0.01,
  };

  it.each(Object.keys(HARD) as Numeric[])(
    'refuses %s just outside its hard range and takes its edges',
    (field) => {
      const [low, high] = HARD[field];
      const by = step[field] ?? 1;
      expect(checkValue(field, low - by)[0]?.level).toBe('refuse');
      expect(checkValue(field, high + by)[0]?.level).toBe('refuse');
      expect(checkValue(field, low)[0]?.level).not.toBe('refuse');
      expect(checkValue(field, high)[0]?.level).not.toBe('refuse');
    },
  );

  it.each(Object.keys(USUAL) as Numeric[])(
    'is quiet on the edges of the usual range of %s',
    (field) => {
      const [low, high] = USUAL[field]!;
      expect(checkValue(field, low)).toEqual([]);
      expect(checkValue(field, high)).toEqual([]);
    },
  );

  it('asks about an unusual value', () => {
    expect(codes(checkValue('infusion_minutes', 90))).toEqual(['confirm:unusual']);
  });

  it('refuses a fraction where only whole numbers make sense, and what is no number', () => {
    expect(codes(checkValue('heart_rate', 72.5))).toEqual(['refuse:not_whole']);
    expect(codes(checkValue('heart_rate', NaN))).toEqual(['refuse:out_of_range']);
  });
});

describe('weight', () => {
  it('is quiet about an ordinary change', () => {
    expect(checkWeight(71, 68)).toEqual([]);
  });

  it('asks when pounds were typed for kilograms', () => {
    expect(checkWeight(150, 68)).toEqual([
      {
        field: 'weight_kg',
        level: 'confirm',
        code: 'pounds',
        values: { value: 150, last: 68, kg: 68 },
      },
    ]);
  });

  it('asks when the last weight was probably pounds', () => {
    expect(codes(checkWeight(68, 150))).toEqual(['confirm:kilograms']);
  });

  it('does not take a large true change for a slip of units', () => {
    expect(codes(checkWeight(130, 80))).toEqual([]);
  });

  it('asks about a tenfold slip that stays inside the hard range', () => {
    expect(codes(checkWeight(30, 300))).toEqual(['confirm:tenfold']);
  });

  it('suggests pounds without a weight to compare with', () => {
    expect(checkWeight(198, null)).toEqual([
      {
        field: 'weight_kg',
        level: 'confirm',
        code: 'pounds_range',
        values: { value: 198, kg: 89.8 },
      },
    ]);
  });

  it('refuses what nobody weighs', () => {
    expect(codes(checkWeight(680, 68))).toEqual(['refuse:out_of_range']);
    expect(codes(checkWeight(6.8, 68))).toEqual(['refuse:out_of_range']);
  });

  it('marks a weight from more than 90 days ago', () => {
    expect(checkWeightAge(90)).toEqual([]);
    expect(codes(checkWeightAge(91))).toEqual(['note:weight_old']);
    expect(checkWeightAge(null)).toEqual([]);
  });
});

describe('dose', () => {
  it('is quiet about the usual', () => {
    expect(checkDose(dose(35), dose(35))).toEqual([]);
  });

  it('asks about a tenfold slip against the last dose, either way', () => {
    expect(codes(checkDose(dose(410, { weight_kg: 68 }), dose(41, { weight_kg: 68 })))).toEqual([
      'confirm:tenfold',
    ]);
    expect(codes(checkDose(dose(4.1), dose(41)))).toEqual(['confirm:tenfold']);
  });

  it('asks about a tenfold slip at the first session from the usual range', () => {
    expect(codes(checkDose(dose(350), null))).toEqual(['confirm:tenfold_range']);
    expect(codes(checkDose(dose(3.5), null))).toEqual(['confirm:tenfold_range']);
  });

  it('asks about more than 50 % up, not about 50 % exactly', () => {
    expect(checkDose(dose(60, { weight_kg: 80 }), dose(40))).toEqual([]);
    expect(codes(checkDose(dose(61, { weight_kg: 80 }), dose(40)))).toEqual(['confirm:dose_up']);
    expect(checkDose(dose(61, { weight_kg: 80 }), dose(40))[0]?.values.percent).toBe(53);
  });

  it('never compares across medicines or routes', () => {
    expect(checkDose(dose(84, { medicine: 'esketamine', route: 'in' }), dose(40))).toEqual([]);
    expect(checkDose(dose(300, { route: 'sl' }), dose(40))).toEqual([]);
  });

  it('knows the usual range of every route', () => {
    expect(codes(checkDose(dose(151, { weight_kg: 160 }), null))).toEqual(['confirm:dose_unusual']);
    expect(checkDose(dose(190, { route: 'in', weight_kg: null }), null)).toEqual([]);
    expect(codes(checkDose(dose(210, { route: 'in' }), null))).toEqual(['confirm:tenfold_range']);
    expect(checkDose(dose(400, { route: 'po' }), null)).toEqual([]);
    expect(codes(checkDose(dose(601, { route: 'po', weight_kg: 120 }), null))).toContain(
      'confirm:tenfold_range',
    );
  });

  it('knows the sizes of the esketamine device', () => {
    for (const mg of [28, 56, 84])
      expect(checkDose(dose(mg, { medicine: 'esketamine', route: 'in' }), null)).toEqual([]);
    expect(codes(checkDose(dose(60, { medicine: 'esketamine', route: 'in' }), null))).toEqual([
      'confirm:dose_device',
    ]);
  });

  it('asks about an unusual dose per kg and refuses an impossible one', () => {
    expect(codes(checkDose(dose(100, { weight_kg: 60 }), null))).toEqual([
      'confirm:per_kg_unusual',
    ]);
    expect(codes(checkDose(dose(600, { route: 'po', weight_kg: 30 }), null))[0]).toBe(
      'refuse:per_kg_out_of_range',
    );
  });

  it('refuses nothing, less than nothing and too much', () => {
    for (const mg of [0, -1, 1501, NaN])
      expect(codes(checkDose(dose(mg), null))).toEqual(['refuse:out_of_range']);
  });

  it('counts per kg to two decimals, and only from two known figures', () => {
    expect(perKg(41, 68)).toBe(0.6);
    expect(perKg(41, null)).toBeNull();
    expect(perKg(null, 68)).toBeNull();
    expect(perKg(41, 0)).toBeNull();
  });
});

describe('readings', () => {
  it('is quiet about ordinary ones and about what was not taken', () => {
    expect(
      checkReading(
        { systolic: 126, diastolic: 80, heart_rate: 72, spo2: 98, sedation: 5 },
        'before',
      ),
    ).toEqual([]);
    expect(checkReading({}, 'during')).toEqual([]);
    expect(checkReading({ systolic: null, spo2: null }, 'before')).toEqual([]);
  });

  it('warns before the dose above 140 or above 90, not at them', () => {
    expect(checkReading({ systolic: 140, diastolic: 90 }, 'before')).toEqual([]);
    expect(codes(checkReading({ systolic: 141, diastolic: 80 }, 'before'))).toEqual([
      'warn:pressure_start',
    ]);
    expect(codes(checkReading({ systolic: 130, diastolic: 91 }, 'before'))).toEqual([
      'warn:pressure_start',
    ]);
  });

  it('is stronger from 160 or 100 before the dose', () => {
    expect(codes(checkReading({ systolic: 160, diastolic: 80 }, 'before'))).toEqual([
      'warn:pressure_hold_before',
    ]);
    expect(codes(checkReading({ systolic: 150, diastolic: 100 }, 'before'))).toEqual([
      'warn:pressure_hold_before',
    ]);
  });

  it("keeps to the plan's limit during the session", () => {
    expect(codes(checkReading({ systolic: 162, diastolic: 98 }, 'during'))).toEqual([
      'warn:pressure_hold',
    ]);
    expect(codes(checkReading({ systolic: 148, diastolic: 90 }, 'during'))).toEqual([
      'confirm:unusual',
    ]);
  });

  it("takes the plan's own limit", () => {
    const limits = {
      start: { systolic: 130, diastolic: 85 },
      hold: { systolic: 150, diastolic: 95 },
      emergency: { systolic: 170, diastolic: 110 },
    };
    expect(codes(checkReading({ systolic: 152, diastolic: 80 }, 'during', limits))).toEqual([
      'warn:pressure_hold',
    ]);
    expect(codes(checkReading({ systolic: 172, diastolic: 80 }, 'during', limits))).toEqual([
      'act:pressure_emergency',
    ]);
  });

  it.each(['before', 'during', 'end', 'after', 'discharge'] as const)(
    'calls for the emergency plan at 180 or 120 (%s)',
    (phase) => {
      expect(codes(checkReading({ systolic: 180, diastolic: 90 }, phase))).toEqual([
        'act:pressure_emergency',
      ]);
      expect(codes(checkReading({ systolic: 150, diastolic: 120 }, phase))).toEqual([
        'act:pressure_emergency',
      ]);
    },
  );

  it('reads one half of a pressure without inventing the other', () => {
    expect(codes(checkReading({ systolic: 185 }, 'during'))).toEqual(['act:pressure_emergency']);
    expect(checkReading({ diastolic: 80 }, 'before')).toEqual([]);
  });

  it('refuses a diastolic at or above the systolic', () => {
    expect(codes(checkReading({ systolic: 90, diastolic: 90 }, 'during'))).toEqual([
      'refuse:pressure_order',
    ]);
    expect(codes(checkReading({ systolic: 80, diastolic: 120 }, 'during'))).toEqual([
      'refuse:pressure_order',
    ]);
  });

  it('checks oxygen below 94 and acts below 90', () => {
    expect(checkReading({ spo2: 94 }, 'during')).toEqual([]);
    expect(codes(checkReading({ spo2: 93 }, 'during'))).toEqual(['warn:spo2_check']);
    expect(codes(checkReading({ spo2: 90 }, 'during'))).toEqual(['warn:spo2_check']);
    expect(codes(checkReading({ spo2: 89 }, 'during'))).toEqual(['act:spo2_emergency']);
  });

  it('watches sedation of 3 and minds the airway at 2 or less', () => {
    expect(checkReading({ sedation: 4 }, 'during')).toEqual([]);
    expect(codes(checkReading({ sedation: 3 }, 'during'))).toEqual(['warn:sedation_watch']);
    for (const level of [0, 1, 2])
      expect(codes(checkReading({ sedation: level }, 'during'))).toEqual(['act:sedation_airway']);
  });

  it('checks a heart rate above 120 or below 45, and asks between there and the usual', () => {
    expect(codes(checkReading({ heart_rate: 121 }, 'during'))).toEqual(['warn:heart_rate_check']);
    expect(codes(checkReading({ heart_rate: 44 }, 'during'))).toEqual(['warn:heart_rate_check']);
    expect(codes(checkReading({ heart_rate: 120 }, 'during'))).toEqual(['confirm:unusual']);
    expect(codes(checkReading({ heart_rate: 45 }, 'during'))).toEqual(['confirm:unusual']);
  });

  it('says the most pressing thing first', () => {
    expect(
      codes(checkReading({ systolic: 165, diastolic: 95, spo2: 88, breathing_rate: 3 }, 'during')),
    ).toEqual(['refuse:out_of_range', 'act:spo2_emergency', 'warn:pressure_hold']);
  });
});

it('calls for the emergency plan on signs that need it at any reading', () => {
  expect(needsEmergencyPlan('chest-pain', 'mild')).toBe(true);
  expect(needsEmergencyPlan('seizure', null)).toBe(true);
  expect(needsEmergencyPlan('headache', 'moderate')).toBe(false);
  expect(needsEmergencyPlan('headache', 'severe')).toBe(true);
  expect(needsEmergencyPlan('nausea', 'severe')).toBe(false);
});

it('keeps people two hours after esketamine and leaves the rest to the clinic', () => {
  expect(minimumStay('esketamine')).toBe(120);
  expect(minimumStay('ketamine')).toBeNull();
});

it('reads a figure as it is typed', () => {
  expect(parseFigure(' 68,5 ')).toBe(68.5);
  expect(parseFigure('41')).toBe(41);
  expect(parseFigure('')).toBeNull();
  expect(parseFigure('41mg')).toBeNaN();
  expect(parseFigure('-4')).toBeNaN();
});
