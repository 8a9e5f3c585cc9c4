import { describe, expect, it } from 'vitest';
import type { Caseload, CaseloadRow } from '../api/types';
import { t } from '../messages/caseload';
import {
  change,
  lastCheckIn,
  lede,
  fromQuery,
  nextSession,
  phase,
  reasonDetail,
  scoreHeading,
  sections,
  since,
  toQuery,
  type Shown,
} from './caseload';

const NOW = new Date('2026-03-12T14:50:00.000Z');
const ZONE = 'America/Denver';

const row = (more: Partial<CaseloadRow> = {}): CaseloadRow => ({
  id: 'a',
  name: 'Maya Ellison',
  age: 38,
  record_number: null,
  course: { condition: 'mdd', phase: 'maintenance', sessions_done: 8, sessions_planned: 6 },
  latest: { measure: 'phq-9.total', value: 6, band: 'Mild', at: '2026-03-11T12:00:00.000Z' },
  latest_reliable: true,
  baseline: 19,
  gain: 13,
  status: 'response',
  group: 'as_expected',
  reason: null,
  last_check_in_at: null,
  check_ins_14: [],
  adherence_14: 0,
  unreachable: false,
  open_alerts: 0,
  acknowledged_alerts: 0,
  top_alert_id: null,
  next_session_at: null,
  spark: [],
  sessions_recent: [],
  primary: {
    measure: 'phq-9.total',
    title: 'PHQ-9',
    min: 0,
    max: 27,
    higher_is: 'worse',
    reliable_change: 6,
    remission_max: 4,
    gap_days: 14,
  },
  archived: false,
  ...more,
});

const list = (items: CaseloadRow[], next_cursor: string | null = null): Caseload => ({
  items,
  next_cursor,
  counts: {
    needs_response: 2,
    worth_a_look: 4,
    as_expected: 18,
    total: 24,
    induction: 7,
    maintenance: 15,
    no_course: 2,
  },
});

describe('the news', () => {
  it('is the title', () => {
    expect(t.news(0)).toBe('No one needs a response right now');
    expect(t.news(1)).toBe('One person needs a response today');
    expect(t.news(2)).toBe('Two people need a response today');
    expect(t.news(23)).toBe('23 people need a response today');
  });

  it('goes on with the others', () => {
    expect(lede(list([]))).toBe(
      '24 people in your care. Four more are worth a look. The other eighteen are moving as expected.',
    );
  });

  it('speaks of others only where there are some', () => {
    const quiet = list([]);
    quiet.counts = {
      ...quiet.counts,
      needs_response: 0,
      worth_a_look: 0,
      total: 1,
      as_expected: 1,
    };
    expect(lede(quiet)).toBe('1 person in your care. All are moving as expected.');
  });
});

