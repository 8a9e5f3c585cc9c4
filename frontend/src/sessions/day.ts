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

/** What is still open, once it matters: the boxes before the dose until it has begun, those for going home from its end on. */
export function openBoxes(one: DaySession): { before: number; home: number } {
  const before = ['expected', 'arrived', 'under_way'].includes(one.stage);
  const home = one.stage === 'recovering' || (one.stage === 'gone' && !one.is_signed);
  return {
    before: before ? one.checklist_open.length : 0,
    home: home ? one.discharge_open.length : 0,
  };
}
