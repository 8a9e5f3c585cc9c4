// The charts of a whole clinic: everybody's change, scores by session, how long a response was kept. Pure.
import { linear, type Axis } from './scale';
import { bandRects, bandTicks, pathOf, round, thinTicks, valueAxis, type Scale } from './geometry';
import { label, textWidth, type Box, type Label } from './labels';

/** Steps between ticks that people count in. */
const STEPS = [0.5, 1, 2, 5, 10, 20, 50];

/** A step that puts at most `most` ticks on a range. */
export function tickStep(range: number, most: number): number {
  return STEPS.find((step) => range / step <= most) ?? 100;
}

export interface WaterfallScene {
  width: number;
  height: number;
  plot: Box;
  /** Change within chance variation, where that is known. */
  usual: { y: number; height: number } | null;
  zero: number;
  better: string;
  same: string;
  worse: string;
  labels: Label[];
}

/** `changes` best first; `reliable` is a change that is more than chance. */
export function waterfallScene(
  width: number,
  height: number,
  changes: readonly number[],
  reliable: number | null,
  lowerIsBetter: boolean,
  words: { axis: string; points: (change: number) => string },
): WaterfallScene {
  const reach = reliable ?? 0;
  const step = tickStep(
    Math.max(...changes, reach) - Math.min(...changes, -reach) || 1,
    Math.max(3, Math.floor(height / 44)),
  );
  const low = Math.floor(Math.min(...changes, -reach) / step) * step;
  const high = Math.ceil(Math.max(...changes, reach) / step) * step;
  const ticks: number[] = [];
  for (let value = low; value <= high + step / 2; value += step) ticks.push(round(value));
  const left = Math.ceil(Math.max(...ticks.map((value) => textWidth(words.points(value))))) + 10;
  const plot: Box = { left, top: 10, right: Math.max(left, width - 4), bottom: height - 30 };
  const y = linear([low, high], [plot.bottom, plot.top]);
  const slot = (plot.right - plot.left) / Math.max(1, changes.length);
  // Bars of a crowd stand without a gap, or they would be mist.
  const inset = slot < 3 ? 0 : slot * 0.16;
  const bars = { better: '', same: '', worse: '' };
  changes.forEach((change, index) => {
    const gain = lowerIsBetter ? -change : change;
    const kind =
      reliable === null || Math.abs(gain) < reliable ? 'same' : gain > 0 ? 'better' : 'worse';
    const [x1, x2] = [plot.left + index * slot + inset, plot.left + (index + 1) * slot - inset];
    // A change of nothing is still a person.
    const [y1, y2] = change === 0 ? [y(0) - 1, y(0) + 1] : [y(0), y(change)];
    bars[kind] += `M${round(x1)},${round(y1)}H${round(x2)}V${round(y2)}H${round(x1)}Z`;
  });
  const labels = ticks.map((value) =>
    label(left - 8, y(value) + 4, words.points(value), 'num', 'end'),
  );
  labels.push(label(plot.left, height - 6, words.axis, 'lab'));
  const half = (reliable ?? 0) - step / 1000;
  return {
    width,
    height,
    plot,
    usual:
      reliable === null
        ? null
        : { y: round(y(half)), height: round(Math.max(0, y(-half) - y(half))) },
    zero: round(y(0)),
    ...bars,
    labels,
  };
}

export interface SessionScores {
  number: number;
  n: number | null;
  median: number | null;
  low: number | null;
  high: number | null;
}

export interface RibbonScene {
  width: number;
  height: number;
  plot: Box;
  bands: { shade: number; y: number; height: number }[];
  middle: string[];
  median: string[];
  dots: { x: number; y: number }[];
  labels: Label[];
}

