import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import { api } from './api/client';
import App from './App.svelte';
import { connection } from './connection.svelte';
import { outbox } from './offline/outbox.svelte';
import { start } from './router';
import { routes } from './routes';
import { session } from './session.svelte';
import { shell } from './offline/shell.svelte';

try {
  const theme = localStorage.getItem('theme');
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
} catch {
  // Storage is switched off: the system's theme it is.
}

connection.watch();
start(routes);
void session.start().then(() => outbox.start());
mount(App, { target: document.getElementById('app')! });
void shell.register();
prepare();

/** When the first screen is done: what must work later without a network. */
function prepare(): void {
  const QUIET_MS = 3_000;
  const KEEP_MS = 8_000;
  // Help lines, also for somebody who has never signed in.
  setTimeout(() => void api.kept('/meta').catch(() => {}), QUIET_MS);
  const timer = setInterval(() => {
    if (session.state !== 'in' || !session.user) return;
    clearInterval(timer);
    shell.hold(session.isPatient ? 'patient' : 'staff');
    void import('./reminders/push').then(({ renew }) => renew()).catch(() => {});
  }, KEEP_MS);
}
