import { expect, it } from 'vitest';
import type { Alert } from '../api/types';
import { age, byAge, clock, closedThisWeek, firstName, isLate, leading, moment } from './alerts';

const NOW = new Date('2026-03-12T14:50:00.000Z');
const alert = (more: Partial<Alert>): Alert =>
  ({
    id: 'a',
    status: 'open',
    raised_at: '2026-03-12T14:12:00.000Z',
    due_at: null,
    ...more,
  }) as Alert;

it('lists the one who has waited longest first', () => {
  const older = alert({ id: 'b', raised_at: '2026-03-12T03:40:00.000Z' });
  expect(byAge([alert({}), older]).map((a) => a.id)).toEqual(['b', 'a']);
});

it('says how old an alert is', () => {
  expect(age(alert({}), NOW)).toBe('38 min');
  expect(age(alert({ raised_at: '2026-03-12T03:40:00.000Z' }), NOW)).toBe('11 h');
  expect(age(alert({ raised_at: '2026-03-09T03:40:00.000Z' }), NOW)).toBe('3 days');
});

it('runs a clock until somebody is on it', () => {
  expect(clock(alert({ due_at: '2026-03-12T15:12:00.000Z' }), NOW)).toEqual({
    text: '22 min',
    isOver: false,
  });
  expect(clock(alert({ due_at: '2026-03-12T18:00:00.000Z' }), NOW)?.text).toBe('3 h 10 min');
  expect(clock(alert({ due_at: '2026-03-12T14:38:00.000Z' }), NOW)).toEqual({
    text: '12 min',
    isOver: true,
  });
  expect(
    clock(alert({ due_at: '2026-03-12T15:12:00.000Z', status: 'acknowledged' }), NOW),
  ).toBeNull();
  expect(clock(alert({}), NOW)).toBeNull();
});

it('keeps what was closed in the last 7 days, newest first', () => {
  const closed = (id: string, resolved_at: string) =>
    alert({ id, status: 'resolved', resolved_at });
  const found = closedThisWeek(
    [
      closed('old', '2026-03-05T14:49:00.000Z'),
      closed('mon', '2026-03-09T10:00:00.000Z'),
      closed('wed', '2026-03-11T10:00:00.000Z'),
    ],
    NOW,
  );
  expect(found.map((a) => a.id)).toEqual(['wed', 'mon']);
});

it('names the moment where the clinic is', () => {
  expect(moment('2026-03-12T14:12:00.000Z', NOW, 'America/Denver')).toBe('today at 08:12');
  expect(moment('2026-03-12T03:40:00.000Z', NOW, 'America/Denver')).toBe('yesterday at 21:40');
});

it('knows an answer that came late', () => {
  const answered_at = '2026-03-12T10:00:00.000Z';
  expect(isLate({ answered_at, received_at: '2026-03-12T10:00:04.000Z' })).toBe(false);
  expect(isLate({ answered_at, received_at: '2026-03-12T13:00:00.000Z' })).toBe(true);
});

it('shows the most serious reason first', () => {
  const reason = (level: string, answered_at: string) =>
    ({ level, answered_at }) as Alert['reasons'][number];
  const found = leading([
    reason('high', '2026-03-12T10:00:00.000Z'),
    reason('urgent', '2026-03-10T10:00:00.000Z'),
    reason('urgent', '2026-03-11T10:00:00.000Z'),
  ]);
  expect(found?.answered_at).toBe('2026-03-11T10:00:00.000Z');
  expect(firstName('Daniel Reyes')).toBe('Daniel');
});
