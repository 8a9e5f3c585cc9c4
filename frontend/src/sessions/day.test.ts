import { describe, expect, it } from 'vitest';
import type { DaySession } from '../api/types';
import { dayAfter, minutesUntil, openBoxes, readings } from './day';

const one = (more: Partial<DaySession>): DaySession => ({
  id: 'a',
  patient_id: 'p',
  patient_name: 'Maya Reyes',
  course_id: null,
  number: 1,
  status: 'planned',
  stage: 'expected',
  at: '2026-11-20T17:00:00.000Z',
  scheduled_at: '2026-11-20T17:00:00.000Z',
  arrived_at: null,
  chair: null,
  started_at: null,
  ended_at: null,
  earliest_leave_at: null,
  released_at: null,
  route: 'iv',
  next_reading_at: null,
  checklist_open: ['fasted', 'not_pregnant'],
  discharge_open: ['escort_present'],
  is_signed: false,
  has_alert: false,
  ...more,
});

describe('a clinic’s day', () => {
  it('puts the reading that is due soonest first', () => {
    const due = readings([
      one({ id: 'late', next_reading_at: '2026-11-20T17:30:00.000Z' }),
      one({ id: 'none' }),
      one({ id: 'soon', next_reading_at: '2026-11-20T17:15:00.000Z' }),
    ]);
    expect(due.map(({ id }) => id)).toEqual(['soon', 'late']);
  });

  it('counts a begun minute whole, and past ones below nothing', () => {
    const at = '2026-11-20T17:15:00.000Z';
    expect(minutesUntil(at, new Date('2026-11-20T17:10:30.000Z'))).toBe(5);
    expect(minutesUntil(at, new Date('2026-11-20T17:15:00.000Z'))).toBe(0);
    expect(minutesUntil(at, new Date('2026-11-20T17:18:00.000Z'))).toBe(-3);
  });

  it('steps over the end of a month', () => {
    expect(dayAfter('2026-11-30', 1)).toBe('2026-12-01');
    expect(dayAfter('2026-03-01', -1)).toBe('2026-02-28');
  });

  it('asks for boxes when they matter', () => {
    expect(openBoxes(one({}))).toEqual({ before: 2, home: 0 });
    expect(openBoxes(one({ stage: 'recovering' }))).toEqual({ before: 0, home: 1 });
    expect(openBoxes(one({ stage: 'gone', is_signed: true }))).toEqual({ before: 0, home: 0 });
    expect(openBoxes(one({ stage: 'missed' }))).toEqual({ before: 0, home: 0 });
  });
});
