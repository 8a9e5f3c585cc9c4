import { describe, expect, it } from 'vitest';
import type { JournalEntry, SharedSession } from '../api/types';
import { isWritten, prompt } from './prompt';

const AT = Date.parse('2026-11-20T17:00:00.000Z');
const session = (more: Partial<SharedSession> = {}) =>
  ({ id: 'a', status: 'completed', at: new Date(AT).toISOString(), ...more }) as SharedSession;
const after = (hours: number) => new Date(AT + hours * 3_600_000);

describe('the question after a session', () => {
  it('comes a day after and again after three days, and goes after a week', () => {
    const asked = [23.9, 24, 71.9, 72, 167, 168].map(
      (hours) => prompt([session()], after(hours))?.after,
    );
    expect(asked).toEqual([undefined, 24, 24, 72, 72, undefined]);
  });

  it('is about the last session that took place', () => {
    const sessions = [
      session(),
      session({ id: 'b', at: after(48).toISOString() }),
      session({ id: 'c', status: 'planned', at: after(60).toISOString() }),
    ];
    expect(prompt(sessions, after(75))?.session.id).toBe('b');
    expect(prompt([], after(30))).toBeNull();
  });

  it('is done once something was written since it came', () => {
    const first = prompt([session()], after(30))!;
    const entry = (kind: JournalEntry['kind'], hours: number) =>
      ({ kind, written_at: after(hours).toISOString() }) as JournalEntry;
    expect(isWritten(first, [entry('integration', 26)])).toBe(true);
    expect(isWritten(first, [entry('integration', 20), entry('note', 26)])).toBe(false);
    expect(isWritten(prompt([session()], after(80))!, [entry('integration', 26)])).toBe(false);
  });
});
