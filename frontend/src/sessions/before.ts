/** What the patient answered before a session, as staff read it before they start. Pure. */
import type { Item, Response } from '../api/types';
import type { Questionnaire } from '../responses/instruments';
import { isMet, type Answer } from '../responses/rules';

export const PRE_SESSION = 'pre-session';
/** Answers older than this belong to an earlier session. */
const FRESH_MS = 36 * 3_600_000;
/** Answers that came later than this after it began belong to a later one. */
const LATE_MS = 4 * 3_600_000;

export interface StandsOut {
  label: string;
  answer: string;
  /** A rule that interrupts: thoughts of self-harm. */
  isUrgent: boolean;
}

export interface Before {
  answered_at: string;
  standsOut: StandsOut[];
  note: string | null;
}

/** The answers for a session at `at`, with what stands out first; null where none of `responses` (newest first) was given for it. */
export function before(
  form: Questionnaire,
  responses: readonly Response[],
  at: string,
): Before | null {
  const response = responses.find(({ completed_at }) => {
    const before_ms = Date.parse(at) - Date.parse(completed_at);
    return before_ms <= FRESH_MS && before_ms >= -LATE_MS;
  });
  if (!response) return null;
  const { answers } = response;
  const met = (form.alerts ?? []).filter((rule) => isMet(rule, form.items, answers));
  const standsOut = form.items.flatMap((item) => {
    const rules = met.filter(({ when }) => when.any.includes(item.id));
    const answer = answers[item.id];
    if (rules.length === 0 || answer === undefined) return [];
    const isUrgent = rules.some(({ level }) => level === 'urgent' || level === 'high');
    return [{ label: item.label ?? item.text, answer: words(item, answer), isUrgent }];
  });
  standsOut.sort((a, b) => Number(b.isUrgent) - Number(a.isUrgent));
  const note = answers.note;
  return {
    answered_at: response.completed_at,
    standsOut,
    note: typeof note === 'string' && note !== '' ? note : null,
  };
}

function words(item: Item, answer: Answer): string {
  const label = item.options?.find(({ value }) => value === answer)?.label;
  return (label ?? String(answer)).toLowerCase();
}
