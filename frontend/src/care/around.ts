/** What is asked around a patient's sessions, in words. Pure. */
import type { Assignment, SharedSession } from '../api/types';
import { day } from '../format';
import { t } from '../messages/care';

export interface AskedRow {
  id: string;
  name: string;
  when: string;
  /** Where it is answered; null while it is not open. */
  href: string | null;
}

export interface AskedGroup {
  id: 'before' | 'after' | 'since';
  title: string;
  rows: AskedRow[];
}

const CHECK_IN = 'daily-check-in';

/** Groups with something in them: before and after the next session, and what is still open since the last one. */
export function aroundSessions(
  assignments: readonly Assignment[],
  next: SharedSession | null,
  last: SharedSession | null,
  zone?: string,
): AskedGroup[] {
  const asked = assignments.filter(
    ({ state, instrument }) => state !== 'lapsed' && state !== 'skipped' && instrument !== CHECK_IN,
  );
  const of = (session: SharedSession | null) =>
    session === null ? [] : asked.filter(({ session_id }) => session_id === session.id);
  const start = next ? (next.scheduled_at ?? next.at ?? '') : '';
  const isBefore = ({ due_at }: Assignment) => due_at <= start;
  const groups: { id: AskedGroup['id']; of: Assignment[] }[] = [
    { id: 'since', of: of(last) },
    { id: 'before', of: of(next).filter(isBefore) },
    { id: 'after', of: of(next).filter((one) => !isBefore(one)) },
  ];
  return groups
    .map(({ id, of }) => ({ id, title: t.around[id], rows: of.map((one) => row(one, zone)) }))
    .filter(({ rows }) => rows.length > 0);
}

function row(
  { id, instrument, instrument_title, state, opens_at, closes_at }: Assignment,
  zone?: string,
): AskedRow {
  const when =
    state === 'done'
      ? t.answered
      : state === 'open'
        ? t.openTo(day(closes_at, zone))
        : t.openFrom(day(opens_at, zone));
  const href = state === 'open' ? `/questions/${instrument}/1` : null;
  return { id, name: instrument_title, when, href };
}
