/** A clinic filled by calls to the API, so that a journey says only what matters to it. */
import { randomUUID } from 'node:crypto';
import type {
  Alert,
  Course,
  List,
  Me,
  Patient as PatientRecord,
  Progress,
  Response as Answered,
  Role,
  Session,
} from '../../src/api/types';

export const PASSWORD = 'seven quiet herons fly';
const ZONE = 'America/Denver';
const DAY_MS = 86_400_000;

/** The instant so many days ago, at this time of day. */
export function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString();
}

export interface Heard<T = unknown> {
  status: number;
  body: T;
  etag: string | null;
}

/** Calls the API as a program does: with a bearer token, or as anyone. */
export class Caller {
  constructor(
    readonly url: string,
    readonly token = '',
  ) {}

  /** Whatever the server answers. */
  async ask<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Heard<T>> {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const parsed = (text === '' ? undefined : JSON.parse(text)) as T;
    return { status: answer.status, body: parsed, etag: answer.headers.get('ETag') };
  }

  async #sure<T>(method: string, path: string, body?: unknown): Promise<T> {
    const heard = await this.ask<T>(method, path, body);
    if (heard.status >= 300)
      throw new Error(`${method} ${path}: ${heard.status} ${JSON.stringify(heard.body)}`);
    return heard.body;
  }

  get<T>(path: string): Promise<T> {
    return this.#sure<T>('GET', path);
  }
  post<T>(path: string, body: unknown = {}): Promise<T> {
    return this.#sure<T>('POST', path, body);
  }
  put<T>(path: string, body: unknown): Promise<T> {
    return this.#sure<T>('PUT', path, body);
  }
  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#sure<T>('PATCH', path, body);
  }
}

interface SignedIn {
  access_token: string;
  user: Me;
}

/** Somebody with an account. */
export class Person extends Caller {
  constructor(
    url: string,
    token: string,
    readonly user: Me,
  ) {
    super(url, token);
  }

  get email(): string {
    return this.user.email;
  }

  static async signIn(url: string, email: string): Promise<Person> {
    const answer = await new Caller(url).post<SignedIn>('/auth/login', {
      email,
      password: PASSWORD,
    });
    return new Person(url, answer.access_token, answer.user);
  }
}

type Answers = Record<string, number | string | string[]>;

/** A patient with an account, who answers. */
export class Patient extends Person {
  /** The patient's record. */
  get id(): string {
    return this.user.patient_id ?? '';
  }

  answer(instrument: string, answers: Answers, days = 0): Promise<Answered> {
    return this.put(`/responses/${randomUUID()}`, {
      instrument,
      answers,
      completed_at: daysAgo(days),
      time_zone: ZONE,
    });
  }

  /** A PHQ-9 with this total, so many days ago; item 9 is 0 unless said. */
  phq9(total: number, days = 0, item9 = 0): Promise<Answered> {
    const answers: Answers = { ...spread(total - item9, 8), q9: item9 };
    return this.answer('phq-9', total > 0 ? { ...answers, q10: 1 } : answers, days);
  }

  gad7(total: number, days = 0): Promise<Answered> {
    return this.answer('gad-7', spread(total, 7), days);
  }

  checkIn(mood: number, days = 0): Promise<Answered> {
    const answers = { mood, anxiety: 10 - mood, energy: mood, sleep_quality: mood, pain: 2 };
    return this.answer('daily-check-in', answers, days);
  }

  async responses(instrument: string): Promise<Answered[]> {
    const path = `/patients/${this.id}/responses?instrument=${instrument}`;
    return (await this.get<List<Answered>>(path)).items;
  }
}

/** A total over so many items of 0 to 3. */
function spread(total: number, items: number): Answers {
  const answers: Answers = {};
  for (let item = 1, rest = total; item <= items; item++) {
    const value = Math.min(3, Math.ceil(rest / (items - item + 1)));
    answers[`q${item}`] = value;
    rest -= value;
  }
  return answers;
}

export class Clinic {
  #people = 0;

