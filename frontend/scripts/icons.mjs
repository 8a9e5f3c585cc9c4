// Draws the icons into public/: the umbel as SVG, and as PNG where systems ask for it. Run by hand (`npm run icons`).
import { writeFileSync } from 'node:fs';
import { deflateSync, crc32 } from 'node:zlib';

const PAPER = [245, 246, 244];
const LAKE = [16, 87, 106];
const YARROW = [221, 160, 34];
const hex = (colour) => `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;

/** The mark on a square of side 1: `scale` is how much of the side it takes. */
function umbel(scale) {
  const w = scale;
  const h = scale * 0.92;
  const left = (1 - w) / 2;
  const top = (1 - h) / 2;
  const r = w * 0.085;
  const at = (x, y) => [left + x, top + y];
  const fork = at(w / 2, h * 0.62);
  const stems = [[at(w / 2, h), fork, fork]];
  const florets = [];
  for (let i = 0; i < 5; i++) {
    const u = (i / 4) * 2 - 1;
    const x = w / 2 + u * (w / 2 - r);
    const y = r + u * u * h * 0.2;
    stems.push([fork, at(w / 2 + u * w * 0.12, h * 0.42), at(x, y + r * 0.6)]);
    florets.push([...at(x, y), r]);
  }
  return { stems, florets, line: w * 0.056 };
}

function svg() {
  const { stems, florets, line } = umbel(0.72);
  const n = (value) => Math.round(value * 1000) / 10;
  const paths = stems
    .map(([a, c, b]) => `M${n(a[0])} ${n(a[1])}Q${n(c[0])} ${n(c[1])} ${n(b[0])} ${n(b[1])}`)
    .join('');
  const circles = florets
    .map(([x, y, r]) => `<circle cx="${n(x)}" cy="${n(y)}" r="${n(r)}" fill="${hex(YARROW)}"/>`)
    .join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" rx="22" fill="${hex(PAPER)}"/><path d="${paths}" fill="none" stroke="${hex(LAKE)}" stroke-width="${n(line)}" stroke-linecap="round"/>${circles}</svg>\n`;
}

/** Distance from a point to a quadratic curve, by walking along it. */
function distance(x, y, [a, c, b]) {
  let least = Infinity;
  for (let k = 0; k <= 48; k++) {
    const u = k / 48;
    const px = (1 - u) ** 2 * a[0] + 2 * u * (1 - u) * c[0] + u * u * b[0];
    const py = (1 - u) ** 2 * a[1] + 2 * u * (1 - u) * c[1] + u * u * b[1];
    least = Math.min(least, Math.hypot(x - px, y - py));
  }
  return least;
}

function png(size, scale) {
  const { stems, florets, line } = umbel(scale);
  const soft = 1 / size;
  const cover = (inside) => Math.max(0, Math.min(1, inside / soft + 0.5));
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = (column + 0.5) / size;
      const y = (row + 0.5) / size;
      const stem = Math.max(...stems.map((curve) => cover(line / 2 - distance(x, y, curve))));
      const floret = Math.max(
        ...florets.map(([cx, cy, r]) => cover(r - Math.hypot(x - cx, y - cy))),
      );
      const start = row * (1 + size * 3) + 1 + column * 3;
      for (let part = 0; part < 3; part++) {
        const under = PAPER[part] + (LAKE[part] - PAPER[part]) * stem;
        rows[start + part] = Math.round(under + (YARROW[part] - under) * floret);
      }
    }
  }
  const chunk = (type, body) => {
    const named = Buffer.concat([Buffer.from(type), body]);
    const out = Buffer.alloc(named.length + 8);
    out.writeUInt32BE(body.length, 0);
    named.copy(out, 4);
    out.writeUInt32BE(crc32(named), named.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const here = new URL('../public/', import.meta.url);
const write = (name, content) => writeFileSync(new URL(name, here), content);
write('icon.svg', svg());
write('icon-180.png', png(180, 0.66));
write('icon-192.png', png(192, 0.72));
write('icon-512.png', png(512, 0.72));
// Systems cut a maskable icon to a circle of 80 % of the side.
write('icon-maskable-512.png', png(512, 0.5));
