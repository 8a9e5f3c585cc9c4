/** Dates, times and numbers as people say them. Days look like "Tue 24 March" everywhere. */
const LOCALE = 'en-GB';

/** An instant ('2026-11-20T21:14:05.000Z'), a local date ('2026-11-20') or a Date. */
export type When = string | Date;

const formats = new Map<string, Intl.DateTimeFormat>();

function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify(options);
  let made = formats.get(key);
  if (!made) formats.set(key, (made = new Intl.DateTimeFormat(LOCALE, options)));
  return made;
}

/** A local date has no zone: it is read and written as the same day everywhere. */
function read(when: When, zone?: string): { date: Date; zone: string | undefined } {
  if (when instanceof Date) return { date: when, zone };
  if (/^\d{4}-\d{2}-\d{2}$/.test(when)) return { date: new Date(`${when}T12:00:00Z`), zone: 'UTC' };
  return { date: new Date(when), zone };
}

function parts(when: When, options: Intl.DateTimeFormatOptions, zone?: string) {
  const given = read(when, zone);
  const words: Record<string, string> = {};
  const made = format(given.zone ? { ...options, timeZone: given.zone } : options);
  for (const part of made.formatToParts(given.date)) words[part.type] = part.value;
  return words;
}

function yearIfOther(when: When, zone?: string): string {
  const { year } = parts(when, { year: 'numeric' }, zone);
  const { year: present } = parts(new Date(), { year: 'numeric' }, zone);
  return year === present ? '' : ` ${year}`;
}

/** "Tue 24 March" */
export function day(when: When, zone?: string): string {
  const p = parts(when, { weekday: 'short', day: 'numeric', month: 'long' }, zone);
  return `${p.weekday} ${p.day} ${p.month}${yearIfOther(when, zone)}`;
}

/** "Tuesday 24 March" */
export function longDay(when: When, zone?: string): string {
  const p = parts(when, { weekday: 'long', day: 'numeric', month: 'long' }, zone);
  return `${p.weekday} ${p.day} ${p.month}${yearIfOther(when, zone)}`;
}

/** "24 March 2026"; without the year where that of `beside` is the same. */
export function plainDay(when: When, beside?: When): string {
  const p = parts(when, { day: 'numeric', month: 'long', year: 'numeric' });
  const other = beside === undefined ? '' : parts(beside, { year: 'numeric' }).year;
  return p.year === other ? `${p.day} ${p.month}` : `${p.day} ${p.month} ${p.year}`;
}

/** "24 Mar" */
export function shortDay(when: When, zone?: string): string {
  const p = parts(when, { day: 'numeric', month: 'long' }, zone);
  return `${p.day} ${p.month?.slice(0, 3)}${yearIfOther(when, zone)}`;
}

/** "Tue 24 Mar"; in another year "24 Mar 2025" */
export function tableDay(when: When, zone?: string): string {
  const short = shortDay(when, zone);
  if (yearIfOther(when, zone)) return short;
  return `${parts(when, { weekday: 'short' }, zone).weekday} ${short}`;
}

/** "10:31" */
export function time(when: When, zone?: string): string {
  const p = parts(when, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, zone);
  return `${p.hour}:${p.minute}`;
}

/** "Tue 24 March, 10:31" */
export function dayTime(when: When, zone?: string): string {
  return `${day(when, zone)}, ${time(when, zone)}`;
}

/** "today, 08:10", "yesterday, 21:42", "3 days ago", "Tue 24 March"; for what has happened. */
export function ago(when: When, now: Date = new Date(), zone?: string): string {
  const days = daysBetween(localDate(when, zone), localDate(now, zone));
  const isDate = typeof when === 'string' && when.length === 10;
  if (days === 0) return isDate ? 'today' : `today, ${time(when, zone)}`;
  if (days === 1) return isDate ? 'yesterday' : `yesterday, ${time(when, zone)}`;
  if (days > 1 && days < 14) return `${days} days ago`;
  return day(when, zone);
}

/** The calendar day of an instant: '2026-03-24'. A local date is already one. */
export function localDate(when: When, zone?: string): string {
  const p = parts(when, { year: 'numeric', month: '2-digit', day: '2-digit' }, zone);
  return `${p.year}-${p.month}-${p.day}`;
}

/** Days from one local date to another; negative when `to` comes first. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** "13.4": at most `decimals` places. */
export function number(value: number, decimals = 0): string {
  return new Intl.NumberFormat(LOCALE, { maximumFractionDigits: decimals }).format(value);
}

/** "1 answer", "2 answers" */
export function many(count: number, one: string, more: string): string {
  return `${number(count)} ${count === 1 ? one : more}`;
}

/** "a, b and c" */
export function list(words: string[]): string {
  return new Intl.ListFormat(LOCALE, { type: 'conjunction' }).format(words);
}

/** The zone that this device is in, as an IANA name. */
export function tz(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}
