/** How many alerts are open in the clinic: the figure in the top bar. */
import { api } from '../api/client';
import type { Alert, List } from '../api/types';

const EVERY_MS = 60_000;

class OpenAlerts {
  count = $state(0);
  #read_at = 0;

  async refresh(): Promise<void> {
    this.#read_at = Date.now();
    try {
      this.count = (await api.get<List<Alert>>('/alerts?status=open&limit=200')).items.length;
    } catch {
      // The last figure stays; the bar says how old it is.
    }
  }

  /** Asks again if the last answer is more than a minute old. */
  keepFresh(): void {
    if (Date.now() - this.#read_at >= EVERY_MS) void this.refresh();
  }
}

export const openAlerts = new OpenAlerts();
