/**
 * A clinic's tablet that a code has opened for one patient. All of it lives here, in memory, and goes with the page: nothing is
 * written to the device, so nothing has to be cleared from it.
 */
import { api, OfflineError, ProblemError } from '../api/client';
import type { Kiosk, List, Task, Tasks } from '../api/types';
import { Form } from '../responses/form.svelte';
import type { Questionnaire } from '../responses/instruments';
import { Delivery } from './delivery.svelte';

export class Tablet {
  readonly name: string;
  readonly clinic: Kiosk['clinic'];
  readonly patient_id: string;
  /** When it closes, by this device's own clock: the server decides by its own. */
  readonly ends_at: number;
  #token: string;
  #onclosed: () => void;
  #questionnaires: Questionnaire[] = [];
  #forms = new Map<string, Form>();
  tasks = $state.raw<Task[]>();
  deliveries = $state.raw<Delivery[]>([]);

  private constructor(kiosk: Kiosk, onclosed: () => void) {
    this.name = kiosk.name;
    this.clinic = kiosk.clinic;
    this.patient_id = kiosk.patient_id;
    this.ends_at = Date.now() + kiosk.expires_in * 1000;
    this.#token = kiosk.access_token;
    this.#onclosed = onclosed;
  }

  /** `onclosed`: the server says that it is closed, by its time or by staff. */
  static async open(code: string, onclosed: () => void): Promise<Tablet> {
    return new Tablet(await api.post<Kiosk>('/kiosk', { code }), onclosed);
  }

  /** What is asked, with the questionnaires themselves: from here on no connection is needed to answer. */
  async read(): Promise<void> {
    const [questionnaires, tasks] = await Promise.all([
      this.#call<List<Questionnaire>>('GET', '/instruments'),
      this.#call<Tasks>('GET', '/me/tasks'),
    ]);
    this.#questionnaires = questionnaires.items;
    this.tasks = tasks.items;
  }

  /** The form of a questionnaire: the one that was begun, or a new one. */
  form(instrument: string): Form | undefined {
    const begun = this.#forms.get(instrument);
    const found = this.#questionnaires.find((one) => one.id === instrument);
    if (begun || !found) return begun;
    const form = new Form(found);
    this.#forms.set(instrument, form);
    return form;
  }

  begun(instrument: string): Form | undefined {
    return this.#forms.get(instrument);
  }

  delivery(instrument: string): Delivery | undefined {
    return this.deliveries.find((one) => one.instrument === instrument);
  }

  /** What is not answered yet. */
  get open(): Task[] {
    return (this.tasks ?? []).filter(({ instrument }) => !this.delivery(instrument));
  }

  /** What was answered and has not reached the clinic. */
  get unsent(): Delivery[] {
    return this.deliveries.filter(({ state }) => state !== 'sent');
  }

  /** Something is answered in a form that was not sent off. */
  get hasDrafts(): boolean {
    return [...this.#forms.values()].some((form) => form.answered > 0);
  }

  /** Closing now would lose answers. */
  get holdsAnswers(): boolean {
    return this.unsent.length > 0 || this.hasDrafts;
  }

  send(form: Form): Delivery {
    const { id, body } = form.parcel();
    const delivery = new Delivery(id, { ...body, patient_id: this.patient_id });
    this.#forms.delete(body.instrument);
    this.deliveries = [...this.deliveries, delivery];
    void delivery.go(this);
    return delivery;
  }

  /** Takes over what an earlier tablet of the same patient could not send. */
  adopt(deliveries: readonly Delivery[]): void {
    this.deliveries = [...this.deliveries, ...deliveries];
    for (const delivery of deliveries) void delivery.go(this);
  }

  put<T>(path: string, body: unknown): Promise<T> {
    return this.#call<T>('PUT', path, body);
  }

  /** Closes it here and on the server. Without a connection the server closes it by its time. */
  async end(): Promise<void> {
    const token = this.#token;
    for (const delivery of this.deliveries) delivery.stop();
    this.#onclosed = () => {};
    this.#token = '';
    this.#forms.clear();
    this.tasks = [];
    if (token === '') return;
    try {
      await api.send('DELETE', '/kiosk', undefined, { token, keepalive: true });
    } catch (error) {
      if (!(error instanceof OfflineError || error instanceof ProblemError)) throw error;
    }
  }

  async #call<T>(method: 'GET' | 'PUT', path: string, body?: unknown): Promise<T> {
    try {
      return (await api.send<T>(method, path, body, { token: this.#token })).body;
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) this.#onclosed();
      throw error;
    }
  }
}
