/** The kill switch: served as /sw.js, it takes the worker and everything it kept off the device. */

declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) await caches.delete(name);
      await self.registration.unregister();
      for (const client of await self.clients.matchAll({ type: 'window' }))
        await (client as WindowClient).navigate(client.url);
    })(),
  );
});

export {};
