import { faults } from './support/look';
import { expect, signIn, test, title } from './support/test';

test('a course follows a plan, and its first session waits for what has to be there', async ({
  clinic,
  open,
}) => {
  const maya = await clinic.patient('Maya Reyes');
  const desk = await open('desk');
  await signIn(desk, clinic.owner);
  await expect(title(desk)).toBeVisible();
  await desk.goto(`/patients/${maya.id}`);
  await desk.getByRole('link', { name: 'Course and plan' }).click();

  await test.step('it needs a condition, and the plan books and asks', async () => {
    await expect(title(desk)).toHaveText('Course and plan');
    await desk.getByLabel('Condition').selectOption('');
    await desk.getByRole('button', { name: 'Start course' }).click();
    await expect(desk.getByText('Choose what is treated.')).toBeVisible();
    await desk.getByLabel('Condition').selectOption('mdd');
    await desk.getByLabel('Plan').selectOption('iv-induction-6');
    await desk.getByRole('button', { name: 'Start course' }).click();
    await expect(desk.getByText('0 of 6 sessions, under way')).toBeVisible();
    await expect(desk.getByText('Before the session', { exact: true }).first()).toBeVisible();
    expect(
      (await maya.get<{ items: unknown[] }>(`/patients/${maya.id}/sessions`)).items,
    ).toHaveLength(6);
  });

  await test.step('the checklist is answered line by line, and what stands out is explained', async () => {
    await expect(desk.getByText(/^Still missing: a baseline/)).toBeVisible();
    await desk.getByRole('button', { name: 'Go through the checklist' }).click();
    await desk.getByRole('button', { name: 'Sign checklist' }).click();
    await expect(desk.getByText('32 lines still to answer.')).toBeVisible();
    const lines = desk.getByRole('group');
    for (const line of await lines.all()) {
      const isThere = (await line.locator('input').first().getAttribute('id')) ?? '';
      if (!/^(end|review)-/.test(isThere)) await line.getByRole('radio', { name: 'No' }).check();
    }
    await desk.getByRole('button', { name: 'Sign checklist' }).click();
    await expect(desk.getByText(/^Say why treatment goes ahead/)).toBeVisible();
    await desk
      .getByLabel('Note', { exact: true })
      .fill('All of it is asked for; nothing speaks against it.');
    await desk.getByRole('button', { name: 'Sign checklist' }).click();
    await expect(desk.getByText(/^Signed by /)).toBeVisible();
    await expect(desk.getByText(/^Still missing: a baseline.*14 days before\.$/)).toBeVisible();
  });

  await test.step('a line is skipped for a reason, another asked out of turn', async () => {
    await desk.getByRole('button', { name: 'Skip AUDIT-C' }).click();
    await desk.locator('form.leave').getByRole('button', { name: 'Skip' }).click();
    await expect(desk.getByText('Say why, so that others can follow.')).toBeVisible();
    await desk.getByLabel('Why it is not asked').fill('Asked by phone');
    await desk.locator('form.leave').getByRole('button', { name: 'Skip' }).click();
    await expect(desk.getByText('Asked by phone')).toBeVisible();
    await desk.getByLabel('Ask something out of turn').selectOption('pcl-5');
    await desk.getByRole('button', { name: 'Ask now' }).click();
    await expect(desk.getByRole('button', { name: 'Skip PCL-5' })).toBeVisible();
  });

  await test.step('the screen holds at every width', async () => {
    expect(await faults(desk, 'course', [1440, 820, 390])).toEqual([]);
    await desk.setViewportSize({ width: 1440, height: 900 });
  });

  await test.step('another plan is kept with its reason, and the course is ended with one', async () => {
    await desk.getByLabel('Plan', { exact: true }).selectOption('im-induction-6');
    await desk.getByRole('button', { name: 'Save change' }).click();
    await expect(desk.getByText('Say why, so that others can follow.')).toBeVisible();
    await desk.getByLabel('Why', { exact: true }).first().fill('Veins are hard to find');
    await desk.getByRole('button', { name: 'Save change' }).click();
    await expect(desk.getByText(/^Plan changed from IV/)).toBeVisible();
    await desk.getByLabel('Stopped before its end').check();
    await desk.getByLabel('Why', { exact: true }).last().fill('Moved away');
    await desk.getByRole('button', { name: 'Finish course' }).click();
    await expect(desk.getByRole('button', { name: 'Start course' })).toBeVisible();
    await expect(desk.getByText('Moved away')).toBeVisible();
  });
});
