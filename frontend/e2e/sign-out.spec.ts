import { answerPhq9 } from './support/answering';
import { Person } from './support/clinic';
import { expect, fillSignIn, PASSWORD, signIn, test, title } from './support/test';
import type { List, SignIn } from '../src/api/types';

test('signing out ends the sign-in on the server and leaves nothing on the device', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  await patient.phq9(12, 1);
  const phone = await open('phone', { expected: [/401/] });
  await signIn(phone, patient);
  await phone.getByRole('link', { name: 'You', exact: true }).tap();
  await expect(phone.getByText('This device', { exact: true })).toBeVisible();
  const cookies = await phone.context().cookies();
  expect(cookies.every(({ httpOnly, sameSite }) => httpOnly && sameSite !== 'None')).toBe(true);
  await phone.getByRole('button', { name: 'Sign out', exact: true }).last().tap();
  await expect(title(phone)).toHaveText('Good to see you');

  expect(await phone.context().cookies()).toEqual([]);
  expect(await phone.evaluate(() => Object.keys(localStorage))).toEqual([]);
  // Somebody who kept a copy of the cookies has nothing.
  await phone.context().addCookies(cookies);
  const status = await phone.evaluate(async () => (await fetch('/api/v1/me')).status);
  expect(status).toBe(401);
  await phone.context().clearCookies();

  await phone.goto('/progress');
  await expect(title(phone)).toHaveText('Good to see you');
  await expect(phone).toHaveURL('/?next=%2Fprogress');
  await fillSignIn(phone, patient);
  await expect(phone).toHaveURL('/progress');
});

/** As when it has run out: another device ends all the sign-ins of this person but its own. */
async function endSignIns(url: string, email: string): Promise<void> {
  const other = await Person.signIn(url, email);
  const { items } = await other.get<List<SignIn>>('/auth/sign-ins');
  for (const { id } of items.filter(({ current }) => !current))
    expect((await other.ask('DELETE', `/auth/sign-ins/${id}`)).status).toBe(204);
}

test('a sign-in that has run out loses neither the form being filled in nor an answer that waits', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const phone = await open('phone', { expected: [/401/] });
  await signIn(phone, patient);

  await test.step('half a form is there again after signing in', async () => {
    await phone.getByRole('link', { name: /PHQ-9/ }).tap();
    for (let question = 1; question <= 3; question++) {
      await expect(phone.getByText(`Question ${question} of`)).toBeVisible();
      await phone.getByRole('radio').nth(1).tap();
    }
    await expect(phone.getByText('Question 4 of')).toBeVisible();
    await endSignIns(clinic.url, patient.email);
    await phone.getByRole('button', { name: 'Stop for now' }).tap();
    await phone.getByRole('button', { name: 'Stop, and keep them for later' }).tap();
    await expect(title(phone)).toHaveText('Good to see you');
    await fillSignIn(phone, patient);
    await expect(phone).toHaveURL('/today');
    await expect(phone.getByText('3 answers so far.')).toBeVisible();
    await phone.getByRole('link', { name: /PHQ-9/ }).tap();
    await expect(phone.getByText('Question 4 of')).toBeVisible();
    await phone.getByRole('button', { name: 'Back' }).tap();
    await expect(phone.getByText('Question 3 of')).toBeVisible();
    await expect(phone.getByRole('radio').nth(1)).toBeChecked();
  });

  await test.step('an answer sent after the end waits, and goes after the next sign-in, once', async () => {
    await phone.goto('/today');
    await phone.getByRole('link', { name: /PHQ-9/ }).tap();
    await answerPhq9(phone, [1, 1, 1, 1, 1, 1, 1, 1, 0]);
    await endSignIns(clinic.url, patient.email);
    await phone.getByRole('button', { name: 'Send' }).tap();
    await expect(title(phone)).toHaveText('Good to see you');
    await expect(phone.getByText('One answer is waiting on this phone.')).toBeVisible();
    expect(await patientAgain()).toHaveLength(0);
    await fillSignIn(phone, patient);
    await expect.poll(patientAgain).toHaveLength(1);
    await phone.goto('/you/queue');
    await expect(title(phone)).toHaveText('Nothing is waiting');
  });

  async function patientAgain() {
    const { items } = await clinic.owner.get<List<unknown>>(
      `/patients/${patient.id}/responses?instrument=phq-9`,
    );
    return items;
  }
});

test('a record that is being typed when the sign-in ends is sent after the next one', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const course = await clinic.course(patient, 10);
  const { id } = await clinic.session(patient, course, 1, 1);
  const desk = await open('desk', { expected: [/401/] });
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}/sessions/${id}`);
  await expect(desk.getByLabel('Dose', { exact: true })).toHaveValue('38');
  await endSignIns(clinic.url, clinic.owner.email);
  await desk.getByLabel('Notes').fill('Calm throughout.');
  await expect(title(desk)).toHaveText('Good to see you');
  await expect(desk.getByText(/waiting on this/)).toBeVisible();
  await fillSignIn(desk, clinic.owner);
  const again = await Person.signIn(clinic.url, clinic.owner.email);
  const note = async () => (await again.get<{ note: string | null }>(`/sessions/${id}`)).note;
  await expect.poll(note).toBe('Calm throughout.');
});

test('what one person typed never becomes the answer of another who signs in beside it', async ({
  clinic,
  open,
}) => {
  const [first, second] = [await clinic.patient('Maya Reyes'), await clinic.patient('Ana Ortiz')];
  const page = await open('desk', { expected: [/401/] });
  await signIn(page, first);
  const beside = await page.context().newPage();

  await test.step('it is not sent with cookies that have become the other one\u2019s', async () => {
    await page.getByRole('link', { name: /PHQ-9/ }).click();
    await answerPhq9(page, [1, 1, 1, 1, 1, 1, 1, 1, 0]);
    // As when the page has slept through what the other one did.
    const signedIn = await page.request.post(`${clinic.url}/api/v1/auth/login`, {
      data: { email: second.email, password: PASSWORD, transport: 'cookie' },
      headers: { 'X-Requested-With': 'app' },
    });
    expect(signedIn.status()).toBe(200);
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(title(page)).toHaveText('Good to see you');
    await expect(page.getByText('One answer is waiting')).toBeVisible();
    expect(await second.responses('phq-9')).toEqual([]);
    expect(await first.responses('phq-9')).toEqual([]);
  });

  await test.step('it goes when its own person is back', async () => {
    await fillSignIn(page, first);
    await expect.poll(() => first.responses('phq-9')).toHaveLength(1);
    expect(await second.responses('phq-9')).toEqual([]);
  });

  await test.step('a page learns at once that another one has signed out, or in as somebody else', async () => {
    await page.goto('/progress');
    await beside.goto('/you');
    await beside.getByRole('button', { name: 'Sign out', exact: true }).last().click();
    await expect(title(page)).toHaveText('Good to see you');
    await fillSignIn(page, first);
    await expect(page).toHaveURL('/progress');
    await fillSignIn(beside, second);
    await expect(page).toHaveURL('/progress');
    await expect(beside).toHaveURL('/today');
    await page.getByRole('link', { name: 'You', exact: true }).click();
    await expect(page.getByText(`${second.email} · `)).toBeVisible();
  });
});
