/** Takes the README's pictures from the demo clinic: `npm run pictures`. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { settled } from './support/look';
import { Server } from './support/server';
import { title } from './support/test';

const FOLDER = join(import.meta.dirname, '../../docs/pictures');
const LARGEST = 300_000;

const test = base.extend<object, { demo: Server }>({
  demo: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const demo = await Server.demo();
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});
test.use({ colorScheme: 'light', reducedMotion: 'reduce' });

/** Signs in with what the demo prints: `sign in as ROLE: EMAIL PASSWORD`. */
async function enter(page: Page, demo: Server, role: string): Promise<void> {
  const [email = '', ...password] = demo.said(`sign in as ${role}:`).split(' ');
  await page.goto(demo.url);
  await page.getByLabel('Email').fill(email);
  await page.getByRole('textbox', { name: 'Password' }).fill(password.join(' '));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/\/(\?.*)?$/);
  await settled(page);
}

async function take(page: Page, name: string): Promise<void> {
  await settled(page);
  await page.waitForLoadState('networkidle');
  await page.evaluate(() => document.fonts.ready);
  await mkdir(FOLDER, { recursive: true });
  const path = join(FOLDER, name);
  await page.screenshot({ path });
  expect((await stat(path)).size, name).toBeLessThan(LARGEST);
}

test('a patient’s Today and Progress', async ({ browser, demo }) => {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  await enter(page, demo, 'patient');
  await expect(page.getByText('Since you started')).toBeVisible();
  await take(page, 'today.png');
  await page.goto(`${demo.url}/progress`);
  await expect(page.getByText('Day to day')).toBeVisible();
  await take(page, 'progress.png');
  await page.close();
});

test('a provider’s caseload and one patient', async ({ browser, demo }) => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await enter(page, demo, 'provider');
  await take(page, 'caseload.png');
  await page.getByRole('rowheader').getByRole('link').first().click();
  await expect(title(page)).toBeVisible();
  await expect(page.getByText('After each session')).toBeVisible();
  await take(page, 'patient.png');
  await page.close();
});
