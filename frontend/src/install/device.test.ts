import { beforeEach, expect, it, vi } from 'vitest';
import { isPostponed, postpone } from './device';

const DAY = 86_400_000;

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});

it('"not now" lasts 30 days', () => {
  expect(isPostponed(0)).toBe(false);
  postpone(DAY);
  expect([2, 30, 31, 32].map((day) => isPostponed(day * DAY))).toEqual([true, true, false, false]);
});

it('"not now" said under a clock a year ahead does not last a year', () => {
  postpone(365 * DAY);
  expect(isPostponed(DAY)).toBe(false);
});