/** Scores by session; where a session's people are too few, line and shade are left open. */
export function ribbonScene(
  width: number,
  height: number,
  scale: Scale,
  rows: readonly SessionScores[],
  words: { start: string; session: string; people: string; band: (name: string) => string },
): RibbonScene {
  const names = scale.bands.map((band) => words.band(band.label));
  const side = Math.max(...[words.session, words.people, ...names].map((name) => textWidth(name)));
  const plot: Box = {
    left: 30,
    top: 10,
    right: Math.max(30, width - Math.ceil(side) - 10),
    bottom: height - 52,
  };
  const y: Axis = valueAxis(scale, plot.top, plot.bottom);
  const last = Math.max(1, rows.at(-1)?.number ?? 1);
  const x = linear([0, last], [plot.left + 16, plot.right - 14]);
  const known = rows.filter(
    (row): row is SessionScores & { median: number; low: number; high: number; n: number } =>
      row.median !== null && row.low !== null && row.high !== null && row.n !== null,
  );
  const runs: (typeof known)[] = [];
  for (const row of known) {
    const run = runs.at(-1);
    if (run && (run.at(-1)?.number ?? -2) + 1 === row.number) run.push(row);
    else runs.push([row]);
  }
  const labels: Label[] = thinTicks(bandTicks(scale), y, 14).map((value) =>
    label(plot.left - 8, y(value) + 4, String(value), 'num', 'end'),
  );
  const rects = bandRects(scale, y);
  for (const rect of rects) {
    const name = words.band(rect.label);
    if (rect.height >= 14)
      labels.push(label(plot.right + 8, rect.top + rect.height / 2 + 4, name, 'lab'));
  }
  // Every number that has room; the first and the last always.
  const widest =
    Math.max(textWidth(words.start), ...known.map((row) => textWidth(String(row.n)))) + 6;
  const every = Math.max(1, Math.ceil(widest / Math.max(1, x(1) - x(0))));
  for (const row of rows) {
    if (row.number % every !== 0 && row.number !== last) continue;
    if (row.number !== last && last - row.number < every && row.number !== 0) continue;
    const name = row.number === 0 ? words.start : String(row.number);
    labels.push(label(x(row.number), plot.bottom + 18, name, 'num', 'middle'));
    labels.push(
      label(x(row.number), plot.bottom + 36, row.n === null ? '–' : String(row.n), 'lab', 'middle'),
    );
  }
  labels.push(label(plot.right + 8, plot.bottom + 18, words.session, 'lab'));
  labels.push(label(plot.right + 8, plot.bottom + 36, words.people, 'lab'));
  const [first, end] = [known[0], known.at(-1)];
  if (first)
    labels.push(label(x(first.number) + 8, y(first.median) - 8, String(first.median), 'val'));
  if (end && end !== first)
    labels.push(label(x(end.number), y(end.median) - 10, String(end.median), 'val', 'middle'));
  const line = (run: typeof known, of: (row: (typeof known)[number]) => number) =>
    run.map((row) => `${round(x(row.number))},${round(y(of(row)))}`);
  return {
    width,
    height,
    plot,
    bands: rects.map(({ shade, top, height: tall }) => ({
      shade,
      y: round(top),
      height: round(tall),
    })),
    middle: runs
      .filter((run) => run.length > 1)
      .map(
        (run) =>
          `M${[...line(run, (row) => row.high), ...line(run, (row) => row.low).reverse()].join('L')}Z`,
      ),
    median: runs
      .filter((run) => run.length > 1)
      .map((run) =>
        pathOf(
          run.map((row) => ({ day: row.number, value: row.median })),
          x,
          y,
        ),
      ),
    dots: known.map((row) => ({ x: round(x(row.number)), y: round(y(row.median)) })),
    labels,
  };
}

export interface KeptStep {
  day: number;
  share: number;
  low: number;
  high: number;
}

export interface KeptScene {
  width: number;
  height: number;
  plot: Box;
  grid: number[];
  curve: string;
  band: string;
  labels: Label[];
}

/** A Kaplan–Meier curve with its band, and the people at risk beneath; it ends with the last of `atRisk` or `steps`. */
export function keptScene(
  width: number,
  height: number,
  steps: readonly KeptStep[],
  atRisk: readonly { day: number; n: number }[],
  words: { weeks: string; people: string },
): KeptScene {
  const shares = [1, 0.75, 0.5, 0.25, 0];
  const percent = (share: number) => `${Math.round(share * 100)}%`;
  const side = Math.max(textWidth(words.weeks), textWidth(words.people));
  const left = Math.ceil(textWidth('100%')) + 10;
  const plot: Box = {
    left,
    top: 10,
    right: Math.max(left, width - Math.ceil(side) - 10),
    bottom: height - 52,
  };
  const last = Math.max(28, atRisk.at(-1)?.day ?? 0, steps.at(-1)?.day ?? 0);
  const x = linear([0, last], [plot.left + 6, plot.right - 10]);
  const y = linear([0, 1], [plot.bottom, plot.top]);
  /** From the right of one step to the next: a share holds until somebody loses the response. */
  const stairs = (of: (step: KeptStep) => number, from = 1) => {
    let path = `${round(x(0))},${round(y(from))}`;
    for (const step of steps) path += `H${round(x(step.day))}V${round(y(of(step)))}`;
    return `${path}H${round(x(last))}`;
  };
  const corners = (of: (step: KeptStep) => number) => {
    const points: string[] = [`${round(x(0))},${round(y(1))}`];
    let held = 1;
    for (const step of steps) {
      points.push(`${round(x(step.day))},${round(y(held))}`);
      held = of(step);
      points.push(`${round(x(step.day))},${round(y(held))}`);
    }
    points.push(`${round(x(last))},${round(y(held))}`);
    return points;
  };
  const labels: Label[] = shares.map((share) =>
    label(plot.left - 8, y(share) + 4, percent(share), 'num', 'end'),
  );
  const room = Math.max(26, ...atRisk.map((each) => textWidth(String(each.n)) + 8));
  let free = -Infinity;
  for (const { day, n } of atRisk) {
    if (x(day) < free) continue;
    free = x(day) + room;
    labels.push(label(x(day), plot.bottom + 18, String(day / 7), 'num', 'middle'));
    labels.push(label(x(day), plot.bottom + 36, String(n), 'lab', 'middle'));
  }
  labels.push(label(plot.right + 8, plot.bottom + 18, words.weeks, 'lab'));
  labels.push(label(plot.right + 8, plot.bottom + 36, words.people, 'lab'));
  return {
    width,
    height,
    plot,
    grid: shares.slice(0, -1).map((share) => round(y(share))),
    curve: `M${stairs((step) => step.share)}`,
    band: `M${[...corners((step) => step.high), ...corners((step) => step.low).reverse()].join('L')}Z`,
    labels,
  };
}
