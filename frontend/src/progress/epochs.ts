// What the "after each session" figure says, from the same lines that it draws. Pure.
import type { Aligned } from '../api/types';
import { changeLines, typicalRuns, type ChangeLine } from '../charts/geometry';

export const SESSIONS_NEEDED = 3;

export interface EpochView {
  /** Sessions with at least one rating around them, and how many of all could be drawn. */
  sessions: number;
  drawn: number;
  days: number;
  past: ChangeLine[];
  latest: ChangeLine | null;
  latestSession: number;
  /** The latest session's last rating: the day, and the change from just before (positive is better). */
  end: { day: number; change: number } | null;
  hasTypical: boolean;
}

/** `null` before the third session. */
export function epochView(aligned: Aligned): EpochView | null {
  const lines = [...aligned.lines].sort((a, b) => a.session_number - b.session_number);
  const last = lines.at(-1);
  if (!last || lines.length < SESSIONS_NEEDED) return null;
  const changes = changeLines(lines, aligned.measure.higher_is);
  const latest = changes.find((line) => line.session === last.session_number) ?? null;
  const past = changes.filter((line) => line !== latest);
  const end = latest?.points.filter((point) => point.day >= 0).at(-1);
  return {
    sessions: lines.length,
    drawn: changes.length,
    days: changes.reduce((sum, line) => sum + line.points.length, 0),
    past,
    latest,
    latestSession: last.session_number,
    end: end ? { day: Math.round(end.day) || 0, change: end.value } : null,
    hasTypical: typicalRuns(past).length > 0,
  };
}

/** Whole days from two before the session to 14 after; what was answered nearest to each, for the table. */
export function epochTable(aligned: Aligned): {
  days: number[];
  rows: { session: number; before: number | null; values: (number | null)[] }[];
} {
  const days = Array.from({ length: 17 }, (_, index) => index - 2);
  const rows = [...aligned.lines]
    .sort((a, b) => b.session_number - a.session_number)
    .map((line) => {
      const byDay = new Map(line.points.map((point) => [Math.round(point.day) || 0, point.value]));
      return {
        session: line.session_number,
        before: line.before,
        values: days.map((day) => byDay.get(day) ?? null),
      };
    });
  return { days, rows };
}
