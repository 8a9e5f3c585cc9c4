import { api } from './client';

interface Page {
  items: unknown[];
  next_cursor: string | null;
}

/**
 * The first pages of a list as one, as many as are open: a refresh does not fold the list up, and what came to it
 * meanwhile stands in it once. Fails whole.
 */
export async function firstPages<T extends Page>(
  path: string,
  params: Record<string, string>,
  pages: number,
  signal: AbortSignal,
): Promise<T> {
  const query = new URLSearchParams(params);
  let list = await api.get<T>(`${path}?${query}`, { signal });
  for (let page = 1; page < pages && list.next_cursor !== null; page += 1) {
    query.set('cursor', list.next_cursor);
    const next = await api.get<T>(`${path}?${query}`, { signal });
    list = { ...list, items: [...list.items, ...next.items], next_cursor: next.next_cursor };
  }
  return list;
}
