import { answerPhq9, Thumb } from './support/answering';
import { Caller } from './support/clinic';
import { expect, fillSignIn, PASSWORD, signIn, test, title } from './support/test';
import type { Alert, List } from '../src/api/types';

test('a clinic is set up, a patient joins and answers, and an alert is acknowledged and closed', async ({
  server,
  open,
}) => {
  const desk = await open('desk');
  const owner = { email: 'ada@alder-row.example' };

  await test.step('the one-time link makes the clinic and the first sign-in', async () => {
    await desk.goto(server.setupLink);
    await expect(title(desk)).toHaveText('Set up your clinic');
    await desk.getByLabel('Name', { exact: true }).fill('Alder Row');
    await desk.getByLabel('Country').selectOption('US');
    await desk.getByLabel('Your name').fill('Dr Ada Okafor');
    await desk.getByLabel('Email').fill(owner.email);
    await desk.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await desk.getByRole('button', { name: 'Save and sign in' }).click();
    await expect(desk).toHaveURL('/caseload');
    await expect(desk.getByText('No one here yet, and that’s right')).toBeVisible();
    const again = await new Caller(server.url).ask('POST', '/setup', {});
    expect([404, 422]).toContain(again.status);
  });

  await test.step('signing out and in again', async () => {
    await desk.goto('/account');
    await desk.getByRole('button', { name: 'Sign out', exact: true }).click();
    await expect(title(desk)).toHaveText('Good to see you');
    await fillSignIn(desk, owner);
    await expect(desk).toHaveURL('/caseload');
  });

  const link = await test.step('the provider invites a patient', async () => {
    await desk.getByRole('link', { name: 'Add a patient' }).first().click();
    await expect(title(desk)).toHaveText('Add a patient');
    await desk.getByLabel('Name', { exact: true }).fill('Maya Reyes');
    await desk.getByLabel('Condition').selectOption('mdd');
    await desk.getByLabel('E-mail').fill('maya@example.org');
    await desk.getByRole('button', { name: 'Save and invite' }).click();
    await expect(title(desk)).toHaveText('Maya Reyes is on the caseload');
    return desk.getByLabel('Invitation link').inputValue();
  });
  expect(link).toMatch(/#token=/);

  const phone = await open('phone');
  await test.step('the patient accepts on a phone, consent by consent', async () => {
    await phone.goto(link);
    await expect(title(phone)).toHaveText('Alder Row has invited you');
    await phone.getByRole('button', { name: 'Continue' }).tap();
    await expect(title(phone)).toHaveText('Who sees what');
    await phone.getByRole('button', { name: 'Continue' }).tap();
    await expect(title(phone)).toHaveText('What you agree to');
    const consents = phone.getByRole('group');
    expect(await consents.count()).toBeGreaterThan(0);
    // Nothing is agreed to beforehand, and going on without an answer is not possible.
    await expect(phone.getByRole('radio', { checked: true })).toHaveCount(0);
    await phone.getByRole('button', { name: 'Continue' }).tap();
    await expect(phone.getByText('Choose yes or no.').first()).toBeVisible();
    for (const consent of await consents.all())
      await consent.getByRole('radio', { name: 'Yes' }).tap();
    await phone.getByRole('button', { name: 'Continue' }).tap();
    await expect(title(phone)).toHaveText('Your sign-in');
    await expect(phone.getByLabel('Your name')).toHaveValue('Maya Reyes');
    await phone.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await phone.getByRole('button', { name: 'Finish and sign in' }).tap();
    await expect(phone).toHaveURL('/today');
    await expect(title(phone)).toContainText('Maya');
  });

  await test.step('a whole check-in takes at most 8 taps, all within one screen', async () => {
    const thumb = new Thumb();
    await thumb.tap(phone.getByRole('radiogroup').getByRole('radio', { name: /^6/ }));
    await thumb.tap(phone.getByRole('link', { name: /Full check-in/ }));
    await expect(title(phone)).toHaveText('How has today been?');
    const rails = phone.getByRole('radiogroup');
    await expect(rails).toHaveCount(5);
    await expect(rails.getByRole('radio', { name: /^6/, checked: true })).toHaveCount(1);
    for (const rail of await rails.all()) {
      await expect(rail).toBeInViewport({ ratio: 1 });
      if ((await rail.getByRole('radio', { checked: true }).count()) === 0)
        await thumb.tap(rail.getByRole('radio', { name: /^4/ }));
    }
    const save = phone.getByRole('button', { name: 'Save check-in' });
    await expect(save).toBeInViewport({ ratio: 1 });
    await thumb.tap(save);
    await expect(phone.getByText('Check-in saved.')).toBeVisible();
    await expect(phone.getByText(/It reached Alder Row at/)).toBeVisible();
    expect(thumb.taps).toBeLessThanOrEqual(8);
  });

  await test.step('an answer above 0 to item 9 opens support at once, before anything is sent', async () => {
    await phone.getByRole('link', { name: /PHQ-9/ }).tap();
    await answerPhq9(phone, [2, 2, 2, 1, 1, 2, 1, 0, 1]);
    let sent = () => {};
    const until = new Promise<void>((done) => (sent = done));
    await phone.route('**/api/v1/responses/*', async (route) => {
      await until;
      await route.continue();
    });
    await phone.getByRole('button', { name: 'Send' }).tap();
    await expect(title(phone)).toHaveText('Thank you for telling us');
    await expect(phone).toHaveURL('/support');
    await expect(phone.getByText('You do not have to face this alone.')).toBeVisible();
    await expect(phone.getByRole('link', { name: 'Call 988' })).toHaveAttribute('href', 'tel:988');
    await expect(phone.getByRole('link', { name: 'Text 988' })).toBeInViewport({ ratio: 1 });
    await expect(phone.getByText('Your clinic has not seen this yet.')).toBeVisible();
    sent();
    await expect(phone.getByText(/Sent at .* Do not wait for a reply/)).toBeVisible();
    await expect(phone.getByText('It is not watched around the clock.')).toBeVisible();
    const close = phone.getByRole('button', { name: 'Go back to today' });
    await expect(close).toBeInViewport({ ratio: 1 });
    await close.tap();
    await expect(phone).toHaveURL('/today');
  });

  await test.step('the provider sees it first on the caseload, and reading is not acknowledging', async () => {
    await desk.goto('/caseload');
    await expect(title(desk)).toHaveText('One person needs a response today');
    await expect(desk.getByRole('row', { name: /Maya Reyes/ })).toContainText(
      'Item 9: several days',
    );
    await desk.getByRole('link', { name: /Maya Reyes’s alert/ }).click();
    await expect(desk.getByRole('heading', { name: 'Maya Reyes' })).toBeVisible();
    await expect(desk.getByText(/better off dead or of hurting yourself/)).toBeVisible();
    expect(await statuses(server.url, owner)).toEqual(['open']);
  });

  await test.step('“I’m on it” stops the clock, and only a note closes the alert', async () => {
    await desk.getByRole('button', { name: 'I’m on it' }).click();
    await expect(desk.getByText('You are on it. The clock has stopped.')).toBeVisible();
    expect(await statuses(server.url, owner)).toEqual(['acknowledged']);
    const close = desk.getByRole('button', { name: 'Record and close' });
    await close.click();
    await expect(desk.getByText('Choose what you did.')).toBeVisible();
    await desk.getByLabel('Spoke with Maya').check();
    await desk
      .getByLabel('What was said, and what happens next')
      .fill('Spoke for ten minutes. No plan, sister is with her. Visit tomorrow at 9.');
    await close.click();
    await expect(desk.getByRole('heading', { name: 'How it was closed' })).toBeVisible();
    await expect(desk.getByText('Visit tomorrow at 9.').first()).toBeVisible();
    expect(await statuses(server.url, owner)).toEqual(['resolved']);
    await desk.goto('/caseload');
    await expect(title(desk)).toHaveText('No one needs a response right now');
  });
});

test('a link that got lost is replaced on the patient’s page, and one is taken back', async ({
  clinic,
  open,
}) => {
  const record = await clinic.owner.post<{ id: string }>('/patients', {
    name: 'Lena Fischer',
    time_zone: 'America/Denver',
  });
  const desk = await open('desk', { expected: [/404/] });
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${record.id}`);
  const link = desk.getByLabel('Invitation link');

  await test.step('without an e-mail the form asks for one', async () => {
    await desk.getByRole('button', { name: 'Invite', exact: true }).click();
    await expect(desk.getByText('This does not look like an e-mail address.')).toBeVisible();
    await desk.getByLabel('E-mail').fill('lena@example.org');
    await desk.getByRole('button', { name: 'Invite', exact: true }).click();
  });
  const lost = await link.inputValue();

  await test.step('a new link takes the place of the lost one', async () => {
    await desk.reload();
    await expect(desk.getByText(/^Invited, and not joined yet/)).toBeVisible();
    await expect(desk.getByLabel('E-mail')).toHaveCount(0);
    await desk.getByRole('button', { name: 'Make a new link' }).click();
    await expect(link).not.toHaveValue(lost);
  });
  const fresh = await link.inputValue();

  const phone = await open('phone', { expected: [/404/] });
  await test.step('only the new one opens', async () => {
    await phone.goto(lost);
    await expect(title(phone)).not.toHaveText('Alder Row has invited you');
    await phone.goto('about:blank');
    await phone.goto(fresh);
    await expect(title(phone)).toHaveText('Alder Row has invited you');
  });

  await test.step('what is taken back opens nothing, and the page says that nobody is invited', async () => {
    await desk.getByRole('button', { name: 'Revoke', exact: true }).click();
    await desk.getByRole('button', { name: 'Revoke it' }).click();
    await expect(desk.getByText(/^Not invited yet/)).toBeVisible();
    await expect(link).toHaveCount(0);
    await phone.goto('about:blank');
    await phone.goto(fresh);
    await expect(title(phone)).not.toHaveText('Alder Row has invited you');
  });
});

async function statuses(url: string, owner: { email: string }): Promise<string[]> {
  const answer = await new Caller(url).post<{ access_token: string }>('/auth/login', {
    email: owner.email,
    password: PASSWORD,
  });
  const alerts = new Caller(url, answer.access_token);
  return (await alerts.get<List<Alert>>('/alerts?status=all')).items.map(({ status }) => status);
}

test('leaving the questions after item 9 opens support first, and offers to send what was answered', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const phone = await open('phone');
  await signIn(phone, patient);
  await phone.goto('/questions/phq-9/1');
  for (let question = 1; question <= 9; question++) {
    await expect(phone.getByText(`Question ${question} of`)).toBeVisible();
    await phone
      .getByRole('radio')
      .nth(question === 9 ? 2 : 0)
      .tap();
  }
  await expect(phone.getByText('Question 10 of')).toBeVisible();
  await phone.getByRole('button', { name: 'Stop for now' }).tap();
  await expect(title(phone)).toHaveText('Thank you for telling us');
  await expect(phone.getByText(/Not sent\. Your clinic has not seen this yet\./)).toBeVisible();
  expect(await patient.responses('phq-9')).toHaveLength(0);
  await phone.getByRole('button', { name: 'Send what I answered' }).tap();
  await expect(phone.getByText(/Sent at /)).toBeVisible();
  expect(await patient.responses('phq-9')).toHaveLength(1);
  expect((await clinic.alerts()).map(({ level }) => level)).toEqual(['urgent']);
});
