import { describe, expect, it } from 'vitest';
import type { DaySession } from '../api/types';
import { dayAfter, minutesUntil, openBoxes, questions, readings } from './day';

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
  is_checklist_open: true,
  is_discharge_open: true,
  checklist_open: ['fasted', 'not_pregnant'],
  discharge_open: ['escort_present'],
  questionnaires: null,
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
    expect(openBoxes(one({}))).toEqual({ before: 2, home: false });
    expect(openBoxes(one({ stage: 'recovering' }))).toEqual({ before: false, home: 1 });
    expect(openBoxes(one({ stage: 'gone', is_signed: true }))).toEqual({
      before: false,
      home: false,
    });
    expect(openBoxes(one({ stage: 'missed' }))).toEqual({ before: false, home: false });
  });

  it('says only that boxes are open to who does not see which', () => {
    const unseen = { checklist_open: null, discharge_open: null };
    expect(openBoxes(one(unseen))).toEqual({ before: true, home: false });
    expect(openBoxes(one({ ...unseen, is_checklist_open: false })).before).toBe(false);
    expect(openBoxes(one({ ...unseen, stage: 'recovering' })).home).toBe(true);
  });

  it('names questionnaires that are not answered until the dose begins', () => {
    const asked = (short_title: string, is_answered: boolean) => ({
      instrument: short_title,
      short_title,
      is_answered,
    });
    const questionnaires = [asked('Before the session', false), asked('PHQ-9', true)];
    expect(questions(one({ questionnaires }))).toEqual({
      open: ['Before the session'],
      answered: 1,
    });
    expect(questions(one({ questionnaires, stage: 'under_way' }))).toBeNull();
    expect(questions(one({ questionnaires: [] }))).toBeNull();
    expect(questions(one({}))).toBeNull();
  });
});
