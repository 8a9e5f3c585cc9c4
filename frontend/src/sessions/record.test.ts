import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Session } from '../api/types';
import {
  choose,
  contentOf,
  emptyContent,
  isSameContent,
  merge,
  nextReading,
  placeVitals,
  pressureSpan,
  type Content,
  type Vital,
} from './record';

const START = '2026-03-24T16:00:00.000Z';
const at = (minute: number) => new Date(Date.parse(START) + minute * 60_000).toISOString();
const vital = (minute: number, phase: Vital['phase'], systolic = 120): Vital => ({
  at: at(minute),
  phase,
  systolic,
  diastolic: 80,
  heart_rate: null,
  spo2: null,
  breathing_rate: null,
  sedation: null,
});
const content = (more: Partial<Content>): Content => ({
  ...emptyContent(),
  started_at: START,
  ...more,
});

/** What the server's tests read, too. */
const readings = JSON.parse(
  readFileSync(new URL('../../../src/sessions/day/readings.json', import.meta.url), 'utf8'),
) as {
  cases: {
    what: string;
    ended: number | null;
    infusion: number | null;
    taken: [Vital['phase'], number][];
    next: number;
  }[];
};

describe('the grid', () => {
  it('shows the planned rows when nothing was measured', () => {
    expect(placeVitals([], null).map((row) => row.slot)).toEqual([
      'before',
      'during-15',
      'during-30',
      'end',
      'after-60',
    ]);
  });

  it('lays readings into the rows they were meant for', () => {
    const rows = placeVitals(
      [
        vital(34, 'during', 130),
        vital(-4, 'before'),
        vital(17, 'during'),
        vital(42, 'end'),
        vital(66, 'after'),
      ],
      START,
    );
    expect(rows.map((row) => row.vital?.at ?? null)).toEqual([
      at(-4),
      at(17),
      at(34),
      at(42),
      at(66),
    ]);
  });

  it('gives every other reading a row of its own, in order of time', () => {
    const rows = placeVitals(
      [vital(-4, 'before'), vital(15, 'during'), vital(22, 'during'), vital(31, 'during')],
      START,
    );
    expect(rows.map((row) => [row.slot, row.minute])).toEqual([
      ['before', null],
      ['during-15', 15],
      ['extra-0', 22],
      ['during-30', 30],
      ['end', null],
      ['after-60', 60],
    ]);
  });

  it('never loses a reading', () => {
    const vitals = Array.from({ length: 12 }, (_, i) => vital(i * 5, i < 2 ? 'before' : 'during'));
    const placed = placeVitals(vitals, START).flatMap((row) => (row.vital ? [row.vital.at] : []));
    expect(placed.sort()).toEqual(vitals.map((v) => v.at).sort());
  });

  describe('the next reading is due as the server says', () => {
    for (const { what, ended, infusion, taken, next } of readings.cases) {
      it(what, () => {
        const reading = ([phase, minute]: [Vital['phase'], number]) => ({ at: at(minute), phase });
        const end = ended === null ? null : at(ended);
        expect(nextReading(START, end, infusion, taken.map(reading))).toBe(at(next));
      });
    }
  });

  it('is not due before the dose', () => {
    expect(nextReading(null, null, 40, [])).toBeNull();
  });
});

