import { describe, expect, it } from 'vitest';
import type { SharedSession, Task } from '../api/types';
import { around, openTasks, openUntil, partOfDay } from './due';

const task = (over: Partial<Task> = {}): Task => ({
  instrument: 'phq-9',
  title: 'Patient Health Questionnaire (PHQ-9)',
  short_title: 'PHQ-9',
  minutes: 2,
  state: 'due',
  due_on: '2026-03-12',
  closes_on: '2026-03-15',
  response_id: null,
  every: 'week',
  ...over,
});

const visit = (over: Partial<SharedSession>): SharedSession => ({
  id: 'a',
  course_id: null,
  number: 1,
  status: 'completed',
  at: '2026-03-01T12:00:00.000Z',
  local_date: '2026-03-01',
  scheduled_at: null,
  route: 'iv',
  shared_note: null,
  ...over,
});

describe('questionnaires on Today', () => {
  it('names the weekday while it is near', () => {
    expect(openUntil(task(), '2026-03-12')).toBe('Open until Sunday.');
    expect(openUntil(task({ closes_on: '2026-03-12' }), '2026-03-12')).toBe('Open until tonight.');
    expect(openUntil(task({ closes_on: '2026-03-30' }), '2026-03-12')).toContain('30 March');
  });

  it('never says that something is late', () => {
    const past = task({ closes_on: '2026-03-01', state: 'overdue' });
    expect(openUntil(past, '2026-03-12')).toBe('Whenever suits you.');
  });

  it('leaves out what is done, and the check-in', () => {
    const tasks = [
      task({ instrument: 'daily-check-in' }),
      task({ state: 'done' }),
      task({ state: 'overdue' }),
    ];
    expect(openTasks(tasks, 'daily-check-in')).toHaveLength(1);
  });
});

describe('sessions around today', () => {
  const now = new Date('2026-03-12T20:00:00Z');

  it('counts whole days since the last session that took place', () => {
    const sessions = [
      visit({ local_date: '2026-03-03' }),
      visit({ local_date: '2026-02-20' }),
      visit({ status: 'missed', local_date: '2026-03-10' }),
    ];
    expect(around(sessions, now, 'UTC').daysSince).toBe(9);
    expect(around([], now, 'UTC').daysSince).toBeNull();
  });

  it('finds the nearest planned session, also one of today that has begun', () => {
    const sessions = [
      visit({ id: 'later', status: 'planned', scheduled_at: '2026-03-24T10:00:00.000Z' }),
      visit({ id: 'today', status: 'planned', scheduled_at: '2026-03-12T10:00:00.000Z' }),
      visit({ id: 'past', status: 'planned', scheduled_at: '2026-03-01T10:00:00.000Z' }),
    ];
    expect(around(sessions, now, 'UTC').next?.id).toBe('today');
  });
});

describe('the greeting', () => {
  it('follows the clock', () => {
    expect([2, 8, 13, 21].map(partOfDay)).toEqual([3, 0, 1, 2]);
  });
});
