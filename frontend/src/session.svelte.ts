/** Who is signed in. */
import { api, forget, OfflineError, ProblemError, speakFor, whenSignedOut } from './api/client';
import type { Me, Role } from './api/types';
import { drafts } from './offline/drafts';
import { seal } from './offline/seal';

/** Says only that somebody signed in here and what kind of screen to open: no name, no e-mail. */
const HINT = 'yarrow.session';

/** Longer than forms take to hand over what was typed. */
const LEAVING_MS = 1_000;

class Session {
  user = $state.raw<Me | null>(null);
  state = $state<'starting' | 'in' | 'out'>('starting');
  #author: Me | null = null;

  /** Whose is what is typed on this page: of who is signed in, and until somebody is again of who was. */
  get author(): Me | null {
    return this.#author;
  }

  has(role: Role): boolean {
    return this.user?.roles.includes(role) ?? false;
  }

  get isPatient(): boolean {
    return this.has('patient');
  }

  get isStaff(): boolean {
    return this.user !== null && !this.isPatient;
  }

  /** The signed-in patient's own record; '' for staff. */
  get patientId(): string {
    return this.user?.patient_id ?? '';
  }

  /** Where this person begins. */
  get home(): string {
    if (this.isPatient) return '/today';
    return this.has('provider') || this.has('coordinator') ? '/caseload' : '/clinic/people';
  }

  /**
   * Finds out whether this device is signed in. Meanwhile, and without a network, it trusts what it knew last: the screen
   * comes at once, and what it shows comes from a server that has checked.
   */
  async start(): Promise<void> {
    whenSignedOut(() => this.#end());
    addEventListener('storage', ({ key }) => {
      // Another page of this browser has signed somebody out or in; null: all was cleared.
      if (this.user && (key === HINT || key === null) && readHint()?.id !== this.user.id)
        this.#end();
    });
    const hint = readHint();
    if (!hint) {
      this.state = 'out';
      return;
    }
    this.#show(hint);
    try {
      this.#begin(await api.get<Me>('/me'));
    } catch (error) {
      if (error instanceof OfflineError)
        addEventListener('online', () => void this.#confirm(), { once: true });
    }
  }

  async signIn(email: string, password: string): Promise<void> {
    const answer = await api.post<{ user: Me }>('/auth/login', {
      email: email.trim(),
      password,
      transport: 'cookie',
    });
    this.#begin(answer.user);
  }

  /** After an invitation was accepted: the answer has already signed in. */
  adopt(user: Me): void {
    this.#begin(user);
  }

  update(user: Me): void {
    this.#begin(user);
  }

  async signOut(): Promise<void> {
    try {
      await api.post('/auth/logout');
    } catch (error) {
      // Without a network this device forgets now; the sign-in itself ends by its age.
      if (!(error instanceof OfflineError || error instanceof ProblemError)) throw error;
    }
    drafts.clear();
    this.#end();
    // The server has forgotten this device; so does the browser's push service.
    void import('./reminders/push').then(({ forget }) => forget()).catch(() => {});
  }

  async #confirm(): Promise<void> {
    try {
      this.#begin(await api.get<Me>('/me'));
    } catch {
      // The next call finds out.
    }
  }

  #begin(user: Me): void {
    // Before what it unlocks: the key of somebody else goes first.
    if (this.#author?.id !== user.id) seal.forget();
    this.#show(user);
    drafts.belongTo(user.id);
    writeHint(user);
  }

  #show(user: Me): void {
    this.#author = this.user = user;
    this.state = 'in';
    speakFor(user.id);
  }

  #end(): void {
    const next = readHint();
    const isOther = this.user !== null && next !== null && next.id !== this.user.id;
    this.user = null;
    this.state = 'out';
    forget();
    // What leaves the screen now is still sealed, under the person whose it is.
    setTimeout(() => this.user ?? seal.forget(), LEAVING_MS);
    // Begun anew, the page belongs to who has signed in by another one.
    if (isOther) return void setTimeout(() => location.reload(), LEAVING_MS);
    try {
      localStorage.removeItem(HINT);
    } catch {
      // Storage is switched off: nothing was kept.
    }
  }
}

function readHint(): Me | null {
  try {
    const text = localStorage.getItem(HINT);
    return text ? (JSON.parse(text) as Me) : null;
  } catch {
    return null;
  }
}

function writeHint(user: Me): void {
  const { id, roles, patient_id, time_zone, locale, clinic } = user;
  const kept: Me = {
    id,
    roles,
    patient_id,
    time_zone,
    locale,
    clinic,
    name: '',
    email: '',
    reminders: { enabled: false, days: [], times: [] },
  };
  try {
    localStorage.setItem(HINT, JSON.stringify(kept));
  } catch {
    // Storage is switched off: the next visit asks the server.
  }
}

export const session = new Session();
