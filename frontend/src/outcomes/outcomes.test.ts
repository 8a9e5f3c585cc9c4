import { expect, test } from 'vitest';
import { address, counted, isCut } from './outcomes';

test('a filter changes the address and leaves the others alone', () => {
  const query = new URLSearchParams('measure=gad-7.total&condition=mdd&else=1');
  expect(address(query, { route: 'iv' })).toBe(
    '/outcomes?measure=gad-7.total&condition=mdd&route=iv',
  );
  expect(address(query, { condition: '' })).toBe('/outcomes?measure=gad-7.total');
  expect(address(new URLSearchParams('at=latest'), { at: '' })).toBe('/outcomes');
});

test('another measure or score is still the whole clinic', () => {
  expect(isCut(new URLSearchParams('measure=gad-7.total&at=latest'))).toBe(false);
  expect(isCut(new URLSearchParams('from=2026-01-01'))).toBe(true);
});

test('people are counted by their change', () => {
  expect(counted([-9, -4, -4, 0])).toEqual([
    { change: -9, people: 1 },
    { change: -4, people: 2 },
    { change: 0, people: 1 },
  ]);
});
