/** Addresses: which screen is shown, and moving between screens without loading the page again. */
import { createSubscriber } from 'svelte/reactivity';
import type { Component } from 'svelte';

// Every screen takes its own path parameters.
export type Screen = Component<any>;
export type Audience = 'anyone' | 'patient' | 'staff' | 'signed-in';

export interface Route {
  pattern: string;
  title: string;
  audience: Audience;
  load: () => Promise<{ default: Screen }>;
  /** Screens that are there from the start: the first one somebody sees. */
  screen?: Screen;
}

export interface Found {
  path: string;
  /** `null` for an unknown address. */
  route: Route | null;
  params: Record<string, string>;
}

export interface NavigateOptions {
  replace?: boolean;
  /** Leave focus and scroll where they are: a filter or a tab, not another screen. */
  keepFocus?: boolean;
}

export interface Arrival {
  keepFocus: boolean;
  /** Where the page was scrolled to, when the person went back to it. */
  scroll: number;
}

let table: { route: Route; parts: string[] }[] = [];

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The first route that fits; a trailing slash does not matter. */
export function match(path: string): Found {
  const parts = path.split('/').filter(Boolean);
  for (const candidate of table) {
    if (candidate.parts.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = candidate.parts.every((part, index) => {
      const given = parts[index] as string;
      if (!part.startsWith(':')) return part === given;
      params[part.slice(1)] = decode(given);
      return true;
    });
    if (fits) return { path, route: candidate.route, params };
  }
  return { path, route: null, params: {} };
}

let found: Found = { path: '/', route: null, params: {} };
let query = new URLSearchParams();
let changed: () => void = () => {};
const subscribe = createSubscriber((update) => {
  changed = update;
  return () => (changed = () => {});
});

/** How the present address was reached; App reads it after the screen is there. */
export let arrival: Arrival = { keepFocus: true, scroll: 0 };

export const route = {
  get path(): string {
    subscribe();
    return found.path;
  },
  get query(): URLSearchParams {
    subscribe();
    return query;
  },
  get params(): Record<string, string> {
    subscribe();
    return found.params;
  },
  get found(): Found {
    subscribe();
    return found;
  },
};

function read(next: Arrival): void {
  arrival = next;
  found = match(location.pathname);
  query = new URLSearchParams(location.search);
  changed();
}

function rememberScroll(): void {
  history.replaceState({ ...(history.state ?? {}), scroll: scrollY }, '');
}

export function navigate(
  path: string,
  { replace = false, keepFocus = false }: NavigateOptions = {},
): void {
  if (replace) history.replaceState({}, '', path);
  else {
    rememberScroll();
    history.pushState({}, '', path);
  }
  read({ keepFocus, scroll: keepFocus ? scrollY : 0 });
}

/** "Today" → the window is called "Today · Yarrow". */
export function setTitle(text: string): void {
  document.title = text ? `${text} · Yarrow` : 'Yarrow';
}

function ours(event: MouseEvent): HTMLAnchorElement | null {
  if (event.defaultPrevented || event.button !== 0) return null;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return null;
  const link = (event.target as Element | null)?.closest?.('a');
  if (!(link instanceof HTMLAnchorElement) || !link.href) return null;
  if (link.target || link.hasAttribute('download') || link.origin !== location.origin) return null;
  if (link.pathname.startsWith('/api/') || link.pathname.startsWith('/assets/')) return null;
  return link;
}

/** The addresses there are; the first that fits wins. */
export function define(routes: Route[]): void {
  table = routes.map((route) => ({ route, parts: route.pattern.split('/').filter(Boolean) }));
}

/** Reads the present address, and from now on follows links and the back button; call once. */
export function start(routes: Route[]): void {
  define(routes);
  read({ keepFocus: true, scroll: 0 });
  history.scrollRestoration = 'manual';
  addEventListener('popstate', (event) => {
    const scroll = (event.state as { scroll?: number } | null)?.scroll ?? 0;
    read({ keepFocus: false, scroll });
  });
  addEventListener('click', (event) => {
    const link = ours(event);
    if (!link) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    event.preventDefault();
    const same =
      link.pathname + link.search + link.hash ===
      location.pathname + location.search + location.hash;
    navigate(link.pathname + link.search + link.hash, {
      replace: same,
      keepFocus: 'keepFocus' in link.dataset,
    });
  });
  // The code of a screen is on its way before the finger is up.
  const preload = (event: Event) => {
    const link = (event.target as Element | null)?.closest?.('a');
    if (link instanceof HTMLAnchorElement && link.origin === location.origin)
      match(link.pathname)
        .route?.load()
        .catch(() => {});
  };
  addEventListener('pointerdown', preload, { passive: true });
}
