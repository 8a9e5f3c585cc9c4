/** A device whose disk can be looked at: what a browser has left on it. */
import {
  chromium,
  test,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A browser whose profile is a folder of its own; with `folder` the one that was closed before. */
export async function ownDevice(
  settings: BrowserContextOptions,
  folder?: string,
): Promise<{ folder: string; device: BrowserContext }> {
  folder ??= await mkdtemp(join(tmpdir(), 'yarrow-device-'));
  const { launchOptions } = test.info().project.use;
  const device = await chromium.launchPersistentContext(folder, {
    ...launchOptions,
    timezoneId: 'America/Denver',
    ...settings,
  });
  return { folder, device };
}

/** All that scripts of this page could have kept: keys and values. */
export function kept(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: unknown[] = [
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      document.title,
    ];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const asked = indexedDB.open(name);
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
      for (const store of database.objectStoreNames) {
        found.push(
          await new Promise((resolve, reject) => {
            const asked = database.transaction(store).objectStore(store).getAll();
            asked.onsuccess = () => resolve(asked.result);
            asked.onerror = () => reject(asked.error);
          }),
        );
      }
      database.close();
    }
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      found.push((await cache.keys()).map(({ url }) => url));
    }
    return JSON.stringify(found);
  });
}

/** The files below a folder that hold one of these texts, as bytes of one or of two to a letter. */
export async function holding(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const content = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    for (const text of texts)
      if (content.includes(text) || content.includes(Buffer.from(text, 'utf16le')))
        found.push(`${text} in ${entry.name}`);
  }
  return found;
}