describe('groups', () => {
  const rows = [
    row({ id: '1', group: 'needs_response' }),
    row({ id: '2', group: 'worth_a_look' }),
    row({ id: '3', group: 'as_expected' }),
    row({ id: '4', group: 'worth_a_look' }),
  ];

  it('follow the order served', () => {
    const made = sections(list([rows[0]!, rows[1]!, rows[3]!, rows[2]!]), 'priority', true);
    expect(made.map((s) => [s.key, s.rows.map((r) => r.id), s.count])).toEqual([
      ['needs_response', ['1'], 2],
      ['worth_a_look', ['2', '4'], 4],
      ['as_expected', ['3'], 18],
    ]);
  });

  it('keep the first group on top in every other order, the rest as one list', () => {
    const made = sections(list(rows), 'name', true);
    expect(made.map((s) => [s.key, s.rows.map((r) => r.id)])).toEqual([
      ['needs_response', ['1']],
      ['rest', ['2', '3', '4']],
    ]);
  });

  it('count nothing that was not all loaded', () => {
    expect(sections(list(rows, 'more'), 'priority', false).map((s) => s.count)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });
});

describe('a row', () => {
  it('says change in words, never with a sign', () => {
    expect(change(row())).toEqual({ text: '13 better', isReliable: true });
    expect(change(row({ gain: -1, latest_reliable: false }))).toEqual({
      text: '1 worse',
      isReliable: false,
    });
    expect(change(row({ gain: 0, latest_reliable: false }))?.text).toBe('no change');
    expect(change(row({ gain: 0.7 }))?.text).toBe('0.7 better');
    expect(change(row({ gain: null }))).toBeNull();
  });

  it('says where the course stands', () => {
    const course = {
      condition: 'mdd',
      phase: 'induction',
      sessions_done: 3,
      sessions_planned: 6,
    } as const;
    expect(phase(course)).toBe('Induction, 3 of 6');
    expect(phase({ ...course, sessions_done: 6 })).toBe('Induction complete');
    expect(phase({ ...course, phase: 'maintenance', sessions_done: 8 })).toBe(
      'Maintenance, 8 so far',
    );
    expect(phase({ ...course, sessions_planned: null })).toBe('Induction, 3 so far');
    expect(phase(null)).toBe('No course yet');
  });

  it('says since when', () => {
    expect(since('2026-03-12T14:12:00.000Z', NOW, ZONE)).toBe('38 min ago');
    expect(since('2026-03-12T12:12:00.000Z', NOW, ZONE)).toBe('Today 06:12');
    expect(since('2026-03-12T03:40:00.000Z', NOW, ZONE)).toBe('Yesterday 21:40');
    expect(since('2026-03-01T12:00:00.000Z', NOW, ZONE)).toBe('11 days ago');
    const reason = {
      code: 'open_alert',
      text: 'Item 9',
      since: '2026-03-12T14:12:00.000Z',
      detail: 'not acknowledged',
    } as const;
    expect(reasonDetail(row({ reason }), NOW, ZONE)).toBe('38 min ago, not acknowledged');
    const low = {
      code: 'low_mood',
      text: 'Mood 2 or less 3 times in a row',
      since: '2026-03-09T06:00:00.000Z',
      detail: '2, 1, 2',
    } as const;
    expect(reasonDetail(row({ reason: low }), NOW, ZONE)).toBe('since Mon 9 Mar: 2, 1, 2');
  });

  it('names a list by its query and finds it again', () => {
    const lists: [Shown, string][] = [
      [{ filter: 'all', sort: 'priority', q: '' }, ''],
      [{ filter: 'induction', sort: 'name', q: '' }, 'filter=induction&sort=name'],
      [{ filter: 'all', sort: 'priority', q: 'Ø & co' }, 'q=%C3%98+%26+co'],
    ];
    for (const [list, query] of lists) {
      expect(toQuery(list)).toBe(query);
      expect(fromQuery(query, 'priority')).toEqual(list);
    }
    expect(fromQuery('filter=induction', 'name').sort).toBe('name');
    expect(fromQuery('filter=gone&sort=best', 'name')).toEqual({
      filter: 'all',
      sort: 'name',
      q: '',
    });
  });

  it('tells the days of check-ins and sessions where the clinic is', () => {
    expect(lastCheckIn('2026-03-12T14:12:00.000Z', NOW, ZONE)).toBe('Today 08:12');
    expect(lastCheckIn('2026-03-12T05:00:00.000Z', NOW, ZONE)).toBe('Yesterday');
    expect(lastCheckIn(null, NOW, ZONE)).toBe('Not yet');
    expect(nextSession('2026-03-13T15:00:00.000Z', NOW, ZONE)).toEqual({
      day: 'Tomorrow',
      time: '09:00',
      isNear: true,
    });
    expect(nextSession(null, NOW, ZONE)).toEqual({ day: 'Not booked', time: null, isNear: false });
  });

  it('names the questionnaire once when everybody has the same', () => {
    expect(scoreHeading([row(), row()]).text).toBe('PHQ-9, lower is better');
    const other = row({ primary: { ...row().primary, measure: 'pcl-5.total', title: 'PCL-5' } });
    expect(scoreHeading([row(), other])).toEqual({ text: 'Score', isShared: false });
  });
});
