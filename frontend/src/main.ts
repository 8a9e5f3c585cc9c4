import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
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
