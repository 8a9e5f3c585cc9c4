import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api, forget, OfflineError, ProblemError, speakFor, whenSignedOut } from './client';

type Handler = (path: string, init: RequestInit) => Response | Promise<Response>;

let calls: { method: string; path: string; headers: Record<string, string> }[] = [];

function serve(handler: Handler) {
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    calls.push({
      method: init.method ?? 'GET',
      path,
      headers: init.headers as Record<string, string>,
    });
    return handler(path, init);
  });
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(body === undefined ? null : JSON.stringify(body), { status, headers });

beforeEach(() => {
  calls = [];
  forget();
  whenSignedOut(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe('refreshing the sign-in', () => {
  it('happens once for calls that are refused together, and then they are made again', async () => {
    let fresh = false;
    serve(async (path) => {
      if (path === '/api/v1/auth/refresh') {
        await Promise.resolve();
        fresh = true;
        return json(200, { expires_in: 600 });
      }
      return fresh ? json(200, { path }) : json(401, { title: 'no' });
    });
    const answers = await Promise.all([api.get('/me'), api.get('/me/tasks'), api.get('/clinic')]);
    expect(answers).toEqual(
      ['/me', '/me/tasks', '/clinic'].map((path) => ({ path: `/api/v1${path}` })),
    );
    expect(calls.filter((call) => call.path.endsWith('/auth/refresh'))).toHaveLength(1);
  });

  it('ends the sign-in when it is refused', async () => {
    const ended = vi.fn();
    whenSignedOut(ended);
    serve(() => json(401, { title: 'not signed in' }));
    await expect(api.get('/me')).rejects.toMatchObject({ status: 401 });
    expect(calls.map((call) => call.path)).toEqual(['/api/v1/me', '/api/v1/auth/refresh']);
    expect(ended).toHaveBeenCalledOnce();
  });

  it('does not end the sign-in when the network goes away meanwhile', async () => {
    const ended = vi.fn();
    whenSignedOut(ended);
    serve((path) => {
      if (path.endsWith('/auth/refresh')) throw new TypeError('network');
      return json(401, {});
    });
    await expect(api.get('/me')).rejects.toBeInstanceOf(OfflineError);
    expect(ended).not.toHaveBeenCalled();
  });

  it('is not tried for a wrong password', async () => {
    serve(() => json(401, { title: 'wrong pair' }));
    await expect(api.post('/auth/login', {})).rejects.toMatchObject({ status: 401 });
    expect(calls).toHaveLength(1);
  });
});

describe('calls', () => {
  it('say that they come from the app when they change something', async () => {
    serve(() => json(200, {}));
    await api.put('/responses/1', { a: 1 }, { ifMatch: '"3"' });
    await api.get('/me');
    expect(calls[0]?.headers).toMatchObject({ 'X-Requested-With': 'app', 'If-Match': '"3"' });
    expect(calls[1]?.headers).not.toHaveProperty('X-Requested-With');
  });

  it('say for whom they are, and keep to it while the sign-in is renewed', async () => {
    let asked = 0;
    serve((path) => {
      if (path.endsWith('/auth/refresh')) speakFor('next');
      return json(path.endsWith('/me') && ++asked === 1 ? 401 : 200, {});
    });
    speakFor('first');
    await api.get('/me');
    await api.put('/responses/1', {}, { as: 'author' });
    await api.get('/kiosk', { token: 'code' });
    speakFor('');
    await api.get('/me');
    const said = calls.map(({ headers }) => headers['X-Signed-In-As']);
    expect(said).toEqual(['first', undefined, 'first', 'author', undefined, undefined]);
  });

  it('ask only whether something has changed when they read it again', async () => {
    serve((_, init) =>
      (init.headers as Record<string, string>)['If-None-Match'] === '"7"'
        ? new Response(null, { status: 304, headers: { ETag: '"7"' } })
        : json(200, { name: 'Maya' }, { ETag: '"7"' }),
    );
    expect(await api.get('/patients/1')).toEqual({ name: 'Maya' });
    expect(await api.read('/patients/1')).toMatchObject({ body: { name: 'Maya' }, etag: '"7"' });
    expect(calls).toHaveLength(2);
  });

  it('turn a refusal into its problem, with the fields it is about', async () => {
    serve(() =>
      json(
        422,
        {
          type: 'about:blank',
          title: 'does not fit',
          detail: 'one field',
          instance: 'r-1',
          errors: [{ pointer: '/answers/q9', detail: 'must be 0, 1, 2 or 3' }],
        },
        { 'Retry-After': '7' },
      ),
    );
    const error = await api.put('/responses/1', {}).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      status: 422,
      detail: 'one field',
      request_id: 'r-1',
      retry_after: 7,
      errors: [{ pointer: '/answers/q9', detail: 'must be 0, 1, 2 or 3' }],
    });
  });

  it('stay readable when a proxy answers with a page', async () => {
    serve(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    await expect(api.get('/me')).rejects.toMatchObject({ status: 502, detail: '' });
  });

  it('keep nothing but public documents on the device', async () => {
    serve(() => json(200, {}));
    await expect(api.kept('/me')).rejects.toThrow('not a public document');
    expect(calls).toHaveLength(0);
  });
});
