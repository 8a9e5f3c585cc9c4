import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { drafts } from '../offline/drafts';

const submit = vi.hoisted(() => vi.fn());
vi.mock('../offline/outbox.svelte', () => ({ outbox: { submit, entries: [] } }));

const { CHECK_IN, savedCheckIn, sitting } = await import('./check-in.svelte');

interface Sent {
  id: string;
  path: string;
  body: { instrument: string; answers: Record<string, unknown>; replaces?: string };
}
const sent = () => submit.mock.calls.map(([write]) => write as Sent);

beforeEach(() => {
  vi.useFakeTimers();
  drafts.clear();
  submit.mockReset().mockResolvedValue({ state: 'waiting' });
});
afterEach(() => vi.useRealTimers());

it('sends one tap as a whole answer, after a moment', () => {
  sitting().tap(6);
  expect(sent()).toHaveLength(0);
  vi.advanceTimersByTime(2000);
  expect(sent()).toHaveLength(1);
  expect(sent()[0]?.body).toMatchObject({ instrument: CHECK_IN, answers: { mood: 6 } });
  expect(sent()[0]?.path).toBe(`/responses/${sent()[0]?.id}`);
});

it('sends the last of several taps, and nothing when the tap was taken back', () => {
  const checkIn = sitting();
  checkIn.tap(6);
  checkIn.tap(4);
  vi.advanceTimersByTime(2000);
  expect(sent().map(({ body }) => body.answers)).toEqual([{ mood: 4 }]);

  drafts.clear();
  const other = sitting();
  other.tap(3);
  other.tap(null);
  vi.advanceTimersByTime(2000);
  expect(sent()).toHaveLength(1);
});

it('says nothing of a tap that corrects one and has not gone anywhere', () => {
  const checkIn = sitting();
  checkIn.tap(6);
  expect(checkIn.tapState).toBeUndefined();
  vi.advanceTimersByTime(2000);
  expect(checkIn.tapState).toBeDefined();
  checkIn.tap(4);
  expect(checkIn.tapState).toBeUndefined();
  vi.advanceTimersByTime(2000);
  expect(checkIn.tapState).toBeDefined();
});

it('sends a tap that is still held when the screen goes away', () => {
  const checkIn = sitting();
  checkIn.tap(2);
  checkIn.flush();
  vi.advanceTimersByTime(2000);
  expect(sent()).toHaveLength(1);
});

it('sends one response when the full check-in follows the tap at once', () => {
  const checkIn = sitting();
  checkIn.tap(6);
  checkIn.hold();
  checkIn.set('anxiety', 4);
  vi.advanceTimersByTime(60_000);
  checkIn.save({ mood: 6, anxiety: 4 }, false);
  vi.advanceTimersByTime(60_000);
  expect(sent()).toHaveLength(1);
  expect(sent()[0]?.body.replaces).toBeUndefined();
});

it('replaces the tap with the full check-in when the tap has gone off', () => {
  const checkIn = sitting();
  checkIn.tap(6);
  vi.advanceTimersByTime(2000);
  checkIn.save({ mood: 6, pain: 1 }, false);
  const [tap, full] = sent();
  expect(full?.id).not.toBe(tap?.id);
  expect(full?.body.replaces).toBe(tap?.id);
});

it('replaces nothing that the server refused', async () => {
  submit.mockResolvedValueOnce({ state: 'needs_attention', problem: null });
  const checkIn = sitting();
  checkIn.tap(6);
  await vi.advanceTimersByTimeAsync(2000);
  checkIn.save({ mood: 6, pain: 1 }, false);
  expect(sent()[1]?.body.replaces).toBeUndefined();
});

it('does not send the same answers twice', () => {
  const checkIn = sitting();
  checkIn.tap(6);
  vi.advanceTimersByTime(2000);
  checkIn.save({ mood: 6 }, false);
  expect(sent()).toHaveLength(1);
});

it('sends a held tap after all when the full check-in is closed without saving', () => {
  const checkIn = sitting();
  checkIn.tap(6);
  checkIn.hold();
  checkIn.release();
  vi.advanceTimersByTime(2000);
  expect(sent()).toHaveLength(1);
});

it('begins anew after saving, and after an hour', () => {
  const first = sitting();
  expect(sitting()).toBe(first);
  first.save({ mood: 6 }, false);
  const second = sitting();
  expect(second).not.toBe(first);
  expect(savedCheckIn()).toBe(first);

  second.tap(3);
  vi.advanceTimersByTime(61 * 60_000);
  expect(sitting()).not.toBe(second);
});
