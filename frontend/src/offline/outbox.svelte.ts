/**
 * Writes that must not be lost: on disk first, then sent, and removed only after the server has said 2xx.
 *
 * An entry is sent only under the person who made it. One tab sends at a time; the server makes sending twice harmless.
 */
import { api, ProblemError } from '../api/client';
import { connection } from '../connection.svelte';
import { session } from '../session.svelte';
import { seal } from './seal';
import { entries as disk, order, type Entry } from './store';

export type { Entry, EntryState } from './store';

/** Background Sync, which not all browsers have. */
interface Syncing {
  sync?: { register(tag: string): Promise<void> };
}

export interface Write {
  id: string;
  method?: Entry['method'];
  path: string;
  body: unknown;
  ifMatch?: string | null;
  kind: Entry['kind'];
  label: string;
  /** It asks about suicide. */
  safety?: boolean;
}

export type Outcome<T> =
  | { state: 'sent'; body: T; etag: string | null }
  | { state: 'waiting' }
  | { state: 'needs_attention'; problem: ProblemError };

const BY_STAFF: readonly Entry['kind'][] = ['session', 'alert'];
/** Entries on their way at once: with a week of them each second of waiting for one alone would count. */
const SIDE_BY_SIDE = 5;
/** Somebody looks at the screen: after this long we say "safe on this phone" and go on trying. */
const PATIENCE_MS = 8_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** However long the server asks for; it is asked again then. */
const LONGEST_ASKED_MS = 60 * 60_000;

/** Milliseconds until the next try: doubling from 2 s to 15 min, each shortened by up to half at random. */
export function backOff(tries: number, random = Math.random()): number {
  const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.max(0, tries - 1));
  return Math.round(longest * (1 - random / 2));
}

/** Whether a pause still holds. One that ends later than any can was set by a clock that was wrong, and is over. */
function isPausedUntil(end: number): boolean {
  const left = end - Date.now();
  return left > 0 && left <= LONGEST_ASKED_MS;
}

/** Refusals that will not change by trying again: somebody has to look. */
export function isFinal(status: number): boolean {
  return status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status);
}

/** The id of the response that a body corrects; '' for all others. */
function replacedBy(body: unknown): string {
  const replaces = (body as { replaces?: unknown } | null)?.replaces;
  return typeof replaces === 'string' ? replaces : '';
}

/** What was written then: under the same id it may be written anew while it is on its way. */
const nameOf = ({ id, queued_at }: Entry) => `${id} ${queued_at}`;

/** Takes from the front what may go side by side: a correction goes after what it corrects. */
function nextGroup(rest: Entry[], most: number): Entry[] {
  const ids = new Set<string>();
  for (const { id, after } of rest.slice(0, most)) {
    if (ids.has(after)) break;
    ids.add(id);
  }
  return rest.splice(0, ids.size);
}

/** Has the worker send when the network is back, where the browser can do that and no page is open any more. */
async function sendWhenClosed(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration();
  await (worker as Syncing | undefined)?.sync?.register('outbox').catch(() => {});
}

/** The answers of all, once all have come: none goes on by itself when another fails. */
async function together<T>(tasks: Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(tasks);
  return Promise.all(tasks);
}

export class Outbox {
  /** This person's entries, in the order in which they go. */
  entries = $state.raw<Entry[]>([]);
  /** Whose entries these are; null until the disk has been read, and where it cannot be. */
  #owner = $state<string | null>(null);
  /** How many entries of whomever are on this device, while nobody is signed in. */
  left = $state(0);
  /** The disk could not be read the last time. */
  isUnreadable = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #outcomes = new Map<string, (outcome: Outcome<unknown>) => void>();
  #flushing: Promise<void> | null = null;
  /** Something came up while a flush was under way. */
  #again: 'no' | 'yes' | 'forced' = 'no';
  #tabs: BroadcastChannel | null = null;
  /** What became of entries where the disk would not take it, as on a device that is full: it counts here until the disk does. */
  #unkept = new Map<string, { sent: Entry; next: Entry | null }>();

  /** Whether `entries` are all that the signed-in person has on this device: only then may none mean none. */
  get isRead(): boolean {
    return this.#owner === (session.user?.id ?? '');
  }

