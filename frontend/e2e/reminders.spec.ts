import type { CDPSession, Page } from '@playwright/test';
import { Clinic } from './support/clinic';
import { PushService } from './support/push-service';
import { Server } from './support/server';
import { expect, signIn, test } from './support/test';

const TEST = 'This is a test. Reminders reach you here.';

/** The browser's subscription without the service of its maker, which no test may call. */
async function subscribesTo(page: Page, service: PushService): Promise<void> {
  await page.addInitScript((told) => {
    let known: unknown = null;
    const made = {
      endpoint: told.endpoint,
      options: { applicationServerKey: null },
      toJSON: () => told,
      unsubscribe: () => Promise.resolve((known = null) === null),
    };
    PushManager.prototype.getSubscription = () => Promise.resolve(known as PushSubscription | null);
    PushManager.prototype.subscribe = () =>
      Promise.resolve((known = made) as unknown as PushSubscription);
  }, service.subscription);
}

/** The number under which the browser knows the app's worker. */
async function workerOf(client: CDPSession): Promise<string> {
  const found = new Promise<string>((done) =>
    client.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      if (registrations[0]) done(registrations[0].registrationId);
    }),
  );
  await client.send('ServiceWorker.enable');
  return found;
}

test('a patient chooses reminders, allows them on the phone, and is reached there', async ({
  open,
}) => {
  const service = await PushService.start();
  const server = await Server.start({ YARROW_PUSH_TEST_HOSTS: service.host });
  const clinic = await Clinic.setUp(server.url, server.setupLink);
  const patient = await clinic.patient('Maya Reyes');
  const phone = await open('phone', { baseURL: server.url, permissions: ['notifications'] });
  await subscribesTo(phone, service);
  await signIn(phone, patient);
  await phone.goto('/you');
  const reminders = phone.getByRole('region', { name: 'Reminders' });
  await phone.waitForFunction(() => navigator.serviceWorker.controller !== null);

  await reminders.getByLabel('Time', { exact: true }).fill('23:00');
  await reminders.getByRole('button', { name: 'Save reminders' }).tap();
  await expect(reminders.getByText('23:00 lies in your quiet hours.')).toBeVisible();
  await reminders.getByLabel('Time', { exact: true }).fill('18:30');
  await reminders.getByRole('checkbox', { name: 'Tuesday' }).uncheck();
  await reminders.getByRole('button', { name: 'Save reminders' }).tap();
  await expect(reminders.getByText('Saved')).toBeVisible();
  await expect(reminders.getByText('No reminder reaches you at the moment')).toBeVisible();

  await phone.reload();
  await expect(reminders.getByLabel('Time', { exact: true })).toHaveValue('18:30');
  await expect(reminders.getByRole('checkbox', { name: 'Tuesday' })).not.toBeChecked();
  await expect(reminders.getByRole('checkbox', { name: 'Monday' })).toBeChecked();

  const coordinator = await clinic.staff('Rosa Lind', ['coordinator']);
  const desk = await open('desk', { baseURL: server.url });
  await signIn(desk, coordinator);
  await expect(desk.getByText('No reminder gets through')).toBeVisible();

  await reminders.getByRole('button', { name: 'Allow notifications' }).tap();
  await expect(reminders.getByText('Notifications come to this device now.')).toBeVisible();
  await reminders.getByRole('button', { name: 'Send a test' }).tap();
  await expect.poll(() => service.words).toContain(TEST);
  await desk.reload();
  await expect(desk.getByText('Maya Reyes')).toBeVisible();
  await expect(desk.getByText('No reminder gets through')).toBeHidden();

  // What the browser does with it, once its maker's service has brought it.
  const client = await phone.context().newCDPSession(phone);
  const registrationId = await workerOf(client);
  const shown = () =>
    phone.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body }) => [title, body]);
    });
  for (const [data, words] of [
    [TEST, TEST],
    ['', 'A moment for you, if you like.'],
  ] as const) {
    await client.send('ServiceWorker.deliverPushMessage', {
      origin: new URL(server.url).origin,
      registrationId,
      data,
    });
    await expect.poll(shown).toEqual([['Yarrow', words]]);
  }

  await reminders.getByRole('button', { name: 'Stop on this device' }).tap();
  await expect(reminders.getByText('No notifications come to this device any more.')).toBeVisible();
  await service.stop();
  await phone.context().close();
  await desk.context().close();
  await server.stop();
});
