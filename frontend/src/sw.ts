/**
 * Keeps the shell of this version on the device, so that the app opens without a network.
 *
 * Never touches /api/: what people answered is not in any cache. A new version waits until the page says "use".
 */
import { sendWaiting } from './offline/background';

declare const self: ServiceWorkerGlobalScope;

/** Written by the build (build/shell.ts): this version's files and the addresses that the app knows. */
declare const SHELL: {
  version: string;
  core: string[];
  patient: string[];
  staff: string[];
  routes: string[];
};

type Group = 'patient' | 'staff';

/** Named once: the build puts the list wherever the name stands. */
const shell = SHELL;
const CACHE = `shell-${shell.version}`;
const routes = shell.routes.map((source) => new RegExp(source));
/** Where a cache notes which people's screens it holds, so that the next version brings the same. */
const noteOf = (group: Group) => `/.holds/${group}`;

async function add(cache: Cache, paths: string[]): Promise<void> {
  const missing: string[] = [];
  for (const path of paths) if (!(await cache.match(path))) missing.push(path);
  await cache.addAll(
    missing.map((path) => new Request(path, { cache: path === '/' ? 'reload' : 'default' })),
  );
}

async function hold(group: Group): Promise<void> {
  const cache = await caches.open(CACHE);
  await add(cache, shell[group]);
  await cache.put(noteOf(group), new Response(''));
}

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      await add(await caches.open(CACHE), shell.core);
      for (const group of ['patient', 'staff'] as const)
        if (await caches.match(noteOf(group))) await hold(group);
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      // Other windows still run the version before, and may load more of it.
      const older = (await caches.keys()).filter((name) => name !== CACHE);
      for (const name of older.slice(0, -1)) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('message', (event) => {
  if (event.data === 'use') void self.skipWaiting();
  if (event.data === 'hold patient') event.waitUntil(hold('patient').catch(() => {}));
  if (event.data === 'hold staff') event.waitUntil(hold('staff').catch(() => {}));
});

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

self.addEventListener('sync', (event) => {
  if ((event as SyncEvent).tag === 'outbox') (event as SyncEvent).waitUntil(sendUnseen());
});

async function sendUnseen(): Promise<void> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  // A page that somebody looks at sends by itself, and says what came of it.
  if (windows.every(({ visibilityState }) => visibilityState !== 'visible')) await sendWaiting();
}

/** What a push says where its words cannot be read: some browsers punish one that shows nothing. */
const QUIET_WORDS = 'A moment for you, if you like.';

self.addEventListener('push', (event) => {
  let words = QUIET_WORDS;
  try {
    words = event.data?.text() || QUIET_WORDS;
  } catch {
    // Not a text: the usual words it is.
  }
  // One at a time: a later one takes the place of an earlier one.
  const notice = { body: words, tag: 'yarrow', icon: '/icon-192.png', badge: '/icon-192.png' };
  event.waitUntil(self.registration.showNotification('Yarrow', notice));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(
    (async () => {
      const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
      // What somebody is filling in stays on the screen.
      if (open[0]) await open[0].focus();
      else await self.clients.openWindow('/');
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith('/api/') || url.pathname === '/sw.js') return;
  if (request.mode === 'navigate') {
    if (routes.some((known) => known.test(url.pathname)))
      event.respondWith(
        caches.open(CACHE).then(async (cache) => (await cache.match('/')) ?? fetch(request)),
      );
    return;
  }
  event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});

export {};
