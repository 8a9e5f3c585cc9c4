import 'fake-indexeddb/auto';
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_P256_HKDF_SHA256 } from 'hpke';
import { beforeEach, describe, expect, it, vi } from 'vitest';

const send = vi.fn();
const get = vi.fn();
type Who = { id: string; clinic: { id: string } } | null;
const session = { user: null as Who, author: null as Who };
vi.mock('../session.svelte', () => ({ session }));
vi.mock('../api/client', async (original) => ({
  ...(await original<typeof import('../api/client')>()),
  api: { send, get, kept: get },
}));

const { OfflineError, ProblemError } = await import('../api/client');
const { backOff, isFinal, outbox } = await import('./outbox.svelte');
const { seal } = await import('./seal');
const { entries, order } = await import('./store');

const suite = new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const server = await suite.GenerateKeyPair(true);
const outbox_public_key = Buffer.from(await suite.SerializePublicKey(server.publicKey)).toString(
  'base64url',
);
const KEY = { key: 'A'.repeat(43) };

/** What the server reads in what was sealed for this place. */
async function opened(body: unknown, place: string): Promise<unknown> {
  const { enc, ciphertext } = JSON.parse(String(body)) as { enc: string; ciphertext: string };
  const plain = await suite.Open(
    server.privateKey,
    Buffer.from(enc, 'base64url'),
    Buffer.from(ciphertext, 'base64url'),
    { aad: Buffer.from(place), info: Buffer.from('yarrow outbox') },
  );
  return JSON.parse(Buffer.from(plain).toString()) as unknown;
}

/** Everything on the disk as text, bytes too. */
async function onDisk(): Promise<string> {
  const found = await entries.all();
  const bytes = found.map(({ sealed }) => ('bytes' in sealed ? Buffer.from(sealed.bytes) : ''));
  return JSON.stringify(found) + bytes.join('');
}

const maya = { id: 'maya', clinic: { id: 'alder' } };
const rosa = { id: 'rosa', clinic: { id: 'alder' } };
const refusal = (status: number, retry_after: number | null = null) =>
  new ProblemError(status, '', `${status}`, '', [], '', retry_after);
const write = (id: string, more = {}) => ({
  id,
  path: `/responses/${id}`,
  body: { answers: { q1: 1 } },
  kind: 'response' as const,
  label: 'PHQ-9',
  ...more,
});
const sent = () => send.mock.calls.map((call) => call[1] as string);

beforeEach(async () => {
  send.mockReset();
  get.mockReset();
  get.mockImplementation(async (path: string) => (path === '/meta' ? { outbox_public_key } : KEY));
  seal.forget();
  session.user = session.author = maya;
  for (const entry of await entries.all()) await entries.settle(entry, null);
});

