import { answerPhq9 } from './support/answering';
import { ready } from './support/offline';
import { expect, signIn, test, title } from './support/test';

const CUT = /ERR_INTERNET_DISCONNECTED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|ERR_FAILED/;

test('a PHQ-9 answered offline waits on the phone, survives a reload, and arrives once', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const phone = await open('phone', { expected: [CUT] });
  await signIn(phone, patient);
  await ready(phone);

  await test.step('the network is cut, and support still comes at once', async () => {
    await phone.context().setOffline(true);
    await expect(phone.getByText("You're offline.")).toBeVisible();
    await phone.getByRole('link', { name: /PHQ-9/ }).tap();
    await answerPhq9(phone, [3, 2, 2, 1, 1, 2, 1, 0, 2]);
    await phone.getByRole('button', { name: 'Send' }).tap();
    await expect(title(phone)).toHaveText('Thank you for telling us');
    await expect(phone.getByRole('link', { name: 'Call 988' })).toHaveAttribute('href', 'tel:988');
    await expect(phone.getByText(/safe on this phone and send themselves/)).toBeVisible();
    await expect(phone.getByText(/^Sent at/)).toHaveCount(0);
    await phone.getByRole('button', { name: 'Go back to today' }).tap();
    await expect(phone.getByText('One answer is safe on this phone')).toBeVisible();
  });

  await test.step('the app opens again without a network, and says what waits', async () => {
    await phone.reload();
    await expect(title(phone)).toBeVisible();
    await expect(phone.getByText('One answer is safe on this phone')).toBeVisible();
    await phone.goto('/you/queue');
    await expect(phone.getByText('PHQ-9, 10 answers')).toBeVisible();
    await expect(phone.getByText(/Alder Row has not seen them yet/)).toBeVisible();
    await phone.goto('/help');
    await expect(phone.getByRole('link', { name: 'Call 988' })).toBeVisible();
    await phone.goto('/check-in');
    await expect(phone.getByRole('radiogroup')).toHaveCount(5);
    expect(await patient.responses('phq-9')).toHaveLength(0);
  });

  await test.step('the network is back: it goes by itself, once, and the alert says both times', async () => {
    await phone.goto('/you/queue');
    await expect(phone.getByText('PHQ-9, 10 answers')).toBeVisible();
    await phone.context().setOffline(false);
    await expect(title(phone)).toHaveText('Nothing is waiting');
    const [response, ...more] = await patient.responses('phq-9');
    expect(more).toHaveLength(0);
    expect(response?.answers.q9).toBe(2);
    expect(Date.parse(response?.received_at ?? '')).toBeGreaterThan(
      Date.parse(response?.completed_at ?? ''),
    );
    expect(await clinic.alerts()).toMatchObject([
      { kind: 'suicidal-ideation', level: 'urgent', response_ids: [response?.id] },
    ]);
  });
});

test('support comes at once on a phone that has kept nothing yet when the network goes', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  // Without a worker: what the open screen has not brought along is not on the phone.
  const phone = await open('phone', { serviceWorkers: 'block', expected: [CUT] });
  await signIn(phone, patient);
  await phone.getByRole('link', { name: /PHQ-9/ }).tap();
  await expect(phone.getByText('Question 1 of')).toBeVisible();
  await phone.waitForLoadState('networkidle');
  await phone.context().setOffline(true);
  await answerPhq9(phone, [3, 2, 2, 1, 1, 2, 1, 0, 2]);
  await phone.getByRole('button', { name: 'Send' }).tap();
  await expect(title(phone)).toHaveText('Thank you for telling us');
  await expect(phone.getByRole('link', { name: 'Call 988' })).toBeVisible();
  await phone.context().setOffline(false);
  await expect.poll(() => patient.responses('phq-9')).toHaveLength(1);
});

test('an answer that the server took but could not confirm is kept, sent again, and counts once', async ({
  clinic,
  wire,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const phone = await open('phone', { baseURL: wire.url, expected: [CUT] });
  await signIn(phone, patient);
  await expect(phone.getByRole('link', { name: /PHQ-9/ })).toBeVisible();
  const isResponse = (method: string, path: string) =>
    method === 'PUT' && path.startsWith('/api/v1/responses/');
  const found = wire.loseAnswers(isResponse);
  await phone.getByRole('link', { name: /PHQ-9/ }).tap();
  await answerPhq9(phone, [1, 1, 1, 1, 1, 1, 1, 1, 0]);
  await phone.getByRole('button', { name: 'Send' }).tap();
  await expect(title(phone)).toHaveText('Done. Thank you.');
  await expect(phone.getByText('Waiting to send.')).toBeVisible();
  expect(await patient.responses('phq-9')).toHaveLength(1);
  found();
  await expect(phone.getByText(/Sent at /)).toBeVisible();
  const sent = wire.crossings.filter(({ method, path }) => isResponse(method, path));
  expect(sent.length).toBeGreaterThan(1);
  expect(new Set(sent.map(({ path }) => path)).size).toBe(1);
  expect(sent.map(({ status }) => status)).toEqual([201, ...sent.slice(1).map(() => 200)]);
  expect(await patient.responses('phq-9')).toHaveLength(1);
});

test('what waits is sent by the worker when the network is back and the app is closed', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const phone = await open('phone', { expected: [CUT, /401/] });
  const device = phone.context();
  await signIn(phone, patient);
  await ready(phone);
  const blank = await device.newPage();
  const browser = await device.newCDPSession(blank);
  const registered = new Promise<string>((found) =>
    browser.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      if (registrations[0]) found(registrations[0].registrationId);
    }),
  );
  await browser.send('ServiceWorker.enable');

  await device.setOffline(true);
  await phone.goto('/care/journal/new');
  await phone.getByLabel('Your words').fill('The light was kind.');
  await phone.getByRole('button', { name: 'Save' }).tap();
  await expect(phone.getByText(/Safe on this phone/).first()).toBeVisible();
  // The browser was asked to wake the worker.
  const tags = () =>
    phone.evaluate(async () => {
      const worker = (await navigator.serviceWorker.getRegistration()) as unknown as {
        sync: { getTags(): Promise<string[]> };
      };
      return worker.sync.getTags();
    });
  await expect.poll(tags).toContain('outbox');
  await phone.close();
  await device.setOffline(false);
  // Hours later the access token has run out.
  await device.clearCookies({ name: /at$/ });
  await browser.send('ServiceWorker.dispatchSyncEvent', {
    origin: clinic.url,
    registrationId: await registered,
    tag: 'outbox',
    lastChance: false,
  });
  const written = async () =>
    (await patient.get<{ items: unknown[] }>(`/patients/${patient.id}/journal-entries`)).items;
  await expect.poll(written).toMatchObject([{ text: 'The light was kind.' }]);
  await blank.goto(`${clinic.url}/you/queue`);
  await expect(title(blank)).toHaveText('Nothing is waiting');
  expect(await written()).toHaveLength(1);
});

