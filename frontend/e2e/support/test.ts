/** What every journey starts from: a server and a clinic of its own, and devices that notice what goes wrong. */
import { test as base, expect, type BrowserContextOptions, type Page } from '@playwright/test';
import { Clinic, PASSWORD, type Person } from './clinic';
import { Server } from './server';
import { Wire } from './wire';

export { expect, PASSWORD };

const DEVICES = {
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  tablet: { viewport: { width: 820, height: 1180 }, hasTouch: true },
  desk: { viewport: { width: 1440, height: 900 } },
} satisfies Record<string, BrowserContextOptions>;

export interface Opening extends BrowserContextOptions {
  /** Console errors that belong to the journey, such as those of a network that was cut. */
  expected?: RegExp[];
}

export type Open = (device: keyof typeof DEVICES, opening?: Opening) => Promise<Page>;

interface Fixtures {
  /** Listens on a port of its own; nobody has set it up. */
  server: Server;
  /** A clinic of that server, set up. */
  clinic: Clinic;
  /** A way to the server that can fail. */
  wire: Wire;
  /** Opens a browser as a person's own device has it: nothing is shared between two of them. */
  open: Open;
}

/** Notices what no journey may show: errors in the console, broken policies, requests to somebody else. */
function watch(page: Page, origin: string, expected: RegExp[], noticed: string[]): void {
  page.on('console', (message) => {
    const text = `${message.text()} (${message.location().url})`;
    if (message.type() === 'error' && !expected.some((one) => one.test(text))) noticed.push(text);
  });
  page.on('pageerror', (error) => noticed.push(`${error.stack ?? error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) noticed.push(`asks ${url.href}`);
  });
}

export const test = base.extend<Fixtures>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs
  server: async ({}, use) => {
    const server = await Server.start();
    await use(server);
    await server.stop();
    expect(server.log, 'the server has logged no error').not.toContain('"level":"ERROR"');
  },

  clinic: async ({ server }, use) => use(await Clinic.setUp(server.url, server.setupLink)),

  wire: async ({ server }, use) => {
    const wire = await Wire.to(server.url);
    await use(wire);
    await wire.close();
  },

  open: async ({ browser, server }, use) => {
    const noticed: string[] = [];
    const contexts: { close(): Promise<void> }[] = [];
    await use(async (device, { expected = [], ...options } = {}) => {
      const settings = { baseURL: server.url, ...DEVICES[device], ...options };
      const context = await browser.newContext(settings);
      contexts.push(context);
      await context.addInitScript(() =>
        document.addEventListener('securitypolicyviolation', (event) =>
          console.error(`policy: ${event.violatedDirective} refuses ${event.blockedURI}`),
        ),
      );
      const origin = new URL(settings.baseURL).origin;
      context.on('page', (page) => watch(page, origin, expected, noticed));
      return context.newPage();
    });
    for (const context of contexts) await context.close();
    expect(noticed, 'console errors, broken policies and requests to others').toEqual([]);
  },
});

/** Signs in by the form, and waits for the first screen. */
export async function signIn(page: Page, person: Person, at = '/'): Promise<void> {
  await page.goto(at);
  await fillSignIn(page, person);
  await expect(page).not.toHaveURL(/\/(\?.*)?$/);
}

/** The form alone, where the page has already come to it. */
export async function fillSignIn(page: Page, person: { email: string }): Promise<void> {
  await page.getByLabel('Email').fill(person.email);
  await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The first heading of the screen. */
export function title(page: Page) {
  return page.getByRole('main').getByRole('heading', { level: 1 });
}