  /** Sends what waits, now and whenever there is reason to think that it may work. */
  start(): void {
    if (typeof BroadcastChannel !== 'undefined') {
      this.#tabs = new BroadcastChannel('outbox');
      this.#tabs.onmessage = () => void this.read();
    }
    addEventListener('online', () => void this.flush({ forced: true }));
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') void this.flush({ forced: true });
    });
    $effect.root(() => {
      $effect(() => {
        // Another person signed in: other entries are theirs.
        void session.user?.id;
        // What waits is known at once, however long another tab goes on sending.
        void this.read().catch(() => {});
        void this.flush({ forced: true });
      });
    });
  }

  async submit<T>(write: Write): Promise<Outcome<T>> {
    const user = session.author;
    if (!user) throw new Error('nobody is signed in');
    // A copy of its own: what a form holds is a proxy, and may change before it is sent.
    const body = JSON.parse(JSON.stringify(write.body)) as unknown;
    const owner = { id: write.id, user_id: user.id, clinic_id: user.clinic.id };
    const queued_at = new Date().toISOString();
    let entry: Entry;
    try {
      const close = BY_STAFF.includes(write.kind) ? seal.forStaff : seal.toServer;
      entry = {
        ...owner,
        method: write.method ?? 'PUT',
        path: write.path,
        sealed: await close(body, owner),
        after: replacedBy(body),
        if_match: write.ifMatch ?? null,
        kind: write.kind,
        label: write.label,
        safety: write.safety ?? false,
        state: 'waiting',
        queued_at,
        tries: 0,
        next_try_at: 0,
        not_before: 0,
        problem: null,
      };
      await disk.put(entry);
    } catch (reason) {
      return this.#sendUnkept<T>(write, reason);
    }
    seal.remember(entry, body);
    const outcome = new Promise<Outcome<unknown>>((resolve) => {
      this.#outcomes.set(nameOf(entry), resolve);
      setTimeout(() => resolve({ state: 'waiting' }), PATIENCE_MS);
    });
    await this.read();
    if (!navigator.onLine) this.#tell(entry, { state: 'waiting' });
    void this.flush();
    return (await outcome) as Outcome<T>;
  }

  /** What this device cannot keep, the server may still take; where it does not, the entry is kept nowhere. */
  async #sendUnkept<T>(write: Write, reason: unknown): Promise<Outcome<T>> {
    const { method = 'PUT', path, body, ifMatch } = write;
    try {
      const answer = await api.send<T>(method, path, body, ifMatch ? { ifMatch } : {});
      return { state: 'sent', body: answer.body, etag: answer.etag };
    } catch {
      throw reason;
    }
  }

  /** Takes the entries of the signed-in person from disk. */
  async read(): Promise<void> {
    const user = session.user;
    const found = user ? await this.#found(user.id) : [];
    if (!user) this.left = (await disk.all()).length;
    const mine = found.filter((entry) => entry.clinic_id === user?.clinic.id);
    this.#owner = user?.id ?? '';
    this.entries = mine.sort(order);
    connection.queued = mine.filter((entry) => entry.state === 'waiting').length;
    connection.attention = mine.length - connection.queued;
  }

  async #found(user_id: string): Promise<Entry[]> {
    try {
      const found = await disk.of(user_id);
      this.isUnreadable = false;
      return found.flatMap((entry) => this.#known(entry) ?? []);
    } catch (error) {
      this.isUnreadable = true;
      throw error;
    }
  }

  /** Sends what may be tried now. `forced`: something has changed, so our own pauses do not count. */
  async flush({ forced = false } = {}): Promise<void> {
    if (this.#flushing) {
      if (this.#again !== 'forced') this.#again = forced ? 'forced' : 'yes';
      return this.#flushing;
    }
    this.#flushing = this.#locked(async () => {
      await this.#drain(forced);
      while (this.#again !== 'no') {
        const again = this.#again === 'forced';
        this.#again = 'no';
        await this.#drain(again);
      }
    })
      .catch(() => {
        // The disk could not be read; the next reason to flush tries again.
      })
      .finally(() => {
        this.#flushing = null;
        const again = this.#again;
        this.#again = 'no';
        if (again !== 'no') void this.flush({ forced: again === 'forced' });
      });
    return this.#flushing;
  }

  /** The person has decided that an entry is not to be sent: the one that was shown, and none that was written since. */
  async discard(id: string): Promise<void> {
    const shown = this.entries.find((entry) => entry.id === id);
    if (!shown) return;
    await disk.settle(shown, null);
    seal.done(shown);
    await this.#changed();
  }

  /** Puts a refused entry back in line. */
  async retry(id: string): Promise<void> {
    const shown = this.entries.find((entry) => entry.id === id);
    if (!shown) return;
    await disk.settle(shown, { ...shown, state: 'waiting', next_try_at: 0, problem: null });
    await this.#changed();
    await this.flush({ forced: true });
  }

  /** Notes on disk what became of an entry that was tried. */
  async #settle(sent: Entry, next: Entry | null): Promise<void> {
    try {
      await disk.settle(sent, next);
      this.#unkept.delete(sent.id);
    } catch {
      this.#unkept.set(sent.id, { sent, next });
    }
  }

  /** An entry as it stands now. */
  #known(stored: Entry | undefined): Entry | undefined {
    const unkept = stored && this.#unkept.get(stored.id);
    return unkept && unkept.sent.queued_at === stored.queued_at
      ? (unkept.next ?? undefined)
      : stored;
  }

  async #get(id: string): Promise<Entry | undefined> {
    return this.#known(await disk.get(id));
  }

  async #drain(forced: boolean): Promise<void> {
    clearTimeout(this.#timer);
    let paused = 0;
    try {
      for (const { sent, next } of [...this.#unkept.values()]) await this.#settle(sent, next);
      await this.read();
      const rest = [...this.entries];
      // The first shows whether any will go; the others go side by side.
      for (let most = 1; rest.length > 0; most = SIDE_BY_SIDE) {
        const group = nextGroup(rest, most);
        const done = await together(group.map(({ id }) => this.#try(id, forced)));
        if (!done.includes(false)) continue;
        const stuck = await together(group.map(({ id }) => this.#get(id)));
        paused = Math.max(...stuck.map((entry) => entry?.next_try_at ?? 0));
        break;
      }
    } finally {
      this.#plan(paused);
    }
  }

  /** Sends one entry where it may go. `false`: there is no point in trying the others now. */
  async #try(id: string, forced: boolean): Promise<boolean> {
    // Read again: another tab may have sent it, or another person may have signed in.
    const entry = await this.#get(id);
    const user = session.user;
    if (!entry || !user || entry.user_id !== user.id || entry.clinic_id !== user.clinic.id)
      return true;
    if (entry.state !== 'waiting' || isPausedUntil(entry.not_before)) return true;
    if (!forced && isPausedUntil(entry.next_try_at)) return true;
    // The server knows a correction only after what it corrects.
    const first = entry.after ? await this.#get(entry.after) : undefined;
    if (first?.state !== 'waiting') return this.#send(entry);
    const next_try_at = Math.max(first.next_try_at, first.not_before) + 1;
    await this.#settle(entry, { ...entry, next_try_at });
    this.#tell(entry, { state: 'waiting' });
    await this.read();
    return true;
  }

  /** Sends one entry. `false`: there is no point in trying the others now. */
  async #send(entry: Entry): Promise<boolean> {
    try {
      const { body: typed, kind } = await seal.open(entry);
      const { body, etag } = await api.send<unknown>(entry.method, entry.path, typed, {
        as: entry.user_id,
        ...(entry.if_match ? { ifMatch: entry.if_match } : {}),
        ...(kind ? { kind } : {}),
      });
      await this.#settle(entry, null);
      seal.done(entry);
      await this.#changed();
      this.#tell(entry, { state: 'sent', body, etag });
      return true;
    } catch (error) {
      const tries = entry.tries + 1;
      if (error instanceof ProblemError && isFinal(error.status)) {
        const { status, title, detail } = error;
        await this.#settle(entry, {
          ...entry,
          tries,
          state: 'needs_attention',
          problem: { status, title, detail },
        });
        await this.#changed();
        this.#tell(entry, { state: 'needs_attention', problem: error });
        return true;
      }
      // Ask the browser not to clear it: Safari does so after 7 days without a visit.
      void navigator.storage?.persist?.().catch(() => {});
      void sendWhenClosed();
      const asked = error instanceof ProblemError ? error.retry_after : null;
      // Not all at the very second that the server named.
      const asked_ms = Math.min(LONGEST_ASKED_MS, ((asked ?? 0) + Math.random()) * 1000);
      const not_before = asked === null ? 0 : Date.now() + asked_ms;
      const next_try_at = Date.now() + backOff(tries);
      await this.#settle(entry, { ...entry, tries, next_try_at, not_before });
      await this.#changed();
      this.#tell(entry, { state: 'waiting' });
      // One that the server chokes on must not hold up the others; without a network none will go.
      return error instanceof ProblemError && error.status >= 500 && asked === null;
    }
  }

  #tell(entry: Entry, outcome: Outcome<unknown>): void {
    this.#outcomes.get(nameOf(entry))?.(outcome);
    this.#outcomes.delete(nameOf(entry));
  }

  async #changed(): Promise<void> {
    await this.read();
    this.#tabs?.postMessage('changed');
  }

  /** Wakes up when the next entry may be tried, and not before `paused`. */
  #plan(paused: number): void {
    const next = this.entries
      .filter((entry) => entry.state === 'waiting')
      .reduce((soonest, { next_try_at, not_before }) => {
        return Math.min(soonest, Math.max(next_try_at, not_before, paused));
      }, Infinity);
    if (next === Infinity) return;
    const wait = Math.max(500, next - Date.now());
    this.#timer = setTimeout(() => void this.flush(), Math.min(wait, LONGEST_WAIT_MS));
  }

  #locked(work: () => Promise<void>): Promise<void> {
    return 'locks' in navigator ? navigator.locks.request('outbox', work).then(() => {}) : work();
  }
}

export const outbox = new Outbox();
