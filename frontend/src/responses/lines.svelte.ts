/** Help lines and the clinic's number: read early, so that they are there at once and with no connection. */
import { api } from '../api/client';
import type { CrisisResource, Meta } from '../api/types';
import { keep } from '../offline/store';
import { session } from '../session.svelte';

class Lines {
  #meta = $state.raw<Meta>();
  /** Nothing is known, and nothing more is coming. */
  failed = $state(false);

  get resource(): CrisisResource | undefined {
    return this.of(session.user?.clinic.country);
  }

  /** The lines of a country, else the first there are. */
  of(country: string | undefined): CrisisResource | undefined {
    const all = this.#meta?.crisis_resources;
    return all?.find((one) => one.country === country) ?? all?.[0];
  }

  async read(): Promise<void> {
    const fresh = api.kept<Meta>('/meta');
    fresh.catch(() => {});
    try {
      if (!this.#meta) {
        const copy = await keep.get<Meta>('/meta').catch(() => undefined);
        if (copy) this.#meta = copy;
      }
      this.#meta = await fresh;
      this.failed = false;
    } catch {
      this.failed = this.#meta === undefined;
    }
  }
}

export const lines = new Lines();
