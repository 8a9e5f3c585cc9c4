import { describe, expect, it } from 'vitest';
import { linear, median, polyline } from './scale';

describe('a scale', () => {
  it('is straight, also beyond its ends and upside down', () => {
    const y = linear([0, 10], [100, 0]);
    expect([y(0), y(5), y(10), y(12)]).toEqual([100, 50, 0, -20]);
  });
  it('stays within its ends when it is asked to', () => {
    const y = linear([-4, 4], [0, 80], true);
    expect([y(-9), y(0), y(9)]).toEqual([0, 40, 80]);
  });
  it('puts everything in the middle when it has no width', () => {
    expect(linear([3, 3], [0, 10])(3)).toBe(5);
  });
});

it('a line goes from point to point', () => {
  expect(polyline([])).toBe('');
  expect(polyline([[1, 2]])).toBe('M1,2Z');
  expect(
    polyline([
      [1, 2],
      [3, 4.5],
    ]),
  ).toBe('M1,2L3,4.5');
});

it('the median of an even number lies between the two in the middle', () => {
  expect(median([])).toBeNull();
  expect(median([4])).toBe(4);
  expect(median([9, 1, 4])).toBe(4);
  expect(median([9, 1, 4, 5])).toBe(4.5);
});
