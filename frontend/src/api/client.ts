/** Calls to the clinic's server: one place for cookies, refreshing, conditional reads and errors. */
import { connection } from '../connection.svelte';
import { keep } from '../offline/store';
import { BASE } from './base';

const TIMEOUT_MS = 20_000;
/** A whole clinic takes a while to write out. */
const FILE_TIMEOUT_MS = 15 * 60_000;
/** Documents that anybody may read; only these are ever kept on the device. */
const PUBLIC = ['/meta', '/instruments'];

export interface Violation {
  pointer: string;
  detail: string;
}

/** The server answered, and refused (RFC 9457). */
export class ProblemError extends Error {
  override name = 'ProblemError';
  constructor(
    readonly status: number,
    readonly type: string,
    readonly title: string,
    readonly detail: string,
    readonly errors: Violation[],
    readonly request_id: string,
    /** Seconds that the server asks to wait, where it says so. */
    readonly retry_after: number | null,
    /** What has to be there first, where a refusal has a way on. */
    readonly missing: string[] = [],
  ) {
    super(title);
  }
}

/** The server did not answer: no network, or not in time. */
export class OfflineError extends Error {
  override name = 'OfflineError';
}

export interface Options {
  signal?: AbortSignal;
  /** ETag last read: the write is refused (412) if somebody changed the record since. */
  ifMatch?: string;
  /** What the body is, where it is a text and not JSON. */
  kind?: string;
  /** How long the whole answer may take, where that is longer than usual. */
  timeout_ms?: number;
  /** What signs this call in place of the cookies: a clinic's tablet. Nothing that it reads is remembered. */
  token?: string;
  /** The id of the person whose call it is, where that need not be who is signed in. */
  as?: string;
  /** The call outlives the page. */
  keepalive?: boolean;
}

export interface Answer<T> {
  status: number;
  body: T;
  etag: string | null;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** What the last reads answered, to ask "has it changed?" instead of for the whole again. In memory only. */
const seen = new Map<string, { etag: string; body: unknown }>();
const SEEN_MAX = 60;

let onSignedOut: () => void = () => {};
/** `session` says here what to do when the sign-in has ended. */
export function whenSignedOut(callback: () => void): void {
  onSignedOut = callback;
}

/** This version of the app: the name of its first script. '' where it was not built. */
const VERSION = /\/(app-[\w-]+)\.js/.exec(import.meta.url)?.[1] ?? '';
let onOutdated: (() => void) | null = null;
/** `shell` says here what to do, once, when the server has another version of the app. */
export function whenOutdated(callback: () => void): void {
  onOutdated = callback;
}

/** The id of the person for whom this page speaks; '' for nobody. */
let speaker = '';
/** `session` says here who is signed in. The cookies may be somebody else's by now: another page has the same. */
export function speakFor(user_id: string): void {
  speaker = user_id;
}

/** Forgets everything read so far. */
export function forget(): void {
  seen.clear();
}

async function call(
  method: Method,
  path: string,
  body: unknown,
  options: Options,
): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json, application/problem+json' };
  if (method !== 'GET') headers['X-Requested-With'] = 'app';
  if (body !== undefined) headers['Content-Type'] = options.kind ?? 'application/json';
  if (VERSION) headers['X-App-Version'] = VERSION;
  if (options.ifMatch) headers['If-Match'] = options.ifMatch;
  if (options.token) headers.Authorization = `Bearer ${options.token}`;
  else if (options.as) headers['X-Signed-In-As'] = options.as;
  const known = method === 'GET' && !options.token ? seen.get(path) : undefined;
  if (known) headers['If-None-Match'] = known.etag;

  const timeout = AbortSignal.timeout(options.timeout_ms ?? TIMEOUT_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    const response = await fetch(BASE + path, {
      method,
      headers,
      body: body === undefined ? null : options.kind ? String(body) : JSON.stringify(body),
      credentials: options.token ? 'omit' : 'same-origin',
      keepalive: options.keepalive ?? false,
      cache: 'no-store',
      signal,
    });
    connection.reached();
    if (response.headers.has('X-App-Update')) {
      onOutdated?.();
      onOutdated = null;
    }
    return response;
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    connection.missed();
    throw new OfflineError('the server did not answer', { cause });
  }
}

