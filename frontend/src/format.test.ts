import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as format from './format';
import { newId } from './ids';

describe('dates', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: new Date('2026-03-24T18:00:00Z') });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('writes a day as "Tue 24 March" and leaves the present year out', () => {
    expect(format.day('2026-03-24')).toBe('Tue 24 March');
    expect(format.day('2025-03-24')).toBe('Mon 24 March 2025');
    expect(format.longDay('2026-03-12')).toBe('Thursday 12 March');
    expect(format.shortDay('2026-09-03')).toBe('3 Sep');
    expect(format.tableDay('2026-09-03')).toBe('Thu 3 Sep');
    expect(format.tableDay('2025-09-03')).toBe('3 Sep 2025');
  });

  it('writes a span of days with its years, the present one too', () => {
    expect(format.plainDay('2026-03-12')).toBe('12 March 2026');
    expect(format.plainDay('2026-01-02', '2026-03-12')).toBe('2 January');
    expect(format.plainDay('2025-12-22', '2026-03-12')).toBe('22 December 2025');
  });

  it('never moves a local date to another day', () => {
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago'])
      expect(format.localDate('2026-03-24', zone)).toBe('2026-03-24');
  });

  it('puts an instant on the day and at the hour of the zone', () => {
    const instant = '2026-11-21T04:14:05.000Z';
    expect(format.localDate(instant, 'America/Denver')).toBe('2026-11-20');
    expect(format.time(instant, 'America/Denver')).toBe('21:14');
    expect(format.time('2026-11-21T07:00:00Z', 'America/Denver')).toBe('00:00');
    expect(format.dayTime(instant, 'UTC')).toBe('Sat 21 November, 04:14');
  });

  it('says how long ago something was in calendar days', () => {
    const now = new Date('2026-03-24T18:00:00Z');
    expect(format.ago('2026-03-24T08:10:00Z', now, 'UTC')).toBe('today, 08:10');
    expect(format.ago('2026-03-23T23:50:00Z', now, 'UTC')).toBe('yesterday, 23:50');
    expect(format.ago('2026-03-21T08:10:00Z', now, 'UTC')).toBe('3 days ago');
    expect(format.ago('2026-03-01', now, 'UTC')).toBe('Sun 1 March');
  });

  it('counts days across a change of the clocks', () => {
    expect(format.daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(format.daysBetween('2026-10-26', '2026-10-24')).toBe(-2);
  });
});

describe('numbers', () => {
  it('keeps at most the places asked for', () => {
    expect(format.number(13.44, 1)).toBe('13.4');
    expect(format.number(13, 1)).toBe('13');
  });
  it('says one or many', () => {
    expect(format.many(1, 'answer', 'answers')).toBe('1 answer');
    expect(format.many(2, 'answer', 'answers')).toBe('2 answers');
  });
});

describe('ids', () => {
  it('are version 7 and sort by time', () => {
    const early = newId(1_700_000_000_000);
    const late = newId(1_700_000_000_001);
    expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(early < late).toBe(true);
    expect(Number.parseInt(early.replaceAll('-', '').slice(0, 12), 16)).toBe(1_700_000_000_000);
  });
});
