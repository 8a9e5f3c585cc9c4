/** A QR code as one path: a square of 1 × 1 for each dark module. */
import { generate } from 'lean-qr/nano';

/** The quiet edge that readers need, in modules. Source: ISO/IEC 18004. */
const EDGE = 4;

export function drawn(text: string): { side: number; path: string } {
  const code = generate(text);
  let path = '';
  for (let y = 0; y < code.size; y++)
    for (let x = 0; x < code.size; x++)
      if (code.get(x, y)) path += `M${x + EDGE} ${y + EDGE}h1v1h-1z`;
  return { side: code.size + 2 * EDGE, path };
}