  private constructor(
    readonly url: string,
    readonly name: string,
    /** Who set it up: admin and provider. */
    readonly owner: Person,
  ) {}

  static async setUp(url: string, setupLink: string, name = 'Alder Row'): Promise<Clinic> {
    const email = `owner@${name.toLowerCase().replaceAll(' ', '-')}.example`;
    await new Caller(url).post('/setup', {
      token: setupLink.split('#token=')[1],
      clinic: { name, time_zone: ZONE, country: 'US' },
      admin: { name: 'Dr Ada Okafor', email, password: PASSWORD },
    });
    return new Clinic(url, name, await Person.signIn(url, email));
  }

  async #join(name: string, roles: Role[], patient_id?: string): Promise<SignedIn> {
    const email = `person-${++this.#people}@${this.owner.email.split('@')[1]}`;
    const invitation = await this.owner.post<{ url: string }>('/invitations', {
      email,
      roles,
      name,
      ...(patient_id ? { patient_id } : {}),
    });
    const token = invitation.url.split('#token=')[1];
    const anyone = new Caller(this.url);
    const { consents } = await anyone.post<{ consents: { id: string; version: string }[] }>(
      '/invitations/preview',
      { token },
    );
    return anyone.post('/invitations/accept', {
      token,
      name,
      password: PASSWORD,
      time_zone: ZONE,
      consents: consents.map(({ id, version }) => ({ id, version, agreed: true })),
    });
  }

  async staff(name: string, roles: Role[]): Promise<Person> {
    const { access_token, user } = await this.#join(name, roles);
    return new Person(this.url, access_token, user);
  }

  /** A patient who has joined. */
  async patient(name: string, record: Partial<PatientRecord> = {}): Promise<Patient> {
    const made = await this.owner.post<PatientRecord>('/patients', {
      name,
      time_zone: ZONE,
      condition: 'mdd',
      ...record,
    });
    const { access_token, user } = await this.#join(name, ['patient'], made.id);
    return new Patient(this.url, access_token, user);
  }

  course(patient: Patient, startedDaysAgo: number, planned_sessions = 6): Promise<Course> {
    return this.owner.post(`/patients/${patient.id}/courses`, {
      condition: 'mdd',
      planned_sessions,
      started_on: daysAgo(startedDaysAgo).slice(0, 10),
      status: 'active',
    });
  }

  /** A session of the patient's course: an infusion that was given, unless said otherwise. */
  session(
    patient: Patient,
    course: Course,
    number: number,
    days: number,
    more: Partial<Session> = {},
  ): Promise<Session> {
    const start = Date.parse(daysAgo(days));
    const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
    return this.owner.put(`/sessions/${randomUUID()}`, {
      patient_id: patient.id,
      course_id: course.id,
      number,
      status: 'completed',
      scheduled_at: at(0),
      started_at: at(0),
      ended_at: at(40),
      route: 'iv',
      medicine: 'ketamine',
      dose_mg: 38,
      weight_kg: 76,
      infusion_minutes: 40,
      vitals: [
        { at: at(-5), phase: 'before', systolic: 124, diastolic: 78, heart_rate: 68, spo2: 98 },
        { at: at(40), phase: 'end', systolic: 141, diastolic: 88, heart_rate: 76, spo2: 97 },
      ],
      effects: [{ effect: 'nausea', severity: 'mild' }],
      dissociation: 4,
      ...more,
    });
  }

  planned(patient: Patient, course: Course, number: number, inDays: number): Promise<Session> {
    return this.owner.put(`/sessions/${randomUUID()}`, {
      patient_id: patient.id,
      course_id: course.id,
      number,
      status: 'planned',
      scheduled_at: daysAgo(-inDays),
      route: 'iv',
    });
  }

  async alerts(status = 'all'): Promise<Alert[]> {
    return (await this.owner.get<List<Alert>>(`/alerts?status=${status}`)).items;
  }

  progress(patient: Patient): Promise<Progress> {
    return this.owner.get(`/patients/${patient.id}/progress?measure=phq-9.total`);
  }
}
