import type { Page } from '@playwright/test';
import { focused, tabTo } from './support/keys';
import { drawn, settled } from './support/look';
import { expect, PASSWORD, signIn, test, title } from './support/test';
import { en as words } from '../src/messages/en/sessions';

test('a whole PHQ-9 is answered with the keyboard alone', async ({ clinic, open }) => {
  const patient = await clinic.patient('Maya Reyes');
  const page = await open('desk');
  const press = (key: string) => page.keyboard.press(key);
  await page.goto('/');
  await expect(title(page)).toBeVisible();
  await tabTo(page, /^Email$/);
  await page.keyboard.type(patient.email);
  await tabTo(page, /^Password$/);
  await page.keyboard.type(PASSWORD);
  await press('Enter');
  await expect(page).toHaveURL('/today');
  await expect(page.getByRole('link', { name: /PHQ-9/ })).toBeVisible();
  await tabTo(page, /PHQ-9/);
  await press('Enter');

  const answers = [1, 2, 0, 3, 1, 1, 0, 2, 1, 1];
  for (const [at, answer] of answers.entries()) {
    await expect(page.getByText(`Question ${at + 1} of`)).toBeVisible();
    // The question is read out first: that is where the focus is.
    const question = (await title(page).textContent()) ?? '';
    await expect.poll(async () => (await focused(page)).name).toBe(question.trim());
    await tabTo(page, /^Not (at all|difficult at all)$/);
    if (answer === 0) await press('Space');
    for (let step = 0; step < answer; step++) await press('ArrowDown');
    await expect(page.getByRole('radio').nth(answer)).toBeChecked();
    // Passing over answers chooses nothing for good and leads nowhere.
    await expect(page.getByText(`Question ${at + 1} of`)).toBeVisible();
    await press('Enter');
  }
  await expect(title(page)).toHaveText('Thank you for telling us');
  await expect.poll(async () => (await focused(page)).name).toBe('Thank you for telling us');
  await tabTo(page, /^Call 988$/);
  await expect(page.getByText(/Sent at /)).toBeVisible();
  await tabTo(page, /^Go back to today$/);
  await press('Enter');
  await expect(page).toHaveURL('/today');
  const [response] = await patient.responses('phq-9');
  const expected = answers.map((answer, at) => [`q${at + 1}`, answer] as const);
  expect(response?.answers).toEqual(Object.fromEntries(expected));
});

test('a check-in is made with arrow keys, and a rail can be left blank again', async ({
  clinic,
  open,
}) => {
  const patient = await clinic.patient('Maya Reyes');
  const page = await open('desk');
  await signIn(page, patient);
  await page.goto('/check-in');
  await settled(page);
  await tabTo(page, /^0, /);
  for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Delete');
  await tabTo(page, /^Save check-in$/);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/It reached Alder Row/)).toBeVisible();
  const [checkIn] = await patient.responses('daily-check-in');
  expect(checkIn?.answers).toEqual({ mood: 6 });
});

test('a session is recorded and signed with the keyboard alone', async ({ clinic, open }) => {
  const patient = await clinic.patient('Maya Reyes');
  const course = await clinic.course(patient, 3);
  const session = await clinic.planned(patient, course, 1, -1);
  const page = await open('desk');
  const type = async (name: RegExp, text: string) => {
    await tabTo(page, name);
    await page.keyboard.type(text);
  };
  await signIn(page, clinic.owner);
  await expect(page.getByRole('link', { name: 'Maya Reyes' })).toBeVisible();

  await test.step('a slash finds the patient', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('maya');
    await page.keyboard.press('Enter');
    await expect(page.getByText('1 person matches')).toBeVisible();
    await tabTo(page, /^Maya Reyes$/);
    await page.keyboard.press('Enter');
    await expect(title(page)).toHaveText('Maya Reyes');
  });

  await page.goto(`/patients/${patient.id}/sessions/${session.id}`);
  await settled(page);
  await type(/^Weight$/, '76');
  await type(/^Dose$/, '38');
  await type(/^Over$/, '40');
  await type(/^Started$/, '1002');
  await type(/^Ended$/, '1042');
  await tabTo(page, /^Systolic, Before$/);
  // The slash between the figures goes on to the second.
  await page.keyboard.type('128/82');
  await expect(page.getByLabel('Diastolic, Before')).toHaveValue('82');
  await tabTo(page, /^None$/);
  await page.keyboard.press('Space');
  for (const tick of Object.values(words.discharge)) {
    await tabTo(page, new RegExp(`^${tick}$`));
    await page.keyboard.press('Space');
    await expect(page.getByRole('checkbox', { name: tick })).toBeChecked();
  }
  await type(/^Let go by$/, 'Sam Whitlock, RN');
  await tabTo(page, /^Sign and close$/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await focused(page)).name).toBe('Sign and close');
  await tabTo(page, /^Sign this record$/);
  await page.keyboard.press('Enter');
  await expect(page.getByText(/^Signed by Dr Ada Okafor/)).toBeVisible();
  expect(await clinic.owner.get(`/sessions/${session.id}`)).toMatchObject({
    status: 'completed',
    dose_mg: 38,
    weight_kg: 76,
  });
});

