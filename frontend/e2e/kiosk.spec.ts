import type { Page } from '@playwright/test';
import { rm } from 'node:fs/promises';
import type { KioskCode } from '../src/api/types';
import type { Clinic, Patient } from './support/clinic';
import { holding, kept, ownDevice } from './support/device';
import { faults } from './support/look';
import { expect, signIn, test, title } from './support/test';

const CUT = /ERR_INTERNET_DISCONNECTED|ERR_FAILED/;
/** A name that nothing but this patient's record can bring to a disk. */
const NAME = 'Quillaveth Marrow';
const SHORT = 'Quillaveth M.';
const TWENTY_MINUTES = 20 * 60_000;

function codeFor(clinic: Clinic, patient: Patient): Promise<KioskCode> {
  return clinic.owner.post<KioskCode>(`/patients/${patient.id}/kiosk-codes`);
}

/** Types a code and says "that's me". */
async function enter(tablet: Page, code: string): Promise<void> {
  await tablet.getByLabel('Code', { exact: true }).fill(code);
  await tablet.getByRole('button', { name: 'Continue' }).click();
  await tablet.getByRole('button', { name: "Yes, that's me" }).click();
}

/** Picks one answer on each screen, given in order and then always the second, up to the button that sends. */
async function answer(tablet: Page, answers: readonly number[] = []): Promise<void> {
  for (let at = 1; ; at++) {
    await expect(tablet.getByText(`Question ${at} of`)).toBeVisible();
    await tablet
      .getByRole('radio')
      .nth(answers[at - 1] ?? 1)
      .click();
    if (await tablet.getByRole('button', { name: 'Send', exact: true }).isVisible()) return;
  }
}

async function sendGad7(tablet: Page): Promise<void> {
  await tablet.getByRole('button', { name: /GAD-7/ }).click();
  await answer(tablet);
  await tablet.getByRole('button', { name: 'Send', exact: true }).click();
}

