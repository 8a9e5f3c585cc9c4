/**
 * Seals what waits on this device: nobody reads it from the disk.
 *
 * What a patient answers is sealed to the server; what staff type, under the key of who is signed in. The code for either is
 * loaded when a form opens.
 */
import { SEALED_TYPE, type Sealed } from './store';

/** What an entry is sealed for: it opens as nothing else. */
export interface Owner {
  user_id: string;
  clinic_id: string;
  id: string;
}

/** An entry as it lies on the disk. */
export interface Closed extends Owner {
  queued_at: string;
  sealed: Sealed;
  /** What a version before sealing has left there instead: it goes as it is. */
  body?: unknown;
}

/** What is sent for an entry, with its media type where that is not plain JSON. */
export interface Opened {
  body: unknown;
  kind?: string;
}

const forStaff = () => import('./seal-for-staff');
const toServer = () => import('./seal-to-server');

/** A key that is held for who is signed in: it goes with the sign-in. */
let forgetKey: () => void = () => {};
export function whenForgotten(forget: () => void): void {
  forgetKey = forget;
}

/** What this page has queued, as it was typed: what nobody can open is not lost to somebody who is still here. */
const typed = new Map<string, { queued_at: string; body: unknown }>();

export const seal = {
  /** Gets what sealing answers to the server needs, so that it works with no connection. */
  ready(): void {
    toServer()
      .then(({ serverKey }) => serverKey())
      .catch(() => {});
  },

  /** Signed out: nothing that was typed is known here any more. */
  forget(): void {
    typed.clear();
    forgetKey();
  },

  async toServer(body: unknown, owner: Owner): Promise<Sealed> {
    return (await toServer()).close(body, owner);
  },

  async forStaff(body: unknown, owner: Owner): Promise<Sealed> {
    return (await forStaff()).close(body, owner);
  },

  remember({ id, queued_at }: Closed, body: unknown): void {
    typed.set(id, { queued_at, body });
  },

  /** The entry has left. */
  done({ id, queued_at }: Closed): void {
    if (typed.get(id)?.queued_at === queued_at) typed.delete(id);
  },

  async open(entry: Closed): Promise<Opened> {
    const known = typed.get(entry.id);
    if (known?.queued_at === entry.queued_at) return { body: known.body };
    const { sealed } = entry;
    if (!sealed) return { body: entry.body };
    if ('ciphertext' in sealed) return { body: JSON.stringify(sealed), kind: SEALED_TYPE };
    return { body: await (await forStaff()).open(sealed, entry) };
  },
};