async function problem(response: Response): Promise<ProblemError> {
  const text = await response.text().catch(() => '');
  let told: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed && typeof parsed === 'object') told = parsed as Record<string, unknown>;
  } catch {
    // Not the server's own answer: a proxy in between.
  }
  const word = (key: string) => (typeof told[key] === 'string' ? told[key] : '');
  return new ProblemError(
    response.status,
    word('type'),
    word('title') || `${response.status}`,
    word('detail'),
    Array.isArray(told.errors) ? (told.errors as Violation[]) : [],
    word('instance') || (response.headers.get('X-Request-Id') ?? ''),
    retryAfter(response),
    Array.isArray(told.missing) ? told.missing.map(String) : [],
  );
}

function retryAfter(response: Response): number | null {
  const value = response.headers.get('Retry-After');
  if (!value) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1000);
}

/** Counts refreshes of this page, so that calls that failed together refresh once. */
let generation = 0;
let refreshing: Promise<boolean> | null = null;

/**
 * Renews the sign-in, once for all calls of this page and one tab at a time.
 * `false`: the sign-in has ended. Throws `OfflineError` when the server cannot be asked.
 */
export function refresh(since = generation): Promise<boolean> {
  if (since !== generation) return Promise.resolve(true);
  refreshing ??= locked('refresh', async () => {
    const response = await call('POST', '/auth/refresh', {}, {});
    if (response.ok) {
      generation += 1;
      return true;
    }
    if (response.status === 401 || response.status === 400 || response.status === 403) return false;
    throw await problem(response);
  }).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? (navigator.locks.request(name, work) as Promise<T>) : work();
}

/** The server's answer to a person who is signed in: with a sign-in that is renewed where it has to be. */
async function ask(
  method: Method,
  path: string,
  body: unknown,
  options: Options,
): Promise<Response> {
  const started = generation;
  const asked = { as: speaker, ...options };
  let response = await call(method, path, body, asked);
  if (response.status === 401 && !path.startsWith('/auth/login') && !options.token) {
    if (await refresh(started)) response = await call(method, path, body, asked);
    if (response.status === 401) onSignedOut();
  }
  return response;
}

async function send<T>(
  method: Method,
  path: string,
  body?: unknown,
  options: Options = {},
): Promise<Answer<T>> {
  const response = await ask(method, path, body, options);
  const etag = response.headers.get('ETag');
  if (response.status === 304) {
    const known = seen.get(path);
    if (known) return { status: 200, body: known.body as T, etag: known.etag };
    throw await problem(response);
  }
  if (!response.ok) throw await problem(response);
  const text = response.status === 204 ? '' : await response.text();
  const answer = (text === '' ? undefined : JSON.parse(text)) as T;
  if (method === 'GET' && etag && !options.token) {
    seen.delete(path);
    seen.set(path, { etag, body: answer });
    if (seen.size > SEEN_MAX) seen.delete(seen.keys().next().value as string);
  }
  return { status: response.status, body: answer, etag };
}

export const api = {
  send,
  async get<T>(path: string, options?: Options): Promise<T> {
    return (await send<T>('GET', path, undefined, options)).body;
  },
  /** One record with its ETag, to be changed with `ifMatch`. */
  async read<T>(path: string, options?: Options): Promise<{ body: T; etag: string | null }> {
    return send<T>('GET', path, undefined, options);
  },
  async post<T>(path: string, body: unknown = {}, options?: Options): Promise<T> {
    return (await send<T>('POST', path, body, options)).body;
  },
  async put<T>(path: string, body: unknown, options?: Options): Promise<T> {
    return (await send<T>('PUT', path, body, options)).body;
  },
  async patch<T>(path: string, body: unknown, options?: Options): Promise<T> {
    return (await send<T>('PATCH', path, body, options)).body;
  },
  async del<T = void>(path: string, options?: Options): Promise<T> {
    return (await send<T>('DELETE', path, undefined, options)).body;
  },
  /** A file to keep, with the name that the server gives it. */
  async file(path: string): Promise<{ content: Blob; name: string }> {
    const response = await ask('GET', path, undefined, { timeout_ms: FILE_TIMEOUT_MS });
    if (!response.ok) throw await problem(response);
    const named = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '');
    return { content: await response.blob(), name: named?.[1] ?? 'yarrow' };
  },
  /** A public document: the server's, or the copy kept on this device when there is no network. */
  async kept<T>(path: string): Promise<T> {
    const name = path.split('?')[0] ?? path;
    if (!PUBLIC.some((allowed) => name === allowed || name.startsWith(`${allowed}/`)))
      throw new Error(`${name} is not a public document`);
    try {
      const body = await api.get<T>(path);
      void keep.put(path, body).catch(() => {});
      return body;
    } catch (error) {
      if (!(error instanceof OfflineError)) throw error;
      const copy = await keep.get<T>(path).catch(() => undefined);
      if (copy === undefined) throw error;
      return copy;
    }
  },
};
