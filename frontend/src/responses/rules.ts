/**
 * What a form asks next, and when support is shown, worked out on the phone.
 *
 * Pure, and driven by the instrument's file: nothing here knows a questionnaire by name. Scores are
 * the server's business; these rules only decide what a person sees while answering, also offline.
 */
import type { Answers, Instrument, Item, Level } from '../api/types';

export type Answer = Answers[string];

/** What has to be true of an answer: `item` or any of `any`; `score` rules are the server's. */
export interface When {
  item?: string | null;
  any?: string[] | null;
  score?: boolean | null;
  op: string;
  value?: number | string | null;
}

export interface AlertRule {
  id: string;
  kind: string;
  level: Level;
  when: When;
}

/** An instrument with the rules that may interrupt a person who answers it. */
export type Form = Pick<Instrument, 'id' | 'items'> & { alerts?: AlertRule[] | null };

/** `unknown`: whether to ask it hangs on an item that has no answer yet. */
export type Visibility = 'asked' | 'skipped' | 'unknown';

const NONE: ReadonlySet<string> = new Set();

/** An empty text or an empty list is no answer, so it never travels as one. */
export function isAnswered(answer: Answer | null | undefined): answer is Answer {
  if (answer === undefined || answer === null) return false;
  return typeof answer === 'number' || answer.length > 0;
}

/** Whether one answer fits a condition. `missing` is about the lack of one, so nothing fits it. */
function fits(answer: Answer, { op, value }: Pick<When, 'op' | 'value'>): boolean {
  if (op === 'includes') return Array.isArray(answer) && answer.includes(String(value));
  if (op === '==') return answer === value;
  if (op === '!=') return answer !== value;
  if (typeof answer !== 'number' || typeof value !== 'number') return false;
  switch (op) {
    case '>=':
      return answer >= value;
    case '<=':
      return answer <= value;
    case '>':
      return answer > value;
    case '<':
      return answer < value;
    default:
      return false;
  }
}

/**
 * For each item, whether it is asked (`ask_if` in instruments/README.md).
 *
 * `declined` holds items a person chose not to answer: they are settled, so what hangs on them is
 * skipped instead of left open. The server, which sees no answer there, calls those unknown.
 */
export function visibility(
  items: readonly Item[],
  answers: Answers,
  declined: ReadonlySet<string> = NONE,
): Map<string, Visibility> {
  const seen = new Map<string, Visibility>();
  for (const item of items) {
    const condition = item.ask_if;
    if (!condition) {
      seen.set(item.id, 'asked');
      continue;
    }
    let state: Visibility = 'skipped';
    for (const id of condition.any) {
      const from = seen.get(id);
      if (from === 'skipped') continue;
      const answer = answers[id];
      if (isAnswered(answer)) {
        if (fits(answer, condition)) {
          state = 'asked';
          break;
        }
      } else if (from === 'unknown' || !declined.has(id)) {
        state = 'unknown';
      }
    }
    seen.set(item.id, state);
  }
  return seen;
}

/** The items to put on screens, in order, and how many there may be before the form ends. */
export function steps(
  items: readonly Item[],
  answers: Answers,
  declined: ReadonlySet<string> = NONE,
): { asked: Item[]; total: number } {
  const seen = visibility(items, answers, declined);
  return {
    asked: items.filter((item) => seen.get(item.id) === 'asked'),
    total: items.filter((item) => seen.get(item.id) !== 'skipped').length,
  };
}

/** What is sent: answers to items that are asked. A stale answer to a skipped item stays behind. */
export function toSend(
  items: readonly Item[],
  answers: Answers,
  declined: ReadonlySet<string> = NONE,
): Answers {
  const sent: Answers = {};
  for (const item of steps(items, answers, declined).asked) {
    const answer = answers[item.id];
    if (isAnswered(answer) && !declined.has(item.id)) sent[item.id] = answer;
  }
  return sent;
}

/** Whether a rule is met by answers. Rules about a score are left to the server. */
export function isMet(rule: AlertRule, items: readonly Item[], answers: Answers): boolean {
  const { when } = rule;
  const ids = when.any ?? (when.item ? [when.item] : []);
  const seen = visibility(items, answers);
  return ids.some((id) => {
    if (seen.get(id) === 'skipped') return false;
    const answer = answers[id];
    return isAnswered(answer) ? fits(answer, when) : when.op === 'missing';
  });
}

/** Holds even if an instrument comes without its rules: the one answer that must never pass unseen. */
const KNOWN: Record<string, AlertRule[]> = {
  'phq-9': [
    {
      id: 'si-any',
      kind: 'suicidal-ideation',
      level: 'high',
      when: { item: 'q9', op: '>=', value: 1 },
    },
  ],
};

function onSuicide(form: Form): AlertRule[] {
  const rules = form.alerts ?? KNOWN[form.id] ?? [];
  return rules.filter(({ kind }) => kind === 'suicidal-ideation');
}

/**
 * Whether support comes before anything else: an urgent or high rule on suicidal thoughts is met.
 *
 * The phone decides this itself so that it holds with no connection; the server says the same in
 * `safety.show_crisis_resources`. Source: CLINICAL.md 9.
 */
export function needsSupport(form: Form, answers: Answers): boolean {
  return onSuicide(form).some(
    (rule) =>
      (rule.level === 'urgent' || rule.level === 'high') && isMet(rule, form.items, answers),
  );
}

/** Whether it asks about suicide. */
export function asksAboutSuicide(form: Form): boolean {
  return onSuicide(form).length > 0;
}

type Choice = Pick<Instrument['options'][number], 'label'>;

/**
 * The stem to read with an item, or `null` where it is not part of the question.
 *
 * An item with answers of its own ("how difficult …?") is no answer to a stem that asks "how often".
 */
export function stemOf(
  form: { recall: string | null; options: readonly Choice[] },
  item: Pick<Item, 'own_stem' | 'before_recall' | 'type'> & { options: readonly Choice[] | null },
): string | null {
  if (item.own_stem || item.before_recall || !form.recall) return null;
  const shared = form.options;
  const differs =
    item.type === 'choice' &&
    shared.length > 0 &&
    (item.options ?? []).map((one) => one.label).join() !== shared.map((one) => one.label).join();
  return differs ? null : form.recall;
}

/** A paragraph or a list, as an introduction writes them (lines that begin with "- "). */
export type Block = { text: string } | { points: string[] };

/** Splits an introduction into paragraphs and lists without touching a word of it. */
export function blocks(intro: string): Block[] {
  const out: Block[] = [];
  for (const line of intro.split('\n')) {
    const last = out.at(-1);
    if (line.startsWith('- ')) {
      if (last && 'points' in last) last.points.push(line.slice(2));
      else out.push({ points: [line.slice(2)] });
    } else if (line.trim() !== '') {
      out.push({ text: line.trim() });
    }
  }
  return out;
}
