// Measures and courses for the tests of charts; fictional.
import { dayOfDate, type Scale, type ScorePoint } from './geometry';

const bands = (...parts: [number, number, string][]) =>
  parts.map(([min, max, label]) => ({ min, max, label }));

export const phq9: Scale = {
  min: 0,
  max: 27,
  higher_is: 'worse',
  bands: bands(
    [0, 4, 'Minimal'],
    [5, 9, 'Mild'],
    [10, 14, 'Moderate'],
    [15, 19, 'Moderately severe'],
    [20, 27, 'Severe'],
  ),
};

export const gad7: Scale = {
  min: 0,
  max: 21,
  higher_is: 'worse',
  bands: bands([0, 4, 'Minimal'], [5, 9, 'Mild'], [10, 14, 'Moderate'], [15, 21, 'Severe']),
};

export const pcl5: Scale = {
  min: 0,
  max: 80,
  higher_is: 'worse',
  bands: bands(
    [0, 30, 'Below the cut-point range'],
    [31, 33, 'Within the 31-33 cut-point range'],
    [34, 80, 'Above the cut-point range'],
  ),
};

/** Scores as `[date, value]`; joined up to `gapDays` apart. */
export function scores(gapDays: number, ...values: [string, number][]): ScorePoint[] {
  return values.map(([date, value], index) => {
    const day = dayOfDate(date) + 0.8;
    const before = values[index - 1];
    const joined = before !== undefined && day - dayOfDate(before[0]) - 0.8 <= gapDays;
    return { day, value, joined };
  });
}

export const course = scores(
  14,
  ['2025-12-22', 18],
  ['2026-01-05', 19],
  ['2026-01-12', 15],
  ['2026-01-19', 11],
  ['2026-01-26', 8],
  ['2026-02-02', 9],
  ['2026-02-09', 12],
  ['2026-02-13', 8],
  ['2026-03-02', 9],
  ['2026-03-05', 6],
);

export const sessions = [
  ['2026-01-06', '34'],
  ['2026-01-09', '34'],
  ['2026-01-13', '37'],
  ['2026-01-16', '41'],
  ['2026-01-20', '41'],
  ['2026-01-23', '41'],
  ['2026-02-10', '41'],
  ['2026-03-03', '41'],
].map(([date = '', dose = ''], index) => ({
  id: `s${index + 1}`,
  day: dayOfDate(date) + 0.42,
  dose,
}));
