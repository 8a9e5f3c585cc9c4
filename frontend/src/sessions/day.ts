/** What a clinic's day says: pure, so that it can be tested. */
import type { DaySession } from '../api/types';

/** Readings that are due next, the soonest first. */
export function readings(sessions: readonly DaySession[]): DaySession[] {
  return sessions
    .filter((one) => one.next_reading_at !== null)
    .sort((a, b) => Date.parse(a.next_reading_at ?? '') - Date.parse(b.next_reading_at ?? ''));
}

/** Whole minutes until an instant, a begun one counting whole; negative once it is past. */
export function minutesUntil(at: string, now: Date): number {
  return Math.ceil((Date.parse(at) - now.getTime()) / 60_000);
}

/** The day `days` after a calendar day. */
export function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** How many boxes are open; true where they are, and the reader does not see which. */
export type OpenBoxes = number | boolean;

/** What is still open, once it matters: the boxes before the dose until it has begun, those for going home from its end on. */
export function openBoxes(one: DaySession): { before: OpenBoxes; home: OpenBoxes } {
  const before = ['expected', 'arrived', 'under_way'].includes(one.stage);
  const home = one.stage === 'recovering' || (one.stage === 'gone' && !one.is_signed);
  return {
    before: before && (one.checklist_open?.length ?? one.is_checklist_open),
    home: home && (one.discharge_open?.length ?? one.is_discharge_open),
  };
}

/** The questionnaires of a patient whose dose has not begun; null where nothing is asked, or the dose has begun. */
export function questions(one: DaySession): { open: string[]; answered: number } | null {
  if (one.stage !== 'expected' && one.stage !== 'arrived') return null;
  if (!one.questionnaires?.length) return null;
  const open = one.questionnaires.filter(({ is_answered }) => !is_answered);
  return {
    open: open.map(({ short_title }) => short_title),
    answered: one.questionnaires.length - open.length,
  };
}
