import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Answers, Item } from '../api/types';
import {
  blocks,
  isMet,
  needsSupport,
  stemOf,
  steps,
  toSend,
  visibility,
  type AlertRule,
} from './rules';

const folder = new URL('../../../instruments/', import.meta.url);

interface Vector {
  name: string;
  answers: Answers;
  expect: { alerts?: string[]; error?: string };
}

const vectors = JSON.parse(readFileSync(new URL('vectors.json', folder), 'utf8')) as {
  instruments: Record<string, Vector[]>;
};

/** Reads what the rules need from an instrument's file: items in order, `ask_if` and alerts. */
function load(id: string): { id: string; items: Item[]; alerts: AlertRule[] } {
  const text = readFileSync(new URL(`${id}.toml`, folder), 'utf8');
  const tables = text.split(/^(?=\[)/m);
  const value = (table: string, key: string): unknown => {
    const found = new RegExp(`^${key} = (.+)$`, 'm').exec(table)?.[1];
    if (found === undefined) return undefined;
    return JSON.parse(found.replace(/(\w+) =/g, '"$1":')) as unknown;
  };
  const of = (head: string, keys: string[]) =>
    tables
      .filter((table) => table.startsWith(`[[${head}]]`))
      .map((table) => Object.fromEntries(keys.map((key) => [key, value(table, key)])));
  return {
    id,
    items: of('items', ['id', 'ask_if']) as unknown as Item[],
    alerts: of('alerts', ['id', 'kind', 'level', 'when']) as unknown as AlertRule[],
  };
}

describe('the published vectors', () => {
  for (const [id, cases] of Object.entries(vectors.instruments)) {
    const { items, alerts } = load(id);
    const byAnswer = alerts.filter((rule) => !rule.when.score);

    it(`${id}: every rule about an answer is met where the vectors say so`, () => {
      expect(items.length).toBeGreaterThan(0);
      for (const { name, answers, expect: wanted } of cases) {
        if (wanted.error) continue;
        const met = byAnswer.filter((rule) => isMet(rule, items, answers)).map((rule) => rule.id);
        const expected = (wanted.alerts ?? []).filter((alert) =>
          byAnswer.some((rule) => rule.id === alert),
        );
        expect(met.sort(), name).toEqual([...expected].sort());
      }
    });

    it(`${id}: support is shown exactly for urgent and high rules on suicidal thoughts`, () => {
      const interrupting = alerts
        .filter((rule) => rule.kind === 'suicidal-ideation')
        .map((rule) => rule.id);
      for (const { name, answers, expect: wanted } of cases) {
        if (wanted.error) continue;
        expect(needsSupport({ id, items, alerts }, answers), name).toBe(
          (wanted.alerts ?? []).some((alert) => interrupting.includes(alert)),
        );
      }
    });
  }
});

describe('item 9', () => {
  const phq9 = load('phq-9');

  it('brings support at 1, 2 and 3, whatever else was answered', () => {
    for (const q9 of [1, 2, 3]) expect(needsSupport(phq9, { q9 })).toBe(true);
  });

  it('brings support even if the instrument came without its rules', () => {
    expect(needsSupport({ id: 'phq-9', items: phq9.items }, { q9: 1 })).toBe(true);
    expect(needsSupport({ id: 'phq-9', items: phq9.items }, { q9: 0 })).toBe(false);
  });

  it('does not bring support at 0 or when it was left out', () => {
    expect(needsSupport(phq9, { q9: 0 })).toBe(false);
    expect(needsSupport(phq9, {})).toBe(false);
  });
});

describe('what is asked', () => {
  const phq9 = load('phq-9').items;
  const ptsd = load('pc-ptsd-5').items;
  const audit = load('audit-c').items;
  const zeros = { q1: 0, q2: 0, q3: 0, q4: 0, q5: 0, q6: 0, q7: 0, q8: 0, q9: 0 };

  it('counts ten questions of the PHQ-9 until all nine are 0', () => {
    expect(steps(phq9, {})).toMatchObject({ total: 10 });
    expect(steps(phq9, {}).asked).toHaveLength(9);
    expect(steps(phq9, { ...zeros, q4: 1 }).asked.at(-1)?.id).toBe('q10');
    expect(steps(phq9, zeros)).toMatchObject({ total: 9 });
  });

  it('asks the follow-up as soon as one answer fits', () => {
    expect(visibility(phq9, { q2: 3 }).get('q10')).toBe('asked');
    expect(visibility(phq9, { q2: 0 }).get('q10')).toBe('unknown');
  });

  it('takes a declined item as settled, so nothing hangs on it', () => {
    expect(steps(ptsd, {}, new Set(['exposure']))).toMatchObject({ total: 1 });
    expect(steps(ptsd, { exposure: 1 }).asked).toHaveLength(6);
    expect(steps(ptsd, { exposure: 0 }).asked).toHaveLength(1);
  });

  it('ends the AUDIT-C after "Never"', () => {
    expect(steps(audit, { q1: 0 }).asked.map((item) => item.id)).toEqual(['q1']);
  });

  it('follows a chain: what hangs on a skipped item is skipped too', () => {
    const asq = load('asq').items;
    const seen = visibility(asq, { q1: 0, q2: 0, q3: 0, q4: 0, q5: 2 });
    expect(seen.get('q5')).toBe('skipped');
    expect(seen.get('q5_describe')).toBe('skipped');
  });

  it('sends no stale, declined or empty answer', () => {
    expect(toSend(phq9, { ...zeros, q10: 2 })).toEqual(zeros);
    expect(toSend(phq9, { q1: 1, q2: 2 }, new Set(['q2']))).toEqual({ q1: 1 });
    expect(toSend(load('daily-check-in').items, { mood: 0, note: '', side_effects: [] })).toEqual({
      mood: 0,
    });
  });
});

describe('the stem', () => {
  const often = [{ label: 'Not at all' }];
  const form = { recall: 'Over the last 2 weeks, …', options: often };
  const item = { own_stem: false, before_recall: false, type: 'choice', options: often } as const;

  it('is read with every item it belongs to', () => {
    expect(stemOf(form, item)).toBe(form.recall);
    expect(stemOf({ recall: form.recall, options: [] }, item)).toBe(form.recall);
    expect(stemOf(form, { ...item, type: 'scale', options: null })).toBe(form.recall);
  });

  it('is left out where an item has a stem or answers of its own, or comes before it', () => {
    expect(stemOf(form, { ...item, own_stem: true })).toBeNull();
    expect(stemOf(form, { ...item, before_recall: true })).toBeNull();
    expect(stemOf(form, { ...item, options: [{ label: 'Not difficult' }] })).toBeNull();
    expect(stemOf({ recall: null, options: [] }, item)).toBeNull();
  });
});

describe('an introduction', () => {
  it('is split into paragraphs and lists, word for word', () => {
    expect(blocks('For example:\n- a fire\n- a war.\nThen this.')).toEqual([
      { text: 'For example:' },
      { points: ['a fire', 'a war.'] },
      { text: 'Then this.' },
    ]);
  });
});
