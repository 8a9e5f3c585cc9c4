import { randomUUID } from 'node:crypto';
import { expect, signIn, test, title } from './support/test';

const CUT = /ERR_INTERNET_DISCONNECTED|ERR_FAILED/;

test('a patient writes for nobody, then for the care team, and takes it back', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const phone = await open('phone');
  await signIn(phone, patient);

  await test.step('an entry is the patient’s alone unless said otherwise', async () => {
    await phone.getByRole('link', { name: 'Care', exact: true }).tap();
    await phone.getByRole('link', { name: /^Write or read/ }).tap();
    await expect(title(phone)).toHaveText('Journal');
    await phone.getByRole('link', { name: 'Write', exact: true }).tap();
    await expect(phone.getByText(/Nobody watches this as you write/)).toBeVisible();
    await phone.getByRole('button', { name: 'Save' }).tap();
    await expect(phone.getByText('Write something first.')).toBeVisible();
    await phone.getByRole('radio', { name: 'Getting ready' }).check();
    await phone.getByLabel('Your words').fill('I want to sleep through again.');
    await expect(phone.getByRole('radio', { name: /^Only me/ })).toBeChecked();
    await phone.getByRole('button', { name: 'Save' }).tap();
    await expect(phone.getByText('Saved. It is in your journal.')).toBeVisible();
    await expect(phone.getByText('Only you read this.')).toBeVisible();
  });

  const desk = await open('desk');
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}`);
  await expect(desk.getByText(/Nothing is shared with you/)).toBeVisible();
  await expect(desk.getByText('sleep through again')).toHaveCount(0);

  await test.step('shared with the care team, it is read and the patient sees by whom', async () => {
    await phone.getByRole('button', { name: /^Change who reads the entry/ }).tap();
    await phone.getByRole('radio', { name: /^My whole care team/ }).check();
    await phone.getByRole('button', { name: 'Save', exact: true }).tap();
    await expect(phone.getByText('Your care team may read this. Not read yet.')).toBeVisible();
    await desk.reload();
    await expect(desk.getByText('1 not read')).toBeVisible();
    await expect(desk.getByText('I want to sleep through again.')).toBeVisible();
    await desk.getByRole('button', { name: /^Mark the entry/ }).click();
    await expect(desk.getByText(/^You read it/)).toBeVisible();
    await phone.reload();
    await expect(phone.getByText(/Read by Dr Ada Okafor/)).toBeVisible();
  });

  await test.step('taken back, it is in no list of the clinic any more', async () => {
    await phone.getByRole('button', { name: /^Change who reads the entry/ }).tap();
    await phone.getByRole('radio', { name: /^Only me/ }).check();
    await phone.getByRole('button', { name: 'Save', exact: true }).tap();
    await expect(phone.getByText(/Only you read this/)).toBeVisible();
    await desk.reload();
    await expect(desk.getByText(/Nothing is shared with you/)).toBeVisible();
    await expect(desk.getByText('sleep through again')).toHaveCount(0);
  });
});

test('an entry written offline arrives once, when the network is back', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const phone = await open('phone', { expected: [CUT] });
  await signIn(phone, patient);
  await phone.goto('/care/journal');
  await expect(phone.getByText('Nothing here yet, and that is fine')).toBeVisible();
  await phone.getByRole('link', { name: 'Write', exact: true }).tap();
  await phone.getByLabel('Your words').fill('The light was kind.');
  await phone.context().setOffline(true);
  await phone.getByRole('button', { name: 'Save' }).tap();
  await expect(phone.getByText(/Safe on this phone/).first()).toBeVisible();
  const written = async () => {
    const list = await patient.get<{ items: { text: string }[] }>(
      `/patients/${patient.id}/journal-entries`,
    );
    return list.items.map(({ text }) => text);
  };
  expect(await written()).toEqual([]);
  await phone.context().setOffline(false);
  await expect.poll(written).toEqual(['The light was kind.']);
  await expect(phone.getByText('The light was kind.')).toBeVisible();
});

test('earlier entries that fail to come are said to, and then come once each', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  for (let number = 1; number <= 52; number += 1)
    await patient.put(`/journal-entries/${randomUUID()}`, {
      kind: 'note',
      text: `Entry ${number}.`,
      shared: number === 52,
    });
  const phone = await open('phone', { expected: [CUT] });
  await signIn(phone, patient);
  await phone.goto('/care/journal');
  const entries = phone.getByText(/^Entry \d+\.$/);
  await expect(entries).toHaveCount(50);
  await phone.route(/journal-entries\?.*cursor=/, (route) => route.abort(), { times: 1 });
  await phone.getByRole('button', { name: 'Show earlier entries' }).tap();
  await phone.getByRole('alert').getByRole('button').tap();
  await expect(entries).toHaveCount(52);
  await expect(phone.getByRole('alert')).toHaveCount(0);

  const desk = await open('desk', { expected: [CUT] });
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}`);
  await desk.route(/journal-entries\/.*\/read/, (route) => route.abort(), { times: 1 });
  const mark = desk.getByRole('button', { name: /^Mark the entry/ });
  await mark.click();
  await expect(desk.getByText(/the patient does not see yet that you read it/)).toBeVisible();
  await mark.click();
  await expect(desk.getByText(/^You read it/)).toBeVisible();
});