test('a code opens a tablet for one patient, and nothing of the patient is left on it', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient(NAME);
  const course = await clinic.course(patient, 3);
  await clinic.planned(patient, course, 1, 0);
  const coordinator = await clinic.staff('Jo Lindgren', ['coordinator']);
  const desk = await open('desk');
  let code = '';

  await test.step('the front desk makes a code from the day', async () => {
    await signIn(desk, coordinator);
    await desk.goto('/sessions');
    await desk.getByRole('link', { name: `Questionnaires on a tablet for ${NAME}` }).click();
    await expect(title(desk)).toHaveText('Questionnaires on a tablet');
    await desk.getByRole('button', { name: 'Make a code' }).click();
    code = await desk.locator('.code [aria-hidden]').innerText();
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4}$/);
    await expect(desk.getByRole('img', { name: /^QR code/ })).toBeVisible();
  });

  const { folder, device } = await ownDevice({
    baseURL: clinic.url,
    viewport: { width: 820, height: 1180 },
  });
  const tokens: string[] = [];
  device.on('request', (request) => {
    const sent = request.headers()['authorization'];
    if (sent) tokens.push(sent.replace('Bearer ', ''));
  });
  const tablet = await device.newPage();

  await test.step('the patient types it, and sees its own questionnaires and no more', async () => {
    await tablet.goto('/kiosk');
    await tablet.getByLabel('Code', { exact: true }).fill(code.toLowerCase());
    await tablet.getByRole('button', { name: 'Continue' }).click();
    await expect(title(tablet)).toHaveText(`Is this you, ${SHORT}?`);
    await expect(tablet.getByText('Marrow')).toHaveCount(0);
    await tablet.getByRole('button', { name: "Yes, that's me" }).click();
    await expect(title(tablet)).toHaveText('2 questionnaires for you');
    await expect(tablet.getByRole('link')).toHaveText(['Skip to your questionnaires']);
    await expect(desk.getByText(`A tablet is open for ${NAME} until`)).toBeVisible();
    await expect(desk.locator('.code')).toHaveCount(0);
  });

  await test.step('a positive item 9 brings support first: somebody here, then the lines', async () => {
    await tablet.getByRole('button', { name: /PHQ-9/ }).click();
    await answer(tablet, [1, 1, 1, 1, 1, 1, 1, 1, 1]);
    await tablet.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(title(tablet)).toHaveText('Thank you for telling us');
    await expect(tablet.getByRole('heading', { name: 'Tell a member of staff now' })).toBeVisible();
    await expect(tablet.getByRole('link', { name: 'Call 988' })).toHaveAttribute('href', 'tel:988');
    await expect(tablet.getByRole('link', { name: 'call 911 now' })).toBeVisible();
    await expect(tablet.getByText(/^Sent at/)).toBeVisible();
    expect(await clinic.alerts()).toMatchObject([{ kind: 'suicidal-ideation' }]);
    await tablet.getByRole('button', { name: 'Go on' }).click();
    await expect(title(tablet)).toHaveText('1 questionnaire for you');
  });

  await test.step('with the last answer the sign-in ends by itself', async () => {
    await sendGad7(tablet);
    await expect(title(tablet)).toHaveText('Done. Thank you.');
    const [token = ''] = tokens;
    await expect
      .poll(async () => {
        const asked = await fetch(`${clinic.url}/api/v1/me/tasks`, {
          headers: { Authorization: `Bearer ${token}` },
        });
        return asked.status;
      })
      .toBe(401);
    expect(await patient.responses('phq-9')).toMatchObject([
      { answers: { q9: 1 }, entered_by: { id: coordinator.user.id, role: 'patient' } },
    ]);
    expect(await patient.responses('gad-7')).toHaveLength(1);
    await expect(desk.getByText('no tablet is open')).toBeVisible();
  });

  await test.step('nothing is left on the page, in its storage, in its history or on the disk', async () => {
    await tablet.getByRole('button', { name: 'Close', exact: true }).click();
    await expect(title(tablet)).toHaveText('Enter your code');
    await expect(tablet).toHaveURL('/kiosk');
    expect(await tablet.content()).not.toContain('Quillaveth');
    const canaries = ['Quillaveth', patient.id, code.replace(' ', ''), ...new Set(tokens)];
    const found = await kept(tablet);
    for (const canary of canaries) expect(found).not.toContain(canary);
    expect(found).not.toContain('/api/');
    expect(await device.cookies()).toEqual([]);
    // One page was opened, at one address, whatever was answered on it.
    expect(await tablet.evaluate(() => history.length)).toBe(2);
    await tablet.goBack();
    expect(tablet.url()).toBe('about:blank');
    await device.close();
    expect(
      await holding(folder, [`${clinic.url}/kiosk`]),
      'the search finds what is there',
    ).not.toEqual([]);
    expect(await holding(folder, canaries)).toEqual([]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
});

test('a link opens it too, once, and staff close it at once', async ({ clinic, open }) => {
  const patient = await clinic.patient(NAME);
  const tablet = await open('tablet', { expected: [/40[14]/] });

  await test.step('the code leaves the address at once, and the wrong person goes no further', async () => {
    const { url } = await codeFor(clinic, patient);
    await tablet.goto(url);
    await expect(title(tablet)).toHaveText(`Is this you, ${SHORT}?`);
    await expect(tablet).toHaveURL('/kiosk');
    await tablet.getByRole('button', { name: 'No', exact: true }).click();
    await expect(tablet.getByText('Please give the tablet back')).toBeVisible();
    await tablet.goto('/');
    await tablet.goto(url);
    await expect(tablet.getByText('This code opens nothing.')).toBeVisible();
  });

  await test.step('staff close the tablet from the patient’s page', async () => {
    await tablet.goto('/kiosk');
    await enter(tablet, (await codeFor(clinic, patient)).code);
    await tablet.getByRole('button', { name: /GAD-7/ }).click();
    await answer(tablet);
    const desk = await open('desk');
    await signIn(desk, clinic.owner);
    await desk.goto(`/patients/${patient.id}`);
    await desk.getByRole('link', { name: 'Questionnaires on a tablet' }).click();
    await desk.getByRole('button', { name: 'Close the tablet' }).click();
    await expect(desk.getByText('The code opens nothing any more')).toBeVisible();
    await tablet.getByRole('button', { name: 'Send', exact: true }).click();
    await expect(tablet.getByText('This tablet has been closed.')).toBeVisible();
    expect(await patient.responses('gad-7')).toHaveLength(0);
  });

  await test.step('what was sent off when it closed goes with a new code for the same patient', async () => {
    const other = await clinic.patient('Noor Haddad');
    await expect(title(tablet)).toHaveText('Answers wait to be sent');
    await tablet.getByLabel('Code', { exact: true }).fill((await codeFor(clinic, other)).code);
    await tablet.getByRole('button', { name: 'Continue' }).click();
    await expect(tablet.getByText('This code is for somebody else.')).toBeVisible();
    await enter(tablet, (await codeFor(clinic, patient)).code);
    await expect.poll(() => patient.responses('gad-7')).toHaveLength(1);
    expect(await other.responses('gad-7')).toHaveLength(0);
  });
});

test('without a connection answers stay on the screen, and say so, until they are sent', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient(NAME);
  const tablet = await open('tablet', { expected: [CUT] });
  await tablet.goto('/kiosk');
  await enter(tablet, (await codeFor(clinic, patient)).code);
  await expect(title(tablet)).toHaveText('2 questionnaires for you');
  await tablet.context().setOffline(true);
  await sendGad7(tablet);
  await expect(tablet.getByText('Not sent yet.')).toBeVisible();
  await expect(tablet.getByText(/on this screen and nowhere else/)).toBeVisible();
  await expect(tablet.getByText(/has your answers/)).toHaveCount(0);
  await tablet.getByRole('button', { name: "I'm finished" }).click();
  await expect(title(tablet)).toHaveText('Please keep this open');
  expect(await patient.responses('gad-7')).toHaveLength(0);
  expect(await kept(tablet)).not.toMatch(/gad-7.*"answers"|Quillaveth/);
  await tablet.context().setOffline(false);
  await expect(title(tablet)).toHaveText('Done. Thank you.');
  expect(await patient.responses('gad-7')).toHaveLength(1);
});

