import { expect, it } from 'vitest';
import { clockAt, dateAt, instantAt, parseClock } from './times';

it('reads a time as it is typed', () => {
  expect(parseClock('10:02')).toBe('10:02');
  expect(parseClock('905')).toBe('09:05');
  expect(parseClock('0905')).toBe('09:05');
  expect(parseClock(' 9.05 ')).toBe('09:05');
  expect(parseClock('')).toBeNull();
  for (const wrong of ['25:00', '10:60', '9', 'soon', '12345'])
    expect(parseClock(wrong)).toBeUndefined();
});

it('turns a clock time into an instant and back, in summer and in winter', () => {
  expect(instantAt('2026-03-24', '10:02', 'America/Denver')).toBe('2026-03-24T16:02:00.000Z');
  expect(instantAt('2026-01-24', '10:02', 'America/Denver')).toBe('2026-01-24T17:02:00.000Z');
  expect(instantAt('2026-01-24', '00:30', 'Pacific/Auckland')).toBe('2026-01-23T11:30:00.000Z');
  expect(clockAt('2026-03-24T16:02:00.000Z', 'America/Denver')).toBe('10:02');
  expect(dateAt('2026-01-23T11:30:00.000Z', 'Pacific/Auckland')).toBe('2026-01-24');
});

it('holds on both nights when the clock changes', () => {
  expect(instantAt('2026-11-01', '03:30', 'America/Denver')).toBe('2026-11-01T10:30:00.000Z');
  expect(instantAt('2026-03-08', '03:30', 'America/Denver')).toBe('2026-03-08T09:30:00.000Z');
});
