/** Every address of the app and the screen it shows. Screens load when they are first needed. */
import type { Component } from 'svelte';
import SignIn from './auth/SignIn.svelte';
import Today from './today/Today.svelte';
import { t } from './messages/shell';

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
  route: Route | null;
  params: Record<string, string>;
}

function lazy(
  pattern: string,
  title: string,
  audience: Audience,
  load: () => Promise<{ default: Screen }>,
): Route {
  return { pattern, title, audience, load };
}

function now(pattern: string, title: string, audience: Audience, screen: Screen): Route {
  return { pattern, title, audience, screen, load: () => Promise.resolve({ default: screen }) };
}

export const routes: Route[] = [
  now('/', 'Sign in', 'anyone', SignIn),
  lazy('/setup', 'Set up', 'anyone', () => import('./auth/Setup.svelte')),
  lazy('/invite', 'Your invitation', 'anyone', () => import('./people/Invite.svelte')),
  lazy('/invite/:token', 'Your invitation', 'anyone', () => import('./people/Invite.svelte')),
  lazy('/help', 'Help now', 'anyone', () => import('./help/Help.svelte')),
  lazy('/privacy', 'Privacy', 'anyone', () => import('./help/Privacy.svelte')),
  lazy('/clock', 'Clock', 'anyone', () => import('./components/Clock.svelte')),

  now('/today', t.today, 'patient', Today),
  lazy('/check-in', 'Check-in', 'patient', () => import('./responses/CheckIn.svelte')),
  lazy('/questions/:instrument/done', 'Done', 'patient', () => import('./responses/Done.svelte')),
  lazy(
    '/questions/:instrument/:n',
    'Questions',
    'patient',
    () => import('./responses/Question.svelte'),
  ),
  lazy('/support', 'Support', 'patient', () => import('./responses/Support.svelte')),
  lazy('/progress', t.progress, 'patient', () => import('./progress/Progress.svelte')),
  lazy('/progress/:measure', t.progress, 'patient', () => import('./progress/Progress.svelte')),
  lazy('/care', t.care, 'patient', () => import('./care/Care.svelte')),
  lazy('/you', t.you, 'patient', () => import('./account/You.svelte')),
  lazy('/you/queue', 'Waiting to send', 'signed-in', () => import('./account/Queue.svelte')),

  lazy('/caseload', t.caseload, 'staff', () => import('./patients/Caseload.svelte')),
  lazy('/patients/new', 'New patient', 'staff', () => import('./patients/NewPatient.svelte')),
  lazy('/patients/:id', 'Patient', 'staff', () => import('./patients/Patient.svelte')),
  lazy(
    '/patients/:id/sessions/:session',
    'Session',
    'staff',
    () => import('./sessions/Session.svelte'),
  ),
  lazy('/sessions', t.sessions, 'staff', () => import('./sessions/Sessions.svelte')),
  lazy('/alerts', t.alerts, 'staff', () => import('./alerts/Alerts.svelte')),
  lazy('/alerts/:id', t.alerts, 'staff', () => import('./alerts/Alerts.svelte')),
  lazy('/clinic/people', t.people, 'staff', () => import('./people/People.svelte')),
  lazy('/account', t.account, 'staff', () => import('./account/Account.svelte')),
];

const compiled = routes.map((route) => ({
  route,
  parts: route.pattern.split('/').filter(Boolean),
}));

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The first route that fits; a trailing slash does not matter. `route` is null for an unknown address. */
export function match(path: string): Found {
  const parts = path.split('/').filter(Boolean);
  for (const candidate of compiled) {
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
