import decode from 'qr/decode.js';
import { expect, it } from 'vitest';
import { drawn } from './qr';

/** What a camera sees of a path of squares: each module as 4 × 4 grey pixels. */
function seen({ side, path }: ReturnType<typeof drawn>) {
  const SCALE = 4;
  const width = side * SCALE;
  const data = new Uint8Array(width * width * 4).fill(255);
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let down = 0; down < SCALE; down++)
      for (let across = 0; across < SCALE; across++) {
        const at = ((Number(y) * SCALE + down) * width + Number(x) * SCALE + across) * 4;
        data.fill(0, at, at + 3);
      }
  return { width, height: width, data };
}

it.each([
  'https://yarrow.alder-row.example/kiosk#code=K7PM4XQ2',
  'http://127.0.0.1:8080/kiosk#code=00000000',
  `https://${'a-very-long-name.'.repeat(6)}example/kiosk#code=ZZZZZZZZ`,
])('another program reads %s from the picture', (text) => {
  expect(decode(seen(drawn(text)))).toBe(text);
});
