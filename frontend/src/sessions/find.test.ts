import { expect, it } from 'vitest';
import type { Patient, Session } from '../api/types';
import { lastBefore, whichSession } from './find';

const session = (number: number, day: number, more: Partial<Session> = {}): Session =>
  ({
    id: `s${number}`,
    number,
    course_id: 'c',
    status: 'completed',
    at: `2026-03-${String(day).padStart(2, '0')}T16:00:00.000Z`,
    ...more,
  }) as Session;
const patient = { course: { id: 'c' } } as Patient;
const list = [
  session(3, 20, { status: 'planned' }),
  session(2, 12),
  session(1, 9),
  session(2, 1, { id: 'old', course_id: 'b' }),
];

it('finds a session by number in the present course', () => {
  expect(whichSession('2', list, patient)).toEqual({ id: 's2', number: 2 });
  expect(whichSession('7', list, patient)).toEqual({ id: null, number: 7 });
});

it('finds the next one planned, or begins one', () => {
  expect(whichSession('next', list, patient)).toEqual({ id: 's3', number: 3 });
  expect(whichSession('next', list.slice(1), patient)).toEqual({ id: null, number: 3 });
  expect(whichSession('new', list, patient)).toEqual({ id: null, number: 4 });
  expect(whichSession('new', [], { course: null } as Patient)).toEqual({ id: null, number: 1 });
});

it('takes an id as it is', () => {
  const id = '0197a000-0000-7000-8000-000000002009';
  expect(whichSession(id, list, patient).id).toBe(id);
});

it('compares with the session done before, never with a later or a planned one', () => {
  expect(lastBefore(list[0]!, list)?.id).toBe('s2');
  expect(lastBefore(list[1]!, list)?.id).toBe('s1');
  expect(lastBefore(null, list)?.id).toBe('s2');
  expect(lastBefore(null, [])).toBeNull();
});
