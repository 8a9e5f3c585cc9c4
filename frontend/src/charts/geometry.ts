// Where things go on a chart: days, scales, ticks, runs and nearest sessions. Pure; no words, no document.
import { linear, median, polyline, type Axis } from './scale';

/** Days since 1970-01-01 on the patient's wall clock; the fraction is the time of day. */
export type Day = number;

export interface Band {
  min: number;
  max: number;
  label: string;
}

/** The part of a measure that a chart needs. */
export interface Scale {
  min: number;
  max: number;
  higher_is: string;
  bands: readonly Band[];
}

export interface ScorePoint {
  day: Day;
  value: number;
  /** Joined by a line to the point before; the server's gap rule (CLINICAL.md 4.5). */
  joined: boolean;
  /** Drawn hollow: it says less than the others do (CLINICAL.md 3 and 4.9). */
  isOpen?: boolean;
}

export interface Mark {
  id: string;
  day: Day;
}

export type { Axis };

const DAY_MS = 86_400_000;
const clocks = new Map<string, Intl.DateTimeFormat>();

function clock(timeZone: string): Intl.DateTimeFormat {
  let found = clocks.get(timeZone);
  if (!found) {
    found = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    clocks.set(timeZone, found);
  }
  return found;
}

/** The wall-clock day of an instant, so that a score at 20:00 lies before a session the next morning. */
export function dayOf(at: string, timeZone: string): Day {
  const part: Record<string, number> = {};
  for (const { type, value } of clock(timeZone).formatToParts(new Date(at)))
    part[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute) / DAY_MS;
}

/** Midnight at the start of a local date such as `2026-11-20`. */
export function dayOfDate(localDate: string): Day {
  return Date.parse(`${localDate}T00:00:00Z`) / DAY_MS;
}

/** The calendar date of a day, at noon UTC: format it with `timeZone: "UTC"`. */
export function dateOf(day: Day): Date {
  return new Date(Math.floor(day) * DAY_MS + DAY_MS / 2);
}

export function timeAxis(from: Day, to: Day, left: number, right: number): Axis {
  return linear([from, to], [left, right]);
}

/** The whole range of the instrument, half a point beyond at both ends, low at the bottom. Never fitted to the data. */
export function valueAxis(scale: Scale, top: number, bottom: number): Axis {
  return linear([scale.min - 0.5, scale.max + 0.5], [bottom, top]);
}

/** A daily rating: up is always better, so anxiety and pain run the other way. */
export function ratingAxis(
  scale: { min: number; max: number; higher_is: string },
  top: number,
  bottom: number,
): Axis {
  return linear(
    [scale.min, scale.max],
    scale.higher_is === 'worse' ? [top, bottom] : [bottom, top],
  );
}

/** Both ends and every band edge between them. */
export function bandTicks(scale: Scale): number[] {
  const edges = scale.bands.map((band) => band.min);
  return [...new Set([scale.min, ...edges, scale.max])].sort((a, b) => a - b);
}

/** Leaves out ticks nearer than `gap` pixels to one already kept; both ends always stay. */
export function thinTicks(ticks: readonly number[], axis: Axis, gap: number): number[] {
  const first = ticks[0];
  const last = ticks[ticks.length - 1];
  if (first === undefined || last === undefined) return [];
  const kept = first === last ? [first] : [first, last];
  const isFar = (tick: number) => kept.every((other) => Math.abs(axis(tick) - axis(other)) >= gap);
  for (const tick of ticks) if (isFar(tick)) kept.push(tick);
  return kept.sort((a, b) => a - b);
}

const SHADES: Record<number, readonly number[]> = {
  1: [0],
  2: [0, 3],
  3: [0, 2, 3],
  4: [0, 1, 2, 4],
};

/** Bands as rectangles that meet at half points, so that a whole score never lies on an edge. */
export function bandRects(
  scale: Scale,
  axis: Axis,
): { top: number; height: number; shade: number; label: string }[] {
  const bands = [...scale.bands].sort((a, b) => a.min - b.min);
  const shades = SHADES[bands.length] ?? [0, 1, 2, 3, 4];
  return bands.map((band, index) => {
    const isLast = index === bands.length - 1;
    const top = axis(isLast ? scale.max + 0.5 : band.max + 0.5);
    const bottom = axis(index === 0 ? scale.min - 0.5 : (bands[index - 1]?.max ?? 0) + 0.5);
    const rank = scale.higher_is === 'better' ? bands.length - 1 - index : index;
    return { top, height: bottom - top, shade: shades[rank] ?? 4, label: band.label };
  });
}

