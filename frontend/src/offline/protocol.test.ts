/**
 * The outbox against every order of events: two pages of one browser, two people, a server, a line that may fail.
 *
 * What runs is the real outbox, on a disk in memory. Each sequence of steps up to the bound is tried; those that lead to the
 * same state go on as one.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Entry } from './store';

// State

type Person = 'maya' | 'rosa';
/** What was written, by its words: `a1`, then `a2` under the same id; `b1` corrects `a`. */
type Words = 'a1' | 'a2' | 'b1';
const idOf = (words: Words) => words.charAt(0);

interface Request {
  id: string;
  words: Words;
  /** For whom the page speaks. */
  as: string;
  /** For whom the body is sealed, where it is. */
  sealedFor: string | null;
  answer: (status: number) => void;
  fail: () => void;
  /** The server has acted, and the answer is on its way. */
  acted: number | null;
}

class Page {
  user: Person | null = null;
  /** Who was signed in last on this page. */
  author: Person | null = null;
  /** What this page still knows as it was typed. */
  typed = new Map<string, string>();
  request: Request | null = null;
  box = new Outbox();
}

class World {
  /** The browser's cookies. */
  signedIn: Person | null = 'maya';
  pages: (Page | null)[] = [null, null];
  disk = new Map<string, Entry>();
  server = new Map<string, { words: Words; by: Person }>();
  written: Words[] = [];
  told = new Map<Words, string>();
  discarded = new Set<Words>();
  lock: { page: Page; end: () => void } | null = null;
  queue: { page: Page; begin: () => void }[] = [];
}

let world: World;
const here = new AsyncLocalStorage<Page>();
const page = () => here.getStore()!;
const who = (id: Person | null) => (id ? { id, clinic: { id: 'alder' } } : null);
const wordsOf = (entry: Entry) => (entry.body as { words: Words }).words;

// The outbox's surroundings

const moment = async () => {};
vi.mock('../session.svelte', () => ({
  session: {
    get user() {
      return who(page().user);
    },
    get author() {
      return who(page().author);
    },
  },
}));
vi.mock('./seal', () => ({
  seal: {
    toServer: async (body: unknown) => ({ to: '', enc: '', ciphertext: JSON.stringify(body) }),
    remember: ({ id, queued_at }: Entry, body: unknown) =>
      page().typed.set(id, queued_at + JSON.stringify(body)),
    done: ({ id }: Entry) => page().typed.delete(id),
    open: async (entry: Entry) =>
      page().typed.get(entry.id)?.startsWith(entry.queued_at)
        ? { body: { words: wordsOf(entry), sealedFor: null } }
        : { body: { words: wordsOf(entry), sealedFor: entry.user_id }, kind: 'sealed' },
  },
}));
vi.mock('./store', async (original) => ({
  ...(await original<typeof import('./store')>()),
  entries: {
    of: async (user: string) => (
      await moment(),
      [...world.disk.values()].filter((entry) => entry.user_id === user)
    ),
    all: async () => (await moment(), [...world.disk.values()]),
    get: async (id: string) => (await moment(), world.disk.get(id)),
    put: async (entry: Entry & { sealed: { ciphertext: string } }) => {
      await moment();
      const body = JSON.parse(entry.sealed.ciphertext) as unknown;
      world.disk.set(entry.id, { ...entry, body });
    },
    settle: async (sent: Entry, next: Entry | null) => {
      await moment();
      if (world.disk.get(sent.id)?.queued_at !== sent.queued_at) return;
      if (next) world.disk.set(next.id, next);
      else world.disk.delete(sent.id);
    },
  },
}));
vi.mock('../api/client', async (original) => {
  const real = await original<typeof import('../api/client')>();
  const problem = (status: number) =>
    new real.ProblemError(status, '', '', '', [], '', status === 503 ? 1 : null);
  const send = (_: string, path: string, body: unknown, { as = '' }: { as?: string }) =>
    new Promise((done, fail) => {
      const mine = page();
      const { words, sealedFor = null } = body as { words: Words; sealedFor?: string | null };
      const over = (end: () => void) => {
        mine.request = null;
        end();
      };
      mine.request = {
        id: path,
        words,
        as,
        sealedFor,
        acted: null,
        fail: () => over(() => fail(new real.OfflineError())),
        answer: (status) =>
          over(() => {
            if (status === 401) mine.user = null;
            if (status < 300) done({ status, body: {}, etag: null });
            else fail(problem(status));
          }),
      };
    });
  return { ...real, api: { send } };
});

