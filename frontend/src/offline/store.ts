/**
 * IndexedDB: the outbox, and public documents that must open without a network.
 *
 * What waits is sealed (seal.ts). Nothing else is kept on the device: no answers, scores, notes or names (SECURITY_REQUIREMENTS 5.2).
 */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Sealed as SealedToServer } from '../api/types';

/** Under a key that who is signed in holds in memory. */
export interface SealedForStaff {
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

export type Sealed = SealedToServer | SealedForStaff;

export type EntryState = 'waiting' | 'needs_attention';

/** One write that waits to be sent. It leaves only after a 2xx for its id. */
export interface Entry {
  /** The record's id, made when the form opened; sending twice has one effect. */
  id: string;
  user_id: string;
  clinic_id: string;
  method: 'PUT' | 'POST' | 'PATCH';
  path: string;
  /** What was typed: nobody reads it from the disk. */
  sealed: Sealed;
  /** Of a version before sealing. */
  body?: unknown;
  /** The response that this one corrects, which has to be there first; '' for all others. */
  after: string;
  if_match: string | null;
  kind: 'response' | 'journal' | 'session' | 'alert';
  /** What the person sees in the list of waiting entries: never an answer or a score. */
  label: string;
  /** The questionnaire asks about suicide: goes first, whatever was answered, so that the disk tells nothing of the answer. */
  safety: boolean;
  state: EntryState;
  queued_at: string;
  tries: number;
  /** Our own pause after a failure ends then (milliseconds); being online again ends it sooner. */
  next_try_at: number;
  /** The server asked not to be tried before; nothing ends that sooner. */
  not_before: number;
  problem: { status: number; title: string; detail: string } | null;
}

/** What an entry that is sealed to the server is sent as. */
export const SEALED_TYPE = 'application/vnd.yarrow.sealed+json';

/** What asks about suicide goes first, then the oldest. */
export function order(a: Entry, b: Entry): number {
  if (a.safety !== b.safety) return a.safety ? -1 : 1;
  return a.queued_at < b.queued_at ? -1 : a.queued_at > b.queued_at ? 1 : 0;
}

interface Schema extends DBSchema {
  outbox: { key: string; value: Entry; indexes: { user_id: string } };
  kept: { key: string; value: unknown };
}

let opened: Promise<IDBPDatabase<Schema>> | null = null;

function open(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('yarrow', 1, {
    upgrade(db) {
      db.createObjectStore('outbox', { keyPath: 'id' }).createIndex('user_id', 'user_id');
      db.createObjectStore('kept');
    },
    blocking: (_current, _blocked, event) => {
      (event.target as IDBDatabase).close();
      opened = null;
    },
    terminated: () => {
      opened = null;
    },
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

export const entries = {
  async of(user_id: string): Promise<Entry[]> {
    return (await open()).getAllFromIndex('outbox', 'user_id', user_id);
  },
  async all(): Promise<Entry[]> {
    return (await open()).getAll('outbox');
  },
  async get(id: string): Promise<Entry | undefined> {
    return (await open()).get('outbox', id);
  },
  /** Resolves once the entry is on disk. */
  async put(entry: Entry): Promise<void> {
    const transaction = (await open()).transaction('outbox', 'readwrite', { durability: 'strict' });
    await transaction.store.put(entry);
    await transaction.done;
  },
  /**
   * Replaces an entry that was being sent, or removes it. A newer entry, queued under the same id meanwhile, stays.
   */
  async settle(sent: Entry, next: Entry | null): Promise<void> {
    const transaction = (await open()).transaction('outbox', 'readwrite', { durability: 'strict' });
    const stored = await transaction.store.get(sent.id);
    if (stored?.queued_at === sent.queued_at) {
      await (next ? transaction.store.put(next) : transaction.store.delete(sent.id));
    }
    await transaction.done;
  },
};

export const keep = {
  async get<T>(name: string): Promise<T | undefined> {
    return (await (await open()).get('kept', name)) as T | undefined;
  },
  async put(name: string, value: unknown): Promise<void> {
    await (await open()).put('kept', value, name);
  },
  async clear(): Promise<void> {
    await (await open()).clear('kept');
  },
};
