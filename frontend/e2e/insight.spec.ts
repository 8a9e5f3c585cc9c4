import { faults, DESK_WIDTHS, PHONE_WIDTHS } from './support/look';
import { expect, signIn, test, title } from './support/test';

test('what changed is read along the sessions, and how long it lasted by the line agreed on', async ({
  clinic,
  open,
}) => {
  const maya = await clinic.patient('Maya Reyes');
  const course = await clinic.course(maya, 100, 1);
  await maya.phq9(19, 92);
  await maya.gad7(15, 92);
  await clinic.session(maya, course, 1, 90, {
    effects: [
      {
        effect: 'nausea',
        severity: 'moderate',
        onset_minutes: 20,
        ended_minutes: null,
        action: null,
        serious: false,
      },
    ],
  });
  await clinic.session(maya, course, 2, 50);
  await clinic.session(maya, course, 3, 20);
  // After session 1: well on day 10, past 9 on days 30 and 35. After session 2: well up to day 20.
  for (const [total, days] of [
    [8, 80],
    [12, 60],
    [14, 55],
    [7, 40],
    [9, 30],
    [11, 2],
  ] as const)
    await maya.phq9(total, days);
  await maya.gad7(7, 40);
  for (const [mood, days] of [
    [3, 91],
    [6, 88],
    [4, 51],
    [7, 48],
    [5, 21],
    [8, 18],
  ] as const)
    await maya.checkIn(mood, days);
  const lasted =
    'In 1 of 2 past intervals PHQ-9 was past the line twice, by day 35. In 1 it held up to the last score before the next session, on day 20.';

  const desk = await open('desk', { expected: [/422/] });
  await signIn(desk, clinic.owner);

  await test.step('the line is agreed on, and refused where the measure does not have it', async () => {
    await desk.goto(`/patients/${maya.id}/course`);
    await desk.getByRole('button', { name: 'Save line' }).click();
    await expect(desk.getByText('Write the value as a number.')).toBeVisible();
    const value = desk.getByLabel('Last value that is still well');
    await value.fill('30');
    await desk.getByRole('button', { name: 'Save line' }).click();
    await expect(desk.getByText('must be from 0 to 27').first()).toBeVisible();
    await expect(value).toHaveValue('30');
    await value.fill('9');
    await desk.getByRole('button', { name: 'Save line' }).click();
    await expect(desk.getByRole('button', { name: 'Use no line' })).toBeVisible();
  });

  await test.step('measures share one time axis, with sessions and effects', async () => {
    await desk.goto(`/patients/${maya.id}`);
    await expect(desk.getByText(lasted)).toBeVisible();
    await desk.getByLabel('Beside it').selectOption({ label: 'With GAD-7' });
    const figure = desk.getByRole('figure').first();
    await expect(figure).toContainText('8 points lower than before your first session (15)');
    await expect(figure).toContainText('Agreed, 9');
    await expect(figure).toContainText('a ring for moderate');
    const days = await figure
      .locator('svg[role=group]')
      .evaluateAll((all) =>
        all.map((svg) =>
          [...svg.querySelectorAll('.ses')].map((mark) =>
            Math.round(mark.getBoundingClientRect().x),
          ),
        ),
      );
    expect(days).toHaveLength(2);
    expect(days[1]).toEqual(days[0]);
  });

  await test.step('the days after sessions are compared on any measure', async () => {
    await expect(
      desk.getByText(/after session 3, mood was 3 higher than just before it/),
    ).toBeVisible();
    await desk.getByLabel('What is compared').selectOption({ label: 'PHQ-9' });
    await expect(
      desk.getByText('Session 3 has no answer in the 3 days before it, so its line is left out.'),
    ).toBeVisible();
  });

  await test.step('the text for a note says what the charts say', async () => {
    await desk.getByRole('button', { name: 'Show text' }).click();
    const text = desk.getByRole('textbox', { name: 'Text for your note' });
    await expect(text).toHaveValue(/PHQ-9 \(0 to 27, lower is better\): 11, Moderate/);
    await expect(text).toHaveValue(
      /8 points lower than before the first session of the course \(19\)/,
    );
    await expect(text).toHaveValue(/Line agreed on: 9\./);
    await expect(text).toHaveValue(/Sessions: 3 completed/);
    await desk.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await desk.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect(desk.getByText('Copied.').first()).toBeVisible();
    expect(await desk.evaluate(() => navigator.clipboard.readText())).toBe(await text.inputValue());
  });
  expect(await faults(desk, 'patient', DESK_WIDTHS)).toEqual([]);

  await test.step('the patient reads the same', async () => {
    const phone = await open('phone');
    await signIn(phone, maya);
    await phone.goto('/progress');
    await expect(title(phone)).toHaveText('Your progress');
    await expect(phone.getByText(lasted)).toBeVisible();
    await expect(phone.getByText('Agreed, 9')).toBeVisible();
    await expect(phone.getByText(/your mood was 3 higher than just before it/)).toBeVisible();
    await phone.getByLabel('What is compared').selectOption({ label: 'GAD-7' });
    await expect(phone.getByText(/no answer in the 3 days before it/)).toBeVisible();
    expect(await faults(phone, 'progress', PHONE_WIDTHS)).toEqual([]);
  });
});

test('what is asked around the sessions stands on the page of care', async ({ clinic, open }) => {
  const maya = await clinic.patient('Maya Reyes');
  await clinic.owner.post(`/patients/${maya.id}/courses`, {
    condition: 'mdd',
    protocol: 'iv-induction-6',
  });
  const phone = await open('phone');
  await signIn(phone, maya);
  await phone.goto('/care');
  const before = phone.getByRole('region', { name: 'Before your next session' });
  await expect(before.getByText('Before the session')).toBeVisible();
  await expect(phone.getByRole('region', { name: 'After your next session' })).toBeVisible();
  expect(await faults(phone, 'care', PHONE_WIDTHS)).toEqual([]);
});
