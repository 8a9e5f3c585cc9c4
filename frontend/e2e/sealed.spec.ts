import type { Page } from '@playwright/test';
import { rm } from 'node:fs/promises';
import { answerPhq9 } from './support/answering';
import { holding, kept, ownDevice } from './support/device';
import { ready } from './support/offline';
import { expect, signIn, test, title } from './support/test';

/** Words that nothing but the entry can bring to a disk. */
const WORDS = 'Quillaveth was kind to me.';
const NAME = 'Orrin Vashtamere';
/** What an answer looks like wherever it is written down. */
const ANSWERED = ['"answers"', '"q9":', 'Quillaveth'];

async function write(phone: Page): Promise<void> {
  await phone.goto('/care/journal/new');
  await phone.getByLabel('Your words').fill(WORDS);
  await phone.getByRole('button', { name: 'Save' }).tap();
  await expect(phone.getByText(/Safe on this phone/).first()).toBeVisible();
}

test('a stolen profile folder holds no answer that waits, and none after all have gone', async ({
  clinic,
}) => {
  const patient = await clinic.patient(NAME);
  const settings = {
    baseURL: clinic.url,
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  };
  const { folder, device } = await ownDevice(settings);

  await test.step('a PHQ-9 and a journal entry wait, and the browser is closed', async () => {
    const phone = await device.newPage();
    await signIn(phone, patient);
    await ready(phone);
    await device.setOffline(true);
    await phone.getByRole('link', { name: /PHQ-9/ }).tap();
    await answerPhq9(phone, [3, 2, 2, 1, 1, 2, 1, 0, 0]);
    await phone.getByRole('button', { name: 'Send' }).tap();
    await expect(title(phone)).toHaveText('Done. Thank you.');
    await write(phone);
    const found = await kept(phone);
    expect(found).toContain('/journal-entries/');
    expect(found).toContain('ciphertext');
    for (const canary of [...ANSWERED, 'Orrin']) expect(found).not.toContain(canary);
    await device.close();
  });

  await test.step('the disk holds them sealed', async () => {
    expect(await holding(folder, ['ciphertext']), 'the search finds what is there').not.toEqual([]);
    expect(await holding(folder, [...ANSWERED, 'Orrin'])).toEqual([]);
  });

  await test.step('opened again, the device sends what it cannot read, once', async () => {
    const { device } = await ownDevice(settings, folder);
    const phone = await device.newPage();
    await phone.goto('/you/queue');
    await expect(title(phone)).toHaveText('Nothing is waiting');
    expect(await patient.responses('phq-9')).toMatchObject([{ answers: { q1: 3, q9: 0 } }]);
    const { items } = await patient.get<{ items: unknown[] }>(
      `/patients/${patient.id}/journal-entries`,
    );
    expect(items).toMatchObject([{ text: WORDS }]);
    await phone.goto('/you');
    await phone.getByRole('button', { name: 'Sign out', exact: true }).last().tap();
    await expect(title(phone)).toHaveText('Good to see you');
    expect(await device.cookies()).toEqual([]);
    await device.close();
    expect(await holding(folder, [...ANSWERED, 'Orrin'])).toEqual([]);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
});
