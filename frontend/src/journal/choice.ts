/** For whom an entry is, while it is being chosen. */
import type { JournalAudience, JournalEntry } from '../api/types';

export interface Choice {
  audience: JournalAudience;
  provider_id: string | null;
}

/** Private until the patient says otherwise. */
export const ONLY_ME: Choice = { audience: 'me', provider_id: null };

export function choiceOf(entry: JournalEntry): Choice {
  return { audience: entry.audience, provider_id: entry.provider?.id ?? null };
}

/** The choice as the server takes it. */
export function sent({ audience, provider_id }: Choice): {
  audience: JournalAudience;
  provider_id?: string;
} {
  return audience === 'provider' && provider_id ? { audience, provider_id } : { audience };
}

export function isSame(a: Choice, b: Choice): boolean {
  return a.audience === b.audience && a.provider_id === b.provider_id;
}
