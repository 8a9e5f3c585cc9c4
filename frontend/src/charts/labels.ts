// Text on a chart: how much room it takes, and where it can stand without touching anything else. Pure.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export type Anchor = 'start' | 'middle' | 'end';

export interface Label {
  x: number;
  /** The baseline of the (first) line. */
  y: number;
  text: string;
  anchor: Anchor;
  /** Class beside `chart text`: lab, num, val, name … (styles/chart.css). */
  kind: string;
  box: Box;
}

const SIZES: Record<string, number> = {
  val: 15,
  'val last': 17,
  name: 14,
  note: 14,
  'flag-n': 11.5,
};

export function sizeOf(kind: string): number {
  return SIZES[kind] ?? 12;
}

/** Width in pixels, a little generous, so that labels keep their distance in other fonts too. */
export function textWidth(text: string, kind = 'lab'): number {
  let ems = 0;
  for (const char of text) {
    if (/[0-9]/.test(char)) ems += 0.63;
    else if (/[ijlI.,'|:;]/.test(char)) ems += 0.32;
    else if (/[frt ()-]/.test(char)) ems += 0.4;
    else if (/[mwMW]/.test(char)) ems += 0.9;
    else if (/[A-ZÄÖÜ]/.test(char)) ems += 0.68;
    else ems += 0.58;
  }
  const isBold = kind.startsWith('val') || kind === 'name' || kind === 'note';
  return ems * sizeOf(kind) * (isBold ? 1.06 : 1);
}

export function label(
  x: number,
  y: number,
  text: string,
  kind: string,
  anchor: Anchor = 'start',
): Label {
  const width = textWidth(text, kind);
  const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
  const size = sizeOf(kind);
  return {
    x,
    y,
    text,
    anchor,
    kind,
    box: { left, right: left + width, top: y - size * 0.78, bottom: y + size * 0.24 },
  };
}

export function overlaps(a: Box, b: Box, room = 0): boolean {
  return (
    a.left - room < b.right &&
    b.left - room < a.right &&
    a.top - room < b.bottom &&
    b.top - room < a.bottom
  );
}

export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom
  );
}

export interface Segment {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  /** What it costs to write over it. */
  weight: number;
}

/** Does the segment pass through the box? (Liang and Barsky's clipping.) */
export function crosses(box: Box, { x1, y1, x2, y2 }: Segment): boolean {
  const dx = x2 - x1;
  const dy = y2 - y1;
  let enter = 0;
  let leave = 1;
  for (const [step, room] of [
    [-dx, x1 - box.left],
    [dx, box.right - x1],
    [-dy, y1 - box.top],
    [dy, box.bottom - y1],
  ] as const) {
    if (step === 0) {
      if (room < 0) return false;
    } else if (step < 0) enter = Math.max(enter, room / step);
    else leave = Math.min(leave, room / step);
  }
  return enter <= leave;
}

/**
 * The first candidate that costs least: other labels and the edge are forbidden, dots dear, lines cheaper; an earlier
 * candidate wins a tie. `null` if every candidate touches a label, leaves the bounds or costs
 * more than `most`.
 */
export function place(
  candidates: readonly Label[],
  bounds: Box,
  labels: readonly Label[],
  dots: readonly Box[],
  segments: readonly Segment[],
  most = Infinity,
): Label | null {
  let best: Label | null = null;
  let least = Infinity;
  candidates.forEach((candidate, rank) => {
    const { box } = candidate;
    if (!contains(bounds, box) || labels.some((other) => overlaps(box, other.box, 2))) return;
    let cost = rank * 0.5;
    for (const dot of dots) if (overlaps(box, dot, 1)) cost += 60;
    for (const segment of segments) if (crosses(box, segment)) cost += segment.weight;
    if (cost < least && cost <= most) {
      least = cost;
      best = candidate;
    }
  });
  return best;
}

/** At most two lines no wider than `room`; `null` if that cannot be. */
export function wrap(text: string, room: number, kind = 'lab'): string[] | null {
  if (textWidth(text, kind) <= room) return [text];
  const words = text.split(' ');
  for (let at = words.length - 1; at > 0; at--) {
    const lines = [words.slice(0, at).join(' '), words.slice(at).join(' ')];
    if (lines.every((part) => textWidth(part, kind) <= room)) return lines;
  }
  return null;
}
