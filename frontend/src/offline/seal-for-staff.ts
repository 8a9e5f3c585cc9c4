/**
 * Sealing what staff type under a key that the server hands to who is signed in.
 *
 * It is held in memory only and goes with the sign-in; the same person gets the same key after signing in again, so that a
 * record that waits is never lost. Source: SECURITY_REQUIREMENTS 5.2.
 */
import { api, ProblemError } from '../api/client';
import { whenForgotten, type Owner } from './seal';
import type { SealedForStaff } from './store';

let held: { user_id: string; key: Promise<CryptoKey> } | null = null;

async function fetchKey(): Promise<CryptoKey> {
  const { key } = await api.get<{ key: string }>('/me/device-key');
  const text = atob(key.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
}

/** Gets the key while there is a network; rejects where it cannot be had. */
export function ready(user_id: string): Promise<CryptoKey> {
  if (held?.user_id === user_id) return held.key;
  const mine = { user_id, key: fetchKey() };
  held = mine;
  // The next one who needs it asks again.
  mine.key.catch(() => {
    if (held === mine) held = null;
  });
  return mine.key;
}

whenForgotten(() => (held = null));

function settings(iv: Uint8Array<ArrayBuffer>, { user_id, clinic_id, id }: Owner): AesGcmParams {
  const additionalData = new TextEncoder().encode(JSON.stringify([user_id, clinic_id, id]));
  return { name: 'AES-GCM', iv, additionalData };
}

export async function close(body: unknown, owner: Owner): Promise<SealedForStaff> {
  const key = await ready(owner.user_id);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(body));
  return { iv, bytes: await crypto.subtle.encrypt(settings(iv, owner), key, plain) };
}

/** What was sealed; a problem that a person has to look at where it cannot be opened. */
export async function open({ iv, bytes }: SealedForStaff, owner: Owner): Promise<unknown> {
  const key = await ready(owner.user_id);
  const plain = await crypto.subtle
    .decrypt(settings(iv, owner), key, bytes)
    .catch(() => Promise.reject(new ProblemError(409, '', UNREADABLE, '', [], '', null)));
  return JSON.parse(new TextDecoder().decode(plain)) as unknown;
}

const UNREADABLE = 'This entry cannot be opened on this device any more';
