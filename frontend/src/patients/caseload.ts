/** What the caseload says: the news, the groups as served, and each row in words. Pure. */
import type { Caseload, CaseloadRow } from '../api/types';
import { daysBetween, localDate, number, shortDay, time } from '../format';
import { t } from '../messages/caseload';

type Group = NonNullable<CaseloadRow['group']>;
export type Sort = 'priority' | 'name' | 'last_response';
export type Filter = 'all' | 'induction' | 'maintenance' | 'no_course' | 'archived';
export const SORTS: readonly Sort[] = ['priority', 'name', 'last_response'];
export const FILTERS: readonly Filter[] = [
  'all',
  'induction',
  'maintenance',
  'no_course',
  'archived',
];

/** Which list is shown. */
export interface Shown {
  filter: Filter;
  sort: Sort;
  q: string;
}

/** A list as the caseload is asked for it; what it does anyway is left out. */
export function toQuery({ filter, sort, q }: Shown): string {
  const params = new URLSearchParams();
  if (filter !== 'all') params.set('filter', filter);
  if (sort !== 'priority') params.set('sort', sort);
  if (q) params.set('q', q);
  return params.toString();
}

/** The list that a query asks for; `usual` is the order where it names none. */
export function fromQuery(query: string, usual: Sort): Shown {
  const params = new URLSearchParams(query);
  return {
    filter: FILTERS.find((known) => known === params.get('filter')) ?? 'all',
    sort: SORTS.find((known) => known === params.get('sort')) ?? usual,
    q: params.get('q')?.trim() ?? '',
  };
}

export interface Section {
  key: keyof typeof t.groups;
  rows: CaseloadRow[];
  /** Of the whole caseload; null where only what is shown could be counted. */
  count: number | null;
}

/**
 * Rows under their group lines, in the order served. Sorted by who needs a response there are three groups; in any
 * other order the first group stays on top and the rest is one list.
 */
export function sections(list: Caseload, sort: Sort, isWhole: boolean): Section[] {
  const made: Section[] = [];
  for (const row of list.items) {
    const key =
      row.group === 'needs_response' || sort === 'priority' ? (row.group ?? 'rest') : 'rest';
    const last = made.at(-1);
    if (last?.key === key) last.rows.push(row);
    else made.push({ key, rows: [row], count: null });
  }
  for (const section of made) {
    if (!isWhole) section.count = list.next_cursor === null ? section.rows.length : null;
    else if (section.key === 'rest')
      section.count = groupSizes(list).worth_a_look + groupSizes(list).as_expected;
    else if (section.key !== 'all') section.count = groupSizes(list)[section.key];
  }
  return made;
}

/** How many people each group has; none where the reader may not see who needs what. */
export function groupSizes({ counts }: Caseload): Record<Group, number> {
  return {
    needs_response: counts.needs_response ?? 0,
    worth_a_look: counts.worth_a_look ?? 0,
    as_expected: counts.as_expected ?? 0,
  };
}

/** "24 people in your care. Four more are worth a look. The other eighteen are moving as expected." */
export function lede(list: Caseload): string {
  const { needs_response, worth_a_look, as_expected } = groupSizes(list);
  return [
    t.care(list.counts.total),
    t.look(worth_a_look, needs_response > 0),
    t.expected(as_expected, needs_response + worth_a_look > 0),
  ]
    .filter(Boolean)
    .join(' ');
}

export function phase(course: CaseloadRow['course']): string {
  if (!course) return t.phases.none;
  const { sessions_done, sessions_planned } = course;
  if (course.phase === 'maintenance') return t.phases.maintenance(sessions_done);
  return sessions_planned !== null && sessions_done >= sessions_planned && sessions_done > 0
    ? t.phases.inductionDone
    : t.phases.induction(sessions_done, sessions_planned);
}

/** "44 · Induction, 3 of 6" */
export function subline(row: CaseloadRow): string {
  return [row.age, phase(row.course)].filter((part) => part !== null && part !== '').join(' · ');
}

