/**
 * The kill switch: served as /sw.js, it takes the worker and the files that it kept off the device.
 *
 * What waits to be sent lies elsewhere and is not touched; a page that is open goes on, with the network.
 */
declare const self: ServiceWorkerGlobalScope;

self.addEventListener('install', () => void self.skipWaiting());
self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) await caches.delete(name);
      await self.registration.unregister();
    })(),
  );
});

export {};
