// What the "after each session" figure says, from the same lines that it draws. Pure.
import type { Aligned } from '../api/types';
import type { EpochFrame } from '../charts/epochs';
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

/** Ratings move within days and by a few points; questionnaires come weekly, and their scales are longer. */
export function epochFrame({ min, max, kind }: Aligned['measure']): EpochFrame {
  if (kind === 'in-house') return { limit: 4, days: [-2, 14], ticks: [3, 7, 14] };
  return { limit: 2 * Math.ceil((max - min) * 0.185), days: [-7, 28], ticks: [7, 14, 28] };
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

/** What was answered around each session, by whole days, for the table: every day of a daily rating, else those with an answer. */
export function epochTable(aligned: Aligned): {
  days: number[];
  rows: { session: number; before: number | null; values: (number | null)[] }[];
} {
  const [first, last] = epochFrame(aligned.measure).days;
  const answered = new Set(
    aligned.lines.flatMap((line) => line.points.map((point) => Math.round(point.day) || 0)),
  );
  const days = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(
    (day) => aligned.measure.kind === 'in-house' || answered.has(day),
  );
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
