import type { Session } from '../src/api/types';
import { expect, signIn, test, title } from './support/test';

test('a team sees one day: who is here, in which chair, and whose reading is due', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const course = await clinic.course(patient, 3);
  const planned = await clinic.planned(patient, course, 1, 0);
  const coordinator = await clinic.staff('Jo Lindgren', ['coordinator']);

  const front = await open('tablet');
  await signIn(front, coordinator);
  await front.goto('/sessions');
  await expect(title(front)).toHaveText('One session today');
  await expect(front.getByText('Expected')).toBeVisible();

  const chair = await open('tablet');
  await signIn(chair, clinic.owner);
  await chair.goto('/sessions');
  await expect(title(chair)).toHaveText('One session today');

  await test.step('both see what is not answered yet, and only the chair which boxes are open', async () => {
    await expect(chair.getByText(/^Not answered: .*PHQ-9/)).toBeVisible();
    await expect(front.getByText(/^Not answered: .*PHQ-9/)).toBeVisible();
    await expect(chair.getByText('8 boxes open before the dose')).toBeVisible();
    await expect(front.getByText('Checklist before the dose open')).toBeVisible();
  });

  await test.step('what the front desk notes stands at the chair within five seconds', async () => {
    await front.getByLabel('Chair of Maya Reyes').fill('2');
    await front.getByLabel('Chair of Maya Reyes').blur();
    await front.getByRole('button', { name: 'Maya Reyes is here' }).click();
    await expect(chair.getByText(/^Here since/)).toBeVisible({ timeout: 5_000 });
    await expect(chair.getByLabel('Chair of Maya Reyes')).toHaveValue('2');
  });

  await test.step('what is recorded at the chair stands at the front desk, without a reading', async () => {
    const { body, etag } = await clinic.owner.ask<Session>('GET', `/sessions/${planned.id}`);
    const begun = {
      ...{ patient_id: patient.id, course_id: body.course_id, number: 1, status: 'planned' },
      ...{ scheduled_at: body.scheduled_at, route: 'iv', infusion_minutes: 40 },
      started_at: new Date().toISOString(),
    };
    const heard = await clinic.owner.ask('PUT', `/sessions/${planned.id}`, begun, {
      'If-Match': etag ?? '',
    });
    expect(heard.status).toBe(200);
    await expect(front.getByText(/^Dose began/)).toBeVisible({ timeout: 5_000 });
    await expect(front.getByText(/^Reading/)).toHaveCount(0);
    await expect(chair.getByText(/^Reading \d\d:\d\d, in 15 min/).first()).toBeVisible();
    await expect(chair.getByText('8 boxes open before the dose')).toBeVisible();
  });

  await test.step('who has the record open sees what a colleague writes there', async () => {
    const record = await open('tablet');
    await signIn(record, clinic.owner);
    await record.goto(`/patients/${patient.id}/sessions/${planned.id}`);
    await expect(title(record)).toContainText('Maya Reyes');
    const { body, etag } = await clinic.owner.ask<Session>('GET', `/sessions/${planned.id}`);
    const heard = await clinic.owner.ask(
      'PUT',
      `/sessions/${planned.id}`,
      {
        ...{ patient_id: patient.id, course_id: body.course_id, number: 1, status: 'planned' },
        ...{ scheduled_at: body.scheduled_at, started_at: body.started_at, route: 'iv' },
        ...{ infusion_minutes: 40, shared_note: 'Slept well before.' },
      },
      { 'If-Match': etag ?? '' },
    );
    expect(heard.status).toBe(200);
    await expect(record.getByLabel('A note for the patient')).toHaveValue('Slept well before.', {
      timeout: 5_000,
    });
    await record.close();
  });

  await test.step('where the stream fails the page asks, and is as quick', async () => {
    const cut = await open('tablet', { expected: [/ERR_FAILED.*events/] });
    await cut.route('**/api/v1/events', (route) => route.abort());
    await signIn(cut, clinic.owner);
    await cut.goto('/sessions');
    await expect(title(cut)).toHaveText('One session today');
    await front.getByLabel('Chair of Maya Reyes').fill('7');
    await front.getByLabel('Chair of Maya Reyes').blur();
    await expect(cut.getByLabel('Chair of Maya Reyes')).toHaveValue('7', { timeout: 5_000 });
    await cut.close();
  });

  await test.step('other days are one step away', async () => {
    await chair.getByRole('button', { name: 'Day after' }).click();
    await expect(title(chair)).toHaveText(/^No sessions on/);
    await chair.getByRole('button', { name: 'Today' }).click();
    await expect(title(chair)).toHaveText('One session today');
  });
});