describe('two people at one record', () => {
  const base = content({ dose_mg: 40, note: 'Calm.' });

  it('keeps what each changed when they did not meet', () => {
    const {
      content: merged,
      conflicts,
      taken,
    } = merge(
      base,
      { ...base, dose_mg: 41 },
      { ...base, note: 'Calm. Slept.', checklist: { fasted: true } },
    );
    expect(merged.dose_mg).toBe(41);
    expect(merged.note).toBe('Calm. Slept.');
    expect(merged.checklist).toEqual({ fasted: true });
    expect(conflicts).toEqual([]);
    expect(taken).toEqual(['note', 'checklist.fasted']);
  });

  it('asks where both changed the same thing', () => {
    const found = merge(base, { ...base, dose_mg: 41 }, { ...base, dose_mg: 45 });
    expect(found.conflicts).toEqual([{ part: 'dose_mg', mine: 41, theirs: 45 }]);
    expect(found.content.dose_mg).toBe(45);
    expect(choose(found.content, found.conflicts, new Set(['dose_mg'])).dose_mg).toBe(41);
  });

  it('takes what else was given as one thing', () => {
    const given = [{ at: null, name: 'Ondansetron', amount: '4 mg' }];
    const theirs = [{ at: null, name: 'Labetalol', amount: null }];
    expect(merge(base, { ...base, medicines_given: given }, base).content.medicines_given).toEqual(
      given,
    );
    const met = merge(
      base,
      { ...base, medicines_given: given },
      { ...base, medicines_given: theirs },
    );
    expect(met.conflicts.map(({ part }) => part)).toEqual(['medicines_given']);
    expect(
      choose(met.content, met.conflicts, new Set(['medicines_given'])).medicines_given,
    ).toEqual(given);
    expect(isSameContent(base, { ...base, interventions: [] })).toBe(true);
  });

  it('is quiet when both wrote the same', () => {
    expect(merge(base, { ...base, dose_mg: 41 }, { ...base, dose_mg: 41 }).conflicts).toEqual([]);
  });

  it('compares readings row by row', () => {
    const mine = { ...base, vitals: [vital(-4, 'before'), vital(15, 'during', 140)] };
    const theirs = { ...base, vitals: [vital(15, 'during', 150), vital(31, 'during', 135)] };
    const { content: merged, conflicts } = merge(base, mine, theirs);
    expect(conflicts.map((c) => c.part)).toEqual([`vitals.${vital(15, 'during').at}`]);
    expect(merged.vitals.map((v) => v.systolic)).toEqual([120, 150, 135]);
  });

  it('keeps both readings where two people took one for the same row', () => {
    const mine = { ...base, started_at: START, vitals: [vital(14, 'during', 140)] };
    const theirs = { ...base, started_at: START, vitals: [vital(16, 'during', 150)] };
    const { content: merged, conflicts } = merge(base, mine, theirs);
    expect(conflicts).toEqual([]);
    expect(merged.vitals.map((v) => v.systolic)).toEqual([140, 150]);
  });

  it('keeps two readings of the same minute', () => {
    const both = { ...base, vitals: [vital(15, 'during', 140), vital(15, 'end', 150)] };
    const { content: merged } = merge(base, both, { ...base, note: 'x' });
    expect(merged.vitals.map((v) => v.systolic)).toEqual([140, 150]);
  });

  it('lets a removed effect go when only one side touched it', () => {
    const effect = {
      effect: 'nausea',
      severity: 'mild',
      onset_minutes: null,
      ended_minutes: null,
      action: null,
      serious: false,
    } as const;
    const had = { ...base, effects: [effect] };
    expect(merge(had, { ...had, effects: [] }, { ...had, note: 'x' }).content.effects).toEqual([]);
    expect(
      merge(had, { ...had, effects: [] }, { ...had, effects: [{ ...effect, severity: 'severe' }] })
        .conflicts,
    ).toHaveLength(1);
  });

  it('knows two records for the same whatever the order', () => {
    const a = content({
      checklist: { fasted: true, bladder_ok: false },
      vitals: [vital(15, 'during'), vital(-4, 'before')],
    });
    const b = content({
      checklist: { fasted: true },
      vitals: [vital(-4, 'before'), vital(15, 'during')],
      note: '',
    });
    expect(isSameContent(a, b)).toBe(true);
    expect(isSameContent(a, { ...b, note: 'x' })).toBe(false);
  });
});

it('fills what an older answer leaves out', () => {
  const answer = {
    id: 'a',
    number: 1,
    status: 'planned',
    vitals: [{ at: START, phase: 'before', systolic: 120 }],
  } as unknown as Session;
  const whole = contentOf(answer);
  expect(whole.medicine).toBe('ketamine');
  expect(whole.vitals[0]).toEqual({ ...vital(0, 'before'), diastolic: null });
});

it('gives first and highest pressure', () => {
  expect(
    pressureSpan([vital(-4, 'before', 124), vital(15, 'during', 142), vital(30, 'during', 138)]),
  ).toEqual({
    first: '124/80',
    peak: '142/80',
  });
  expect(pressureSpan([])).toBeNull();
});
