import { describe, expect, it } from 'vitest';
import type { Response } from '../api/types';
import type { Questionnaire } from '../responses/instruments';
import { before } from './before';

const yesNo = [
  { value: 0, label: 'No' },
  { value: 1, label: 'Yes' },
];
const form = {
  id: 'pre-session',
  items: [
    {
      id: 'home',
      label: 'Way home',
      text: '?',
      type: 'choice',
      options: [{ value: 1, label: 'Not arranged yet' }],
    },
    { id: 'harm', label: 'Thoughts of self-harm', text: '?', type: 'choice', options: yesNo },
    { id: 'news', label: null, text: 'Is there a new medicine?', type: 'choice', options: yesNo },
    { id: 'note', label: null, text: '?', type: 'text', options: [] },
  ],
  alerts: [
    { id: 'a', kind: 'before-session', level: 'info', when: { any: ['home'], op: '>=', value: 1 } },
    {
      id: 'b',
      kind: 'suicidal-ideation',
      level: 'high',
      when: { any: ['harm'], op: '>=', value: 1 },
    },
    { id: 'c', kind: 'before-session', level: 'info', when: { any: ['news'], op: '>=', value: 1 } },
  ],
} as unknown as Questionnaire;
const AT = '2026-11-20T17:00:00.000Z';
const answered = (answers: Response['answers'], completed_at = '2026-11-20T02:00:00.000Z') =>
  ({ answers, completed_at }) as Response;

describe('what was answered before a session', () => {
  it('puts what interrupts first, in the words of the form', () => {
    const found = before(
      form,
      [answered({ home: 1, harm: 1, news: 0, note: 'My sister drives.' })],
      AT,
    );
    expect(found?.standsOut).toEqual([
      { label: 'Thoughts of self-harm', answer: 'yes', isUrgent: true },
      { label: 'Way home', answer: 'not arranged yet', isUrgent: false },
    ]);
    expect(found?.note).toBe('My sister drives.');
  });

  it('takes an open question for no answer, never for a good one', () => {
    expect(before(form, [answered({})], AT)?.standsOut).toEqual([]);
    expect(before(form, [answered({ news: 1 })], AT)?.standsOut).toEqual([
      { label: 'Is there a new medicine?', answer: 'yes', isUrgent: false },
    ]);
  });

  it('leaves answers for another session alone', () => {
    expect(before(form, [answered({ home: 1 }, '2026-11-18T17:00:00.000Z')], AT)).toBeNull();
    expect(before(form, [answered({ harm: 1 }, '2026-12-04T02:00:00.000Z')], AT)).toBeNull();
    expect(before(form, [], AT)).toBeNull();
  });

  it('finds the answers of this session behind later ones', () => {
    const later = answered({ news: 1 }, '2026-12-04T02:00:00.000Z');
    const found = before(form, [later, answered({ home: 1 })], AT);
    expect(found?.answered_at).toBe('2026-11-20T02:00:00.000Z');
  });
});
