import type { Caller } from './support/clinic';
import { expect, signIn, test, title } from './support/test';
import type { Session } from '../src/api/types';
import { en as words } from '../src/messages/en/sessions';

test('a session recorded at the chair marks both charts, with the change around it', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const course = await clinic.course(patient, 3);
  await patient.phq9(20, 4);
  const planned = await clinic.session(patient, course, 1, 3, {
    status: 'planned',
    started_at: null,
    ended_at: null,
    route: null,
    dose_mg: null,
    weight_kg: null,
    infusion_minutes: null,
    vitals: [],
    effects: [],
    dissociation: null,
  });
  const desk = await open('desk');
  await signIn(desk, clinic.owner);

  await test.step('dose, vital signs and effects are saved as they are typed', async () => {
    await desk.goto(`/patients/${patient.id}/sessions/${planned.id}`);
    await expect(title(desk)).toHaveText('Session 1, Maya Reyes');
    await desk.getByRole('radio', { name: 'IV', exact: true }).check();
    await desk.getByLabel('Weight', { exact: true }).fill('76');
    await desk.getByLabel('Dose', { exact: true }).fill('38');
    await desk.getByLabel('Over', { exact: true }).fill('40');
    await expect(desk.getByText('0.50 mg')).toBeVisible();
    await desk.getByLabel('Started', { exact: true }).fill('10:02');
    await desk.getByLabel('Ended', { exact: true }).fill('10:42');
    await desk.getByLabel('Systolic, Before').fill('128');
    await desk.getByLabel('Diastolic, Before').fill('82');
    await desk.getByLabel('SpO2, %, Before').fill('98');
    await desk.getByLabel('Nausea', { exact: true }).check();
    await desk
      .getByRole('radiogroup', { name: 'How strong, nausea' })
      .getByRole('radio', { name: 'Mild' })
      .check();
    await expect(desk.getByText(/^Saved \d/)).toBeVisible();
  });

  await test.step('a slip is asked about, and a value over the limit says what to do', async () => {
    await desk.getByLabel('Dose', { exact: true }).fill('380');
    await expect(desk.getByText(/Is the decimal point right\?/).first()).toBeVisible();
    await expect(desk.getByText('Not saved until you decide.').first()).toBeVisible();
    await desk.getByLabel('Dose', { exact: true }).fill('38');
    await expect(desk.getByText('Not saved until you decide.')).toHaveCount(0);
    await desk.getByLabel('Systolic, 15 min').fill('184');
    await desk.getByLabel('Diastolic, 15 min').fill('121');
    await expect(desk.getByText(/Follow the emergency plan now/).first()).toBeVisible();
    await desk.getByLabel('Systolic, 15 min').fill('139');
    await desk.getByLabel('Diastolic, 15 min').fill('86');
    await expect(desk.getByText(/Follow the emergency plan now/)).toHaveCount(0);
  });

  await test.step('what else was given and done is recorded with its time', async () => {
    await desk.getByLabel('Began, minutes after the dose, nausea').fill('20');
    await desk.getByLabel('Over, minutes after the dose, nausea').fill('10');
    await expect(desk.getByText('It was over before it began?')).toBeVisible();
    await desk.getByLabel('Over, minutes after the dose, nausea').fill('35');
    await desk.getByRole('button', { name: 'Add a medicine' }).click();
    await desk.getByLabel('Medicine 1', { exact: true }).fill('Ondansetron');
    await desk.getByLabel('How much of medicine 1').fill('4 mg IV');
    await desk.getByRole('button', { name: 'Add a step' }).click();
    await desk.getByLabel('Step 1', { exact: true }).fill('Sat up for ten minutes');
    await desk.getByLabel('Stopped before its time').check();
    await desk.getByLabel('Why it was stopped').fill('Felt sick, asked to stop.');
    await expect(desk.getByText(/^Saved \d/)).toBeVisible();
  });

  await test.step('signing closes the record', async () => {
    for (const tick of Object.values(words.discharge))
      await desk.getByRole('checkbox', { name: tick }).check();
    await desk.getByLabel('Let go by').fill('Sam Whitlock, RN');
    await desk.getByRole('button', { name: 'Sign and close' }).click();
    await expect(desk.getByText(/You sign: 38 mg/)).toBeVisible();
    await desk.getByRole('button', { name: 'Sign this record' }).click();
    await expect(desk.getByText(/^Signed by Dr Ada Okafor/)).toBeVisible();
    const recorded = await clinic.owner.get<Record<string, unknown>>(`/sessions/${planned.id}`);
    expect(recorded).toMatchObject({
      status: 'completed',
      route: 'iv',
      dose_mg: 38,
      weight_kg: 76,
      dose_mg_per_kg: 0.5,
      effects: [{ effect: 'nausea', severity: 'mild', onset_minutes: 20, ended_minutes: 35 }],
      phase: 'induction',
      stop_reason: 'Felt sick, asked to stop.',
      medicines_given: [{ name: 'Ondansetron', amount: '4 mg IV' }],
      interventions: [{ what: 'Sat up for ten minutes' }],
    });
  });

  await patient.phq9(12, 1);
  const progress = await clinic.progress(patient);
  expect(progress.per_session).toMatchObject([
    { number: 1, before: 20, after: 12, gain_going_in: 0, gain_from_baseline: 8 },
  ]);

  await test.step('the provider sees the marker, the dose and the change', async () => {
    await desk.goto(`/patients/${patient.id}`);
    await expect(desk.getByRole('figure').first()).toContainText(
      progress.summary.text.split('. ')[0] ?? '',
    );
    const mark = desk.getByRole('button', { name: /^Session 1, / });
    await mark.focus();
    await desk.keyboard.press('Enter');
    await expect(
      desk.getByText(/38 mg, IV, 40 minutes, PHQ-9 20 going in, 12 after/),
    ).toBeVisible();
    await desk.getByRole('button', { name: 'By session' }).click();
    const changes = desk.getByRole('table', { name: /^PHQ-9 around each session/ });
    await expect(changes.getByRole('row', { name: /^1 / })).toContainText('8 better');
  });

  await test.step('the patient sees the same marker and the same change', async () => {
    const phone = await open('phone');
    await signIn(phone, patient);
    await phone.getByRole('link', { name: 'Progress', exact: true }).tap();
    await expect(title(phone)).toHaveText('Your progress');
    await expect(phone.getByRole('figure').first()).toContainText(
      '8 points lower than before your first session (20)',
    );
    await expect(phone.getByRole('button', { name: /^Session 1, / })).toBeVisible();
    await expect(phone.getByText(/38 mg by drip, over 40 minutes/)).toBeVisible();
    await expect(
      phone.getByText(/Your score was 20 before it and 12 after, 8 better/),
    ).toBeVisible();
    await expect(phone.getByRole('figure').first()).not.toContainText('Item 9');
    await phone.getByText('Show these scores as a table').tap();
    await expect(phone.getByRole('row', { name: /12/ })).toContainText('Moderate');
  });
});

