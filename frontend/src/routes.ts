/** Every address of the app and the screen it shows. Screens load when they are first needed. */
import SignIn from './auth/SignIn.svelte';
import Today from './today/Today.svelte';
import { t } from './messages/shell';
import type { Audience, Route, Screen } from './router';

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
  lazy('/kiosk', 'Questionnaires', 'anyone', () => import('./kiosk/Kiosk.svelte')),
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
  lazy('/care/journal', 'Journal', 'patient', () => import('./journal/Journal.svelte')),
  lazy('/care/journal/new', 'Journal', 'patient', () => import('./journal/Write.svelte')),
  lazy('/you', t.you, 'patient', () => import('./account/You.svelte')),
  lazy('/you/queue', 'Waiting to send', 'signed-in', () => import('./account/Queue.svelte')),

  lazy('/caseload', t.caseload, 'staff', () => import('./patients/Caseload.svelte')),
  lazy('/patients/new', 'New patient', 'staff', () => import('./patients/NewPatient.svelte')),
  lazy('/patients/:id', 'Patient', 'staff', () => import('./patients/Patient.svelte')),
  lazy('/patients/:id/tablet', 'Tablet', 'staff', () => import('./kiosk/Code.svelte')),
  lazy(
    '/patients/:id/report',
    'Progress report',
    'signed-in',
    () => import('./reports/Report.svelte'),
  ),
  lazy('/patients/:id/course', 'Course and plan', 'staff', () => import('./courses/Course.svelte')),
  lazy(
    '/patients/:id/sessions/:session',
    'Session',
    'staff',
    () => import('./sessions/Session.svelte'),
  ),
  lazy('/sessions', t.sessions, 'staff', () => import('./sessions/Sessions.svelte')),
  lazy('/outcomes', t.outcomes, 'staff', () => import('./outcomes/Outcomes.svelte')),
  lazy('/alerts', t.alerts, 'staff', () => import('./alerts/Alerts.svelte')),
  lazy('/alerts/:id', t.alerts, 'staff', () => import('./alerts/Alerts.svelte')),
  lazy('/clinic', t.clinic, 'staff', () => import('./people/Clinic.svelte')),
  lazy('/clinic/invites', 'Invitations', 'staff', () => import('./people/Invites.svelte')),
  lazy('/clinic/export', 'Data', 'staff', () => import('./exports/Exports.svelte')),
  lazy('/clinic/people', t.people, 'staff', () => import('./people/People.svelte')),
  lazy('/account', t.account, 'staff', () => import('./account/Account.svelte')),
];
