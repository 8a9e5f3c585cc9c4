/** Which session an address means, and which one came before it. Pure. */
import type { Patient, Session } from '../api/types';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface Found {
  /** A record that exists; null to begin one. */
  id: string | null;
  number: number;
}

/** `asked`: an id, a number in the present course, `next` (the next one planned) or `new`. */
export function whichSession(asked: string, sessions: Session[], patient: Patient): Found {
  const course = patient.course?.id ?? null;
  const inCourse = sessions.filter((each) => each.course_id === course);
  const begin = { id: null, number: Math.max(0, ...inCourse.map((each) => each.number)) + 1 };
  if (ID.test(asked)) return { id: asked, number: 0 };
  if (asked === 'next') {
    const planned = inCourse
      .filter((each) => each.status === 'planned')
      .sort((a, b) => time(a) - time(b))[0];
    return planned ? { id: planned.id, number: planned.number } : begin;
  }
  const number = Number(asked);
  if (!Number.isInteger(number) || number < 1 || number > 500) return begin;
  const found =
    inCourse.find((each) => each.number === number) ??
    [...sessions].sort((a, b) => time(b) - time(a)).find((each) => each.number === number);
  return { id: found?.id ?? null, number };
}

/** The last session with a dose before this one; null for the first. */
export function lastBefore(record: Session | null, sessions: Session[]): Session | null {
  const before = record?.at ? Date.parse(record.at) : Infinity;
  return (
    sessions
      .filter(
        (each) => each.status === 'completed' && each.id !== record?.id && time(each) < before,
      )
      .sort((a, b) => time(b) - time(a))[0] ?? null
  );
}

function time(session: Session): number {
  return session.at ? Date.parse(session.at) : Infinity;
}