/** Text twice as large, as a person sets it in the browser. */
async function enlarge(page: Page): Promise<void> {
  await page.evaluate(() => document.documentElement.style.setProperty('font-size', '200%'));
  await drawn(page);
}

/** Controls of the top bar that lie over each other, and whether the page has to be moved sideways. */
function squeezed(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) found.push(`${location.pathname} is ${wide}px wider than the screen`);
    const controls = [...document.querySelectorAll('header a, header button, header input')]
      .filter((control) => control.checkVisibility())
      .map((control) => ({
        name: control.getAttribute('aria-label') ?? control.textContent?.trim() ?? '',
        element: control,
        box: control.getBoundingClientRect(),
      }))
      .filter(({ box }) => box.width > 0 && box.height > 0);
    controls.forEach((one, index) => {
      for (const other of controls.slice(index + 1)) {
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        const across =
          Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down =
          Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        if (across > 1 && down > 1)
          found.push(`${location.pathname}: “${one.name}” and “${other.name}” overlap`);
      }
    });
    return found;
  });
}

test('text at 200 % breaks no screen', async ({ clinic, open }) => {
  const patient = await clinic.patient('Maya Reyes');
  const course = await clinic.course(patient, 20);
  await patient.phq9(20, 21);
  const session = await clinic.session(patient, course, 1, 20);
  await patient.phq9(12, 2, 1);
  const found: string[] = [];

  await test.step('a patient’s', async () => {
    const page = await open('phone', { isMobile: false });
    for (const address of ['/', '/help']) {
      await page.goto(address);
      await settled(page);
      await enlarge(page);
      found.push(...(await squeezed(page)));
    }
    await signIn(page, patient);
    for (const address of [
      '/today',
      '/check-in',
      '/questions/phq-9/1',
      '/progress',
      '/care',
      '/you',
    ]) {
      await page.goto(address);
      await settled(page);
      await enlarge(page);
      found.push(...(await squeezed(page)));
    }
  });

  await test.step('a provider’s', async () => {
    const page = await open('desk');
    await signIn(page, clinic.owner);
    for (const address of [
      '/caseload',
      `/patients/${patient.id}`,
      `/patients/${patient.id}/sessions/${session.id}`,
      '/alerts',
      '/clinic/people',
    ])
      for (const width of [820, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        await page.goto(address);
        await settled(page);
        await enlarge(page);
        found.push(...(await squeezed(page)).map((one) => `${one} at ${width}`));
      }
  });
  expect(found).toEqual([]);
});

test('nothing moves for people who asked for less motion', async ({ clinic, open }) => {
  const patient = await clinic.patient('Maya Reyes');
  await patient.phq9(12, 2);
  const page = await open('phone', { reducedMotion: 'reduce' });
  await signIn(page, patient);
  for (const address of ['/today', '/check-in', '/progress', '/help']) {
    await page.goto(address);
    await settled(page);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => {
          const { transitionDuration, animationDuration, animationName } =
            getComputedStyle(element);
          const longest = (list: string) => Math.max(...list.split(',').map(parseFloat));
          return (
            longest(transitionDuration) > 0.01 ||
            (animationName !== 'none' && longest(animationDuration) > 0.01)
          );
        })
        .map((element) => element.outerHTML.slice(0, 80)),
    );
    expect(moving, address).toEqual([]);
  }
});
