import type { Page } from '@playwright/test';
import { Clinic, Caller } from './support/clinic';
import { fill, type Filled } from './support/filled';
import { DESK_WIDTHS, faults, loading, PHONE_WIDTHS, settled } from './support/look';
import { Server } from './support/server';
import { expect, signIn, test as base, title } from './support/test';

/** One filled clinic for all the screens of this file; nothing here changes what another test looks at. */
const test = base.extend<object, { filled: Filled & { server: Server } }>({
  filled: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const server = await Server.start();
      const clinic = await Clinic.setUp(server.url, server.setupLink);
      await use({ ...(await fill(clinic)), server });
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});
test.describe.configure({ timeout: 600_000 });

/** Looks at each screen in turn, and reports everything at once. */
class Round {
  readonly #found: string[] = [];
  constructor(
    readonly page: Page,
    readonly widths: number[],
  ) {}

  async look(name: string, go: () => Promise<unknown>, ready = settled): Promise<void> {
    await test.step(name, async () => {
      await this.page.setViewportSize({ width: this.widths[1] ?? 390, height: 844 });
      await go();
      this.#found.push(...(await faults(this.page, name, this.widths, ready)));
    });
  }

  visit(address: string, ready?: string | RegExp): Promise<void> {
    return this.look(address, async () => {
      await this.page.goto(address);
      if (ready) await expect(this.page.getByText(ready).first()).toBeVisible();
    });
  }

