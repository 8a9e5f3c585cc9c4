/** Getting about with nothing but a keyboard. */
import { expect, type Page } from '@playwright/test';

interface Stop {
  name: string;
  /** It can be seen where one is: a ring, on the screen, under nothing else. */
  ring: boolean;
  onScreen: boolean;
  uncovered: boolean;
}

/** What has the focus, as a screen reader would name it. */
export function focused(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const here = document.activeElement;
    if (!(here instanceof HTMLElement || here instanceof SVGElement))
      return { name: '', ring: true, onScreen: true, uncovered: true };
    const labels = (here as HTMLInputElement).labels;
    const labelled = here
      .getAttribute('aria-labelledby')
      ?.split(/\s+/)
      .map((id) => document.getElementById(id)?.textContent)
      .join(' ');
    const name =
      here.getAttribute('aria-label') ??
      labelled ??
      (labels && labels.length > 0 ? labels[0]?.textContent : here.textContent) ??
      '';
    const box = here.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    // A page's own long text may begin above the screen; what is used does not.
    const onScreen = y >= 0 && y <= innerHeight && x >= 0 && x <= innerWidth;
    const top = document.elementFromPoint(x, y);
    const label = here.closest('label');
    const uncovered =
      !onScreen ||
      !top ||
      here.contains(top) ||
      Boolean(label?.contains(top)) ||
      top.contains(here);
    let ring = false;
    for (let part: Element | null = here, up = 0; part && up < 4; part = part.parentElement, up++) {
      const style = getComputedStyle(part);
      ring ||= style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
    }
    return { name: name.replace(/\s+/g, ' ').trim(), ring, onScreen, uncovered };
  });
}

/** Goes on with Tab until it is there; every stop on the way can be seen. */
export async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const passed: string[] = [];
  for (let step = 0; step < 120; step++) {
    await page.keyboard.press(key);
    const stop = await focused(page);
    expect(stop, `the focus on “${stop.name}” can be seen`).toMatchObject({
      ring: true,
      onScreen: true,
      uncovered: true,
    });
    if (name.test(stop.name)) return;
    passed.push(stop.name.slice(0, 30));
  }
  throw new Error(`Tab never came to ${name}, only to ${passed.join(' | ')}`);
}
