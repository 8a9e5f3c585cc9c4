/** What a person chooses for its reminders, and whether it goes together. Pure. */
import { t } from '../messages/reminders';

export interface Choice {
  days: readonly string[];
  /** `HH:MM`. */
  times: readonly string[];
  quiet: { from: string; until: string } | null;
}

/** Whether nothing may come at that time; over midnight where the hours end before they begin. */
export function isQuiet(at: string, { from, until }: { from: string; until: string }): boolean {
  return from < until ? from <= at && at < until : at >= from || at < until;
}

/** What is to be put right first, in words; empty where all goes together. */
export function fault({ days, times, quiet }: Choice): string {
  if (days.length === 0) return t.noDays;
  if (quiet && quiet.from === quiet.until) return t.sameHours;
  const loud = quiet && times.find((at) => isQuiet(at, quiet));
  if (loud) return t.loud(loud);
  const twice = times.find((at, index) => times.indexOf(at) < index);
  return twice ? t.twice(twice) : '';
}