test('after twenty minutes the tablet is as it was before', async ({ clinic, open }) => {
  const patient = await clinic.patient(NAME);
  const tablet = await open('tablet');
  await tablet.clock.install();

  await test.step('it says so two minutes before, and then wipes what was not sent', async () => {
    await tablet.goto('/kiosk');
    await enter(tablet, (await codeFor(clinic, patient)).code);
    await tablet.getByRole('button', { name: /GAD-7/ }).click();
    await tablet.getByRole('radio').nth(1).click();
    await expect(tablet.getByText('Question 2 of')).toBeVisible();
    await tablet.clock.fastForward(TWENTY_MINUTES - 90_000);
    await expect(tablet.getByText(/^This tablet closes in/)).toBeVisible();
    await tablet.clock.fastForward(90_000);
    await expect(tablet.getByText('The 20 minutes are over')).toBeVisible();
    await expect(title(tablet)).toHaveText('Enter your code');
    expect(await tablet.content()).not.toMatch(/Quillaveth|GAD-7/);
    expect(await patient.responses('gad-7')).toHaveLength(0);
  });

  await test.step('who has said yes to item 9 is left with support, not with a code', async () => {
    await enter(tablet, (await codeFor(clinic, patient)).code);
    await tablet.getByRole('button', { name: /PHQ-9/ }).click();
    await answer(tablet, [0, 0, 0, 0, 0, 0, 0, 0, 2]);
    await tablet.clock.fastForward(TWENTY_MINUTES);
    await expect(title(tablet)).toHaveText('Thank you for telling us');
    await expect(tablet.getByText(/your answers were not sent/)).toBeVisible();
    await tablet.getByRole('button', { name: 'Go on' }).click();
    await expect(title(tablet)).toHaveText('Enter your code');
  });
});

