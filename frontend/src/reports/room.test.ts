import { expect, test } from 'vitest';
import { roomFor, stepFor } from './room';

test('a sheet that fits keeps its size, another becomes as small as it must', () => {
  expect(stepFor(960, 960)).toBe(100);
  expect(stepFor(961, 960)).toBe(95);
  expect(stepFor(1200, 960)).toBe(80);
  expect(stepFor(5000, 960)).toBe(70);
});

test('more rows never leave more room for the charts', () => {
  for (let rows = 0; rows < 12; rows++) {
    const [less, more] = [roomFor(rows + 1), roomFor(rows)];
    for (const part of ['plot', 'smallPlot', 'strip', 'lines'] as const)
      expect(less[part]).toBeLessThanOrEqual(more[part]);
  }
});
