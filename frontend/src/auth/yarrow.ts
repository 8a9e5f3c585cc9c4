/** A drawn yarrow: one stem, twenty-one rays, many florets. A fixed seed, so it never changes. */
export const W = 420;
export const H = 460;
export const X = W / 2;
export const FORK = 276;
export const SHADES = 8;

let seed = 7;
const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
const n = (value: number) => value.toFixed(1);

/** Rays, leaf stalks; the fine barbs of the leaves; florets by how see-through they are. */
export let rays = '';
export let barbs = '';
for (const [y, side, length] of [
  [408, 1, 78],
  [358, -1, 66],
  [436, -1, 58],
] as const) {
  const tip = [X + side * length, y - 40] as const;
  const bend = [X + side * length * 0.42, y - 6] as const;
  const at = (u: number, from: number, by: number, to: number) =>
    (1 - u) ** 2 * from + 2 * u * (1 - u) * by + u * u * to;
  rays += `M${X} ${y}Q${n(bend[0])} ${n(bend[1])} ${n(tip[0])} ${n(tip[1])}`;
  for (let i = 2; i < 15; i++) {
    const u = i / 15;
    const start = `M${n(at(u, X, bend[0], tip[0]))} ${n(at(u, y, bend[1], tip[1]))}`;
    const l = 17 * Math.sin(Math.PI * Math.min(1, u * 0.8 + 0.22));
    barbs += `${start}q${n(side * l * 0.1)} ${n(-l * 0.6)} ${n(side * l * 0.55)} ${n(-l * 0.95)}`;
    barbs += `${start}q${n(side * l * 0.5)} ${n(l * 0.05)} ${n(side * l * 0.85)} ${n(l * 0.4)}`;
  }
}

export const florets: string[] = Array.from({ length: SHADES }, () => '');
for (let i = 0; i < 21; i++) {
  const u = (i / 20) * 2 - 1;
  const x = X + u * 184;
  const y = 92 + u * u * 40 + ((i % 2 ? -9 : 7) + (random() - 0.5) * 6) * (1 - 0.75 * u * u);
  rays += `M${X} ${FORK}Q${n(X + u * 78)} ${n(FORK - 96)} ${n(x)} ${n(y)}`;
  for (let k = 0; k < 15; k++) {
    const angle = random() * 6.283;
    const far = Math.sqrt(random()) * 17;
    const r = n(1.9 + random() * 2.3);
    const shade = Math.floor(random() * SHADES);
    florets[shade] +=
      `M${n(x + Math.cos(angle) * far - +r)} ${n(y - 5 + Math.sin(angle) * far * 0.62)}` +
      `a${r} ${r} 0 1 0 ${2 * +r} 0a${r} ${r} 0 1 0 ${-2 * +r} 0`;
  }
}
