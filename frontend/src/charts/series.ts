// The server's progress answers as points and series on a chart's days. Pure.
import type { Daily, Measure, Progress } from '../api/types';
import { dayOf, dayOfDate, span, type Day, type ScorePoint } from './geometry';
import type { StripSeries } from './scene';

export type MeasureShape = Pick<Measure, 'min' | 'max' | 'higher_is' | 'bands'>;

/** The five ratings of a check-in, in the order in which they are asked. */
export const RATINGS = ['mood', 'anxiety', 'energy', 'sleep_quality', 'pain'].map(
  (name) => `daily-check-in.${name}`,
);

export function scorePoints(progress: Progress, timeZone: string): ScorePoint[] {
  return progress.points.map(({ at, value, joined, marked }) => ({
    day: dayOf(at, timeZone),
    value,
    joined: joined ?? false,
    isOpen: marked === 'session_day' || marked === 'before_treatment_window',
  }));
}

/** The baseline on the day of its own point. */
export function baselineMark(
  progress: Progress,
  timeZone: string,
): { value: number; day: Day } | null {
  const { baseline, points } = progress;
  if (!baseline) return null;
  const point = points.find(
    ({ response_id, value }) => response_id === baseline.response_id && value === baseline.value,
  );
  return { value: baseline.value, day: dayOf((point ?? baseline).at, timeZone) };
}

/** The days on which the plan that a course follows was changed. */
export function planChanges({ plan_changes = [] }: Progress, timeZone: string): Day[] {
  return plan_changes.map(({ at }) => dayOf(at, timeZone));
}

/** The days from the first score or session to today, or to the next planned session. */
export function wholeCourse(
  { points, sessions, planned }: Progress,
  timeZone: string,
  today: Day,
): { from: Day; to: Day } {
  const day = ({ at }: { at: string }) => dayOf(at, timeZone);
  const next = planned.map(day).filter((at) => at > today);
  return span([...points, ...sessions].map(day), today, next.length ? Math.min(...next) : null);
}

/** Ratings that were answered at least once. */
export function stripSeries(
  daily: Daily,
  words: {
    rating: (measure: string, title: string) => string;
    hint: (measure: string, higherIs: string) => string;
  },
): StripSeries[] {
  return RATINGS.flatMap((id) => {
    const values = daily.measures[id];
    const about = daily.titles[id];
    if (!values || !about || values.every((value) => value === null)) return [];
    return [
      {
        id,
        name: words.rating(id, about.title),
        hint: words.hint(id, about.higher_is),
        min: about.min,
        max: about.max,
        higher_is: about.higher_is,
        from: dayOfDate(daily.from),
        values,
        median: daily.median[id] ?? [],
      },
    ];
  });
}
