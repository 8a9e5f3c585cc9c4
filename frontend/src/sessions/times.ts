/** Clock times as staff type them, and the instants they stand for where the clinic is. */

/** "9:05", "0905" and "905" are 09:05; null for nothing, undefined for what is no time. */
export function parseClock(typed: string): string | null | undefined {
  const text = typed.trim();
  if (text === '') return null;
  const match = /^(\d{1,2})[:.h ]?(\d{2})$/.exec(text);
  if (!match) return undefined;
  const hours = Number(match[1]);
  const minutes = Number(match[2]);
  if (hours > 23 || minutes > 59) return undefined;
  return `${String(hours).padStart(2, '0')}:${match[2]}`;
}

const wall = new Map<string, Intl.DateTimeFormat>();

/** What a calendar and a clock on the wall in `zone` show at `at`, as if that were UTC. */
function wallClock(at: number, zone: string): number {
  let format = wall.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    wall.set(zone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  return Date.UTC(part.year!, part.month! - 1, part.day, part.hour, part.minute, part.second);
}

/** The instant at which clocks in `zone` show `clock` on `local_date`; in a skipped hour, the one just after. */
export function instantAt(local_date: string, clock: string, zone: string): string {
  const wanted = Date.parse(`${local_date}T${clock}:00.000Z`);
  let at = wanted - (wallClock(wanted, zone) - wanted);
  at += wanted - wallClock(at, zone);
  return new Date(at).toISOString();
}

/** "10:02" on the wall in `zone`. */
export function clockAt(instant: string, zone: string): string {
  return new Date(wallClock(Math.floor(Date.parse(instant) / 1000) * 1000, zone))
    .toISOString()
    .slice(11, 16);
}

/** The calendar day in `zone`, "2026-03-24". */
export function dateAt(instant: string, zone: string): string {
  return new Date(wallClock(Math.floor(Date.parse(instant) / 1000) * 1000, zone))
    .toISOString()
    .slice(0, 10);
}

export function minutesBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 60_000);
}

export function addMinutes(instant: string, minutes: number): string {
  return new Date(Date.parse(instant) + minutes * 60_000).toISOString();
}
