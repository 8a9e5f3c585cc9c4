import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendWaiting } from './background';
import { entries, type Entry } from './store';

const sealed = { to: 'key', enc: 'secret', ciphertext: 'answers' };
let at = 0;
const entry = (id: string, more: Partial<Entry> = {}): Entry => ({
  id,
  user_id: 'maya',
  clinic_id: 'alder',
  method: 'PUT',
  path: `/responses/${id}`,
  sealed,
  after: '',
  if_match: null,
  kind: 'response',
  label: 'PHQ-9',
  safety: false,
  state: 'waiting',
  queued_at: new Date(at++).toISOString(),
  tries: 1,
  next_try_at: Number.MAX_SAFE_INTEGER,
  not_before: 0,
  problem: null,
  ...more,
});

let calls: { path: string; method: string; body: string; headers: Record<string, string> }[] = [];
const asked = () => calls.map(({ path }) => path.replace('/api/v1', ''));
const left = async () => (await entries.all()).map(({ id }) => id);

function serve(status: (path: string, author: string) => number) {
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    calls.push({ path, method: init.method!, body: String(init.body), headers });
    return new Response(null, { status: status(path, headers['X-Signed-In-As'] ?? '') });
  });
}

beforeEach(async () => {
  calls = [];
  vi.stubGlobal('navigator', {
    locks: { request: (_: string, work: () => Promise<unknown>) => work() },
  });
  for (const one of await entries.all()) await entries.settle(one, null);
});
afterEach(() => void vi.unstubAllGlobals());

describe('with no page open, what waits', () => {
  it('goes as it lies there, under the person who made it, in order, and is gone after a 2xx', async () => {
    await entries.put(entry('first'));
    await entries.put(entry('urgent', { safety: true }));
    await entries.put(entry('correction', { after: 'first' }));
    serve(() => 201);
    await sendWaiting();
    expect(asked()).toEqual(['/responses/urgent', '/responses/first', '/responses/correction']);
    expect(calls[0]).toMatchObject({
      method: 'PUT',
      body: JSON.stringify(sealed),
      headers: {
        'X-Signed-In-As': 'maya',
        'X-Requested-With': 'app',
        'Content-Type': 'application/vnd.yarrow.sealed+json',
      },
    });
    expect(await left()).toEqual([]);
  });

  it('goes after the sign-in was renewed, and only that of whoever is signed in', async () => {
    await entries.put(entry('a'));
    await entries.put(entry('theirs', { user_id: 'rosa' }));
    await entries.put(entry('theirs too', { user_id: 'rosa' }));
    let isFresh = false;
    serve((path, author) => {
      if (path.endsWith('/auth/refresh')) isFresh = true;
      return isFresh && author !== 'rosa' ? 200 : 401;
    });
    await sendWaiting();
    expect(await left()).toEqual(['theirs', 'theirs too']);
    expect(asked().filter((path) => path.includes('too'))).toEqual([]);
  });

  it('stays as it is where a person has to look, where somebody has to type, and where the server asked to wait', async () => {
    const stuck = [
      entry('refused', { state: 'needs_attention' }),
      entry('staff', { sealed: { iv: new Uint8Array(12), bytes: new ArrayBuffer(8) } }),
      entry('later', { not_before: Date.now() + 60_000 }),
      entry('after', { after: 'refused' }),
    ];
    for (const one of [...stuck, entry('wrong')]) await entries.put(one);
    const before = await entries.all();
    serve(() => 422);
    await sendWaiting();
    expect(asked()).toEqual(['/responses/wrong']);
    expect(await entries.all()).toEqual(before);
  });

  it.each([429, 500, 503])('is tried again by the browser after %i', async (status) => {
    await entries.put(entry('a'));
    await entries.put(entry('b'));
    serve(() => status);
    await expect(sendWaiting()).rejects.toThrow();
    expect(asked()).toEqual(['/responses/a']);
    expect(await left()).toEqual(['a', 'b']);
  });

  it('is tried again by the browser where there is no network after all', async () => {
    await entries.put(entry('a'));
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
    await expect(sendWaiting()).rejects.toThrow('no network');
    expect(await left()).toEqual(['a']);
  });
});
