import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { Report } from '../src/api/types';
import type { Clinic, Patient } from './support/clinic';
import { DESK_WIDTHS, faults, PHONE_WIDTHS, settled } from './support/look';
import { expect, signIn, test } from './support/test';

/** A patient with three questionnaires, check-ins and so many sessions. */
async function treated(clinic: Clinic, sessions: number): Promise<Patient> {
  const patient = await clinic.patient('Maya Reyes', { record_number: 'A-1001' });
  const course = await clinic.course(patient, 60);
  await patient.phq9(19, 58);
  await patient.gad7(15, 58);
  for (let number = 1; number <= sessions; number++)
    await clinic.session(patient, course, number, 57 - 3 * (number - 1));
  for (const [total, days] of [
    [15, 50],
    [11, 43],
    [8, 36],
    [6, 2],
  ] as const) {
    await patient.phq9(total, days);
    await patient.gad7(total, days);
  }
  for (let days = 12; days >= 1; days--) await patient.checkIn(6, days);
  return patient;
}

/** Pages of what the browser would print, as its PDF counts them. */
async function printed(page: Page, format: 'A4' | 'Letter'): Promise<number> {
  const file = (await page.pdf({ format, printBackground: true })).toString('latin1');
  return file.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

test('a provider prints a report on one page of either paper, from any screen, and keeps it as a file', async ({
  clinic,
  open,
}) => {
  const patient = await treated(clinic, 13);
  const report = await clinic.owner.get<Report>(`/patients/${patient.id}/report`);
  const desk = await open('desk');
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}`);
  await desk.getByRole('link', { name: 'Report', exact: true }).click();
  await expect(desk).toHaveURL(`/patients/${patient.id}/report`);
  await expect(desk.getByText(report.summary)).toBeVisible();
  await expect(desk.getByText(report.definitions)).toBeVisible();
  await expect(desk.getByText('The last 12 of 13 sessions.')).toBeVisible();
  await expect(desk.getByRole('columnheader', { name: 'BP peak' })).toBeVisible();
  await expect(desk.getByRole('img')).toHaveCount(3);
  expect(await faults(desk, 'report', DESK_WIDTHS, settled)).toEqual([]);

  for (const width of [390, 820, 1440]) {
    await desk.setViewportSize({ width, height: 900 });
    for (const paper of ['A4', 'Letter'] as const)
      expect(await printed(desk, paper), `${paper} from ${width}`).toBe(1);
  }

  await expect(desk.getByLabel('Paper')).toHaveValue('letter');
  await desk.getByLabel('Paper').selectOption('A4');
  const downloading = desk.waitForEvent('download');
  await desk.getByRole('button', { name: 'Save as PDF' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^yarrow-report-\d{4}-\d\d-\d\d\.pdf$/);
  const file = await readFile(await download.path());
  expect(file.subarray(0, 5).toString()).toBe('%PDF-');
  expect(file.toString('latin1')).toMatch(/\/MediaBox\s*\[0 0 595\.28 841\.89\]/);
});

test('a page is printed in the colours of day, without the program around it', async ({
  clinic,
  open,
}) => {
  const patient = await treated(clinic, 2);
  const desk = await open('desk', { colorScheme: 'dark' });
  await signIn(desk, clinic.owner);
  await desk.goto(`/patients/${patient.id}/report`);
  await settled(desk);
  await desk.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await expect(desk.getByRole('button', { name: 'Print' })).toBeHidden();
  await expect(desk.getByRole('navigation')).toBeHidden();
  await expect(desk.getByRole('article')).toHaveCSS('background-color', 'rgb(255, 255, 255)');
  await expect(desk.getByRole('heading', { level: 1 })).toHaveCSS('color', 'rgb(0, 0, 0)');
});

test('a patient takes its own along, without vital signs', async ({ clinic, open }) => {
  const patient = await treated(clinic, 2);
  const phone = await open('phone');
  await signIn(phone, patient);
  await phone.goto('/you');
  await phone.getByRole('link', { name: 'Progress report' }).click();
  await expect(phone.getByRole('heading', { level: 1, name: 'Progress report' })).toBeVisible();
  await expect(phone.getByText('Maya Reyes, record A-1001')).toBeVisible();
  await expect(phone.getByRole('columnheader', { name: 'Dose' })).toBeVisible();
  await expect(phone.getByRole('columnheader', { name: 'BP peak' })).toHaveCount(0);
  const downloading = phone.waitForEvent('download');
  await phone.getByRole('button', { name: 'Save as PDF' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/\.pdf$/);
  await expect(phone.getByText(/^Saved as yarrow-report-/).first()).toBeVisible();
  expect(await faults(phone, 'own report', PHONE_WIDTHS, settled)).toEqual([]);
});
