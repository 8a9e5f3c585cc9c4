/** Alerts in words: how old, how long until the next in line is told, which are shown where. Pure. */
import type { Alert } from '../api/types';
import { daysBetween, localDate, shortDay, time } from '../format';
import { t } from '../messages/alerts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Oldest first: who has waited longest. */
export function byAge(alerts: Alert[]): Alert[] {
  return [...alerts].sort((a, b) => Date.parse(a.raised_at) - Date.parse(b.raised_at));
}

/** Closed in the last 7 days, newest first. */
export function closedThisWeek(alerts: Alert[], now: Date): Alert[] {
  return alerts
    .filter((alert) => alert.resolved_at && now.getTime() - Date.parse(alert.resolved_at) < 7 * DAY)
    .sort((a, b) => Date.parse(b.resolved_at!) - Date.parse(a.resolved_at!));
}

/** "38 min", "11 h", "3 days" */
export function age(alert: Alert, now: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - Date.parse(alert.raised_at)) / MINUTE));
  if (minutes < 60) return t.shortAge.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? t.shortAge.hours(hours) : t.shortAge.days(Math.floor(hours / 24));
}

export interface Clock {
  text: string;
  isOver: boolean;
}

/** Time until the next in line is told; null once somebody is on it, or where no time is set. */
export function clock(alert: Alert, now: Date): Clock | null {
  if (alert.status !== 'open' || !alert.due_at) return null;
  const left = Date.parse(alert.due_at) - now.getTime();
  const minutes = Math.abs(left > 0 ? Math.ceil(left / MINUTE) : Math.floor(left / MINUTE));
  return { text: span(minutes), isOver: left <= 0 };
}

function span(minutes: number): string {
  if (minutes < 60) return t.left.minutes(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return t.left.days(Math.floor(hours / 24));
  return t.left.hours(hours, hours < 6 ? minutes % 60 : 0);
}

/** "today at 08:12", "yesterday at 21:40", "9 Mar at 07:15" */
export function moment(at: string, now: Date, zone?: string): string {
  const days = daysBetween(localDate(at, zone), localDate(now, zone));
  const day = days === 0 ? t.dayToday : days === 1 ? t.dayYesterday : shortDay(at, zone);
  return t.atTime(day, time(at, zone));
}

/** It reached the clinic noticeably later than it was given: answered without a connection. */
export function isLate(reason: { answered_at: string; received_at: string }): boolean {
  return Date.parse(reason.received_at) - Date.parse(reason.answered_at) > 5 * MINUTE;
}

/** The name to use in a sentence: "Daniel" of "Daniel Reyes". */
export function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] || name;
}

/** The reason shown first: the most serious, then the newest. */
export function leading(reasons: Alert['reasons']): Alert['reasons'][number] | undefined {
  const rank = { urgent: 0, high: 1, review: 2, info: 3 };
  return [...reasons].sort(
    (a, b) =>
      rank[a.level] - rank[b.level] || Date.parse(b.answered_at) - Date.parse(a.answered_at),
  )[0];
}