test('a form that is left keeps its answers on the screen, and a yes to item 9 brings support', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient(NAME);
  const tablet = await open('tablet');
  await tablet.goto('/kiosk');
  await enter(tablet, (await codeFor(clinic, patient)).code);
  await tablet.getByRole('button', { name: /PHQ-9/ }).click();
  await tablet.getByRole('radio').nth(2).click();
  await expect(tablet.getByText('Question 2 of')).toBeVisible();
  await tablet.getByRole('button', { name: 'Stop for now' }).click();
  await tablet.getByRole('button', { name: 'Go back to the list' }).click();
  await tablet.getByRole('button', { name: /PHQ-9.*1 answer so far, not sent/s }).click();
  await expect(tablet.getByText('Question 2 of')).toBeVisible();
  for (let at = 2; at <= 9; at++) {
    await expect(tablet.getByText(`Question ${at} of`)).toBeVisible();
    await tablet
      .getByRole('radio')
      .nth(at === 9 ? 1 : 0)
      .click();
  }
  await expect(tablet.getByText('Question 10 of')).toBeVisible();
  await tablet.getByRole('button', { name: 'Stop for now' }).click();
  await expect(title(tablet)).toHaveText('Thank you for telling us');
  await expect(tablet.getByText('Not sent. Nobody at the clinic has seen this yet.')).toBeVisible();
  await tablet.getByRole('button', { name: 'Send what I answered' }).click();
  await expect(tablet.getByText(/^Sent at/)).toBeVisible();
  expect(await patient.responses('phq-9')).toMatchObject([{ answers: { q1: 2, q9: 1 } }]);
});

test('a device on which somebody is signed in is not handed to a patient', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient(NAME);
  const device = await open('tablet');
  await signIn(device, clinic.owner);
  const { url, code } = await codeFor(clinic, patient);
  await device.goto(url);
  await expect(title(device)).toHaveText('This tablet is signed in');
  await expect(device.getByLabel('Code', { exact: true })).toHaveCount(0);
  await expect(device.getByRole('link', { name: 'Go to sign out' })).toHaveAttribute(
    'href',
    '/account',
  );
  // The code is still good where nobody is signed in.
  const tablet = await open('tablet');
  await tablet.goto('/kiosk');
  await enter(tablet, code);
  await expect(title(tablet)).toHaveText('2 questionnaires for you');
});

test('every screen of a tablet can be used by everybody', async ({ clinic, open }) => {
  test.setTimeout(180_000);
  const patient = await clinic.patient(NAME);
  const tablet = await open('tablet', { expected: [CUT] });
  const found: string[] = [];
  const look = async (name: string) =>
    found.push(...(await faults(tablet, name, [320, 390, 820, 1440])));

  await tablet.goto('/kiosk');
  await look('the code');
  await tablet.getByLabel('Code', { exact: true }).fill('K7');
  await tablet.getByRole('button', { name: 'Continue' }).click();
  await expect(tablet.getByText('A code has eight letters and figures.')).toBeVisible();
  await look('a code that is none');
  await tablet.getByLabel('Code', { exact: true }).fill((await codeFor(clinic, patient)).code);
  await tablet.getByRole('button', { name: 'Continue' }).click();
  await expect(title(tablet)).toHaveText(`Is this you, ${SHORT}?`);
  await look('is this you');
  await tablet.getByRole('button', { name: "Yes, that's me" }).click();
  await look('the list');
  await tablet.getByRole('button', { name: 'Help now' }).click();
  await look('help');
  await tablet.getByRole('button', { name: 'Back' }).click();
  await tablet.getByRole('button', { name: /PHQ-9/ }).click();
  await look('a question');
  await answer(tablet, [0, 0, 0, 0, 0, 0, 0, 0, 1]);
  await tablet.context().setOffline(true);
  await tablet.getByRole('button', { name: 'Send', exact: true }).click();
  await look('support');
  await tablet.getByRole('button', { name: 'Go on' }).click();
  await expect(tablet.getByText('Not sent yet.')).toBeVisible();
  await look('the list with answers that wait');
  await tablet.getByRole('button', { name: "I'm finished" }).click();
  await look('answers that wait');
  await tablet.context().setOffline(false);
  await expect(title(tablet)).toHaveText('Done. Thank you.');
  await look('done');
  expect(found).toEqual([]);

  const desk = await open('desk');
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}/tablet`);
  await desk.getByRole('button', { name: 'Make a code' }).click();
  await expect(desk.getByRole('img', { name: /^QR code/ })).toBeVisible();
  expect(await faults(desk, 'a code for a tablet', [320, 390, 820, 1440])).toEqual([]);
});