test('two people who record the same session lose nothing', async ({ clinic, open }) => {
  const patient = await clinic.patient('Maya Reyes');
  const course = await clinic.course(patient, 10);
  const session = await clinic.session(patient, course, 1, 1);
  const desk = await open('desk', { expected: [/412/] });
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}/sessions/${session.id}`);
  await expect(desk.getByLabel('Dose', { exact: true })).toHaveValue('38');

  const colleague = await clinic.staff('Sam Whitlock', ['provider']);
  const changed = await rewrite(colleague, session.id, { note: 'Slept through most of it.' });
  expect(changed).toBe(200);

  await desk.getByLabel('Dissociation, peak').fill('6');
  await expect(desk.getByText(/Sam Whitlock also changed/)).toBeVisible();
  await expect(desk.getByLabel('Notes')).toHaveValue('Slept through most of it.');
  const record = () => clinic.owner.get<Session>(`/sessions/${session.id}`);
  await expect.poll(record).toMatchObject({ dissociation: 6, note: 'Slept through most of it.' });

  await test.step('where both wrote the same, a person picks', async () => {
    // What the colleague wrote reaches the desk only once something is typed there.
    let typed = () => {};
    const isTyped = new Promise<void>((resolve) => (typed = resolve));
    await desk.route(`**/api/v1/sessions/${session.id}`, async (route) => {
      if (route.request().method() === 'GET') await isTyped;
      await route.continue();
    });
    expect(await rewrite(colleague, session.id, { dissociation: 2 })).toBe(200);
    await desk.getByLabel('Dissociation, peak').fill('7');
    typed();
    const choice = desk.getByRole('group', { name: 'Dissociation, peak' });
    await choice.getByRole('radio', { name: /^7/ }).check();
    await desk.getByRole('button', { name: 'Save these' }).click();
    await expect.poll(record).toMatchObject({ dissociation: 7, note: 'Slept through most of it.' });
  });
});

test('esketamine holds the patient for two hours, and bad answers are seen before the dose', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const course = await clinic.course(patient, 10);
  const planned = await clinic.planned(patient, course, 1, 0);
  await patient.answer('pre-session', {
    ...{ food: 0, news: 0, substances: 0, pressure_tablets: 1, pregnant: 0, bladder: 0 },
    ...{ harm: 0, after_last: 0, home: 1, note: 'My sister may come.' },
  });
  const desk = await open('desk');
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}/sessions/${planned.id}`);
  await expect(desk.getByText('Way home: not arranged yet')).toBeVisible();
  await expect(desk.getByText('“My sister may come.”')).toBeVisible();

  await desk.getByRole('radio', { name: 'Nasal', exact: true }).check();
  await desk.getByLabel('Medicine', { exact: true }).selectOption('esketamine');
  await desk.getByLabel('Dose', { exact: true }).fill('56');
  await desk.getByRole('button', { name: 'Now, started' }).click();
  await expect(desk.getByText(/^Reading \d\d:\d\d, in 15 min/)).toBeVisible();
  await expect(desk.getByText(/^May leave from \d\d:\d\d, in 120 minutes/)).toBeVisible();

  await test.step('leaving earlier needs a reason', async () => {
    await desk.getByRole('button', { name: 'Now, ended' }).click();
    await desk.getByRole('button', { name: 'Now, they leave' }).click();
    await expect(desk.getByText(/Esketamine needs 120/)).toBeVisible();
    await desk.getByRole('button', { name: 'Sign and close' }).click();
    await desk.getByRole('button', { name: 'Sign this record' }).click();
    await expect(desk.getByText('Write why they left before the time was over.')).toBeVisible();
    await desk.getByLabel('Why they left earlier, and who decided').fill('Went to hospital.');
    await expect(desk.getByText('Write why they left before the time was over.')).toHaveCount(0);
  });
});

/** Another person's change of a record, as the form sends it: the whole of it. */
async function rewrite(who: Caller, id: string, change: Partial<Session>): Promise<number> {
  const { body, etag } = await who.ask<Session>('GET', `/sessions/${id}`);
  const { patient_id, course_id, number, status, scheduled_at, started_at, ended_at } = body;
  const { route, medicine, dose_mg, weight_kg, infusion_minutes, vitals, effects } = body;
  const whole = {
    ...{ patient_id, course_id, number, status, scheduled_at, started_at, ended_at },
    ...{ route, medicine, dose_mg, weight_kg, infusion_minutes, vitals, effects },
    ...{ dissociation: body.dissociation, note: body.note },
    ...change,
  };
  return (await who.ask('PUT', `/sessions/${id}`, whole, { 'If-Match': etag ?? '' })).status;
}