  end(): void {
    expect(this.#found).toEqual([]);
  }
}

/** A window without a service worker: these screens are looked at, not kept. */
const WINDOW = { serviceWorkers: 'block', isMobile: false } as const;

test('public screens hold for everyone, in every size and light', async ({ filled, open }) => {
  const page = await open('phone', {
    ...WINDOW,
    baseURL: filled.server.url,
    expected: [/401/, /404/],
  });
  const round = new Round(page, PHONE_WIDTHS);
  await round.visit('/', 'Good to see you');
  await round.look('a sign-in that is refused', async () => {
    await page.getByLabel('Email').fill('nobody@example.org');
    await page.getByRole('textbox', { name: 'Password' }).fill('not the right words');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText(/don't go together/)).toBeVisible();
  });
  await round.visit('/help', 'Call 988');
  await round.visit('/privacy');
  await round.visit('/clock');
  await round.visit('/nowhere', 'There is no such page');
  await round.visit('/setup', 'This clinic is set up already');
  await round.visit('/invite', 'Part of the link is missing');
  const { url } = await filled.clinic.owner.post<{ url: string }>('/invitations', {
    email: 'lena@example.org',
    roles: ['patient'],
    name: 'Lena Fischer',
  });
  await round.visit(url.slice(filled.server.url.length), 'Alder Row has invited you');
  await round.look('who sees what', () => page.getByRole('button', { name: 'Continue' }).click());
  await round.look('consents', () => page.getByRole('button', { name: 'Continue' }).click());
  await round.look('consents left open', async () => {
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('Choose yes or no.').first()).toBeVisible();
  });
  await round.look('a password that is too short', async () => {
    for (const consent of await page.getByRole('group').all())
      await consent.getByRole('radio', { name: 'Yes' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('textbox', { name: 'Password' }).fill('short');
    await page.getByRole('button', { name: 'Finish and sign in' }).click();
    await expect(page.getByText(/needs 15 characters/)).toBeVisible();
  });
  round.end();
});

test('the set-up page holds, filled in wrongly too', async ({ server, open }) => {
  const page = await open('phone', WINDOW);
  const round = new Round(page, PHONE_WIDTHS);
  await round.visit(server.setupLink.slice(server.url.length), 'Set up your clinic');
  await round.look('a set-up that is refused', async () => {
    await page.getByRole('button', { name: 'Save and sign in' }).click();
    await expect(page.getByText('Please fill this in.').first()).toBeVisible();
  });
  round.end();
});

test('a patient’s screens hold, in every size and light', async ({ filled, open }) => {
  const page = await open('phone', { ...WINDOW, baseURL: filled.server.url });
  await signIn(page, filled.maya);
  const round = new Round(page, PHONE_WIDTHS);
  await round.visit('/today', 'Next session');
  await round.visit('/check-in', 'How has today been?');
  await round.look('the check-in with everything open', async () => {
    await page.getByText('Add a note, sleep hours, medicines').click();
    await page.getByRole('radio', { name: /^6/ }).first().click();
  });
  await round.visit('/questions/gad-7/1', 'Question 1 of 7');
  await round.look('a question left open', async () => {
    await page.getByRole('button', { name: 'Next' }).click();
    await expect(page.getByText(/Choose what fits best/)).toBeVisible();
  });
  await round.look('stopping half-way', async () => {
    await page.getByRole('radio').nth(1).click();
    await expect(page.getByText('Question 2 of 7')).toBeVisible();
    await page.getByRole('button', { name: 'Stop for now' }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
  });
  await round.look('done', async () => {
    await page.getByRole('button', { name: "Send what I've answered" }).click();
    await expect(title(page)).toHaveText('Done. Thank you.');
    await expect(page.getByText(/Sent at/)).toBeVisible();
  });
  await round.look('support', async () => {
    await page.goto('/questions/phq-9/1');
    for (let question = 1; question <= 9; question++) {
      await expect(page.getByText(`Question ${question} of`)).toBeVisible();
      await page
        .getByRole('radio')
        .nth(question === 9 ? 1 : 0)
        .click();
    }
    await expect(page.getByText('Question 10 of')).toBeVisible();
    await page.getByRole('button', { name: 'Stop for now' }).click();
    await expect(title(page)).toHaveText('Thank you for telling us');
  });
  await round.visit('/progress', 'Day to day');
  await round.look('progress as tables', async () => {
    for (const table of await page.getByText(/^Show .* as a table$/).all()) await table.click();
  });
  await round.visit('/progress/gad-7', 'Day to day');
  await round.visit('/care', 'See you next week.');
  await round.visit('/care/journal', 'The light was kind.');
  await round.look('who reads an entry', async () => {
    await page
      .getByRole('button', { name: /^Change who reads/ })
      .first()
      .click();
    await page.getByRole('radio', { name: /^One provider/ }).check();
  });
  await round.visit('/care/journal/new', 'Nobody watches this');
  await round.look('an entry without words', async () => {
    await page.getByRole('button', { name: 'Save' }).click();
    await expect(page.getByText('Write something first.')).toBeVisible();
  });
  await round.visit('/you', 'This device');
  await round.visit(`/patients/${filled.maya.id}/report`, 'page 1 of 1.');
  await round.visit('/you/queue', 'Nothing is waiting');
  await round.look('hidden', async () => {
    await page.goto('/today');
    await settled(page);
    await page.getByRole('button', { name: 'Hide' }).click();
    await expect(page.getByRole('button', { name: 'Help now' })).toHaveCount(0);
  });
  round.end();
});

test('a provider’s screens hold, in every size and light', async ({ filled, open }) => {
  const { maya, sessions } = filled;
  const page = await open('desk', { ...WINDOW, baseURL: filled.server.url, expected: [/404/] });
  await signIn(page, filled.provider);
  const round = new Round(page, DESK_WIDTHS);
  await round.visit('/caseload', 'Needs a response');
  await round.visit('/caseload?q=berg', /match “berg”/);
  await round.look('a list that is given no name', async () => {
    await page.getByRole('button', { name: 'Keep this list' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(page.getByText('Give the list a name.')).toBeVisible();
  });
  await round.visit('/caseload?filter=induction&sort=last_response', 'Rename');
  await round.visit('/patients/new', 'Add a patient');
  await round.look('a patient without a name', async () => {
    await page.getByRole('button', { name: 'Save and invite' }).click();
    await expect(page.getByText('Write the name.')).toBeVisible();
  });
  await round.visit(`/patients/${maya.id}`, 'After each session');
  await round.look('a patient by session', () =>
    page.getByRole('button', { name: 'By session' }).click(),
  );
  await round.look('a patient as tables', () =>
    page.getByRole('button', { name: 'Table', exact: true }).click(),
  );
  await round.visit(`/patients/${maya.id}/sessions/${sessions[5]?.id}`, 'Monitoring');
  await round.look('a session over its limits', async () => {
    await page.getByLabel('Weight', { exact: true }).fill('170');
    await page.getByLabel('Systolic, 15 min').fill('184');
    await page.getByLabel('Diastolic, 15 min').fill('121');
    await page.getByLabel('Nausea', { exact: true }).check();
    await page.getByRole('button', { name: 'Sign and close' }).click();
    await page.getByRole('button', { name: 'Sign this record' }).click();
    await expect(page.getByText('Before you can sign')).toBeVisible();
  });
  await round.visit(`/patients/${maya.id}/sessions/${sessions[4]?.id}`, 'Monitoring');
  await round.visit('/sessions', 'Elias Berg');
  await round.visit('/sessions?on=2001-01-01', 'Nothing is booked');
  await round.visit('/outcomes', 'Courses that can be analysed');
  await round.visit('/alerts', 'Closed this week');
  await round.visit(`/alerts/${filled.open.id}`, 'What you may need');
  await round.look('an alert closed without a note', async () => {
    await page.getByRole('button', { name: 'Record and close' }).click();
    await expect(page.getByText('Choose what you did.')).toBeVisible();
    await page.getByText('Every step').click();
  });
  await round.visit(`/alerts/${filled.closed.id}`, 'How it was closed');
  await round.visit('/clinic/invites', /invitation/);
  await round.visit('/account', 'This device');
  await round.visit('/nowhere', 'There is no such page');
  round.end();
});

/** What a screen shows while it waits, without a network, and when the server cannot help. */
const CUT = /ERR_INTERNET_DISCONNECTED|ERR_FAILED|503|422/;
const broken = { status: 503, contentType: 'application/problem+json', body: '{"status":503}' };

test('a patient’s screens hold while they wait, without a network, and when something fails', async ({
  filled,
  open,
}) => {
  const patient = await filled.clinic.patient('Noor Haddad');
  const page = await open('phone', {
    ...WINDOW,
    baseURL: filled.server.url,
    expected: [CUT],
  });
  await signIn(page, patient);
  const round = new Round(page, PHONE_WIDTHS);
  await round.visit('/today', "When you're ready");
  await round.visit('/progress');
  await round.visit('/care');

  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/api/v1/patients/**', async (route) => {
    await held;
    await route.abort();
  });
  await round.look('progress on its way', () => page.goto('/progress'), loading);
  release();
  await page.unrouteAll({ behavior: 'wait' });

  await page.route('**/api/v1/{patients,me}/**', (route) => route.fulfill(broken));
  await round.visit('/progress', 'Try again');
  await round.visit('/today', 'Checking in still works');
  await round.visit('/care');
  await page.unrouteAll();

  await page.route('**/api/v1/responses/*', (route) => route.fulfill({ ...broken, status: 422 }));
  await round.look('an answer that was refused', async () => {
    await page.goto('/today');
    await settled(page);
    await page.getByRole('radio', { name: /^6/ }).first().click();
    await page.getByRole('link', { name: /Full check-in/ }).click();
    await page.getByRole('button', { name: 'Save check-in' }).click();
    await expect(page.getByText(/your clinic could not take it in/).first()).toBeVisible();
  });
  await round.look('the list of what was refused', async () => {
    await page.goto('/you/queue');
    await page.getByRole('button', { name: /^Delete/ }).click();
    await expect(page.getByText('Delete it for good?')).toBeVisible();
  });
  await page.getByRole('button', { name: 'Delete for good' }).click();
  await page.unrouteAll();

  await round.look('no network', async () => {
    await page.goto('/today');
    await settled(page);
    await page.context().setOffline(true);
    await expect(page.getByText("You're offline.")).toBeVisible();
  });
  await round.look('an answer that waits', async () => {
    await page.getByRole('radio', { name: /^6/ }).first().click();
    await page.getByRole('link', { name: /Full check-in/ }).click();
    await page.getByRole('button', { name: 'Save check-in' }).click();
    await expect(page.getByText('One answer is safe on this phone').first()).toBeVisible();
  });
  await round.look('the list of what waits', async () => {
    await page.getByRole('link', { name: 'See the list' }).first().click();
    await expect(page.getByText(/Alder Row has not seen them yet/)).toBeVisible();
  });
  await page.context().setOffline(false);
  await expect(title(page)).toHaveText('Nothing is waiting');
  round.end();
});

test('a provider’s screens hold while they wait, without a network, and when something fails', async ({
  filled,
  open,
}) => {
  const page = await open('desk', { ...WINDOW, baseURL: filled.server.url, expected: [CUT] });
  await page.clock.install();
  await signIn(page, filled.provider);
  const round = new Round(page, DESK_WIDTHS);
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route('**/api/v1/patients*', async (route) => {
    await held;
    await route.abort();
  });
  await round.look(
    'the caseload on its way',
    async () => {
      await page.goto('/caseload');
      await page.clock.fastForward(1_000);
    },
    loading,
  );
  release();
  await page.unrouteAll({ behavior: 'wait' });

  await page.route('**/api/v1/{patients,alerts,sessions}**', (route) => route.fulfill(broken));
  for (const address of ['/caseload', '/alerts', '/sessions', `/patients/${filled.maya.id}`])
    await round.visit(address, 'Try again');
  await page.unrouteAll();

  await round.look('a caseload that is older than two minutes', async () => {
    await page.goto('/caseload');
    await expect(page.getByText('Needs a response')).toBeVisible();
    await page.context().setOffline(true);
    await page.clock.fastForward(150_000);
    await expect(page.getByText(/Last updated/).first()).toBeVisible();
  });
  await page.context().setOffline(false);
  round.end();
});

test('a coordinator’s screens hold, and show no answer', async ({ filled, open }) => {
  const page = await open('desk', { ...WINDOW, baseURL: filled.server.url });
  await signIn(page, filled.coordinator);
  const round = new Round(page, DESK_WIDTHS);
  await round.visit('/caseload', 'Maya Reyes');
  await round.visit(`/patients/${filled.maya.id}`, 'Maya Reyes');
  await expect(page.getByText(/Answers and scores are for the people who treat/)).toBeVisible();
  await round.visit('/sessions', 'Elias Berg');
  await round.visit(
    `/patients/${filled.maya.id}/sessions/new`,
    'Session records are for providers',
  );
  await round.visit('/alerts', 'Alerts are for providers');
  await round.visit('/outcomes', 'Who to remind');
  await round.visit('/clinic/people', 'This page is for admins');
  await round.visit('/account', 'This device');
  round.end();
});

test('an admin’s screens hold, in every size and light', async ({ filled, open }) => {
  const page = await open('desk', { ...WINDOW, baseURL: filled.server.url });
  await signIn(page, filled.admin);
  const round = new Round(page, DESK_WIDTHS);
  await round.visit('/clinic/people', 'Sam Whitlock, RN');
  await round.look('somebody’s roles', async () => {
    await page.getByRole('button', { name: 'Change Sam Whitlock, RN’s account' }).click();
    await page.getByRole('button', { name: 'Disable account' }).click();
  });
  await round.visit('/clinic/invites', 'Robin Achterberg');
  await round.look('an invitation’s link', async () => {
    await page.getByLabel('Name', { exact: true }).fill('Kim Vo');
    await page.getByLabel('E-mail').fill('kim@alder-row.example');
    await page.getByRole('checkbox', { name: /Coordinator/ }).check();
    await page.getByRole('button', { name: 'Make the link' }).click();
    await expect(page.getByLabel('Invitation link')).toBeVisible();
  });
  await round.visit('/clinic', 'How the clinic appears');
  await round.visit('/clinic/export', 'admins who are providers too');
  await round.visit('/account', 'This device');
  round.end();
});

test('the screen of a clinic’s data holds, with lines that cannot be stored', async ({
  filled,
  open,
}) => {
  const page = await open('desk', { ...WINDOW, baseURL: filled.server.url });
  await signIn(page, filled.clinic.owner);
  const round = new Round(page, DESK_WIDTHS);
  await round.visit('/clinic/export', 'Bring in earlier records');
  await round.look('what each line does', async () => {
    await page.getByText('The columns').click();
    const lines = 'A-1001,phq-9,2025-03-01,,17\r\nA-9999,gad-7,2025-03-01,,9\r\n';
    const buffer = Buffer.from(`record_number,what,at,answers,total\r\n${lines}`);
    await page
      .getByLabel('CSV file')
      .setInputFiles({ name: 'earlier.csv', mimeType: 'text/csv', buffer });
    await expect(page.getByText(/can't be stored\./)).toBeVisible();
  });
  round.end();
});

test('every answer forbids what the app does not need', async ({ filled }) => {
  for (const path of ['/', '/today', '/help', '/api/v1/meta']) {
    const { headers } = await fetch(filled.server.url + path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy, path).toMatch(/default-src 'none'|default-src 'self'/);
    expect(policy, path).not.toMatch(/unsafe-inline|unsafe-eval|https?:|\*/);
    expect(headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(headers.get('referrer-policy'), path).toBe('no-referrer');
  }
  expect((await new Caller(filled.server.url).ask('GET', '/me')).status).toBe(401);
});