const { Outbox } = await import('./outbox.svelte');

/** One holder at a time in the whole browser; a page that closes lets go. */
const locks = {
  request: (_: string, work: () => Promise<void>) =>
    new Promise<void>((done, fail) => {
      const mine = page();
      const begin = () => {
        const end = () => {
          world.lock = null;
          world.queue.shift()?.begin();
        };
        world.lock = { page: mine, end };
        here
          .run(mine, work)
          .then(done, fail)
          .finally(() => world.lock?.page === mine && end());
      };
      if (world.lock) world.queue.push({ page: mine, begin });
      else begin();
    }),
};

/** What the server does with a request, and what it answers. Source: API.md on ids that the client makes. */
function perform({ id, words, as, sealedFor }: Request): number {
  const by = world.signedIn;
  if (!by || by !== as) return 401;
  if (sealedFor && sealedFor !== by) return 409;
  const known = world.server.get(id);
  if (known) return known.words === words && known.by === by ? 200 : 409;
  if (id === 'b' && !world.server.has('a')) return 422;
  world.server.set(id, { words, by });
  return 201;
}

// Steps

type Step = [name: string, act: () => void];

function steps(): Step[] {
  const found: Step[] = [];
  for (const [index, mine] of world.pages.entries()) {
    const step = (name: string, act: () => void) => found.push([`${name} (page ${index})`, act]);
    if (!mine) {
      step('open', () => {
        const made = new Page();
        made.user = made.author = world.signedIn;
        world.pages[index] = made;
        here.run(made, () => void made.box.flush({ forced: true }));
      });
      continue;
    }
    const does = (act: () => void) => () => here.run(mine, act);
    const next = (['a1', 'a2', 'b1'] as const).find((words) => !world.written.includes(words));
    if (mine.author === 'maya' && next)
      step(
        `write ${next}`,
        does(() => write(mine, next)),
      );
    if (mine.user && !mine.request)
      step(
        'try',
        does(() => void mine.box.flush({ forced: true })),
      );
    step('close', () => close(index, mine));
    for (const person of ['maya', 'rosa'] as const)
      if (mine.user !== person)
        step(
          `${person} signs in`,
          does(() => {
            world.signedIn = mine.user = mine.author = person;
            void mine.box.flush({ forced: true });
          }),
        );
    for (const shown of mine.box.entries.filter(({ state }) => state === 'needs_attention')) {
      step(
        `discard ${wordsOf(shown)}`,
        does(() => {
          world.discarded.add(wordsOf(shown));
          void mine.box.discard(shown.id);
        }),
      );
      step(
        `retry ${wordsOf(shown)}`,
        does(() => void mine.box.retry(shown.id)),
      );
    }
    if (mine.request) found.push(...fates(mine, mine.request, index));
  }
  return found;
}

function fates(mine: Page, request: Request, index: number): Step[] {
  const { acted } = request;
  const step = (name: string, act: () => void): Step => [
    `${request.words}: ${name} (page ${index})`,
    () => here.run(mine, act),
  ];
  if (acted !== null)
    return [
      step('the answer arrives', () => request.answer(acted)),
      step('the answer is lost', () => request.fail()),
    ];
  return [
    step('answered', () => request.answer(perform(request))),
    step('never gets there', () => request.fail()),
    step('the server acts', () => (request.acted = perform(request))),
    step('the server is busy', () => request.answer(503)),
    step('the server refuses', () => request.answer(403)),
  ];
}

function write(mine: Page, words: Words): void {
  world.written.push(words);
  const body = { words, ...(words === 'b1' ? { replaces: 'a' } : {}) };
  const id = idOf(words);
  void mine.box
    .submit({ id, path: id, body, kind: 'response', label: '' })
    .then(({ state }) => world.told.set(words, state));
}

