/** The installed app: its service worker, and a new version that waits until the page says so. */

import { whenOutdated } from '../api/client';
import type { Offered } from '../install/device';

interface Policy {
  createScriptURL(url: string): string;
}

/** The only Trusted Types policy: the only script address that may be made from a string is the worker's. */
function scriptPolicy(): Policy {
  const factory = (
    globalThis as {
      trustedTypes?: { createPolicy(name: string, rules: Partial<Policy>): Policy };
    }
  ).trustedTypes;
  const rules: Policy = {
    createScriptURL(url) {
      if (url !== '/sw.js') throw new TypeError('not a script of ours');
      return url;
    },
  };
  return factory ? factory.createPolicy('app', rules) : rules;
}

/** Longer than a new version takes to be in charge. */
const TAKE_OVER_MS = 5_000;

class Shell {
  /** A new version is on the device and waits. */
  updateReady = $state(false);
  /** The browser would install the app, and asks when it is told to. */
  offered = $state.raw<Offered | null>(null);
  #waiting: ServiceWorker | null = null;
  #asked = false;

  async register(): Promise<void> {
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.offered = event as Offered;
    });
    whenOutdated(() => (this.updateReady = true));
    if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
    let first = navigator.serviceWorker.controller === null;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      // Asked for in this window: go. In another one: what is being filled in here stays until this one is asked.
      if (this.#asked) location.reload();
      else if (!first) this.updateReady = true;
      first = false;
    });
    try {
      const registration = await navigator.serviceWorker.register(
        scriptPolicy().createScriptURL('/sw.js'),
        { updateViaCache: 'none' },
      );
      const look = () => void registration.update().catch(() => {});
      whenOutdated(look);
      if (registration.waiting) this.#found(registration.waiting);
      registration.addEventListener('updatefound', () => {
        const coming = registration.installing;
        coming?.addEventListener('statechange', () => {
          if (coming.state === 'installed' && navigator.serviceWorker.controller)
            this.#found(coming);
        });
      });
      document.addEventListener('visibilitychange', () => {
        if (document.visibilityState === 'visible') look();
      });
    } catch {
      // Private windows and old browsers: the app works, it only needs the network.
    }
  }

  /** Starts the new version; the page loads again when it is in charge. */
  use(): void {
    this.#asked = true;
    this.updateReady = false;
    if (this.#waiting?.state === 'installed') this.#waiting.postMessage('use');
    else location.reload();
    // A browser that does not let go of the version before: the new one is offered again after the reload.
    setTimeout(() => location.reload(), TAKE_OVER_MS);
  }

  /** Asks the worker to keep the screens of this kind of person too; called when nothing else is going on. */
  hold(who: 'patient' | 'staff'): void {
    if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
    void navigator.serviceWorker.ready.then((registration) =>
      registration.active?.postMessage(`hold ${who}`),
    );
  }

  later(): void {
    this.updateReady = false;
  }

  #found(worker: ServiceWorker): void {
    this.#waiting = worker;
    this.updateReady = true;
  }
}

export const shell = new Shell();
