/** The three small things that charts need of a library: a straight scale, a line through points, a median. */

/** From a value to a place on the page. */
export type Axis = (value: number) => number;

type Pair = readonly [number, number];

/** A straight scale; `clamped` keeps every place between both ends. */
export function linear(domain: Pair, range: Pair, clamped = false): Axis {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  // A chart of a single day has no width of its own: everything lies in the middle.
  const share = (value: number) => (d0 === d1 ? 0.5 : (value - d0) / (d1 - d0));
  const held = clamped ? (value: number) => Math.min(1, Math.max(0, share(value))) : share;
  return (value) => r0 + held(value) * (r1 - r0);
}

/** A straight line from point to point; a single point is drawn as a dot by its round end. */
export function polyline(points: readonly Pair[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  if (rest.length === 0) return `M${first[0]},${first[1]}Z`;
  return `M${first[0]},${first[1]}${rest.map(([x, y]) => `L${x},${y}`).join('')}`;
}

/** The middle value, or the mean of the two in the middle; `null` of nothing. */
export function median(values: Iterable<number>): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