describe('an entry', () => {
  it('is on disk before it is sent, and gone after a 2xx', async () => {
    send.mockImplementation(async () => {
      expect((await entries.all()).map((entry) => entry.id)).toEqual(['a']);
      return { status: 201, body: { id: 'a' }, etag: null };
    });
    expect(await outbox.submit(write('a'))).toEqual({
      state: 'sent',
      body: { id: 'a' },
      etag: null,
    });
    expect(await entries.all()).toEqual([]);
  });

  it('waits on disk when there is no network, and goes later, once', async () => {
    send.mockRejectedValueOnce(new OfflineError());
    expect(await outbox.submit(write('a'))).toEqual({ state: 'waiting' });
    expect(outbox.entries).toMatchObject([{ id: 'a', state: 'waiting', tries: 1 }]);
    send.mockResolvedValue({ status: 200, body: {}, etag: null });
    await outbox.flush({ forced: true });
    await outbox.flush({ forced: true });
    expect(sent()).toEqual(['/responses/a', '/responses/a']);
    expect(outbox.entries).toEqual([]);
  });

  it.each([403, 404, 409, 412, 422])(
    'is kept and shown when the server says %i',
    async (status) => {
      send.mockRejectedValueOnce(refusal(status));
      expect(await outbox.submit(write('a'))).toMatchObject({ state: 'needs_attention' });
      await outbox.flush({ forced: true });
      expect(send).toHaveBeenCalledTimes(1);
      expect(await entries.all()).toMatchObject([
        { id: 'a', state: 'needs_attention', problem: { status } },
      ]);
    },
  );

  it.each([401, 429, 500, 503])('goes on waiting when the server says %i', async (status) => {
    send.mockRejectedValueOnce(refusal(status, status === 503 ? 30 : null));
    expect(await outbox.submit(write('a'))).toEqual({ state: 'waiting' });
    const [entry] = await entries.all();
    expect(entry).toMatchObject({ state: 'waiting', tries: 1 });
    if (status !== 503) return;
    expect(entry!.not_before - Date.now()).toBeGreaterThan(28_000);
    await outbox.flush({ forced: true });
    expect(send).toHaveBeenCalledTimes(1);
  });

  it('is not missed before the disk has been read for the person who is signed in', async () => {
    send.mockRejectedValueOnce(new OfflineError());
    await outbox.submit(write('a'));
    session.user = rosa;
    expect(outbox.isRead).toBe(false);
    await outbox.read();
    expect([outbox.isRead, outbox.entries]).toEqual([true, []]);
    session.user = maya;
    expect(outbox.isRead).toBe(false);
    await outbox.read();
    expect([outbox.isRead, outbox.entries.length]).toEqual([true, 1]);
  });

  it('that cannot be read is not said to be none', async () => {
    session.user = rosa;
    const broken = vi.spyOn(entries, 'of').mockRejectedValueOnce(new Error('no disk'));
    await expect(outbox.read()).rejects.toThrow('no disk');
    expect([outbox.isRead, outbox.isUnreadable]).toEqual([false, true]);
    broken.mockRestore();
    await outbox.read();
    expect([outbox.isRead, outbox.isUnreadable]).toEqual([true, false]);
  });

  it('that this device has no room for goes straight to the server, or is nowhere', async () => {
    const full = vi
      .spyOn(entries, 'put')
      .mockRejectedValue(new DOMException('full', 'QuotaExceededError'));
    send.mockResolvedValueOnce({ status: 201, body: { id: 'a' }, etag: null });
    expect(await outbox.submit(write('a'))).toMatchObject({ state: 'sent', body: { id: 'a' } });
    send.mockRejectedValueOnce(new OfflineError());
    await expect(outbox.submit(write('b'))).rejects.toThrow('full');
    send.mockRejectedValueOnce(refusal(422));
    await expect(outbox.submit(write('b'))).rejects.toThrow('full');
    full.mockRestore();
    expect(await entries.all()).toEqual([]);
  });

  it('of a form that goes with the sign-in is kept for the person whose it is, and sent after the next', async () => {
    session.user = null;
    void outbox.submit(write('a'));
    await vi.waitFor(async () => expect(await entries.all()).toMatchObject([{ user_id: 'maya' }]));
    await vi.waitFor(() => expect(outbox.left).toBe(1));
    expect(send).not.toHaveBeenCalled();
    session.user = maya;
    send.mockResolvedValue({ status: 201, body: {}, etag: null });
    await outbox.flush({ forced: true });
    expect(await entries.all()).toEqual([]);
  });

  it('does not change when the form does', async () => {
    const body = { answers: { q1: 1 } };
    send.mockRejectedValueOnce(new OfflineError());
    await outbox.submit(write('a', { body }));
    body.answers.q1 = 3;
    send.mockResolvedValueOnce({ status: 201, body: {}, etag: null });
    await outbox.flush({ forced: true });
    expect(send.mock.calls.at(-1)?.[2]).toEqual({ answers: { q1: 1 } });
  });

  it('stays when it was written anew under the same id while the older one was sent', async () => {
    send.mockImplementationOnce(async () => {
      const [older] = await entries.all();
      const newer = {
        ...older!,
        queued_at: '2099-01-01T00:00:00.000Z',
        label: 'PHQ-9, again',
      };
      await entries.put(newer);
      return { status: 201, body: {}, etag: null };
    });
    await outbox.submit(write('a'));
    expect(await entries.all()).toMatchObject([{ id: 'a', label: 'PHQ-9, again' }]);
  });

  it.each(['discard', 'retry'] as const)(
    'that another tab has written anew is left alone by what was decided on the older: %s',
    async (decision) => {
      send.mockRejectedValueOnce(refusal(422));
      await outbox.submit(write('a'));
      const [refused] = await entries.all();
      const newer = { ...refused!, queued_at: '2099-01-01T00:00:00Z', label: 'newer' };
      await entries.put(newer);
      send.mockRejectedValue(new OfflineError());
      await outbox[decision]('a');
      expect(await entries.all()).toEqual([newer]);
    },
  );

  it('is sent only under the person who made it', async () => {
    send.mockRejectedValueOnce(new OfflineError());
    await outbox.submit(write('a'));
    send.mockReset();
    send.mockResolvedValue({ status: 201, body: {}, etag: null });
    session.user = rosa;
    await outbox.flush({ forced: true });
    expect(outbox.entries).toEqual([]);
    expect(send).not.toHaveBeenCalled();
    session.user = { ...maya, clinic: { id: 'other' } };
    await outbox.flush({ forced: true });
    expect(send).not.toHaveBeenCalled();
    session.user = maya;
    await outbox.flush({ forced: true });
    expect(sent()).toEqual(['/responses/a']);
  });
});

