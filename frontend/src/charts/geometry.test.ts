import { describe, expect, it } from 'vitest';
import {
  answeredDays,
  axisTicks,
  bandRects,
  bandTicks,
  changeBar,
  changeLines,
  dateOf,
  dayOf,
  dayOfDate,
  gaps,
  latestMedian,
  medianRuns,
  mergeFlags,
  nearest,
  neighbour,
  ratingAxis,
  runs,
  span,
  splitByGap,
  thinTicks,
  timeAxis,
  typicalRuns,
  valueAxis,
} from './geometry';
import { gad7, pcl5, phq9 } from './examples';

describe('days', () => {
  it('an instant falls on the wall clock of the patient', () => {
    expect(dayOf('2026-03-03T03:30:00.000Z', 'America/Denver')).toBeCloseTo(
      dayOfDate('2026-03-02') + 20.5 / 24,
    );
  });
  it('midnight on the wall clock is the start of that day', () => {
    expect(dayOf('2026-03-02T07:00:00.000Z', 'America/Denver')).toBe(dayOfDate('2026-03-02'));
  });
  it('a day has the same date at any time of it', () => {
    expect(
      dateOf(dayOfDate('2026-03-02') + 0.99)
        .toISOString()
        .slice(0, 10),
    ).toBe('2026-03-02');
  });
});

describe('scales', () => {
  it('the whole range is drawn, with half a point at both ends', () => {
    const y = valueAxis(phq9, 0, 280);
    expect([y(-0.5), y(27.5), y(0)]).toEqual([280, 0, 275]);
  });
  it('anxiety and pain run downwards, mood upwards', () => {
    expect(ratingAxis({ min: 0, max: 10, higher_is: 'worse' }, 0, 40)(0)).toBe(0);
    expect(ratingAxis({ min: 0, max: 10, higher_is: 'better' }, 0, 40)(0)).toBe(40);
  });
  it('ticks are the ends and the edges of bands', () => {
    expect(bandTicks(phq9)).toEqual([0, 5, 10, 15, 20, 27]);
    expect(bandTicks(gad7)).toEqual([0, 5, 10, 15, 21]);
    expect(bandTicks({ min: 0, max: 10, higher_is: 'worse', bands: [] })).toEqual([0, 10]);
  });
  it('ticks too near each other are left out, the ends never', () => {
    expect(thinTicks(bandTicks(pcl5), valueAxis(pcl5, 0, 232), 14)).toEqual([0, 31, 80]);
  });
  it('bands meet at half points and fill the plot', () => {
    const y = valueAxis(phq9, 0, 280);
    const bands = bandRects(phq9, y);
    expect(bands.map((band) => band.shade)).toEqual([0, 1, 2, 3, 4]);
    expect(bands[0]?.top).toBeCloseTo(y(4.5));
    expect(bands.reduce((sum, band) => sum + band.height, 0)).toBeCloseTo(280);
    expect(bandRects(gad7, y).map((band) => band.shade)).toEqual([0, 1, 2, 4]);
  });
  it('where higher is better the darkest band lies lowest', () => {
    const shades = bandRects({ ...phq9, higher_is: 'better' }, valueAxis(phq9, 0, 280));
    expect(shades.map((band) => band.shade)).toEqual([4, 3, 2, 1, 0]);
  });
});

describe('gaps', () => {
  const points = [
    { day: 0, value: 1, joined: false },
    { day: 7, value: 2, joined: true },
    { day: 30, value: 3, joined: false },
    { day: 33, value: 4, joined: true },
  ];
  it('a line breaks wherever the server did not join', () => {
    expect(runs(points).map((run) => run.map((point) => point.day))).toEqual([
      [0, 7],
      [30, 33],
    ]);
    expect(gaps(points).map(({ before, after }) => [before.day, after.day])).toEqual([[7, 30]]);
  });
  it('a first point marked as joined starts a run all the same', () => {
    expect(runs([{ joined: true }])).toHaveLength(1);
    expect(gaps([{ joined: false }])).toEqual([]);
  });
  it('other series break beyond their longest gap, not at it', () => {
    expect(splitByGap([{ day: 0 }, { day: 3 }, { day: 6.5 }], 3)).toHaveLength(2);
  });
});

describe('daily ratings', () => {
  const series = {
    from: 100,
    values: [5, null, 6, 7, null, null, null, null, 4],
    median: [null, null, 5, 6, 6, 6, null, null, 4],
  };
  it('only answered days are dots', () => {
    expect(answeredDays(series).map((at) => at.day)).toEqual([100.5, 102.5, 103.5, 108.5]);
  });
  it('the median line has no vertex on an unanswered day and no bridge over a gap', () => {
    expect(medianRuns(series)).toEqual([
      [
        { day: 102.5, value: 5 },
        { day: 103.5, value: 6 },
      ],
      [{ day: 108.5, value: 4 }],
    ]);
  });
  it('the latest median is the last one there is', () => {
    expect(latestMedian(series)).toEqual({ day: 108.5, value: 4 });
    expect(latestMedian({ from: 0, values: [], median: [] })).toBeNull();
  });
});

