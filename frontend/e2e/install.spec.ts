import type { Page } from '@playwright/test';
import { kept } from './support/device';
import { ready } from './support/offline';
import { expect, signIn, test, title } from './support/test';

const CUT = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/;

function controlled(page: Page) {
  return page.waitForFunction(() => navigator.serviceWorker.controller !== null);
}

test('the app can be installed', async ({ server, open }) => {
  const phone = await open('phone');
  await phone.goto('/');
  await controlled(phone);
  const client = await phone.context().newCDPSession(phone);
  const manifest = await client.send('Page.getAppManifest');
  expect(manifest.errors).toEqual([]);
  const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
  // A test's window is a private one, from which nothing is ever installed.
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);

  const told = JSON.parse(manifest.data ?? '{}') as {
    name: string;
    display: string;
    start_url: string;
    icons: { src: string; sizes: string; type: string; purpose?: string }[];
  };
  expect(told).toMatchObject({ name: 'Yarrow', display: 'standalone' });
  expect((await fetch(new URL(told.start_url, server.url))).status).toBe(200);
  for (const { src, sizes, type } of told.icons) {
    const answer = await fetch(new URL(src, server.url));
    expect(answer.status, src).toBe(200);
    expect(answer.headers.get('content-type'), src).toContain(type);
    if (type !== 'image/png') continue;
    // A PNG says its width and height at bytes 16 and 20.
    const head = new DataView(await answer.arrayBuffer());
    expect(`${head.getUint32(16)}x${head.getUint32(20)}`, src).toBe(sizes);
  }
  expect(told.icons.some(({ purpose }) => purpose === 'maskable')).toBe(true);
});

test('the app keeps its shell and nothing that anybody answered', async ({ clinic, open }) => {
  const patient = await clinic.patient('Maya Reyes');
  await patient.phq9(12, 1);
  const phone = await open('phone', { expected: [/ERR_INTERNET_DISCONNECTED/] });
  await signIn(phone, patient);
  await controlled(phone);
  await phone.getByRole('link', { name: 'Progress', exact: true }).tap();
  await expect(phone.getByRole('figure').first()).toBeVisible();
  const kept = await phone.evaluate(async () => {
    const addresses: string[] = [];
    for (const name of await caches.keys())
      for (const request of await (await caches.open(name)).keys())
        addresses.push(new URL(request.url).pathname);
    return addresses;
  });
  expect(kept).toContain('/');
  expect(kept.filter((path) => path.startsWith('/api/'))).toEqual([]);

  await phone.context().setOffline(true);
  await phone.goto('/help');
  await expect(phone.getByRole('link', { name: 'Call 988' })).toBeVisible();
});

test('a new version waits until somebody says so', async ({ wire, open }) => {
  const phone = await open('phone', { baseURL: wire.url });
  await phone.goto('/');
  await controlled(phone);
  await phone.getByLabel('Email').fill('half-typed');
  const look = () =>
    phone.evaluate(async () => {
      await (await navigator.serviceWorker.getRegistration())?.update();
    });

  wire.rewrite('/sw.js', (text) => `${text}\n// newer`);
  await look();
  await expect(phone.getByText('A new version is ready.')).toBeVisible();
  await phone.getByRole('button', { name: 'Later' }).tap();
  await expect(phone.getByText('A new version is ready.')).toHaveCount(0);
  await expect(phone.getByLabel('Email')).toHaveValue('half-typed');

  wire.rewrite('/sw.js', (text) => `${text}\n// newer still`);
  await look();
  const loaded = phone.waitForEvent('load');
  await phone.getByRole('button', { name: 'Use it now' }).tap();
  await loaded;
  await expect(title(phone)).toHaveText('Good to see you');
  await expect(phone.getByLabel('Email')).toHaveValue('');
  await controlled(phone);
  await expect(phone.getByText('A new version is ready.')).toHaveCount(0);
});

test('an app that the server has outgrown hears of it with the next answer', async ({
  wire,
  open,
}) => {
  const phone = await open('phone', { baseURL: wire.url, expected: [/401/] });
  await phone.goto('/');
  await controlled(phone);
  wire.rewrite('/sw.js', (text) => `${text}\n// newer`);
  await phone.route('**/api/v1/**', (route) =>
    route.continue({ headers: { ...route.request().headers(), 'x-app-version': 'app-before' } }),
  );
  await phone.getByLabel('Email').fill('nobody@alder-row.example');
  await phone.getByRole('textbox', { name: 'Password' }).fill('not the password');
  await phone.getByRole('button', { name: 'Sign in' }).tap();
  await expect(phone.getByText('A new version is ready.')).toBeVisible();
});

test('installing is offered after the second check-in, on an iPhone with a picture, and "not now" holds', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const iPhone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1';
  const phone = await open('phone', { userAgent: iPhone });
  const offer = phone.getByRole('region', { name: 'Keep Yarrow on your Home Screen' });
  const checkIn = async (mood: number) => {
    await phone.goto('/today');
    await phone.getByRole('radio', { name: new RegExp(`^${mood}(,|$)`) }).tap();
    await expect(phone.getByText(/Sent to Alder Row/)).toBeVisible();
    await phone.waitForLoadState('networkidle');
  };
  await signIn(phone, patient);
  await checkIn(4);
  await expect(offer).toHaveCount(0);
  await checkIn(5);
  await expect(offer.getByText(/Browsers may delete answers that wait/)).toBeVisible();
  await expect(offer.getByRole('img', { name: /Share button/ })).toBeVisible();
  await offer.getByRole('button', { name: 'Not now' }).tap();
  await expect(offer).toHaveCount(0);
  await checkIn(6);
  await expect(offer).toHaveCount(0);
});

test('the app is taken off a device by a setting, and what waits there is not touched', async ({
  server,
  clinic,
  wire,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const phone = await open('phone', { baseURL: wire.url, expected: [CUT] });
  await signIn(phone, patient);
  await ready(phone);
  await phone.context().setOffline(true);
  await phone.goto('/care/journal/new');
  await phone.getByLabel('Your words').fill('The light was kind.');
  await phone.getByRole('button', { name: 'Save' }).tap();
  await expect(phone.getByText(/Safe on this phone/).first()).toBeVisible();

  await server.end();
  await server.again({ YARROW_OFFLINE_APP: 'off' });
  const release = wire.hold((method) => method === 'PUT');
  await phone.context().setOffline(false);
  await phone.evaluate(async () => {
    await (await navigator.serviceWorker.getRegistration())?.update();
  });
  const left = () =>
    phone.evaluate(async () => ({
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      caches: await caches.keys(),
    }));
  await expect.poll(left).toEqual({ workers: 0, caches: [] });
  expect(await kept(phone)).toContain('/journal-entries/');
  release();
  const written = async () =>
    (await patient.get<{ items: unknown[] }>(`/patients/${patient.id}/journal-entries`)).items;
  await expect.poll(written).toMatchObject([{ text: 'The light was kind.' }]);
});