describe('the line', () => {
  it('lets safety go first, then the oldest', async () => {
    send.mockRejectedValue(new OfflineError());
    await outbox.submit(write('first'));
    await outbox.submit(write('second'));
    await outbox.submit(write('urgent', { safety: true }));
    expect([...outbox.entries].sort(order).map((entry) => entry.id)).toEqual([
      'urgent',
      'first',
      'second',
    ]);
    send.mockReset();
    send.mockResolvedValue({ status: 201, body: {}, etag: null });
    await outbox.flush({ forced: true });
    expect(sent()).toEqual(['/responses/urgent', '/responses/first', '/responses/second']);
  });

  it('is not held up by one that the server chokes on', async () => {
    send.mockRejectedValueOnce(new OfflineError());
    await outbox.submit(write('bad'));
    send.mockReset();
    send.mockImplementation(async (_, path: string) => {
      if (path.endsWith('bad')) throw refusal(500);
      return { status: 201, body: {}, etag: null };
    });
    expect(await outbox.submit(write('good'))).toMatchObject({ state: 'sent' });
  });

  it('keeps a correction behind what it corrects, also while that one waits longer', async () => {
    send.mockRejectedValueOnce(refusal(500));
    await outbox.submit(write('tap'));
    send.mockReset();
    send.mockResolvedValue({ status: 201, body: {}, etag: null });
    const full = write('full', { body: { replaces: 'tap', answers: {} }, safety: true });
    expect(await outbox.submit(full)).toEqual({ state: 'waiting' });
    expect(send).not.toHaveBeenCalled();
    await outbox.flush({ forced: true });
    await outbox.flush({ forced: true });
    expect(sent()).toEqual(['/responses/tap', '/responses/full']);
  });

  it('goes side by side once the first has gone, a correction after what it corrects', async () => {
    send.mockRejectedValue(new OfflineError());
    for (let at = 0; at < 12; at++) {
      const replaces = at === 3 ? { replaces: 'e2' } : {};
      await outbox.submit(write(`e${at}`, { body: { answers: {}, ...replaces } }));
    }
    send.mockReset();
    let [going, most] = [0, 0];
    send.mockImplementation(async (_, path: string) => {
      most = Math.max(most, ++going);
      if (sent().length === 1) expect(await entries.all()).toHaveLength(12);
      if (path.endsWith('e3')) expect(await entries.get('e2')).toBeUndefined();
      // The five from the correction on go only once all of them are on their way.
      if (/e[3-7]$/.test(path)) await vi.waitFor(() => expect(sent()).toHaveLength(8));
      going -= 1;
      return { status: 201, body: {}, etag: null };
    });
    await outbox.flush({ forced: true });
    expect(await entries.all()).toEqual([]);
    expect(sent()).toHaveLength(12);
    expect(most).toBe(5);
  });

  it('keeps to its pauses where the disk is full, and says only once that it has gone', async () => {
    const full = vi.spyOn(entries, 'settle').mockRejectedValue(new Error('full'));
    send.mockRejectedValueOnce(refusal(429, 60));
    expect(await outbox.submit(write('a'))).toEqual({ state: 'waiting' });
    await outbox.flush();
    await outbox.flush({ forced: true });
    expect(send).toHaveBeenCalledTimes(1);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 62_000 });
    send.mockResolvedValue({ status: 201, body: {}, etag: null });
    await outbox.flush({ forced: true });
    vi.useRealTimers();
    expect(outbox.entries).toEqual([]);
    expect(await entries.all()).toHaveLength(1);
    await outbox.flush({ forced: true });
    expect(send).toHaveBeenCalledTimes(2);
    full.mockRestore();
    await outbox.flush();
    expect(await entries.all()).toEqual([]);
  });

  it('stops at the first that finds no network', async () => {
    send.mockRejectedValue(new OfflineError());
    await outbox.submit(write('a'));
    await outbox.submit(write('b'));
    send.mockClear();
    await outbox.flush({ forced: true });
    expect(send).toHaveBeenCalledTimes(1);
  });
});

