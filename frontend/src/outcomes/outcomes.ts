// What the outcomes page asks for and says; pure.
import type { Outcomes } from '../api/types';

/** The filters that stand in the address. */
export const FILTERS = ['measure', 'at', 'condition', 'route', 'from', 'to'] as const;
export type Filter = (typeof FILTERS)[number];

/** The address of the page with a filter changed; an empty value takes it away. */
export function address(query: URLSearchParams, change: Partial<Record<Filter, string>>): string {
  const next = new URLSearchParams();
  for (const name of FILTERS) {
    const value = change[name] ?? query.get(name) ?? '';
    if (value) next.set(name, value);
  }
  return next.size ? `/outcomes?${next}` : '/outcomes';
}

/** Whether only a part of the clinic is shown. */
export function isCut(query: URLSearchParams): boolean {
  return (['condition', 'route', 'from', 'to'] as const).some((name) => query.get(name));
}

/** People by change, in the order of the bars. */
export function counted(changes: readonly number[]): { change: number; people: number }[] {
  const rows: { change: number; people: number }[] = [];
  for (const change of changes) {
    const row = rows.at(-1);
    if (row?.change === change) row.people += 1;
    else rows.push({ change, people: 1 });
  }
  return rows;
}

/** Which way is better. `null` where neither is. */
export function better(outcomes: Outcomes): 'down' | 'up' | null {
  if (outcomes.measure.higher_is === 'none') return null;
  return outcomes.measure.higher_is === 'better' ? 'up' : 'down';
}
