/** What must hold on every screen, in every state, light and dark, at every width. */
import type { Page } from '@playwright/test';
import axe from 'axe-core';
import { expect, title } from './test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Phones down to the narrowest, and a patient's own computer. */
export const PHONE_WIDTHS = [320, 390, 1440];
/** Tablets and desks; staff look things up on phones too. */
export const DESK_WIDTHS = [390, 820, 1440];

/** Until nothing is being loaded, and what was loaded is drawn. */
export async function settled(page: Page): Promise<void> {
  await expect(title(page)).toBeVisible();
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  await drawn(page);
}

/** Until the shapes of what is coming stand where it will be. */
export async function loading(page: Page): Promise<void> {
  await expect(page.locator('[aria-busy=true] .card').first()).toBeVisible();
  await drawn(page);
}

/** Until what has changed is on the screen, and what follows from its size too. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((done) => {
        let frames = 4;
        const next = () => (frames-- > 0 ? requestAnimationFrame(next) : done(null));
        next();
      }),
  );
}

/**
 * The screen as it stands, at each width, light and dark: everything that is the matter with it. `ready` waits for what
 * is to be looked at.
 */
export async function faults(
  page: Page,
  name: string,
  widths: number[],
  ready: (page: Page) => Promise<void> = settled,
): Promise<string[]> {
  await ready(page);
  const found = (await styled(page)).map((html) => `${name}: style attribute in ${html}`);
  for (const width of widths) {
    await page.setViewportSize({ width, height: width < 700 ? 844 : 900 });
    await drawn(page);
    const at = `${name} at ${width}`;
    found.push(...(await shape(page)).map((fault) => `${at}: ${fault}`));
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      found.push(...(await violations(page)).map((one) => `${at}, ${colorScheme}: ${one}`));
    }
  }
  return found;
}

/** What axe finds; its program goes into the page once. */
async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  return page.evaluate(async (tags) => {
    const { run } = (window as unknown as { axe: typeof axe }).axe;
    const found = await run(document, { runOnly: tags, resultTypes: ['violations'] });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
  }, TAGS);
}

function styled(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('[style]')].map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** What can be measured: one title, nothing wider than the screen, no chart labels that touch. */
function shape(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const titles = [...document.querySelectorAll('h1')].filter((one) =>
      one.checkVisibility(),
    ).length;
    if (titles !== 1) found.push(`${titles} titles`);
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) found.push(`${wide}px wider than the screen`);
    for (const chart of document.querySelectorAll('svg.chart')) {
      const labels = [...chart.querySelectorAll('text')]
        .map((text) => ({ words: text.textContent, box: text.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0);
      labels.forEach((one, index) => {
        for (const other of labels.slice(index + 1)) {
          const across =
            Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
          // A line of text is taller than its letters.
          const down =
            Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
          if (across > 0.5 && down > one.box.height * 0.3)
            found.push(`the chart labels “${one.words}” and “${other.words}” touch`);
        }
      });
    }
    return found;
  });
}