it('waits longer each time, from 2 s to 15 min, never quite the same', () => {
  expect(backOff(1, 0)).toBe(2_000);
  expect(backOff(2, 0)).toBe(4_000);
  expect(backOff(2, 1)).toBe(2_000);
  expect(backOff(30, 0)).toBe(900_000);
});

it('tells what will not change by trying again', () => {
  expect([400, 403, 404, 409, 410, 412, 413, 415, 422].every(isFinal)).toBe(true);
  expect([401, 408, 429, 500, 502, 503].some(isFinal)).toBe(false);
});

describe('a clock that was wrong when the server asked to wait', () => {
  const YEAR_MS = 365 * 86_400_000;
  const wrongBy = async (off: number) => {
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + off);
    send.mockRejectedValueOnce(refusal(503, 1));
    expect(await outbox.submit(write('a'))).toEqual({ state: 'waiting' });
    clock.mockRestore();
    send.mockClear();
    send.mockResolvedValue({ status: 201, body: {}, etag: null });
  };

  it('by a year ahead, holds an entry up no longer once it is right', async () => {
    await wrongBy(YEAR_MS);
    await outbox.flush();
    expect(sent()).toEqual(['/responses/a']);
    expect(outbox.entries).toEqual([]);
  });

  it('by a year behind, neither', async () => {
    await wrongBy(-YEAR_MS);
    await outbox.flush();
    expect(sent()).toEqual(['/responses/a']);
  });
});

it('of a version before sealing is still sent', async () => {
  send.mockRejectedValueOnce(new OfflineError());
  await outbox.submit(write('a'));
  seal.forget();
  const { sealed: _, after: __, ...old } = (await entries.get('a'))!;
  await entries.put({ ...old, body: { answers: { q1: 1 } } } as never);
  send.mockResolvedValue({ status: 201, body: {}, etag: null });
  await outbox.flush({ forced: true });
  expect(send.mock.calls.at(-1)).toEqual([
    'PUT',
    '/responses/a',
    { answers: { q1: 1 } },
    { as: 'maya' },
  ]);
  expect(await entries.all()).toEqual([]);
});

