import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

function colours(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{3,6})\b/g)].map((match) => [
      match[1]!,
      match[2]!,
    ]),
  );
}

const light = colours(css.slice(css.indexOf(':root {'), css.indexOf('@media')));
const dark = {
  ...light,
  ...colours(css.slice(css.indexOf(':root[data-theme="dark"]'), css.indexOf('@media print'))),
};

function luminance(hex: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high! + 0.05) / (low! + 0.05);
}

const TEXT = 4.5;
const SHAPE = 3;
const pairs: [ink: string, on: string, least: number][] = [
  ...['paper', 'surface', 'sunken', 'lake-faint', 'lake-soft'].flatMap(
    (on): [string, string, number][] => [
      ['ink', on, TEXT],
      ['ink-2', on, TEXT],
    ],
  ),
  ...['paper', 'surface', 'sunken'].flatMap((on): [string, string, number][] => [
    ['ink-3', on, TEXT],
    ['lake', on, TEXT],
    ['brick', on, TEXT],
    ['edge', on, SHAPE],
    ['focus', on, SHAPE],
  ]),
  ...[0, 1, 2, 3, 4].map((band): [string, string, number] => ['ink-2', `band-${band}`, TEXT]),
  ...[0, 1, 2, 3, 4].map((band): [string, string, number] => ['lake', `band-${band}`, SHAPE]),
  ['lake-strong', 'lake-soft', TEXT],
  ['on-fill', 'fill', TEXT],
  ['on-fill', 'fill-hover', TEXT],
  ['fill', 'surface', SHAPE],
  ['yarrow-ink', 'surface', TEXT],
  ['yarrow-ink', 'yarrow-soft', TEXT],
  ['brick', 'brick-soft', TEXT],
  ['on-brick', 'brick-fill', TEXT],
  ['mute-line', 'surface', SHAPE],
];

describe.each([
  ['light', light],
  ['dark', dark],
])('%s', (_, theme: Record<string, string>) => {
  it.each(pairs)('%s stands out from %s by %f or more', (ink, on, least) => {
    expect(contrast(theme[ink]!, theme[on]!)).toBeGreaterThanOrEqual(least);
  });
});

it('says the same for the system and for the person who chose dark', () => {
  const system = css.slice(css.indexOf('(prefers-color-scheme: dark)'));
  expect(colours(system.slice(0, system.indexOf('} }')))).toEqual(
    colours(css.slice(css.indexOf(':root[data-theme="dark"]'), css.indexOf('@media print'))),
  );
});