function close(index: number, mine: Page): void {
  world.pages[index] = null;
  world.queue = world.queue.filter(({ page }) => page !== mine);
  if (world.lock?.page === mine) world.lock.end();
}

/** Until nothing moves by itself. */
const settled = () => new Promise((done) => setImmediate(done));

async function run(names: readonly string[]): Promise<void> {
  world = new World();
  vi.clearAllTimers();
  vi.setSystemTime(0);
  for (const name of names) {
    // Long enough for every pause to be over.
    vi.setSystemTime(Date.now() + 60 * 60_000);
    const [, act] = steps().find(([one]) => one === name)!;
    act();
    await settled();
  }
}

/** All that decides what can happen next; which of the two pages is which does not. */
function key(): string {
  const { signedIn, disk, server, written, told, discarded, pages } = world;
  const shown = ({ entries }: Page['box']) => entries.map((one) => [wordsOf(one), one.state]);
  return JSON.stringify([
    signedIn,
    [...disk.values()].map((entry) => [wordsOf(entry), entry.state]),
    [...server],
    written,
    [...told].sort(),
    [...discarded].sort(),
    pages
      .map((one) =>
        JSON.stringify(
          one && [
            [one.user, one.author, [...one.typed.keys()].sort(), shown(one.box)],
            one.request && [one.request.words, one.request.sealedFor, one.request.acted],
            [world.lock?.page === one, world.queue.some(({ page }) => page === one)],
          ],
        ),
      )
      .sort(),
  ]);
}

// Invariants

function check(): void {
  for (const [words, told] of world.told)
    if (told === 'sent')
      expect(world.server.get(idOf(words))?.words, `told: sent ${words}`).toBe(words);
  for (const [id, { by }] of world.server) expect(by, `whose ${id} is`).toBe('maya');
  for (const words of world.written) {
    const isOnDisk = [...world.disk.values()].some((entry) => wordsOf(entry) === words);
    const isThere = world.server.get(idOf(words))?.words === words;
    const isReplaced = words === 'a1' && world.written.includes('a2');
    const isKnown = isOnDisk || isThere || isReplaced || world.discarded.has(words);
    expect(isKnown, `${words} is somewhere`).toBe(true);
  }
}

/** With its own person signed in and a line that holds, everything goes or is shown to somebody. */
async function heal(): Promise<void> {
  for (const [index, mine] of world.pages.entries()) if (mine) close(index, mine);
  world.signedIn = 'maya';
  const mine = new Page();
  mine.user = mine.author = 'maya';
  world.pages[0] = mine;
  const waits = () => [...world.disk.values()].filter(({ state }) => state === 'waiting');
  for (let left = 6; waits().length > 0 && left > 0; left--) {
    vi.setSystemTime(Date.now() + 60 * 60_000);
    here.run(mine, () => void mine.box.flush({ forced: true }));
    await settled();
    for (let left = 6; mine.request && left > 0; left--) {
      const { request } = mine;
      here.run(mine, () => request.answer(perform(request)));
      await settled();
    }
  }
  expect(waits().map(wordsOf), 'still waits').toEqual([]);
  check();
}

/** Steps in a row. Two more take ten times as long, and have found nothing more. */
const DEPTH = 7;

describe('the outbox', () => {
  beforeAll(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    vi.stubGlobal('navigator', { onLine: true, locks });
  });
  afterAll(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('loses nothing, says nothing untrue and sends nobody else’s, whatever happens in which order', async () => {
    const seen = new Set<string>();
    let tried = 0;
    let edge: string[][] = [[]];
    for (let depth = 0; depth <= DEPTH; depth++) {
      const next: string[][] = [];
      for (const names of edge) {
        await run(names);
        tried += 1;
        const state = key();
        if (seen.has(state)) continue;
        seen.add(state);
        const more = steps().map(([name]) => name);
        try {
          check();
          await heal();
        } catch (error) {
          throw new Error(`after ${names.join(', ')}: ${String(error)}`, { cause: error });
        }
        next.push(...more.map((name) => [...names, name]));
      }
      edge = next;
    }
    console.log(`${tried} sequences of up to ${DEPTH} steps, ${seen.size} states`);
    expect(seen.size).toBeGreaterThan(1_000);
  }, 120_000);
});
