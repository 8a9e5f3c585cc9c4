import { shortDay } from '../format';
import { dateOf, type Day } from './geometry';

const month = new Intl.DateTimeFormat('en-GB', { month: 'long', timeZone: 'UTC' });
const year = new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone: 'UTC' });

/** The name of a tick on a time axis: "Mar", "Jan 2026" in a long chart, "12 Mar" in a short one. */
export function tickName(tick: { day: Day; withYear: boolean; unit: 'month' | 'day' }): string {
  const date = dateOf(tick.day);
  if (tick.unit === 'day') return shortDay(date, 'UTC');
  const name = month.format(date).slice(0, 3);
  return tick.withYear ? `${name} ${year.format(date)}` : name;
}
