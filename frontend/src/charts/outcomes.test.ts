import { expect, test } from 'vitest';
import { overlaps } from './labels';
import { keptScene, ribbonScene, tickStep, waterfallScene, type SessionScores } from './outcomes';

const words = { axis: 'Each bar is one person', points: (change: number) => String(change) };
const row = (number: number, n: number | null, median = 14): SessionScores => ({
  number,
  n,
  median: n === null ? null : median,
  low: n === null ? null : median - 4,
  high: n === null ? null : median + 3,
});
const scale = {
  min: 0,
  max: 27,
  higher_is: 'worse',
  bands: [
    { min: 0, max: 4, label: 'Minimal' },
    { min: 5, max: 9, label: 'Mild' },
    { min: 10, max: 14, label: 'Moderate' },
    { min: 15, max: 19, label: 'Moderately severe' },
    { min: 20, max: 27, label: 'Severe' },
  ],
};
const ribbonWords = {
  start: 'Start',
  session: 'session',
  people: 'people',
  band: (name: string) => name,
};

function apart(labels: readonly { box: Parameters<typeof overlaps>[0]; text: string }[]) {
  labels.forEach((one, index) => {
    for (const other of labels.slice(index + 1))
      expect(overlaps(one.box, other.box), `${one.text} and ${other.text}`).toBe(false);
  });
}

const bars = (path: string) => path.split('Z').length - 1;

test('every person has a bar, by what the change is worth', () => {
  const scene = waterfallScene(600, 340, [-12, -6, -5, 0, 3, 6], 6, true, words);
  expect([bars(scene.better), bars(scene.same), bars(scene.worse)]).toEqual([2, 3, 1]);
  const upwards = waterfallScene(600, 340, [12, 6, 5, 0, -3, -6], 6, false, words);
  expect([bars(upwards.better), bars(upwards.same), bars(upwards.worse)]).toEqual([2, 3, 1]);
});

test('the block of usual change lies about zero, and there is none without a rule', () => {
  const scene = waterfallScene(600, 340, [-12, 8], 6, true, words);
  expect(scene.usual!.y).toBeLessThan(scene.zero);
  expect(scene.usual!.y + scene.usual!.height).toBeGreaterThan(scene.zero);
  const without = waterfallScene(600, 340, [-2, 1], null, true, words);
  expect([without.usual, bars(without.same)]).toEqual([null, 2]);
});

test('ticks are few, and their names stand apart', () => {
  expect([tickStep(3, 6), tickStep(34, 7), tickStep(80, 7)]).toEqual([0.5, 5, 20]);
  for (const width of [260, 390, 900])
    apart(waterfallScene(width, 340, [-20, -3, 12], 6, true, words).labels);
});

test('a session with too few people leaves the line open', () => {
  const scene = ribbonScene(
    560,
    262,
    scale,
    [row(0, 30), row(1, 28), row(2, null), row(3, 20), row(4, 18)],
    ribbonWords,
  );
  expect(scene.median).toHaveLength(2);
  expect(scene.dots).toHaveLength(4);
});

test('session numbers and bands stand apart at every width', () => {
  const rows = Array.from({ length: 13 }, (_, number) => row(number, 1200 - number));
  for (const width of [280, 350, 560, 900])
    apart(ribbonScene(width, 262, scale, rows, ribbonWords).labels);
});

test('the curve goes down in steps and ends with the last day that is known', () => {
  const steps = [
    { day: 20, share: 0.9, low: 0.7, high: 0.97 },
    { day: 45, share: 0.7, low: 0.5, high: 0.85 },
  ];
  const atRisk = [
    { day: 0, n: 30 },
    { day: 28, n: 22 },
    { day: 56, n: 12 },
  ];
  const scene = keptScene(500, 262, steps, atRisk, { weeks: 'weeks', people: 'people' });
  expect(scene.curve.match(/V/g)).toHaveLength(2);
  expect(scene.curve.startsWith(`M${scene.plot.left + 6},${scene.plot.top}`)).toBe(true);
  expect(scene.curve.endsWith(`H${scene.plot.right - 10}`)).toBe(true);
  for (const width of [280, 350, 560])
    apart(keptScene(width, 262, steps, atRisk, { weeks: 'weeks', people: 'people' }).labels);
});
