// How many days it lasted each time, as dots above their days, with no dot on another. Pure.
import { label, textWidth, type Label } from './labels';
import { linear } from './scale';
import { round } from './geometry';

export interface LastedDot {
  days: number;
  /** The line had not been passed when the next session came. */
  isOpen: boolean;
}

export interface LastedScene {
  width: number;
  height: number;
  left: number;
  right: number;
  axis: number;
  ticks: number[];
  dots: { x: number; y: number; isOpen: boolean }[];
  labels: Label[];
}

const STEP = 12;

/** Steps of the axis: weeks, where that leaves room for their names, else longer ones. */
function tickDays(last: number, room: number): number[] {
  const step = [7, 14, 28, 56, 84, 182, 364].find((days) => last / days <= room) ?? 728;
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
}

export function lastedScene(
  width: number,
  dots: readonly LastedDot[],
  words: { axis: string },
): LastedScene {
  const left = 8;
  const right = width - 8;
  const most = Math.max(14, ...dots.map((dot) => dot.days));
  const x = linear([0, most], [left + 6, right - 6]);
  const sorted = [...dots].sort((a, b) => a.days - b.days);
  // each dot on the lowest row that is free at its place
  const rows: number[] = [];
  const placed = sorted.map((dot) => {
    const at = x(dot.days);
    const free = rows.findIndex((end) => end + STEP <= at);
    const row = free === -1 ? rows.length : free;
    rows[row] = at;
    return { at, row, isOpen: dot.isOpen };
  });
  const axis = 14 + Math.max(2, rows.length) * STEP;
  const room = Math.max(2, Math.floor((right - left) / (textWidth('000') + 18)));
  const days = tickDays(most, room);
  return {
    width,
    height: axis + 40,
    left,
    right,
    axis,
    ticks: days.map((day) => round(x(day))),
    dots: placed.map(({ at, row, isOpen }) => ({
      x: round(at),
      y: axis - 10 - row * STEP,
      isOpen,
    })),
    labels: [
      ...days.map((day) => label(x(day), axis + 18, String(day), 'num', 'middle')),
      label((left + right) / 2, axis + 36, words.axis, 'lab', 'middle'),
    ],
  };
}
