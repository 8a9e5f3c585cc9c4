import { describe, expect, it } from 'vitest';
import { lastedScene } from './lasted';
import { overlaps } from './labels';

const dots = [18, 21, 21, 22, 60, 21].map((days, index) => ({ days, isOpen: index % 2 === 1 }));

describe('how long it lasted', () => {
  for (const width of [250, 420, 700]) {
    const scene = lastedScene(width, dots, { axis: 'days since the session' });
    it(`each interval has a dot of its own, ${width} wide`, () => {
      expect(scene.dots).toHaveLength(dots.length);
      for (const [index, one] of scene.dots.entries())
        for (const other of scene.dots.slice(index + 1))
          expect(Math.hypot(one.x - other.x, one.y - other.y)).toBeGreaterThanOrEqual(10);
      expect(scene.dots.filter((dot) => dot.isOpen)).toHaveLength(3);
    });
    it(`dots lie within the figure and names touch nothing, ${width} wide`, () => {
      for (const { x, y } of scene.dots) {
        expect(x).toBeGreaterThanOrEqual(scene.left);
        expect(x).toBeLessThanOrEqual(scene.right);
        expect(y).toBeGreaterThan(0);
        expect(y).toBeLessThan(scene.axis);
      }
      for (const [index, one] of scene.labels.entries())
        for (const other of scene.labels.slice(index + 1))
          expect(overlaps(one.box, other.box)).toBe(false);
    });
  }
  it('dots stand in the order of their days', () => {
    const { dots: placed } = lastedScene(420, dots, { axis: '' });
    expect(placed.map(({ x }) => x)).toEqual([...placed.map(({ x }) => x)].sort((a, b) => a - b));
  });
});
