/** Sealing to the server's key (HPKE, RFC 9180): what is sealed here cannot be opened here. Source: SECURITY_REQUIREMENTS 5.3. */
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_P256_HKDF_SHA256 } from 'hpke';
import { api } from '../api/client';
import type { Meta, Sealed } from '../api/types';
import type { Owner } from './seal';
import { keep } from './store';

const suite = new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const bytesOf = (text: string) => new TextEncoder().encode(text);
/** What the key is for: the server opens nothing that was sealed for another use. */
const INFO = bytesOf('yarrow outbox');

let key = '';
let reading: Promise<string> | undefined;

/** As this device knows it, at once: the server makes another each year, and opens with the old one for longer than a year. */
export async function serverKey(): Promise<string> {
  if (key) return key;
  reading ??= api
    .kept<Meta>('/meta')
    .then((meta) => (key = meta.outbox_public_key))
    .finally(() => (reading = undefined));
  const fresh = reading;
  fresh.catch(() => {});
  const copy = await keep.get<Meta>('/meta').catch(() => undefined);
  return copy?.outbox_public_key || fresh;
}

export async function close(body: unknown, owner: Owner): Promise<Sealed> {
  const to = await serverKey();
  const { user_id, clinic_id, id } = owner;
  const { encapsulatedSecret, ciphertext } = await suite.Seal(
    await suite.DeserializePublicKey(fromBase64url(to)),
    bytesOf(JSON.stringify(body)),
    { aad: bytesOf(`${user_id}/${clinic_id}/${id}`), info: INFO },
  );
  return { to, enc: toBase64url(encapsulatedSecret), ciphertext: toBase64url(ciphertext) };
}

function fromBase64url(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

function toBase64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
