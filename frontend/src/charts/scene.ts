// The progress chart as a list of things to draw, with no two labels on each other. Pure.
import {
  answeredDays,
  axisTicks,
  bandRects,
  bandTicks,
  diamondPath,
  dotsPath,
  gaps,
  latestMedian,
  medianRuns,
  mergeFlags,
  pathOf,
  ratingAxis,
  round,
  runs,
  splitByGap,
  thinTicks,
  timeAxis,
  valueAxis,
  type AxisTick,
  type DailySeries,
  type Day,
  type DayValue,
  type Mark,
  type Scale,
  type ScorePoint,
} from './geometry';
import {
  label,
  overlaps,
  place,
  textWidth,
  wrap,
  type Box,
  type Label,
  type Segment,
} from './labels';

export interface SessionMark extends Mark {
  /** Milligrams, as text; `null` where they are not shown. */
  dose: string | null;
}

export interface StripSeries extends DailySeries {
  id: string;
  name: string;
  hint: string;
  min: number;
  max: number;
  higher_is: string;
}

export interface Words {
  gap: string;
  start: string;
  response: string;
  better: string;
  sessions: string;
  dose: string;
  planned: string;
  changed: string;
  /** The row of effects that were more than mild. */
  effects: string;
  agreed: string;
  today: string;
  item9: string;
  item9Short: string;
  week: string;
  number: (value: number) => string;
  /** The name of a tick of the time axis. */
  tick: (tick: { day: Day; withYear: boolean; unit: 'month' | 'day' }) => string;
  shortDay: (day: Day) => string;
  band: (name: string) => string;
}

export interface SceneInput {
  /**
   * `phone`: the patient's; `compact`: the small one on Today; `desk`: the provider's, in one column when narrow;
   * `paper`: the provider's without the names of its rows.
   */
  layout: 'phone' | 'compact' | 'desk' | 'paper';
  width: number;
  plotHeight: number;
  scale: Scale;
  from: Day;
  to: Day;
  points: readonly ScorePoint[];
  sessions: readonly SessionMark[];
  planned: readonly Day[];
  /** Days on which the plan was changed. */
  changes: readonly Day[];
  baseline: { value: number; day: Day } | null;
  response: number | null;
  /** The line that patient and provider agreed on. */
  agreed: number | null;
  /** Reliable change: usual ups and downs around the start, drawn as a bracket beside the plot. */
  usual: number | null;
  flags: readonly DayValue[];
  /** Sessions with an effect that was more than mild, for the provider. */
  effects: readonly { day: Day; isSevere: boolean }[];
  today: Day | null;
  strips: readonly StripSeries[];
  stripHeight: number;
  /** Room that another figure on the same days needs at the right. */
  rightRoom: number;
  /** A day to read out in the strips' margin instead of the latest median. */
  reading: Day | null;
  words: Words;
}

export interface Strip {
  id: string;
  top: number;
  height: number;
  dots: string;
  runs: string[];
}

export interface Scene {
  width: number;
  /** What this figure itself needs at the right of the plot. */
  ownRoom: number;
  height: number;
  plot: Box;
  /** Days at the plot's left and right edge. */
  from: Day;
  to: Day;
  bands: { top: number; height: number; shade: number }[];
  labels: Label[];
  months: AxisTick[];
  rules: { id: string; x: number }[];
  ruleEnd: number;
  diamonds: { id: string; x: number; y: number }[];
  planned: string[];
  changes: number[];
  base: number | null;
  response: number | null;
  agreed: number | null;
  usual: { x: number; top: number; bottom: number } | null;
  runs: string[];
  dots: { x: number; y: number; isLast: boolean; isOpen: boolean }[];
  flagRow: number | null;
  flags: { x: number; y: number; value: number }[];
  effects: { x: number; y: number; isSevere: boolean }[];
  better: { x: number; y: number; text: string; length: number; isUp: boolean } | null;
  axis: number;
  today: number | null;
  strips: Strip[];
}

const NARROW = 620;