/** Stretches of points that a line may join. */
export function runs<P extends { joined: boolean }>(points: readonly P[]): P[][] {
  const out: P[][] = [];
  for (const point of points) {
    const current = out[out.length - 1];
    if (current && point.joined) current.push(point);
    else out.push([point]);
  }
  return out;
}

/** The same for series that come with a longest gap in days instead of `joined`. */
export function splitByGap<P extends { day: Day }>(points: readonly P[], gapDays: number): P[][] {
  const out: P[][] = [];
  for (const point of points) {
    const current = out[out.length - 1];
    const before = current?.[current.length - 1];
    if (current && before && point.day - before.day <= gapDays) current.push(point);
    else out.push([point]);
  }
  return out;
}

/** Neighbours that no line may join. */
export function gaps<P extends { joined: boolean }>(
  points: readonly P[],
): { before: P; after: P }[] {
  const out: { before: P; after: P }[] = [];
  points.forEach((after, index) => {
    const before = points[index - 1];
    if (before && !after.joined) out.push({ before, after });
  });
  return out;
}

export interface DailySeries {
  /** Midnight of the first column. */
  from: Day;
  values: readonly (number | null)[];
  median: readonly (number | null)[];
}

export interface DayValue {
  day: Day;
  value: number;
}

/** Each answered day, at noon. */
export function answeredDays(series: DailySeries): DayValue[] {
  return series.values.flatMap((value, offset) =>
    value === null ? [] : [{ day: series.from + offset + 0.5, value }],
  );
}

/** The median line: vertices on answered days only, open wherever more than `gapDays` days lie between two of them. */
export function medianRuns(series: DailySeries, gapDays = 3): DayValue[][] {
  const vertices = series.median.flatMap((value, offset) => {
    const isAnswered = series.values[offset] !== null && series.values[offset] !== undefined;
    return value === null || !isAnswered ? [] : [{ day: series.from + offset + 0.5, value }];
  });
  return splitByGap(vertices, gapDays);
}

/** Where the median line ends: the last answered day that has one. */
export function latestMedian(series: DailySeries): DayValue | null {
  return medianRuns(series).at(-1)?.at(-1) ?? null;
}

export function pathOf(points: readonly DayValue[], x: Axis, y: Axis): string {
  return polyline(points.map(({ day, value }) => [round(x(day)), round(y(value))]));
}

/** Many small dots as one path: a year of five ratings stays five elements. */
export function dotsPath(points: readonly DayValue[], x: Axis, y: Axis, radius: number): string {
  return points
    .map(({ day, value }) => {
      const left = round(x(day) - radius);
      const size = radius * 2;
      return `M${left} ${round(y(value))}a${radius} ${radius} 0 1 0 ${size} 0a${radius} ${radius} 0 1 0 -${size} 0`;
    })
    .join('');
}

export function diamondPath(x: number, y: number, radius: number): string {
  return `M${round(x)} ${round(y - radius)}l${radius} ${radius}l-${radius} ${radius}l-${radius} -${radius}Z`;
}

/** The session nearest to a day; the later of two that are equally near. `null` without sessions. */
export function nearest<M extends Mark>(marks: readonly M[], day: Day): M | null {
  let best: M | null = null;
  for (const mark of marks) {
    if (!best || Math.abs(mark.day - day) <= Math.abs(best.day - day)) best = mark;
  }
  return best;
}

/** The session `step` places from the chosen one, held at both ends. Nothing chosen yet: the last one. */
export function neighbour<M extends Mark>(
  marks: readonly M[],
  chosen: string | null,
  step: number,
): M | null {
  const at = marks.findIndex((mark) => mark.id === chosen);
  const next = at < 0 ? marks.length - 1 : Math.min(marks.length - 1, Math.max(0, at + step));
  return marks[next] ?? null;
}

export interface AxisTick {
  day: Day;
  x: number;
  /** Left out (a tick alone) where the label would touch its neighbour. */
  isLabelled: boolean;
  withYear: boolean;
  unit: 'month' | 'day';
}

/**
 * First days of months; single days where the chart is too short for two of them. `labelWidth` is the room a label
 * needs, `taken` a stretch of the axis that another label (Today) already fills.
 */