describe('what a patient answered', () => {
  const answer = () => write('a', { body: { answers: { q1: 3 }, replaces: 'before' } });

  it('lies sealed to the server on the disk, and this device cannot open it', async () => {
    send.mockRejectedValueOnce(new OfflineError());
    await outbox.submit(answer());
    expect(await onDisk()).not.toMatch(/answers|q1/);
    // The page is gone.
    seal.forget();
    send.mockResolvedValue({ status: 201, body: {}, etag: null });
    await outbox.flush({ forced: true });
    const [method, path, body, options] = send.mock.calls.at(-1)!;
    expect([method, path]).toEqual(['PUT', '/responses/a']);
    expect(options).toEqual({ as: 'maya', kind: 'application/vnd.yarrow.sealed+json' });
    expect(JSON.parse(String(body))).toMatchObject({ to: outbox_public_key });
    expect(await opened(body, 'maya/alder/a')).toEqual(answer().body);
    await expect(opened(body, 'maya/alder/b')).rejects.toThrow();
    expect(await entries.all()).toEqual([]);
  });

  it('is sent as it was typed while the page still knows', async () => {
    send.mockRejectedValueOnce(new OfflineError());
    await outbox.submit(answer());
    send.mockResolvedValue({ status: 201, body: {}, etag: null });
    await outbox.flush({ forced: true });
    expect(send.mock.calls.map((call) => call[2])).toEqual([answer().body, answer().body]);
  });

  it('goes straight to the server where there is no key to seal it to', async () => {
    const keyless = vi.spyOn(seal, 'toServer').mockRejectedValue(new OfflineError());
    send.mockResolvedValueOnce({ status: 201, body: {}, etag: null });
    expect(await outbox.submit(answer())).toMatchObject({ state: 'sent' });
    send.mockRejectedValueOnce(new OfflineError());
    await expect(outbox.submit(answer())).rejects.toThrow();
    keyless.mockRestore();
    expect(await entries.all()).toEqual([]);
  });
});

describe('what staff typed', () => {
  const record = () =>
    write('s', { path: '/sessions/s', kind: 'session', body: { note: 'Calm throughout.' } });

  it('lies sealed on the disk, and is sent as it was typed', async () => {
    send.mockRejectedValueOnce(new OfflineError());
    expect(await outbox.submit(record())).toEqual({ state: 'waiting' });
    expect(await onDisk()).toContain('/sessions/s');
    expect(await onDisk()).not.toMatch(/note|Calm/);
    // Signed out and in again: the same person gets the same key.
    seal.forget();
    send.mockResolvedValue({ status: 200, body: {}, etag: null });
    await outbox.flush({ forced: true });
    expect(send.mock.calls.at(-1)?.[2]).toEqual({ note: 'Calm throughout.' });
    expect(get.mock.calls).toEqual([['/me/device-key'], ['/me/device-key']]);
    expect(await entries.all()).toEqual([]);
  });

  it('is not kept at all where it cannot be sealed', async () => {
    get.mockRejectedValue(new OfflineError());
    await expect(outbox.submit(record())).rejects.toThrow();
    expect(await entries.all()).toEqual([]);
  });

  it('is kept for a person to look at where it cannot be opened', async () => {
    send.mockRejectedValueOnce(new OfflineError());
    await outbox.submit(record());
    seal.forget();
    get.mockResolvedValue({ key: 'B'.repeat(43) });
    send.mockClear();
    await outbox.flush({ forced: true });
    expect(send).not.toHaveBeenCalled();
    expect(outbox.entries).toMatchObject([{ id: 's', state: 'needs_attention' }]);
  });

  it('opens as no other record', async () => {
    const mine = { user_id: 'maya', clinic_id: 'alder', id: 's', queued_at: '' };
    const sealed = await seal.forStaff({ note: 'x' }, mine);
    expect(await seal.open({ ...mine, sealed })).toEqual({ body: { note: 'x' } });
    await expect(seal.open({ ...mine, id: 't', sealed })).rejects.toThrow();
  });
});
