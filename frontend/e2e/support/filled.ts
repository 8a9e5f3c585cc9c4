/** A clinic in which every screen has something to show. */
import { randomUUID } from 'node:crypto';
import type { Alert, Course, Session } from '../../src/api/types';
import type { Clinic, Patient, Person } from './clinic';

export interface Filled {
  clinic: Clinic;
  provider: Person;
  coordinator: Person;
  admin: Person;
  /** Six weeks in, with a gap, an alert that is open and one that is closed. */
  maya: Patient;
  course: Course;
  sessions: Session[];
  open: Alert;
  closed: Alert;
}

/** PHQ-9 totals by days ago; weekly, three weeks apart once. */
const SCORES = [
  [46, 21],
  [39, 18],
  [32, 15],
  [11, 12],
  [4, 9],
] as const;

export async function fill(clinic: Clinic): Promise<Filled> {
  await clinic.owner.patch('/clinic', {
    phone: '+1 303 555 0140',
    hours: 'Monday to Friday, 08:00 to 17:00',
  });
  const provider = await clinic.staff('Sam Whitlock, RN', ['provider']);
  const coordinator = await clinic.staff('Jo Lindgren', ['coordinator']);
  const admin = await clinic.staff('Ines Duarte', ['admin']);

  const maya = await clinic.patient('Maya Reyes', {
    record_number: 'A-1001',
    date_of_birth: '1988-04-12',
  });
  const course = await clinic.course(maya, 42);
  for (const [days, total] of SCORES) await maya.phq9(total, days);
  for (const [days, total] of SCORES) await maya.gad7(Math.max(0, total - 4), days);
  await maya.phq9(10, 30, 1);
  for (let days = 48; days > 0; days--)
    if (days % 7 !== 3 && (days < 18 || days > 26)) await maya.checkIn(3 + ((days * 5) % 5), days);
  const sessions: Session[] = [];
  for (const [index, days] of [42, 38, 35, 31, 10].entries())
    sessions.push(
      await clinic.session(maya, course, index + 1, days, {
        dose_mg: 38 + index,
        shared_note: index === 4 ? 'You slept through most of it. See you next week.' : null,
      }),
    );
  sessions.push(await clinic.planned(maya, course, 6, 3));

  for (const [kind, text, shared] of [
    ['preparation', 'I hope to sleep through again.', true],
    ['integration', 'The light was kind.', false],
  ] as const)
    await maya.put(`/journal-entries/${randomUUID()}`, { kind, text, shared });

  await provider.put('/me/filters', {
    items: [
      { name: 'New in induction', query: 'filter=induction&sort=last_response' },
      { name: 'Not heard from, with a name that is as long as they may be.', query: 'sort=name' },
    ],
  });

  const [closed] = await clinic.alerts('open');
  if (!closed) throw new Error('item 9 above 0 raised no alert');
  await provider.post(`/alerts/${closed.id}/acknowledge`);
  await provider.post(`/alerts/${closed.id}/resolve`, {
    action: 'spoke',
    note: 'Spoke for ten minutes. No plan. Visit brought forward.',
  });
  await maya.phq9(11, 1, 2);
  const [open] = await clinic.alerts('open');
  if (!open) throw new Error('a new answer raised no new alert');

  const noor = await clinic.patient('Noor Haddad', { record_number: 'A-1002' });
  await noor.phq9(8, 1, 1);
  const [seen] = (await clinic.alerts('open')).filter(({ patient_id }) => patient_id === noor.id);
  await provider.post(`/alerts/${seen?.id}/acknowledge`);

  const elias = await clinic.patient('Elias Berg');
  const his = await clinic.course(elias, 20);
  await elias.phq9(17, 21);
  await clinic.session(elias, his, 1, 20);
  await elias.phq9(16, 13);
  await clinic.planned(elias, his, 2, 0.01);
  await clinic.patient('Tomasz Kowalczyk-Featherstonehaugh');
  await clinic.owner.post('/invitations', {
    email: 'waiting@alder-row.example',
    roles: ['coordinator'],
    name: 'Robin Achterberg',
  });
  return { clinic, provider, coordinator, admin, maya, course, sessions, open, closed };
}