export function scoreScene(input: SceneInput): Scene {
  const { layout, width, plotHeight, scale, sessions, words, strips } = input;
  const isPaper = layout === 'paper';
  const isDesk = layout === 'desk' || isPaper;
  const isWide = layout === 'desk' && width >= NARROW;
  const isCompact = layout === 'compact';

  const left = isWide ? 150 : isCompact ? 24 : isPaper ? 32 : isDesk ? 40 : 42;
  const nameRoom = isPaper ? 108 : Math.min(isWide ? 120 : 84, width * 0.27);
  const hasFlags = input.flags.length > 0;
  const top = (isDesk ? 12 : isCompact ? 6 : 8) + (hasFlags ? 18 : 0);
  const bottom = top + plotHeight;
  const y = valueAxis(scale, top, bottom);
  const bands = bandRects(scale, y);
  const names = bands.map((band) => {
    const name = words.band(band.label);
    const lines = wrap(name, nameRoom) ?? [name];
    return lines.length === 1 || band.height >= 28 ? lines : [name];
  });
  const nameWidth = Math.max(0, ...names.flat().map((part) => textWidth(part)));
  const marginText =
    isDesk && strips.length > 0 ? textWidth('5.5', 'val') + 4 + textWidth(words.week) : 0;
  const bracket = isDesk && input.usual !== null && input.baseline ? 8 : 0;
  const rowText = isDesk && !isWide && !isPaper ? textWidth(words.dose) : 0;
  const ownRoom = Math.max(
    16,
    10 + bracket + Math.max(nameWidth, marginText - bracket, rowText - bracket),
  );
  const right = width - Math.max(ownRoom, input.rightRoom);

  const sessionRow = bottom + 16;
  const hasDoses = isDesk && sessions.some((session) => session.dose !== null);
  const effectRow = input.effects.length > 0 ? sessionRow + (hasDoses ? 42 : 22) : null;
  const axis = effectRow === null ? bottom + (hasDoses ? 50 : 32) : effectRow + 12;

  const x = timeAxis(input.from, input.to, left, right);
  const inside = <T extends { day: Day }>(items: readonly T[]) =>
    items.filter((item) => item.day >= input.from && item.day <= input.to);
  const points = inside(input.points).map((point, index) =>
    index === 0 ? { ...point, joined: false } : point,
  );
  const marks = inside(sessions);
  const labels: Label[] = [];
  const bounds: Box = { left, top, right, bottom };

  // what stands in the margins
  bands.forEach((band, at) => {
    const lines = names[at] ?? [];
    const middle = band.top + band.height / 2;
    lines.forEach((part, row) =>
      labels.push(
        label(right + 8 + bracket, middle + 4 + (row - (lines.length - 1) / 2) * 14, part, 'lab'),
      ),
    );
  });
  const ticks = isCompact ? [scale.min, scale.max] : thinTicks(bandTicks(scale), y, 14);
  ticks.forEach((tick) =>
    labels.push(label(left - 8, y(tick) + 4, words.number(tick), 'num', 'end')),
  );

  // sessions
  let free = -Infinity;
  if (hasDoses) {
    const row = sessionRow + 24;
    for (const mark of marks) {
      if (mark.dose === null) continue;
      const text = label(x(mark.day), row, mark.dose, 'num', 'middle');
      if (text.box.left < free || text.box.right > right + 8) continue;
      labels.push(text);
      free = text.box.right + 4;
    }
    const name = isWide
      ? label(left - 14, row, words.dose, 'lab', 'end')
      : label(right + 8, row, words.dose, 'lab');
    labels.push(name);
  }
  if (isDesk && !isPaper)
    labels.push(
      isWide
        ? label(left - 14, sessionRow + 4, words.sessions, 'lab', 'end')
        : label(right + 8, sessionRow + 4, words.sessions, 'lab'),
    );
  if (effectRow !== null)
    labels.push(
      isWide
        ? label(left - 14, effectRow + 4, words.effects, 'lab', 'end')
        : label(right + 8, effectRow + 4, words.effects, 'lab'),
    );
  const planned = input.planned.filter((day) => day >= input.from && day <= input.to);
  const next = planned[0];
  if (hasDoses && next !== undefined) {
    const text = label(x(next), sessionRow + 24, words.planned, 'lab', 'middle');
    const beyond = text.box.right - (right + (isWide ? 8 : 0));
    const held = beyond > 0 ? label(x(next) - beyond, text.y, text.text, 'lab', 'middle') : text;
    if (labels.every((other) => !overlaps(held.box, other.box, 3))) labels.push(held);
  }

  // the time axis
  const taken: [number, number][] = [];
  const today =
    input.today !== null && input.today >= input.from && input.today <= input.to
      ? x(input.today)
      : null;
  if (today !== null) {
    const text = label(today, axis + 16, words.today, 'lab', 'middle');
    const held = text.box.right > width ? label(width, axis + 16, words.today, 'lab', 'end') : text;
    labels.push(held);
    taken.push([held.box.left, held.box.right]);
  }
  const months = axisTicks(
    input.from,
    input.to,
    x,
    (tick) => textWidth(words.tick(tick)),
    isDesk ? right + 8 : width,
    taken,
  );
  for (const tick of months)
    if (tick.isLabelled) labels.push(label(tick.x + 5, axis + 16, words.tick(tick), 'lab'));

  // scores, and what is written among them
  const lines = runs(points);
  const dots = points.map((point, index) => ({
    x: round(x(point.day)),
    y: round(y(point.value)),
    isLast: index === points.length - 1,
    isOpen: isDesk && point.isOpen === true,
  }));
  const dotBoxes = dots.map((dot) => around(dot.x, dot.y, dot.isLast ? 9 : 5));
  const base = input.baseline ? round(y(input.baseline.value)) : null;
  const response = input.response === null ? null : round(y(Math.floor(input.response) + 0.5));
  const agreed = input.agreed === null ? null : round(y(lineAt(input.agreed, scale.higher_is)));
  const segments: Segment[] = [
    ...lines.flatMap((run) =>
      run.slice(1).map((point, index) => {
        const from = run[index] ?? point;
        return {
          x1: x(from.day),
          y1: y(from.value),
          x2: x(point.day),
          y2: y(point.value),
          weight: 25,
        };
      }),
    ),
    ...marks.map((mark) => ({
      x1: x(mark.day),
      y1: top,
      x2: x(mark.day),
      y2: bottom,
      weight: 0.4,
    })),
    ...[isCompact ? null : base, response, agreed].flatMap((at) =>
      at === null ? [] : [{ x1: left, y1: at, x2: right, y2: at, weight: 12 }],
    ),
  ];
  if (today !== null) segments.push({ x1: today, y1: top, x2: today, y2: bottom, weight: 0.15 });
  const changed = input.changes.filter((day) => day >= input.from && day <= input.to).map(x);
  segments.push(...changed.map((at) => ({ x1: at, y1: top, x2: at, y2: bottom, weight: 0.4 })));
  const put = (candidates: Label[], within: Box = bounds) => {
    const found = place(candidates, within, labels, dotBoxes, segments);
    if (found) labels.push(found);
  };

  const lastDot = dots[dots.length - 1];
  const lastPoint = points[points.length - 1];
  if (lastDot && lastPoint) {
    const text = words.number(lastPoint.value);
    const candidates = isCompact
      ? [
          beside(lastDot, 13, text),
          below(lastDot, 25, text),
          above(lastDot, 14, text),
          before(lastDot, 13, text),
        ]
      : [
          below(lastDot, 25, text),
          above(lastDot, 14, text),
          beside(lastDot, 13, text),
          before(lastDot, 13, text),
        ];
    put(
      candidates.map((spot) => label(spot.x, spot.y, text, 'val last', spot.anchor)),
      { ...bounds, right: right + 4 },
    );
  }
  const { baseline } = input;
  const startIndex = baseline
    ? points.findIndex((point) => Math.abs(point.day - baseline.day) < 1e-6)
    : -1;
  const startDot = dots[startIndex];
  if (baseline && startDot && !startDot.isLast) {
    const text = words.number(baseline.value);
    put(
      [
        { x: startDot.x + 8, y: startDot.y - 9, anchor: 'start' as const },
        above(startDot, 10, text),
        { x: startDot.x - 8, y: startDot.y - 9, anchor: 'end' as const },
        { x: startDot.x + 8, y: startDot.y + 19, anchor: 'start' as const },
        { x: startDot.x - 8, y: startDot.y + 19, anchor: 'end' as const },
        below(startDot, 21, text),
      ].map((spot) => label(spot.x, spot.y, text, 'val', spot.anchor)),
    );
  }
  if (!isCompact) {
    if (base !== null) put(onLine(base, words.start, left, right));
    if (response !== null) put(onLine(response, words.response, left, right));
    if (agreed !== null) put(onLine(agreed, words.agreed, left, right));
    for (const at of changed)
      put(
        [14, 30, 46, 62].flatMap((down) => [
          label(at + 5, top + down, words.changed, 'lab'),
          label(at - 5, top + down, words.changed, 'lab', 'end'),
        ]),
      );
    for (const { before: from, after } of gaps(points)) {
      const a = x(from.day);
      const b = x(after.day);
      const middle = (a + b) / 2;
      const height = y((from.value + after.value) / 2);
      const heights = [0, -22, 22, -44, 44, -66, 66, -90, 90].map((step) => height + step);
      const one = textWidth(words.gap);
      if (b - a >= one + 12)
        put(heights.map((at) => label(middle, at + 4, words.gap, 'lab hush', 'middle')));
      else {
        const [first, second] = wrap(words.gap, one - 1) ?? [words.gap];
        const room = Math.max(textWidth(first ?? ''), textWidth(second ?? ''));
        if (b - a < 16) continue;
        // wider than the gap itself: only where it touches no line and no dot
        const most = b - a < room + 4 ? 12 : Infinity;
        // two short lines: placed as one block, measured by its wider line
        const block = heights.map((at): Label => {
          const wide = label(
            middle,
            at - 3,
            textWidth(first ?? '') > textWidth(second ?? '') ? (first ?? '') : (second ?? ''),
            'lab hush',
            'middle',
          );
          return { ...wide, box: { ...wide.box, bottom: wide.box.bottom + 14 } };
        });
        const found = place(block, bounds, labels, dotBoxes, segments, most);
        if (found) {
          labels.push(label(found.x, found.y, first ?? '', 'lab hush', 'middle'));
          if (second) labels.push(label(found.x, found.y + 14, second, 'lab hush', 'middle'));
        }
      }
    }
  }

  // item 9
  const flagRow = hasFlags ? top - 16 : null;
  const flags =
    flagRow === null
      ? []
      : mergeFlags(inside(input.flags), x, 18).map((flag) => ({
          ...flag,
          x: round(flag.x),
          y: flagRow,
        }));
  for (const flag of flags)
    labels.push(label(flag.x, flag.y + 4.5, words.number(flag.value), 'flag-n', 'middle'));
  if (flagRow !== null)
    labels.push(
      isWide
        ? label(left - 14, flagRow + 4, words.item9, 'lab', 'end')
        : label(right + 8, flagRow + 4, words.item9Short, 'lab'),
    );

  // the strips, on the same days
  const stripScenes: Strip[] = [];
  let under = axis + 24 + (strips.length ? 12 : 0);
  for (const strip of strips) {
    if (!isWide) under += 18;
    const stripTop = under;
    const end = stripTop + input.stripHeight;
    const axisY = ratingAxis(strip, stripTop, end);
    const shown: DailySeries = strip;
    const answered = inside(answeredDays(shown));
    const medians = medianRuns(shown)
      .map((run) => inside(run))
      .filter((run) => run.length > 0);
    stripScenes.push({
      id: strip.id,
      top: stripTop,
      height: input.stripHeight,
      dots: dotsPath(answered, x, axisY, 1.7),
      runs: medians.map((run) => pathOf(run.length === 1 ? [...run, ...run] : run, x, axisY)),
    });
    if (isWide) {
      labels.push(
        label(0, stripTop + 15, strip.name, 'name'),
        label(0, stripTop + 31, strip.hint, 'lab'),
      );
    } else {
      const name = label(0, stripTop - 6, strip.name, 'name');
      labels.push(name, label(name.box.right + 8, stripTop - 6, strip.hint, 'lab'));
    }
    const [high, low] =
      strip.higher_is === 'worse' ? [strip.min, strip.max] : [strip.max, strip.min];
    labels.push(label(left - 8, stripTop + 9, words.number(high), 'num', 'end'));
    labels.push(label(left - 8, end, words.number(low), 'num', 'end'));
    const open = splitByGap(answered, 3);
    open.slice(1).forEach((run, index) => {
      const from = open[index]?.at(-1);
      const to = run[0];
      if (!from || !to || x(to.day) - x(from.day) < textWidth(words.gap) + 10) return;
      labels.push(
        label(
          (x(from.day) + x(to.day)) / 2,
          (stripTop + end) / 2 + 4,
          words.gap,
          'lab hush',
          'middle',
        ),
      );
    });
    readOut(strip, axisY, right, stripTop, end, input, labels);
    under = end + 14;
  }

  const betterText = isCompact || isPaper ? null : words.better;
  const betterLength = betterText ? textWidth(betterText) : 0;
  return {
    width,
    ownRoom,
    height: strips.length ? under - 10 : axis + 24,
    plot: bounds,
    from: input.from,
    to: input.to,
    bands,
    labels,
    months,
    rules: marks.map((mark) => ({ id: mark.id, x: round(x(mark.day)) })),
    ruleEnd: sessionRow - 6,
    diamonds: marks.map((mark) => ({ id: mark.id, x: round(x(mark.day)), y: sessionRow })),
    changes: changed.map(round),
    planned: planned.map((day) => diamondPath(x(day), sessionRow, 6)),
    base: isCompact ? null : base,
    response,
    agreed,
    usual:
      bracket && input.usual !== null && input.baseline
        ? {
            x: right + 5,
            top: round(Math.max(top, y(input.baseline.value + input.usual - 0.5))),
            bottom: round(Math.min(bottom, y(input.baseline.value - input.usual + 0.5))),
          }
        : null,
    runs: lines.filter((run) => run.length > 1).map((run) => pathOf(run, x, y)),
    dots,
    flagRow,
    flags,
    effects:
      effectRow === null
        ? []
        : inside(input.effects).map(({ day, isSevere }) => ({
            x: round(x(day)),
            y: effectRow,
            isSevere,
          })),
    better: betterText
      ? {
          x: isWide ? 106 : isDesk ? 10 : 13,
          y: top + plotHeight / 2,
          text: betterText,
          length: betterLength,
          isUp: scale.higher_is === 'better',
        }
      : null,
    axis,
    today: today === null ? null : round(today),
    strips: stripScenes,
  };
}

