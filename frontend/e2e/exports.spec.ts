import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, signIn, test } from './support/test';

/** What a button downloads: its name, and its content. */
async function taken(page: Page, button: string): Promise<{ name: string; content: Buffer }> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).click();
  const download = await downloading;
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test('a patient takes all of its own, and a provider one patient’s record', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes', { record_number: 'A-1001' });
  await patient.phq9(13, 1);
  const phone = await open('phone');
  await signIn(phone, patient);
  await phone.goto('/you');
  const tables = await taken(phone, 'Tables (CSV)');
  expect(tables.name).toMatch(/^yarrow-\d{4}-\d\d-\d\d\.zip$/);
  expect(tables.content.subarray(0, 2).toString()).toBe('PK');
  await expect(phone.getByText(`Saved as ${tables.name}`)).toBeVisible();
  const one = await taken(phone, 'One file (JSON)');
  const record = JSON.parse(one.content.toString()) as { responses: { instrument: string }[] };
  expect(record.responses.map(({ instrument }) => instrument)).toEqual(['phq-9']);

  const desk = await open('desk');
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}`);
  const bundle = await taken(desk, 'FHIR R4');
  expect(bundle.name).toMatch(/\.fhir\.json$/);
  expect((JSON.parse(bundle.content.toString()) as { type: string }).type).toBe('collection');
});

test('a clinic takes its data out, and brings earlier records in', async ({ clinic, open }) => {
  const patient = await clinic.patient('Maya Reyes', { record_number: 'A-1001' });
  const desk = await open('desk', { expected: [/422/, /409/] });
  await signIn(desk, clinic.owner);
  await desk.goto('/clinic/invites');
  await desk.getByRole('link', { name: 'Data', exact: true }).click();
  const whole = await taken(desk, 'Tables (CSV)');
  expect(whole.content.subarray(0, 2).toString()).toBe('PK');
  await desk.getByRole('button', { name: 'Research table (CSV)' }).click();
  await expect(desk.getByRole('alert')).toContainText('point at each');

  const choose = (text: string) =>
    desk.getByLabel('CSV file').setInputFiles({
      name: 'earlier.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    });
  const good = 'record_number,what,at,answers,total\r\nA-1001,phq-9,2025-03-01,,17\r\n';
  await choose(`${good}A-9999,gad-7,2025-03-01,,9\r\n`);
  await expect(desk.getByText("1 line is new, 1 line can't be stored.")).toBeVisible();
  await expect(desk.getByText("record_number is no patient's of this clinic")).toBeVisible();
  await expect(desk.getByRole('button', { name: /^Save/ })).toHaveCount(0);
  expect(await patient.responses('phq-9')).toHaveLength(0);

  await choose(good);
  await desk.getByRole('button', { name: 'Save 1 line' }).click();
  await expect(desk.getByText('1 line saved.').first()).toBeVisible();
  expect(await patient.responses('phq-9')).toHaveLength(1);
  await choose(good);
  await expect(desk.getByText('0 lines are new, 1 is there already.')).toBeVisible();
});
