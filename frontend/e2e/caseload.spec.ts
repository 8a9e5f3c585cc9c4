import { expect, signIn, test, title } from './support/test';

const CUT = /ERR_INTERNET_DISCONNECTED|ERR_FAILED/;

test('a list that is kept is found again, renamed and let go of by keyboard alone', async ({
  clinic,
  open,
}) => {
  await clinic.patient('Maya Reyes');
  await clinic.patient('Jonas Berg');
  const desk = await open('desk', { expected: [CUT] });
  await signIn(desk, clinic.owner);
  await expect(title(desk)).toBeVisible();
  const lists = desk.getByRole('navigation', { name: 'Lists you keep' });
  await expect(desk.getByRole('button', { name: 'Keep this list' })).toHaveCount(0);
  await desk.goto('/caseload?sort=name&q=berg');
  await desk.getByRole('button', { name: 'Keep this list' }).focus();
  await desk.keyboard.press('Enter');
  const field = desk.getByLabel('Name of the list');
  await expect(field).toBeFocused();

  await test.step('it needs a name, and Escape leaves all as it was', async () => {
    await desk.keyboard.press('Enter');
    await expect(desk.getByRole('alert')).toHaveText('Give the list a name.');
    await desk.keyboard.press('Escape');
    await expect(desk.getByRole('button', { name: 'Keep this list' })).toBeFocused();
  });

  await test.step('what does not save says so, and is tried again', async () => {
    await desk.keyboard.press('Enter');
    await desk.keyboard.type('The Bergs');
    await desk.route('**/api/v1/me/filters', (route) => route.abort(), { times: 1 });
    await desk.keyboard.press('Enter');
    await expect(desk.getByRole('alert')).toBeVisible();
    await expect(field).toHaveValue('The Bergs');
    await desk.keyboard.press('Enter');
    await expect(lists.getByRole('link', { name: 'The Bergs' })).toHaveAttribute('aria-current');
    await expect(desk.getByRole('alert')).toHaveCount(0);
  });

  await test.step('it is there on another day, and shows what it was kept for', async () => {
    await desk.goto('/caseload');
    await expect(desk.getByRole('row', { name: /Maya Reyes/ })).toBeVisible();
    await lists.getByRole('link', { name: 'The Bergs' }).focus();
    await desk.keyboard.press('Enter');
    await expect(desk).toHaveURL('/caseload?sort=name&q=berg');
    await expect(desk.getByRole('row', { name: /Maya Reyes/ })).toHaveCount(0);
  });

  await test.step('renamed and removed', async () => {
    await desk.getByRole('button', { name: /^Rename/ }).focus();
    await desk.keyboard.press('Enter');
    await expect(field).toHaveValue('The Bergs');
    await desk.keyboard.type('Berg');
    await desk.keyboard.press('Enter');
    await expect(lists.getByRole('link')).toHaveText(['Berg']);
    await desk.getByRole('button', { name: /^Remove/ }).focus();
    await desk.keyboard.press('Enter');
    await expect(lists).toHaveCount(0);
    await expect(desk.getByRole('button', { name: 'Keep this list' })).toBeVisible();
  });
});
