/** One run: somebody writes, much goes wrong, and in the end the server is asked what it has. */
import { readFileSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import type { JournalEntry, List, Response } from '../../src/api/types';
import { Person, type Clinic, type Patient } from '../support/clinic';
import { ownDevice } from '../support/device';
import { ready } from '../support/offline';
import type { Server } from '../support/server';
import { expect, fillSignIn, PASSWORD, title } from '../support/test';
import type { Wire } from '../support/wire';
import { WEEK_ENTRIES, type Event, type Plan, type Step } from './plan';

/** What the person was told of an entry: nothing yet, that it is safe here, that the clinic has it, or that it was not kept. */
export type Told = 'nothing' | 'safe' | 'with-clinic' | 'not-kept';

interface Written {
  what: Step['what'];
  /** What nothing else in the run says: the words, or the number that was tapped. */
  mark: string;
  told: Told;
}

/** What came of a run; the three that must be 0, and how the entries ended. */
export interface Result {
  written: number;
  saidAndMissing: number;
  twice: number;
  gone: number;
  told: Record<Told, number>;
  /** What happened, line by line, to read when something is wrong. */
  log: string[];
}

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DAY_MS = 86_400_000;
const isWrite = (method: string, path: string) =>
  method === 'PUT' && /^\/api\/v1\/(responses|journal-entries)\//.test(path);

/** What the screens say, in the order in which to look for it. */
const WORDS: Record<Step['what'], [RegExp, Told][]> = {
  journal: [
    [/Saved\. It is in your journal\./, 'with-clinic'],
    [/Safe on this phone\. It goes to/, 'safe'],
    [/It is kept under/, 'safe'],
    [/That did not save\./, 'not-kept'],
  ],
  tap: [
    [/Sent to .*That counts\./, 'with-clinic'],
    [/(Saved|Safe) on this phone/, 'safe'],
    [/could not save that/, 'not-kept'],
  ],
  form: [
    [/Sent at/, 'with-clinic'],
    [/safe on this phone/, 'safe'],
    [/That didn't save/, 'not-kept'],
  ],
};
/** On the screen to sign in, which comes where the sign-in has ended. */
const ANYWHERE: [RegExp, Told][] = [[/(is|are) waiting on this phone/, 'safe']];

/** The disk of the device is full, and has room again. */
const FILL = () => {
  const store = IDBObjectStore.prototype as { put: unknown; kept?: unknown };
  store.kept ??= store.put;
  store.put = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
};
const EMPTY = () => {
  const store = IDBObjectStore.prototype as { put: unknown; kept?: unknown };
  store.put = store.kept ?? store.put;
};

export class Run {
  readonly #written: Written[] = [];
  readonly #log: string[] = [];
  readonly #contexts: BrowserContext[] = [];
  readonly #pages: Page[] = [];
  readonly #folders: string[] = [];
  #mood = 0;
  #other: Patient | null = null;
  readonly #began = performance.now();

  private constructor(
    readonly plan: Plan,
    readonly clinic: Clinic,
    readonly server: Server,
    readonly wire: Wire,
    readonly browser: Browser,
    readonly patient: Patient,
  ) {}

  static async of(
    plan: Plan,
    clinic: Clinic,
    server: Server,
    wire: Wire,
    browser: Browser,
  ): Promise<Result> {
    const patient = await clinic.patient(`Patient ${plan.seed}-${plan.run}`);
    const run = new Run(plan, clinic, server, wire, browser, patient);
    try {
      await run.#write();
      run.#note('healing');
      await run.#heal();
      run.#note('comparing');
      return await run.#compare();
    } catch (error) {
      const name = `FAULT_SEED=${plan.seed} FAULT_RUN=${plan.run}`;
      throw new Error(`${name}\n${run.#log.join('\n')}\n${String(error)}`, { cause: error });
    } finally {
      wire.heal();
      for (const context of run.#contexts) await context.close().catch(() => {});
      for (const folder of run.#folders)
        await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  }

  #note(text: string): void {
    this.#log.push(`${String(Math.round(performance.now() - this.#began)).padStart(6)} ${text}`);
  }

  // Devices

  get #settings() {
    return { ...PHONE, baseURL: this.wire.url, locale: 'en-US', timezoneId: 'America/Denver' };
  }

  async #device(folder?: string): Promise<BrowserContext> {
    let context: BrowserContext;
    if (this.plan.devices === 'own-process') {
      const own = await ownDevice(this.#settings, folder);
      if (!folder) this.#folders.push(own.folder);
      context = own.device;
    } else {
      const needsWorker =
        this.plan.devices === 'a-week-offline' ||
        this.plan.steps.some(({ event }) => event === 'upgrade-server');
      const serviceWorkers = needsWorker ? 'allow' : 'block';
      context = await this.browser.newContext({ ...this.#settings, serviceWorkers });
    }
    // The device's clock: `skew` milliseconds off, and a test may move it.
    await context.addInitScript(() => {
      const real = Date.now.bind(Date);
      const Whole = Date;
      const now = () => real() + Number((globalThis as { skew?: number }).skew ?? 0);
      class Skewed extends Whole {
        constructor(...given: unknown[]) {
          if (given.length === 0) super(now());
          else super(...(given as [number]));
        }
        static override now = now;
      }
      globalThis.Date = Skewed as DateConstructor;
    });
    this.#contexts.push(context);
    return context;
  }

  /** Opens the app there, and signs in where it asks for it. */
  async #open(page: Page, path = '/care/journal'): Promise<void> {
    await page.goto(path);
    await this.#signedIn(page);
    if (new URL(page.url()).pathname !== path) await page.goto(path);
    await expect(title(page)).toBeVisible();
  }

  async #signedIn(page: Page): Promise<void> {
    await expect(title(page)).toBeVisible();
    if ((await title(page).innerText()) !== 'Good to see you') return;
    await fillSignIn(page, this.patient);
    await expect(title(page)).not.toHaveText('Good to see you');
  }

  // Writing

  async #write(): Promise<void> {
    const { devices, steps } = this.plan;
    const one = await this.#device();
    this.#pages.push(await one.newPage());
    if (devices === 'two-tabs') this.#pages.push(await one.newPage());
    if (devices === 'two-devices') this.#pages.push(await (await this.#device()).newPage());
    for (const page of this.#pages) await this.#open(page);
    if (devices === 'a-week-offline') await this.#aWeek();
    if (devices === 'five-minutes-flapping') await this.#fiveMinutes();
    for (const step of steps) await this.#step(step);
  }

  async #step(step: Step): Promise<void> {
    const index = step.on % this.#pages.length;
    const { what, line, event, isAtOnce } = step;
    const how = `line ${line ?? 'whole'}, ${event}${isAtOnce ? ' at once' : ''}`;
    const written = this.#next(what);
    this.#note(`${written.what} "${written.mark}" on ${index}: ${how}`);
    const page = this.#page(index);
    // Browsers hardly draw a tab that nobody looks at.
    await page.bringToFront();
    await this.#signedIn(page);
    await this.#type(page, written);
    if (line) this.wire.failNext(isWrite, line);
    await this.#before(event, page);
    await this.#save(page, written);
    if (!isAtOnce) await this.#hear(page, written);
    await this.#after(event, index);
    this.wire.heal();
  }

  #page(index: number): Page {
    return this.#pages[index] as Page;
  }

  #next(what: Step['what']): Written {
    // One form of a kind is enough to be told apart.
    const isAgain = what === 'form' && this.#written.some((one) => one.what === 'form');
    const kind = isAgain ? 'journal' : what;
    const marks = {
      journal: () => `Entry ${this.#written.length} of run ${this.plan.run}.`,
      tap: () => String(this.#mood++),
      form: () => 'GAD-7',
    };
    const mark = marks[kind]();
    const written: Written = { what: kind, mark, told: 'nothing' };
    this.#written.push(written);
    return written;
  }

  /** Fills it in, up to the last tap. */
  async #type(page: Page, { what, mark }: Written): Promise<void> {
    if (what === 'tap') return this.#go(page, '/today');
    if (what === 'journal') {
      await this.#go(page, '/care/journal/new');
      await page.getByLabel('Your words').fill(mark);
      return;
    }
    await this.#go(page, '/questions/gad-7/1');
    for (let question = 1; question <= 7; question++) {
      await expect(page.getByText(`Question ${question} of`)).toBeVisible();
      await page.getByRole('radio').nth(1).tap();
    }
  }

  async #save(page: Page, { what, mark }: Written): Promise<void> {
    if (what === 'tap') await page.getByRole('radio', { name: new RegExp(`^${mark}(,|$)`) }).tap();
    else await page.getByRole('button', { name: /^(Save|Send)$/ }).tap();
  }

  /** To another screen without loading the page again: it may not be able to. */
  async #go(page: Page, path: string): Promise<void> {
    await page.evaluate((to) => {
      const link = Object.assign(document.createElement('a'), { href: to });
      document.body.append(link);
      link.click();
      link.remove();
    }, path);
    await expect(page).toHaveURL(path);
    await expect(title(page)).toBeVisible();
  }

  /** What the screen says of it, once it says something. */
  async #hear(page: Page, written: Written): Promise<void> {
    const said = WORDS[written.what];
    // What waits in all is said on every screen; this is about the one.
    const place = written.what === 'tap' ? '.now [role=status], .waiting' : 'body';
    await expect(async () => {
      const text = (await page.locator(place).allInnerTexts()).join('\n');
      const found = [...said, ...ANYWHERE].find(([words]) => words.test(text));
      if (!found) throw new Error(`nothing is said of ${written.mark}:\n${text}`);
      written.told = found[1];
    }).toPass({ timeout: 15_000 });
    this.#note(`  told: ${written.told}`);
  }

  // What goes wrong

  async #before(event: Event, page: Page): Promise<void> {
    const skew = { 'clock-a-day-ahead': 1, 'clock-a-year-ahead': 365, 'clock-a-year-behind': -365 };
    if (event in skew) await this.#skew(page, skew[event as keyof typeof skew]);
    if (event === 'no-network') await page.context().setOffline(true);
    if (event === 'disk-full') await page.evaluate(FILL);
    const lost = {
      'lose-access-token': /at$/,
      'lose-refresh-token': /rt$/,
      'lose-sign-in': /[ar]t$/,
    };
    if (event in lost)
      await page.context().clearCookies({ name: lost[event as keyof typeof lost] });
    if (event === 'another-person') {
      const { email } = await this.#stranger();
      await page.request.post(`${this.wire.url}/api/v1/auth/login`, {
        data: { email, password: PASSWORD, transport: 'cookie' },
        headers: { 'X-Requested-With': 'app' },
      });
    }
    if (event === 'clock-jumps') this.wire.beforeAnswer(isWrite, () => this.#skew(page, 365));
    if (event === 'kill-server')
      this.wire.beforeAnswer(isWrite, async () => {
        await this.server.kill();
        await this.server.again();
      });
  }

  async #after(event: Event, index: number): Promise<void> {
    const page = this.#page(index);
    const context = page.context();
    if (event.startsWith('clock')) await this.#skew(page, 0);
    if (event === 'no-network') await context.setOffline(false);
    if (event === 'disk-full') await page.evaluate(EMPTY);
    if (event === 'reload') await page.reload();
    if (event === 'restart-server') {
      await this.server.end();
      await this.server.again();
    }
    if (event === 'upgrade-server') await this.#upgrade(page);
    if (event === 'flapping') await this.#flap(context, 6, 120);
    if (event === 'sign-out') {
      await this.#go(page, '/you');
      await page.getByRole('button', { name: 'Sign out', exact: true }).last().tap();
      await expect(title(page)).toHaveText('Good to see you');
    }
    if (event === 'close-tab') await page.close();
    if (event === 'crash-tab') {
      await page.goto('chrome://crash').catch(() => {});
      await page.close();
    }
    if (event === 'kill-browser') await this.#kill();
    if (page.isClosed()) {
      const home = event === 'kill-browser' ? await this.#device(this.#folders[0]) : context;
      this.#pages[index] = await home.newPage();
      await this.#open(this.#page(index));
    }
    // The pages of this browser learn of it when they next ask the server: before somebody writes there.
    if (event === 'another-person') {
      await page.goto('/care/journal');
      await expect(title(page)).toHaveText('Good to see you');
      await this.#open(page);
    }
    if (['sign-out', 'lose-sign-in', 'another-person'].includes(event))
      for (const other of this.#pages)
        if (other !== page && other.context() === context) await this.#open(other);
  }

  /** The network goes and comes again, `turns` times in all. */
  async #flap(context: BrowserContext, turns: number, each_ms: number): Promise<void> {
    for (let turn = 0; turn < turns; turn++) {
      await context.setOffline(turn % 2 === 0);
      await new Promise((over) => setTimeout(over, each_ms));
    }
  }

  /** Another version of the server and, on the device, of the app, which the person takes at once. */
  async #upgrade(page: Page): Promise<void> {
    await this.server.end();
    await this.server.again();
    this.wire.rewrite(
      '/sw.js',
      (text) => `${text}\n// ${this.#written.length} of ${this.plan.run}`,
    );
    await this.#go(page, '/today');
    const hasWorker = () => page.evaluate(() => navigator.serviceWorker.controller !== null);
    await expect.poll(hasWorker).toBe(true);
    await page.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.update();
    });
    const use = page.getByRole('button', { name: 'Use it now' });
    await expect(use).toBeVisible({ timeout: 30_000 });
    const loaded = page.waitForEvent('load', { timeout: 30_000 });
    await use.tap();
    await loaded;
    await expect(title(page)).toBeVisible();
  }

  /** Somebody else of the same clinic, who writes nothing in this run. */
  async #stranger(): Promise<Patient> {
    this.#other ??= await this.clinic.patient(`Beside ${this.plan.seed}-${this.plan.run}`);
    return this.#other;
  }

  async #skew(page: Page, days: number): Promise<void> {
    await page.evaluate((skew) => Object.assign(globalThis, { skew }), days * DAY_MS);
  }

  /** SIGKILL to every process of the browser, as when a phone runs out of memory. */
  async #kill(): Promise<void> {
    const folder = this.#folders[0] as string;
    const closed = new Promise((done) => this.#page(0).once('close', done));
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      if (commandOf(pid).includes(`--user-data-dir=${folder}`))
        process.kill(Number(pid), 'SIGKILL');
    await closed;
  }

  /** A week of answers without a network, with the app opened anew in the middle of it. */
  async #aWeek(): Promise<void> {
    const page = this.#page(0);
    await this.#go(page, '/today');
    await ready(page);
    await page.context().setOffline(true);
    for (let entry = 0; entry < WEEK_ENTRIES; entry++) {
      if (entry === WEEK_ENTRIES / 2) {
        await page.reload();
        await expect(title(page)).toBeVisible();
      }
      await this.#skew(page, (7 * entry) / WEEK_ENTRIES - 7);
      const written = this.#next('journal');
      await this.#type(page, written);
      await this.#save(page, written);
      await this.#hear(page, written);
    }
    await page.context().setOffline(false);
  }

  /** Five minutes in which the network changes every second, and somebody writes on. */
  async #fiveMinutes(): Promise<void> {
    const page = this.#page(0);
    const flapping = this.#flap(page.context(), 300, 1_000);
    for (let entry = 0; entry < WEEK_ENTRIES; entry++) {
      const written = this.#next('journal');
      await this.#type(page, written);
      await this.#save(page, written);
      await this.#hear(page, written);
    }
    await flapping;
  }

  // The end

  /** The line is whole again, everybody is signed in, and each device has had the time to send what waits. */
  async #heal(): Promise<void> {
    this.wire.heal();
    for (const page of this.#pages) {
      await page.context().setOffline(false);
      await this.#open(page, '/you/queue');
      await expect(title(page)).toHaveText('Nothing is waiting', { timeout: 30_000 });
    }
  }

  async #compare(): Promise<Result> {
    const there = await this.#answersOf(this.patient);
    const result: Result = {
      written: this.#written.length,
      saidAndMissing: 0,
      twice: there.length - new Set(there).size,
      gone: 0,
      told: { nothing: 0, safe: 0, 'with-clinic': 0, 'not-kept': 0 },
      log: this.#log,
    };
    for (const { mark, told } of this.#written) {
      result.told[told] += 1;
      if (there.includes(mark)) continue;
      if (told === 'with-clinic') result.saidAndMissing += 1;
      if (told === 'safe') result.gone += 1;
    }
    const strangers = there.filter((mark) => !this.#written.some((one) => one.mark === mark));
    if (this.#other) strangers.push(...(await this.#answersOf(this.#other)));
    if (strangers.length > 0) throw new Error(`nobody wrote ${strangers.join(', ')}`);
    return result;
  }

  /** The marks of what the server has of somebody. */
  async #answersOf({ id, email }: Patient): Promise<string[]> {
    const known = await Person.signIn(this.server.url, email);
    const journal = await known.get<List<JournalEntry>>(
      `/patients/${id}/journal-entries?limit=100`,
    );
    const answers = await known.get<List<Response>>(`/patients/${id}/responses?limit=100`);
    return [
      ...journal.items.map(({ text }) => text),
      ...answers.items.map(({ instrument, answers }) =>
        instrument === 'gad-7' ? 'GAD-7' : String(answers.mood),
      ),
    ];
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It has ended since the folder was read.
    return '';
  }
}