test('a session typed without a network is kept on the device and saved when it is back', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const course = await clinic.course(patient, 10);
  const session = await clinic.session(patient, course, 1, 1);
  const desk = await open('desk', { expected: [CUT] });
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}/sessions/${session.id}`);
  await expect(desk.getByLabel('Dose', { exact: true })).toHaveValue('38');
  await desk.context().setOffline(true);
  await desk.getByLabel('Notes').fill('Calm throughout.');
  await expect(desk.getByText('Kept on this device', { exact: true })).toBeVisible();
  // Somebody who reads the disk finds that a record waits, and nothing of what it says.
  const disk = await desk.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const asked = indexedDB.open('yarrow');
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    const found = await new Promise<{ sealed?: { bytes: ArrayBuffer } }[]>((resolve, reject) => {
      const asked = database.transaction('outbox').objectStore('outbox').getAll();
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
    database.close();
    const bytes = found.map(({ sealed }) => new TextDecoder().decode(sealed?.bytes));
    return JSON.stringify([found, bytes, { ...localStorage }, { ...sessionStorage }]);
  });
  expect(disk).toContain(`/sessions/${session.id}`);
  expect(disk).not.toMatch(/Calm|note|dose_mg|Maya/);
  await desk.context().setOffline(false);
  await expect(desk.getByText(/^Saved \d/)).toBeVisible();
  const saved = await clinic.owner.get<{ note: string }>(`/sessions/${session.id}`);
  expect(saved.note).toBe('Calm throughout.');
});

test('a note on an alert written without a network closes it later, but not over an answer nobody has seen', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const desk = await open('desk', { expected: [CUT, /412/] });
  await signIn(desk, clinic.owner);
  const alertOf = async () => (await clinic.alerts()).at(0);
  const write = async (note: string) => {
    await desk.getByRole('radio', { name: 'Spoke with Maya' }).check();
    await desk.getByLabel('What was said, and what happens next').fill(note);
    await desk.getByRole('button', { name: 'Record and close' }).click();
    await expect(desk.getByText(/Your note is safe on this device\./)).toBeVisible();
  };
  const opened = async () => {
    await desk.goto('/alerts');
    await expect(desk.getByText('What did you do?')).toBeVisible();
    await desk.waitForLoadState('networkidle');
  };

  await test.step('it waits, and goes when the network is back', async () => {
    await patient.phq9(12, 0, 1);
    await opened();
    await desk.context().setOffline(true);
    await write('Spoke by phone. Safe tonight.');
    expect((await alertOf())?.status).toBe('open');
    await desk.context().setOffline(false);
    await expect(desk.getByRole('heading', { name: 'How it was closed' })).toBeVisible();
    expect(await alertOf()).toMatchObject({
      status: 'resolved',
      action: 'spoke',
      note: 'Spoke by phone. Safe tonight.',
    });
  });

  await test.step('an answer that came meanwhile stops it, and somebody has to look', async () => {
    await patient.phq9(13, 0, 1);
    await opened();
    await desk.context().setOffline(true);
    await write('Spoke again.');
    await patient.phq9(20, 0, 3);
    await desk.context().setOffline(false);
    const note = desk.getByLabel('What was said, and what happens next');
    await expect(desk.getByText(/Something has come in since you opened this/)).toBeVisible();
    await expect(note).toHaveValue('Spoke again.');
    expect(await clinic.alerts('active')).toHaveLength(1);
  });

  await test.step('the note is there after a reload too, and closes it once it is read', async () => {
    await desk.reload();
    const note = desk.getByLabel('What was said, and what happens next');
    await expect(note).toHaveValue('Spoke again.');
    await note.fill('Spoke again, and saw her.');
    await desk.getByRole('button', { name: 'Record and close' }).click();
    await expect(desk.getByText('No alerts are open')).toBeVisible();
    expect(await clinic.alerts('active')).toEqual([]);
    await desk.goto('/you/queue');
    await expect(title(desk)).toHaveText('Nothing is waiting');
  });
});
