import { randomUUID } from 'node:crypto';
import { Clinic, type Caller } from './support/clinic';
import { expect, signIn, test, title } from './support/test';
import type { Caseload, List } from '../src/api/types';

/** Everything below a patient's record that a GET may ask for. */
const BELOW = [
  '',
  '/responses',
  '/measures',
  '/progress?measure=phq-9.total',
  '/progress/daily',
  '/progress/aligned?measure=daily-check-in.mood',
  '/courses',
  '/sessions',
];

async function statuses(caller: Caller, paths: string[]): Promise<Record<string, number>> {
  const answers: Record<string, number> = {};
  for (const path of paths) answers[path] = (await caller.ask('GET', path)).status;
  return answers;
}
const all = (paths: string[], status: number) =>
  Object.fromEntries(paths.map((path) => [path, status]));

test('a patient cannot see another patient, neither through the API nor in the app', async ({
  clinic,
  open,
}) => {
  const maya = await clinic.patient('Maya Reyes');
  const noor = await clinic.patient('Noor Haddad');
  const course = await clinic.course(maya, 10);
  const session = await clinic.session(maya, course, 1, 2);
  const response = await maya.phq9(14, 1, 2);
  const [alert] = await clinic.alerts();

  await test.step('every address of hers answers as one that does not exist', async () => {
    const hers = [
      ...BELOW.map((path) => `/patients/${maya.id}${path}`),
      `/responses/${response.id}`,
      `/sessions/${session.id}`,
    ];
    const own = BELOW.map((path) => `/patients/${maya.id}${path}`);
    expect(await statuses(maya, own)).toEqual(all(own, 200));
    expect(await statuses(noor, hers)).toEqual(all(hers, 404));
    const unknown = await noor.ask<{ detail: string; title: string }>(
      'GET',
      `/responses/${randomUUID()}`,
    );
    const existing = await noor.ask<{ detail: string; title: string }>(
      'GET',
      `/responses/${response.id}`,
    );
    expect(existing.body).toMatchObject({ title: unknown.body.title, detail: unknown.body.detail });
    for (const path of ['/patients', '/alerts', `/alerts/${alert?.id}`, '/users', '/invitations'])
      expect([403, 404], path).toContain((await noor.ask('GET', path)).status);
  });

  await test.step('nothing can be written into her record', async () => {
    const body = {
      instrument: 'daily-check-in',
      answers: { mood: 3 },
      completed_at: new Date().toISOString(),
      time_zone: 'America/Denver',
    };
    const into = await noor.ask('PUT', `/responses/${randomUUID()}`, {
      ...body,
      patient_id: maya.id,
    });
    expect([403, 404, 422]).toContain(into.status);
    const over = await noor.ask('PUT', `/responses/${response.id}`, body);
    expect(over.status).toBe(404);
    expect(await maya.responses('daily-check-in')).toHaveLength(0);
    expect((await maya.responses('phq-9'))[0]?.scores[0]?.value).toBe(14);
  });

  await test.step('the app leads her back to her own pages', async () => {
    const phone = await open('phone');
    await signIn(phone, noor);
    for (const address of [
      `/patients/${maya.id}`,
      `/patients/${maya.id}/sessions/${session.id}`,
      '/caseload',
      `/alerts/${alert?.id}`,
      '/clinic/people',
    ]) {
      await phone.goto(address);
      await expect(phone).toHaveURL('/today');
      await expect(phone.getByText('Maya')).toHaveCount(0);
    }
    await phone.goto('/progress');
    await expect(phone.getByText('Nothing to draw yet')).toBeVisible();
  });
});

test('a second clinic sees nothing of the first', async ({ server, clinic, open }) => {
  const maya = await clinic.patient('Maya Reyes', { record_number: 'A-1001' });
  const course = await clinic.course(maya, 10);
  const session = await clinic.session(maya, course, 1, 2);
  const response = await maya.phq9(14, 1, 2);
  const [alert] = await clinic.alerts();

  const link = (await server.command('clinic', 'add')).split('set up at ')[1]?.trim() ?? '';
  const other = await Clinic.setUp(server.url, link, 'Birch Lane');

  await test.step('through the API', async () => {
    expect((await other.owner.get<Caseload>('/patients')).items).toEqual([]);
    for (const list of ['/alerts?status=all', '/invitations'])
      expect((await other.owner.get<List<unknown>>(list)).items, list).toEqual([]);
    expect((await other.owner.get<List<unknown>>('/users')).items).toHaveLength(1);
    const found = await other.owner.get<Caseload>('/patients?q=Maya');
    expect(found.items).toEqual([]);
    const theirs = [
      ...BELOW.map((path) => `/patients/${maya.id}${path}`),
      `/responses/${response.id}`,
      `/sessions/${session.id}`,
      `/alerts/${alert?.id}`,
    ];
    expect(await statuses(clinic.owner, theirs)).toEqual(all(theirs, 200));
    expect(await statuses(other.owner, theirs)).toEqual(all(theirs, 404));
    const acknowledged = await other.owner.ask('POST', `/alerts/${alert?.id}/acknowledge`, {});
    expect(acknowledged.status).toBe(404);
    const changed = await other.owner.ask('PATCH', `/patients/${maya.id}`, { name: 'Somebody' });
    expect(changed.status).toBe(404);
  });

  await test.step('in the app', async () => {
    const desk = await open('desk', { expected: [/404/] });
    await signIn(desk, other.owner);
    await expect(desk.getByText('No one here yet, and that’s right')).toBeVisible();
    for (const address of [
      `/patients/${maya.id}`,
      `/patients/${maya.id}/sessions/${session.id}`,
      `/alerts/${alert?.id}`,
    ]) {
      await desk.goto(address);
      await expect(
        desk.getByText("This isn't here, or it isn't yours to see.").first(),
      ).toBeVisible();
      await expect(desk.getByText('Maya')).toHaveCount(0);
    }
    await desk.goto('/alerts');
    await expect(desk.getByText('No alerts are open')).toBeVisible();
    await expect(title(desk)).toHaveText('Alerts');
  });
});
