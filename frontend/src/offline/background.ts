/**
 * Sends what waits when the network is back and nobody looks at the app (Background Sync).
 *
 * Only what is sealed to the server: it goes as it lies there, and under the person who made it. What is refused stays for a page,
 * which says so to somebody.
 */
import { BASE } from '../api/base';
import { entries, order, SEALED_TYPE, type Entry } from './store';

/** Rejects where it is worth trying again: the browser does, later and later. */
export async function sendWaiting(): Promise<void> {
  await navigator.locks.request('outbox', async () => {
    const strangers = new Set<string>();
    for (const { id } of (await entries.all()).sort(order)) {
      // Read again: it may have been written anew, and what it corrects may have gone.
      const entry = await entries.get(id);
      if (!entry || !mayGo(entry) || strangers.has(entry.user_id)) continue;
      if (entry.after && (await entries.get(entry.after))) continue;
      const { ok, status } = await put(entry);
      if (ok) await entries.settle(entry, null);
      if (status === 401) strangers.add(entry.user_id);
      if (status === 429 || status >= 500) throw new Error(`the server answered ${status}`);
    }
  });
  const tabs = new BroadcastChannel('outbox');
  tabs.postMessage('changed');
  tabs.close();
}

function mayGo({ state, sealed, not_before }: Entry): boolean {
  return state === 'waiting' && not_before <= Date.now() && !!sealed && 'ciphertext' in sealed;
}

/** Answered for the person who made it, or with 401. */
async function put(entry: Entry): Promise<Response> {
  const send = () =>
    call(entry.method, entry.path, JSON.stringify(entry.sealed), {
      'Content-Type': SEALED_TYPE,
      'X-Signed-In-As': entry.user_id,
    });
  const first = await send();
  if (first.status !== 401) return first;
  const renewed = await navigator.locks.request('refresh', () =>
    call('POST', '/auth/refresh', '{}', { 'Content-Type': 'application/json' }),
  );
  return renewed.ok ? send() : first;
}

function call(method: string, path: string, body: string, headers: HeadersInit) {
  return fetch(BASE + path, { method, body, headers: { 'X-Requested-With': 'app', ...headers } });
}
