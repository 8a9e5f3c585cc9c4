/** What Today says about days: pure, so that it can be tested. */
import type { SharedSession, Task } from '../api/types';
import { daysBetween, localDate, longDay } from '../format';
import { t } from '../messages/today';

/** The part of the day of an hour on the clock: morning, afternoon, evening, or the small hours. */
export function partOfDay(hour: number): 0 | 1 | 2 | 3 {
  if (hour < 5) return 3;
  if (hour < 12) return 0;
  if (hour < 18) return 1;
  return 2;
}

/** Questionnaires that are open, soonest first. The daily check-in has its own place. */
export function openTasks(tasks: readonly Task[], checkIn: string): Task[] {
  return tasks.filter((task) => task.instrument !== checkIn && task.state !== 'done');
}

/** "Open until Sunday." Never that something is late. */
export function openUntil(task: Task, today: string): string {
  const days = daysBetween(today, task.closes_on);
  if (days < 0) return t.openLong;
  if (days === 0) return t.openToday;
  const [weekday = '', ...rest] = longDay(task.closes_on).split(' ');
  return t.openUntil(days < 7 ? weekday : rest.join(' '));
}

/** The next planned session, and whole local days since the last one that took place. */
export function around(
  sessions: readonly SharedSession[],
  now: Date,
  zone?: string,
): { next: SharedSession | null; daysSince: number | null } {
  const today = localDate(now, zone);
  const at = (one: SharedSession) => one.scheduled_at ?? one.at;
  const next = sessions
    .filter((one) => one.status === 'planned' && localDate(at(one), zone) >= today)
    .sort((a, b) => at(a).localeCompare(at(b)))[0];
  const last = sessions
    .filter((one) => one.status === 'completed')
    .map((one) => one.local_date)
    .filter((date) => date <= today)
    .sort()
    .at(-1);
  return { next: next ?? null, daysSince: last ? daysBetween(last, today) : null };
}