export function axisTicks(
  from: Day,
  to: Day,
  x: Axis,
  labelWidth: (tick: { day: Day; withYear: boolean; unit: 'month' | 'day' }) => number,
  right: number,
  taken: readonly [number, number][] = [],
): AxisTick[] {
  const months = monthStarts(from, to);
  const unit = months.length >= 2 || to - from > 45 ? 'month' : 'day';
  const days = unit === 'month' ? months : weekStarts(from, to);
  const isLong = to - from > 330;
  let free = -Infinity;
  return days.map((day) => {
    const withYear = isLong && unit === 'month' && dateOf(day).getUTCMonth() === 0;
    const left = x(day) + 5;
    const end = left + labelWidth({ day, withYear, unit });
    const isClear = taken.every(([a, b]) => end + 4 <= a || left - 4 >= b);
    const isLabelled = left >= free && end <= right && isClear;
    if (isLabelled) free = end + 8;
    return { day, x: x(day), isLabelled, withYear, unit };
  });
}

function monthStarts(from: Day, to: Day): Day[] {
  const out: Day[] = [];
  const start = dateOf(from);
  for (let month = start.getUTCMonth(); ; month++) {
    const day = Date.UTC(start.getUTCFullYear(), month, 1) / DAY_MS;
    if (day > to) return out;
    if (day >= from) out.push(day);
  }
}

function weekStarts(from: Day, to: Day): Day[] {
  const step = to - from > 10 ? 7 : 1;
  const out: Day[] = [];
  for (let day = Math.ceil(from); day <= to; day += step) out.push(day);
  return out;
}

/** What a chart covers: everything known, today, and the next session if it is near; a little air at both ends. */
export function span(
  days: readonly Day[],
  today: Day,
  next: Day | null = null,
): { from: Day; to: Day } {
  const first = Math.min(...days, today);
  const last = Math.max(...days, today);
  const length = Math.max(14, last - first);
  const ahead = next !== null && next > last && next - last <= length * 0.4 ? next : last;
  const air = Math.max(1.5, length * 0.02);
  const end = ahead > last ? ahead + air * 2.5 : last + air;
  return { from: Math.min(first, end - 14) - air, to: end };
}

/** Item 9 squares: those that would touch become one with the higher answer. */
export function mergeFlags(
  flags: readonly DayValue[],
  x: Axis,
  room: number,
): { x: number; value: number; count: number }[] {
  const out: { x: number; value: number; count: number }[] = [];
  for (const flag of [...flags].sort((a, b) => a.day - b.day)) {
    const at = x(flag.day);
    const last = out[out.length - 1];
    if (last && at - last.x < room) {
      last.value = Math.max(last.value, flag.value);
      last.count++;
    } else out.push({ x: at, value: flag.value, count: 1 });
  }
  return out;
}

export interface AlignedLine {
  session_number: number;
  /** Median of the 3 days before the session; no change can be drawn without it. */
  before: number | null;
  points: readonly { day: number; value: number }[];
}

export interface ChangeLine {
  session: number;
  points: DayValue[];
}

/** Change since the days before each session, positive for the better; lines without a `before` are left out. */
export function changeLines(lines: readonly AlignedLine[], higherIs: string): ChangeLine[] {
  const sign = higherIs === 'worse' ? -1 : 1;
  return lines
    .flatMap(({ session_number, before, points }) =>
      before === null || points.length === 0
        ? []
        : [
            {
              session: session_number,
              points: points.map(({ day, value }) => ({
                day,
                value: sign * (value - before) || 0,
              })),
            },
          ],
    )
    .sort((a, b) => a.session - b.session);
}

/** The median change per day over past lines, open on days to which fewer than `least` of them contribute. */
export function typicalRuns(past: readonly ChangeLine[], least = 3): DayValue[][] {
  const days = new Map<number, Map<number, number>>();
  for (const { session, points } of past) {
    for (const { day, value } of points) {
      const whole = Math.round(day) || 0;
      const byLine = days.get(whole) ?? new Map<number, number>();
      byLine.set(session, value);
      days.set(whole, byLine);
    }
  }
  const typical = [...days]
    .filter(([, byLine]) => byLine.size >= least)
    .map(([day, byLine]) => ({ day, value: median(byLine.values()) ?? 0 }))
    .sort((a, b) => a.day - b.day);
  return splitByGap(typical, 1).filter((run) => run.length > 1);
}

/** The bar's zero, block of usual variation and dot; left is better for every measure. */
export function changeBar(gain: number, reliable: number | null, max: number, width: number) {
  const axis = linear([-0.74 * max, 0.3 * max], [0, width]);
  const inside = (x: number) => Math.min(width - 5, Math.max(5, x));
  return {
    zero: round(axis(0)),
    dot: round(inside(axis(-gain))),
    usual:
      reliable === null
        ? null
        : { left: round(axis(0.5 - reliable)), right: round(axis(reliable - 0.5)) },
  };
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
