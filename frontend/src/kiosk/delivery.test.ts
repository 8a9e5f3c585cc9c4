import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { OfflineError, ProblemError } from '../api/client';
import type { Submission } from '../api/types';
import { Delivery, type Carrier } from './delivery.svelte';

const BODY: Submission = {
  instrument: 'gad-7',
  answers: { q1: 2 },
  completed_at: '2026-11-27T16:00:00.000Z',
  time_zone: 'America/Denver',
};
const STORED = { safety: { show_crisis_resources: false } };

const refusal = (status: number, retryAfter: number | null = null) =>
  new ProblemError(status, '', '', '', [], '', retryAfter);

/** A way to the server that answers these in turn, and notes what went over it. */
function carrier(...answers: unknown[]): Carrier & { sent: [string, unknown][] } {
  const sent: [string, unknown][] = [];
  return {
    sent,
    put<T>(path: string, body: unknown): Promise<T> {
      sent.push([path, body]);
      const answer = answers.shift();
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer as T);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('addEventListener', () => {});
  vi.stubGlobal('removeEventListener', () => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('is sent again under the same id until the server has it, and then no more', async () => {
  const way = carrier(new OfflineError(), refusal(503), STORED);
  const delivery = new Delivery('one', BODY);
  await delivery.go(way);
  expect(delivery.state).toBe('waiting');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(delivery.state).toBe('sent');
  expect(delivery.at).not.toBeNull();
  expect(way.sent).toEqual(Array(3).fill(['/responses/one', BODY]));
});

it('waits for as long as the server asks', async () => {
  const way = carrier(refusal(429, 30), STORED);
  const delivery = new Delivery('one', BODY);
  await delivery.go(way);
  await vi.advanceTimersByTimeAsync(29_000);
  expect([delivery.state, way.sent.length]).toEqual(['waiting', 1]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([delivery.state, way.sent.length]).toEqual(['sent', 2]);
});

it.each([403, 409, 422])('is refused for good by %i, and kept', async (status) => {
  const way = carrier(refusal(status));
  const delivery = new Delivery('one', BODY);
  await delivery.go(way);
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect([delivery.state, way.sent.length]).toEqual(['refused', 1]);
});

it('goes by another tablet when the first has closed, and not by both', async () => {
  const first = carrier(new OfflineError(), STORED);
  const second = carrier(STORED);
  const delivery = new Delivery('one', BODY);
  await delivery.go(first);
  delivery.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  await delivery.go(second);
  expect(delivery.state).toBe('sent');
  expect([first.sent.length, second.sent.length]).toEqual([1, 1]);
});
