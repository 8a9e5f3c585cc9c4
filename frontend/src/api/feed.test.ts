import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { follow } from './feed';

class FakeSource {
  static readonly CLOSED = 2;
  static made: FakeSource[] = [];
  readyState = 0;
  onopen = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onerror = () => {};
  constructor(readonly address: string) {
    FakeSource.made.push(this);
  }
  close() {
    this.readyState = FakeSource.CLOSED;
  }
}

const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', FakeSource);
  vi.stubGlobal('document', page);
  page.visibilityState = 'visible';
  FakeSource.made = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('following what colleagues write', () => {
  it('asks every four seconds until the stream is open, then hears', () => {
    const heard = vi.fn();
    const stop = follow(heard);
    vi.advanceTimersByTime(8_000);
    expect(heard.mock.calls).toEqual([[null], [null]]);
    const source = FakeSource.made[0]!;
    expect(source.address).toBe('/api/v1/events');
    source.onopen();
    expect(heard).toHaveBeenCalledTimes(3);
    vi.advanceTimersByTime(50_000);
    expect(heard).toHaveBeenCalledTimes(3);
    source.onmessage({ data: '{"about":"sessions","id":"a"}' });
    expect(heard).toHaveBeenLastCalledWith({ about: 'sessions', id: 'a' });
    stop();
    expect(source.readyState).toBe(FakeSource.CLOSED);
    vi.advanceTimersByTime(600_000);
    expect(heard).toHaveBeenCalledTimes(4);
  });

  it('asks again where an open stream has been silent for a minute', () => {
    const heard = vi.fn();
    const stop = follow(heard);
    FakeSource.made[0]!.onopen();
    vi.advanceTimersByTime(64_000);
    expect(heard).toHaveBeenCalledTimes(2);
    stop();
  });

  it('asks while a refused stream is closed, and tries another after half a minute', () => {
    const heard = vi.fn();
    const stop = follow(heard);
    const refused = FakeSource.made[0]!;
    refused.readyState = FakeSource.CLOSED;
    refused.onerror();
    vi.advanceTimersByTime(28_000);
    expect(heard).toHaveBeenCalledTimes(7);
    expect(FakeSource.made).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    expect(FakeSource.made).toHaveLength(2);
    FakeSource.made[1]!.onopen();
    vi.advanceTimersByTime(20_000);
    expect(heard).toHaveBeenCalledTimes(8);
    stop();
  });

  it('is quiet while nobody looks, and asks when they come back', () => {
    const heard = vi.fn();
    const stop = follow(heard);
    page.visibilityState = 'hidden';
    vi.advanceTimersByTime(20_000);
    expect(heard).not.toHaveBeenCalled();
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    expect(heard).toHaveBeenCalledTimes(1);
    stop();
  });
});
