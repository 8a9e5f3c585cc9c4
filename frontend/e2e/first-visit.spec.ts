import type { Page } from '@playwright/test';
import { type Clinic, type Patient } from './support/clinic';
import { settled } from './support/look';
import { expect, fillSignIn, test, title } from './support/test';

/** kB are 1,000 bytes. */
const ALL = 95_000;
const CODE = 60_000;
const CODE_REQUESTS = 5;

interface Fetched {
  path: string;
  /** As they crossed, with the headers. */
  bytes: number;
  /** Of the file itself, as it is packed. */
  packed: number;
  encoding: string;
}

const sum = (list: { bytes: number }[]) => list.reduce((all, { bytes }) => all + bytes, 0);
const isCode = ({ path }: { path: string }) => /\.(js|css)$/.test(path) && path !== '/sw.js';

/** What the page fetches from now on. */
async function listen(page: Page): Promise<() => Fetched[]> {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  const fetched = new Map<string, Fetched>();
  client.on('Network.responseReceived', ({ requestId, response }) => {
    const headers = Object.entries(response.headers);
    const header = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
    const encoding = header('content-encoding') ?? '';
    const packed = Number(header('content-length') ?? Infinity);
    const path = new URL(response.url).pathname;
    fetched.set(requestId, { path, bytes: 0, packed, encoding });
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const one = fetched.get(requestId);
    if (one) one.bytes = encodedDataLength;
  });
  return () => [...fetched.values()];
}

/** Somebody whose Today shows all that it can. */
async function treated(clinic: Clinic): Promise<Patient> {
  const patient = await clinic.patient('Maya Reyes');
  const course = await clinic.course(patient, 30);
  const scores = [20, 18, 15, 12, 9];
  for (const [week, total] of scores.entries()) await patient.phq9(total, 31 - 7 * week);
  await clinic.session(patient, course, 1, 30);
  await clinic.planned(patient, course, 2, 2);
  return patient;
}

async function firstVisit(page: Page, patient: Patient): Promise<void> {
  await page.goto('/', { waitUntil: 'networkidle' });
  await expect(title(page)).toHaveText('Good to see you');
  await fillSignIn(page, patient);
  await expect(page.getByText('Your depression score has gone from 20 to 9.')).toBeVisible();
  await settled(page);
  await page.waitForLoadState('networkidle');
}

test('sign-in and Today weigh at most 95 kB with font, answers and headers', async ({
  clinic,
  open,
}) => {
  const patient = await treated(clinic);
  const phone = await open('phone', { serviceWorkers: 'block' });
  const fetched = await listen(phone);
  await firstVisit(phone, patient);
  const all = fetched();
  const list = all.map(({ path, bytes }) => `${path} ${bytes}`).join('\n');
  const code = all.filter(isCode);
  expect(code.length, list).toBeLessThanOrEqual(CODE_REQUESTS);
  expect(code.filter(({ encoding }) => encoding !== 'br')).toEqual([]);
  expect(
    code.reduce((all, { packed }) => all + packed, 0),
    list,
  ).toBeLessThanOrEqual(CODE);
  expect(all.filter(({ path }) => path.endsWith('.woff2'))).toHaveLength(1);
  expect(sum(all), list).toBeLessThanOrEqual(ALL);
});

test('with what the service worker keeps in the meantime it is 95 kB still', async ({
  clinic,
  wire,
  open,
}) => {
  const patient = await treated(clinic);
  const phone = await open('phone', { baseURL: wire.url });
  await firstVisit(phone, patient);
  const list = wire.crossings.map(({ path, bytes }) => `${path} ${bytes}`).join('\n');
  expect(sum(wire.crossings), list).toBeLessThanOrEqual(ALL);
});

test('what has been fetched once is not fetched again', async ({ wire, open }) => {
  const phone = await open('phone', { baseURL: wire.url, serviceWorkers: 'block' });
  await phone.goto('/', { waitUntil: 'networkidle' });
  const before = wire.crossings.length;
  await phone.goto('/', { waitUntil: 'networkidle' });
  const again = wire.crossings.slice(before).filter(({ path }) => path.startsWith('/assets/'));
  expect(again).toEqual([]);
});