export interface Change {
  text: string;
  isReliable: boolean;
}

/** "13 better"; null where there is no start or no score to compare. */
export function change(row: CaseloadRow): Change | null {
  if (row.gain === null || row.latest === null) return null;
  const points = number(Math.abs(row.gain), 1);
  const text = row.gain === 0 ? t.same : row.gain > 0 ? t.gain(points) : t.loss(points);
  return { text, isReliable: row.latest_reliable };
}

/** "Today 08:12", "Yesterday", "Sun 1 Mar": when somebody last answered. */
export function lastCheckIn(at: string | null, now: Date, zone?: string): string {
  if (!at) return t.neverCheckedIn;
  const days = daysBetween(localDate(at, zone), localDate(now, zone));
  if (days <= 0) return t.todayAt(time(at, zone));
  if (days === 1) return t.yesterday;
  return weekdayDate(at, zone);
}

/** "38 min ago", "Today 06:50", "Yesterday 21:40", "11 days ago": since when something stands out. */
export function since(at: string, now: Date, zone?: string): string {
  const minutes = Math.floor((now.getTime() - Date.parse(at)) / 60_000);
  if (minutes >= 0 && minutes < 60) return t.minutesAgo(minutes);
  const days = daysBetween(localDate(at, zone), localDate(now, zone));
  if (days <= 0) return t.todayAt(time(at, zone));
  if (days === 1) return t.yesterdayAt(time(at, zone));
  return days <= 21 ? t.daysAgo(days) : weekdayDate(at, zone);
}

/** "38 min ago, not acknowledged" */
export function reasonDetail(row: CaseloadRow, now: Date, zone?: string): string {
  const { reason } = row;
  if (!reason) return '';
  if (reason.since && (reason.code === 'low_mood' || reason.code === 'short_nights'))
    return [t.sinceDay(weekdayDate(reason.since, zone)), reason.detail].filter(Boolean).join(': ');
  const isAlert = reason.code === 'open_alert' || reason.code === 'acknowledged_alert';
  const when = reason.since && (isAlert || !reason.detail) ? since(reason.since, now, zone) : '';
  return [when, reason.detail].filter(Boolean).join(', ');
}

/** Something to look at. */
export function standsOut(row: CaseloadRow): boolean {
  return row.reason !== null;
}

/** "Today", "Tomorrow" (both near) or "Fri 13 Mar", and the time. */
export function nextSession(
  at: string | null,
  now: Date,
  zone?: string,
): { day: string; time: string | null; isNear: boolean } {
  if (!at) return { day: t.notBooked, time: null, isNear: false };
  const days = daysBetween(localDate(now, zone), localDate(at, zone));
  const day = days === 0 ? t.today : days === 1 ? t.tomorrow : weekdayDate(at, zone);
  return { day, time: time(at, zone), isNear: days === 0 || days === 1 };
}

export function sparkLabel(row: CaseloadRow): string {
  const last = row.latest ? number(row.latest.value, 1) : '';
  return t.sparkLabel(
    row.primary.title,
    row.baseline === null ? null : number(row.baseline, 1),
    last,
  );
}

/** "PHQ-9, lower is better" where everybody shown has the same questionnaire, else "Score". */
export function scoreHeading(rows: CaseloadRow[]): { text: string; isShared: boolean } {
  const shared = rows[0]?.primary;
  if (!shared || rows.some((row) => row.primary?.measure !== shared.measure)) {
    return { text: t.score, isShared: false };
  }
  return { text: t.scoreOf(shared.title, shared.higher_is), isShared: true };
}

const weekdays = new Map<string, Intl.DateTimeFormat>();

/** "Fri 13 Mar" */
export function weekdayDate(at: string, zone?: string): string {
  const key = zone ?? '';
  let format = weekdays.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      weekday: 'short',
      ...(zone ? { timeZone: zone } : {}),
    });
    weekdays.set(key, format);
  }
  return `${format.format(new Date(at))} ${shortDay(at, zone)}`;
}
