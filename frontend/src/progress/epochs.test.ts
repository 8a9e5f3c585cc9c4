import { describe, expect, it } from 'vitest';
import type { Aligned } from '../api/types';
import { epochFrame, epochTable, epochView } from './epochs';

const line = (session_number: number, before: number | null, ...points: [number, number][]) => ({
  session_id: `s${session_number}`,
  session_number,
  at: '2026-01-06T10:00:00.000Z',
  before,
  points: points.map(([day, value]) => ({ day, value })),
});

const aligned = (...lines: Aligned['lines']) =>
  ({
    measure: { higher_is: 'better', kind: 'in-house', min: 0, max: 10 },
    lines,
    middle: [],
  }) as unknown as Aligned;

describe('after each session', () => {
  const three = aligned(line(3, 5, [-0.4, 5], [7.6, 6]), line(1, 2, [1, 4]), line(2, null, [1, 4]));

  it('two sessions draw nothing yet', () => {
    expect(epochView(aligned(line(1, 2, [1, 4]), line(2, 3, [1, 4])))).toBeNull();
  });
  it('the sentence speaks of the latest session and its last day', () => {
    expect(epochView(three)).toMatchObject({
      sessions: 3,
      drawn: 2,
      days: 3,
      latestSession: 3,
      end: { day: 8, change: 1 },
      hasTypical: false,
    });
  });
  it('a latest session without ratings before it is not drawn and not replaced by another', () => {
    const open = aligned(line(1, 2, [1, 4]), line(2, 3, [1, 4]), line(3, null, [1, 4]));
    expect(epochView(open)).toMatchObject({ latest: null, latestSession: 3, end: null, drawn: 2 });
  });
  it('a questionnaire has a longer figure, and a table of the days that were answered', () => {
    const weekly = aligned(line(1, 15, [6, 12], [13.4, 9]), line(2, 9, [-3, 8]));
    const measure = { ...weekly.measure, kind: 'validated', max: 27 } as Aligned['measure'];
    expect(epochFrame(measure)).toEqual({ limit: 10, days: [-7, 28], ticks: [7, 14, 28] });
    expect(epochTable({ ...weekly, measure }).days).toEqual([-3, 6, 13]);
  });
  it('the table says all that was answered, in whole days', () => {
    const { days, rows } = epochTable(three);
    expect(days[0]).toBe(-2);
    expect(rows.map((row) => row.session)).toEqual([3, 2, 1]);
    expect(rows[0]?.values[days.indexOf(8)]).toBe(6);
    expect(rows[0]?.values[days.indexOf(0)]).toBe(5);
    expect(rows[0]?.values[days.indexOf(3)]).toBeNull();
  });
});
