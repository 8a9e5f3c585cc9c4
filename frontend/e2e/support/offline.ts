/** The app without a network. */
import type { Page } from '@playwright/test';
import { expect } from './test';

/** Until everything that must open without a network is on this device. */
export async function ready(page: Page): Promise<void> {
  await expect
    .poll(
      () =>
        page.evaluate(async () => {
          const controlled = navigator.serviceWorker.controller !== null;
          if (!controlled || !(await caches.match('/.holds/patient'))) return false;
          // The questionnaires come a while after the first screen.
          return new Promise<boolean>((done) => {
            const opening = indexedDB.open('yarrow');
            opening.onerror = () => done(false);
            opening.onsuccess = () => {
              const reading = opening.result.transaction('kept').objectStore('kept');
              const known = reading.getKey('/instruments');
              known.onsuccess = () => {
                opening.result.close();
                done(known.result !== undefined);
              };
            };
          });
        }),
      { timeout: 20_000 },
    )
    .toBe(true);
}
