import { describe, expect, it } from 'vitest';
import type { Assignment, SharedSession } from '../api/types';
import { aroundSessions } from './around';

const session = (id: string, at: string) =>
  ({ id, at, scheduled_at: at, status: 'planned' }) as SharedSession;
const asked = (id: string, session_id: string, due: string, more: Partial<Assignment> = {}) =>
  ({
    id,
    session_id,
    instrument: 'phq-9',
    instrument_title: 'PHQ-9',
    opens_at: `${due}T08:00:00.000Z`,
    due_at: `${due}T15:00:00.000Z`,
    closes_at: `${due}T22:00:00.000Z`,
    state: 'upcoming',
    ...more,
  }) as Assignment;

describe('what is asked around sessions', () => {
  const last = session('last', '2026-11-20T16:00:00.000Z');
  const next = session('next', '2026-11-27T16:00:00.000Z');
  const list = [
    asked('a', 'last', '2026-11-21', { state: 'done' }),
    asked('b', 'last', '2026-11-23', { state: 'open' }),
    asked('c', 'next', '2026-11-26'),
    asked('d', 'next', '2026-11-28'),
    asked('e', 'next', '2026-11-26', { state: 'skipped' }),
    asked('f', 'last', '2026-11-22', { state: 'lapsed' }),
    asked('g', 'other', '2026-11-26'),
    asked('h', 'next', '2026-11-26', { instrument: 'daily-check-in' }),
  ];
  const groups = aroundSessions(list, next, last, 'UTC');

  it('stands in the order of the days, without what was left out or belongs elsewhere', () => {
    expect(groups.map(({ id, rows }) => [id, rows.map((row) => row.id)])).toEqual([
      ['since', ['a', 'b']],
      ['before', ['c']],
      ['after', ['d']],
    ]);
  });
  it('says how each stands, and only what is open can be answered', () => {
    const rows = groups.flatMap((group) => group.rows);
    expect(rows.map((row) => row.when)).toEqual([
      'Answered',
      'Open until Mon 23 November',
      'From Thu 26 November',
      'From Sat 28 November',
    ]);
    expect(rows.map((row) => row.href)).toEqual([null, '/questions/phq-9/1', null, null]);
  });
  it('nothing is listed without sessions', () => {
    expect(aroundSessions(list, null, null)).toEqual([]);
  });
});