describe('sessions', () => {
  const marks = [
    { id: 'a', day: 10 },
    { id: 'b', day: 13 },
    { id: 'c', day: 40 },
  ];
  it('a tap chooses the nearest', () => {
    expect(nearest(marks, 0)?.id).toBe('a');
    expect(nearest(marks, 12)?.id).toBe('b');
    expect(nearest(marks, 11.5)?.id).toBe('b');
    expect(nearest(marks, 99)?.id).toBe('c');
    expect(nearest([], 1)).toBeNull();
  });
  it('earlier and later stop at the ends', () => {
    expect(neighbour(marks, 'b', 1)?.id).toBe('c');
    expect(neighbour(marks, 'c', 1)?.id).toBe('c');
    expect(neighbour(marks, 'a', -1)?.id).toBe('a');
    expect(neighbour(marks, null, -1)?.id).toBe('c');
    expect(neighbour([], null, 1)).toBeNull();
  });
});

describe('the time axis', () => {
  const from = dayOfDate('2025-12-20');
  const to = dayOfDate('2026-03-14');
  const x = timeAxis(from, to, 40, 240);
  it('has a tick on the first of each month', () => {
    const ticks = axisTicks(from, to, x, () => 20, 300);
    expect(ticks.map((tick) => dateOf(tick.day).getUTCMonth())).toEqual([0, 1, 2]);
    expect(ticks.every((tick) => tick.isLabelled)).toBe(true);
  });
  it('leaves out a name that would touch Today', () => {
    const march = x(dayOfDate('2026-03-01'));
    const ticks = axisTicks(from, to, x, () => 20, 300, [[march, march + 30]]);
    expect(ticks.map((tick) => tick.isLabelled)).toEqual([true, true, false]);
  });
  it('never lets two names touch over three years', () => {
    const long = timeAxis(from - 1000, to, 40, 240);
    const width = 22;
    const named = axisTicks(from - 1000, to, long, () => width, 300).filter((t) => t.isLabelled);
    expect(named.length).toBeGreaterThan(3);
    named.slice(1).forEach((tick, index) => {
      expect(tick.x - (named[index]?.x ?? 0)).toBeGreaterThanOrEqual(width + 8);
    });
  });
  it('names single days in the first weeks', () => {
    const ticks = axisTicks(from, from + 14, timeAxis(from, from + 14, 0, 300), () => 30, 300);
    expect(ticks.map((tick) => tick.unit)).toEqual(['day', 'day', 'day']);
  });
  it('reaches to the next session when that is near, else only to today', () => {
    expect(span([0, 70], 80, 92).to).toBeGreaterThan(92);
    expect(span([0, 70], 80, 200).to).toBeLessThan(84);
    const one = span([80], 80);
    expect(one.to - one.from).toBeGreaterThanOrEqual(14);
  });
});

describe('item 9', () => {
  it('squares that would touch become one with the higher answer', () => {
    const x = timeAxis(0, 100, 0, 100);
    const flags = [
      { day: 60, value: 1 },
      { day: 10, value: 1 },
      { day: 20, value: 3 },
    ];
    expect(mergeFlags(flags, x, 18)).toEqual([
      { x: 10, value: 3, count: 2 },
      { x: 60, value: 1, count: 1 },
    ]);
  });
});

describe('after each session', () => {
  it('change is counted from the days before, positive for the better', () => {
    const lines = [
      { session_number: 2, before: null, points: [{ day: 1, value: 5 }] },
      { session_number: 1, before: 4, points: [{ day: 1, value: 6 }] },
    ];
    expect(changeLines(lines, 'better')).toEqual([{ session: 1, points: [{ day: 1, value: 2 }] }]);
    expect(changeLines(lines, 'worse')[0]?.points[0]?.value).toBe(-2);
  });
  it('what is typical needs three lines on a day and is not bridged', () => {
    const line = (session: number, values: [number, number][]) => ({
      session,
      points: values.map(([day, value]) => ({ day, value })),
    });
    const past = [
      line(1, [
        [0.6, 1],
        [2, 2],
        [3, 0],
        [5, 1],
        [6, 3],
      ]),
      line(2, [
        [1.2, 2],
        [2, 4],
        [5, 2],
        [6, 5],
      ]),
      line(3, [
        [1, 4],
        [2.1, 3],
        [3, 1],
        [5, 4],
        [6, 4],
      ]),
    ];
    expect(typicalRuns(past)).toEqual([
      [
        { day: 1, value: 2 },
        { day: 2, value: 3 },
      ],
      [
        { day: 5, value: 2 },
        { day: 6, value: 4 },
      ],
    ]);
    expect(typicalRuns(past.slice(0, 2))).toEqual([]);
  });
});

describe('the change bar', () => {
  it('better lies left of zero, and nothing leaves the bar', () => {
    const bar = changeBar(13, 6, 27, 116);
    expect(bar.dot).toBeLessThan(bar.zero);
    expect(bar.usual && bar.usual.left < bar.zero && bar.usual.right > bar.zero).toBe(true);
    expect(changeBar(27, 6, 27, 116).dot).toBeGreaterThanOrEqual(4);
    expect(changeBar(-27, null, 27, 116)).toMatchObject({ usual: null, dot: 111 });
  });
});
