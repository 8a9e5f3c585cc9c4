/** The stops of a scale, low to high. Counted, not added up, so that halves stay exact. */
export function stops({ min, max, step }: { min: number; max: number; step: number }): number[] {
  const count = Math.floor((max - min) / step + 1e-9) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => min + index * step);
}
