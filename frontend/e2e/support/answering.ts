/** Answering as a person does, and counting what it took. */
import { expect, type Locator, type Page } from '@playwright/test';

/** A thumb that counts its taps. */
export class Thumb {
  taps = 0;
  async tap(target: Locator): Promise<void> {
    await target.tap();
    this.taps += 1;
  }
}

export const FREQUENCY = [
  'Not at all',
  'Several days',
  'More than half the days',
  'Nearly every day',
] as const;

/** The whole PHQ-9 from its first question, tapped; ends on the button that sends it. */
export async function answerPhq9(page: Page, answers: readonly number[]): Promise<void> {
  const all = [...answers, 1];
  for (const [at, answer] of all.entries()) {
    await expect(page.getByText(`Question ${at + 1} of`)).toBeVisible();
    const question = page.getByRole('radiogroup');
    // Nothing is chosen before somebody chooses.
    await expect(question.getByRole('radio', { checked: true })).toHaveCount(0);
    await question.getByRole('radio').nth(answer).click();
    if (at < all.length - 1) await expect(page).toHaveURL(new RegExp(`/${at + 2}$`));
  }
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
}
