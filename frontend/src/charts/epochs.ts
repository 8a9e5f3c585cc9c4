// "After each session": every session starts at day 0, drawn as change from the days before it. Pure.
import { linear } from './scale';
import { pathOf, round, splitByGap, typicalRuns, type ChangeLine, type DayValue } from './geometry';
import { label, place, textWidth, type Box, type Label, type Segment } from './labels';

export interface EpochWords {
  better: (by: string) => string;
  worse: (by: string) => string;
  same: string;
  before: (days: number) => string;
  axis: string;
  now: (session: number) => string;
  typical: string;
}

/** How far the figure reaches: in points to either side, and in days around the session. */
export interface EpochFrame {
  limit: number;
  days: readonly [number, number];
  /** Days that are named below it. */
  ticks: readonly number[];
}

export interface EpochScene {
  width: number;
  height: number;
  plot: Box;
  zero: number;
  session: { x: number; y: number };
  grid: { y: number; isZero: boolean }[];
  past: string[];
  typical: string[];
  now: string[];
  dot: { x: number; y: number } | null;
  labels: Label[];
}

/** `lines` in the order of their sessions; the last is the latest session's, `null` if nothing of it can be drawn. */
export function epochScene(
  width: number,
  height: number,
  past: readonly ChangeLine[],
  latest: ChangeLine | null,
  words: EpochWords,
  { limit, days, ticks: named }: EpochFrame,
): EpochScene {
  const half = String(limit / 2);
  const ticks: [number, string][] = [
    [limit, words.better(String(limit))],
    [limit / 2, half],
    [0, words.same],
    [-limit / 2, half],
    [-limit, words.worse(String(limit))],
  ];
  const left = Math.ceil(Math.max(...ticks.map(([, name]) => textWidth(name)))) + 8;
  const name = latest ? words.now(latest.session) : '';
  // the plot is as wide as it can be with the latest session's name beside its last day
  const lastDay = latest ? Math.min(days[1], latest.points.at(-1)?.day ?? 0) : 0;
  const share = Math.max(0.1, (lastDay - days[0]) / (days[1] - days[0]));
  const right = Math.min(width - 12, left + (width - textWidth(name, 'val') - 12 - left) / share);
  const plot: Box = { left, top: 12, right, bottom: height - 44 };
  const x = linear(days, [plot.left, plot.right]);
  const y = linear([-limit, limit], [plot.bottom, plot.top], true);
  const seen = (points: readonly DayValue[]) =>
    points.filter((point) => point.day >= days[0] && point.day <= days[1]);
  const toRuns = (line: ChangeLine) => splitByGap(seen(line.points), 3);
  const typical = typicalRuns(past.map((line) => ({ ...line, points: seen(line.points) })));

  const labels: Label[] = ticks.map(([value, text]) =>
    label(left - 8, y(value) + 4, text, 'num', 'end'),
  );
  const row = plot.bottom + 20;
  labels.push(label(x(days[0]) + 10, row, words.before(-days[0]), 'num', 'end'));
  for (const day of named) labels.push(label(x(day), row, String(day), 'num', 'middle'));
  labels.push(label((plot.left + plot.right) / 2, height - 4, words.axis, 'lab', 'middle'));

  const nowRuns = latest ? toRuns(latest) : [];
  const last = nowRuns.at(-1)?.at(-1);
  const dot = last ? { x: round(x(last.day)), y: round(y(last.value)) } : null;
  const toSegments = (runs: DayValue[][], weight: number): Segment[] =>
    runs.flatMap((run) =>
      run.slice(1).map((point, index) => {
        const from = run[index] ?? point;
        return { x1: x(from.day), y1: y(from.value), x2: x(point.day), y2: y(point.value), weight };
      }),
    );
  const pastRuns = past.flatMap(toRuns);
  const segments = [
    ...toSegments(nowRuns, 25),
    ...toSegments(typical, 14),
    ...toSegments(pastRuns, 1.5),
    { x1: x(0), y1: plot.top, x2: x(0), y2: plot.bottom, weight: 8 },
  ];
  const bounds: Box = { left, top: plot.top - 6, right: width, bottom: plot.bottom };
  const dots: Box[] = dot
    ? [{ left: dot.x - 5, right: dot.x + 5, top: dot.y - 5, bottom: dot.y + 5 }]
    : [];
  const put = (at: { x: number; y: number }, text: string, kind: string) => {
    const spots = [
      label(at.x + 9, at.y - 5, text, kind),
      label(at.x + 9, at.y + 5, text, kind),
      label(at.x + 9, at.y + 16, text, kind),
      label(at.x, at.y - 12, text, kind, 'middle'),
      label(at.x, at.y + 22, text, kind, 'middle'),
      label(at.x - 9, at.y - 10, text, kind, 'end'),
      label(at.x - 9, at.y + 20, text, kind, 'end'),
      label(at.x, at.y - 28, text, kind, 'middle'),
      label(at.x, at.y + 38, text, kind, 'middle'),
    ];
    const found = place(spots, bounds, labels, dots, segments);
    if (found) labels.push(found);
  };
  if (dot) put(dot, name, 'val');
  const end = typical.at(-1)?.at(-1);
  if (end) put({ x: x(end.day), y: y(end.value) }, words.typical, 'lab hush clear');

  return {
    width,
    height,
    plot,
    zero: round(x(0)),
    session: { x: round(x(0)), y: row - 5 },
    grid: ticks.slice(1, -1).map(([value]) => ({ y: round(y(value)), isZero: value === 0 })),
    past: pastRuns.filter((run) => run.length > 1).map((run) => pathOf(run, x, y)),
    typical: typical.map((run) => pathOf(run, x, y)),
    now: nowRuns.filter((run) => run.length > 1).map((run) => pathOf(run, x, y)),
    dot,
    labels,
  };
}