/** A line runs just beyond its last good value, so that a dot on that value lies on the good side. */
function lineAt(value: number, higherIs: string): number {
  return Math.floor(value) === value ? value + (higherIs === 'better' ? -0.5 : 0.5) : value;
}

interface Spot {
  x: number;
  y: number;
  anchor: 'start' | 'middle' | 'end';
}

function below(dot: { x: number; y: number }, by: number, _text: string): Spot {
  return { x: dot.x, y: dot.y + by, anchor: 'middle' };
}
function above(dot: { x: number; y: number }, by: number, _text: string): Spot {
  return { x: dot.x, y: dot.y - by, anchor: 'middle' };
}
function beside(dot: { x: number; y: number }, by: number, _text: string): Spot {
  return { x: dot.x + by, y: dot.y + 6, anchor: 'start' };
}
function before(dot: { x: number; y: number }, by: number, _text: string): Spot {
  return { x: dot.x - by, y: dot.y + 6, anchor: 'end' };
}

function around(x: number, y: number, radius: number): Box {
  return { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
}

/** Places for the name of a level line: above it or below it, from the right end to the left. */
function onLine(at: number, text: string, left: number, right: number): Label[] {
  const width = textWidth(text);
  const out: Label[] = [];
  for (let end = right - 6; end - width >= left + 4; end -= 18) {
    out.push(
      label(end, at - 6, text, 'lab hush', 'end'),
      label(end, at + 14, text, 'lab hush', 'end'),
    );
  }
  return out;
}

/** The number at a strip's right: the latest median, or what was answered on the day being read. */
function readOut(
  strip: StripSeries,
  axisY: (value: number) => number | undefined,
  right: number,
  top: number,
  end: number,
  input: SceneInput,
  labels: Label[],
): void {
  const { words, reading } = input;
  const latest = latestMedian(strip);
  const answered = reading === null ? null : strip.values[Math.floor(reading) - strip.from];
  const value = reading === null ? (latest?.value ?? null) : (answered ?? null);
  if (value === null) {
    if (reading !== null)
      labels.push(label(right + 8, (top + end) / 2 + 5, words.shortDay(reading), 'lab'));
    return;
  }
  const at = Math.min(end, Math.max(top + 8, (axisY(value) ?? end) + 5));
  const number = label(right + 8, at, words.number(value), 'val');
  const isOld = latest !== null && input.today !== null && input.today - latest.day > 4;
  const note =
    reading !== null
      ? words.shortDay(reading)
      : isOld && latest
        ? words.shortDay(latest.day)
        : words.week;
  labels.push(number, label(number.box.right + 4, at - 0.5, note, 'lab'));
}
