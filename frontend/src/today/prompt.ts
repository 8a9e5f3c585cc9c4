/** When Today asks what stayed after a session. Pure. */
import type { JournalEntry, SharedSession } from '../api/types';

const HOUR_MS = 3_600_000;
/** Hours after a session at which the question comes: the day after, and when most of the effect shows. */
export const PROMPT_HOURS = [24, 72] as const;
/** The second question stays for so long. */
const LAST_HOURS = 168;

export interface Prompt {
  session: SharedSession;
  /** Which of the two questions it is. */
  after: (typeof PROMPT_HOURS)[number];
  /** From when on it stands. */
  from: number;
}

/** The question that stands now; null before 24 hours, after a week, and without a session. */
export function prompt(sessions: readonly SharedSession[], now: Date): Prompt | null {
  const last = sessions
    .filter((one) => one.status === 'completed')
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))[0];
  if (!last) return null;
  const at = Date.parse(last.at);
  const hours = (now.getTime() - at) / HOUR_MS;
  if (hours < PROMPT_HOURS[0] || hours >= LAST_HOURS) return null;
  const after = hours < PROMPT_HOURS[1] ? PROMPT_HOURS[0] : PROMPT_HOURS[1];
  return { session: last, after, from: at + after * HOUR_MS };
}

/** Whether the patient has written something about the session since the question came. */
export function isWritten(found: Prompt, entries: readonly JournalEntry[]): boolean {
  return entries.some(
    (entry) => entry.kind === 'integration' && Date.parse(entry.written_at) >= found.from,
  );
}
