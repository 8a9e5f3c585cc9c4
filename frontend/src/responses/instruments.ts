/** The questionnaires: at once from the copy on this device, and fresh in the background. */
import { api } from '../api/client';
import type { Instrument, List } from '../api/types';
import { seal } from '../offline/seal';
import { keep } from '../offline/store';
import type { AlertRule } from './rules';

export type Questionnaire = Instrument & { alerts?: AlertRule[] | null };

const PATH = '/instruments';
let held: Questionnaire[] | undefined;
let reading: Promise<Questionnaire[]> | undefined;

function fetchAll(): Promise<Questionnaire[]> {
  reading ??= api
    .kept<List<Questionnaire>>(PATH)
    .then((list) => (held = list.items))
    .finally(() => (reading = undefined));
  return reading;
}

/** The first screen comes first: it does without them. */
const WARM_MS = 8_000;

/** Reads them, and what seals answers, before they are needed, so that a form opens and is kept with no connection. */
export function warm(): void {
  setTimeout(() => {
    if (!held) fetchAll().catch(() => {});
    seal.ready();
  }, WARM_MS);
}

async function all(): Promise<Questionnaire[]> {
  if (held) return held;
  const fresh = fetchAll();
  // A slow network must not keep somebody waiting for words that are already here.
  const copy = await keep.get<List<Questionnaire>>(PATH).catch(() => undefined);
  if (copy) {
    fresh.catch(() => {});
    return copy.items;
  }
  return fresh;
}

/** `undefined`: the clinic has no such questionnaire. Throws when it cannot be known. */
export async function questionnaire(id: string): Promise<Questionnaire | undefined> {
  const known = (await all()).find((one) => one.id === id);
  // A questionnaire that was added since the copy was made.
  return known ?? (await fetchAll()).find((one) => one.id === id);
}
