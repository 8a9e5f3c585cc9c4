/** What lies between a device and the server, and can fail: cuts, delays, doubles, holds back, counts bytes. */
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Crossing {
  method: string;
  path: string;
  /** As the server answered, whether or not the device heard of it. */
  status: number;
  /** Bytes of the body as they crossed: compressed where the server compressed. */
  bytes: number;
  encoding: string;
}

type Match = (method: string, path: string) => boolean;

/** What can become of one request. */
export const LINE_FAULTS = [
  /** It never gets to the server. */
  'cut-before',
  /** The server gets half of it. */
  'cut-in-body',
  /** The server acts on it, and nobody hears of it. */
  'lose-answer',
  /** Half of the answer arrives. */
  'halve-answer',
  /** It takes a while. */
  'delay',
  /** The server gets it twice, at once. */
  'duplicate',
  /** A later request overtakes it. */
  'reorder',
  /** The server, or what stands before it, asks to come back in a second. */
  'busy',
] as const;
export type LineFault = (typeof LINE_FAULTS)[number];

interface Sent {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}
interface Got {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

const DELAY_MS = 700;
/** Browsers send once more at once what failed on a line that was open already. */
const AGAIN_MS = 250;

export class Wire {
  readonly #front: Server;
  readonly #upstream: URL;
  #lost: Match = () => false;
  #held: { match: Match; until: Promise<void> } | null = null;
  #failing: { match: Match; fault: LineFault; path?: string; until?: number } | null = null;
  #answered: { match: Match; act: () => Promise<void> } | null = null;
  #overtaken = () => {};
  #rewritten: { path: string; change: (text: string) => string } | null = null;
  /** Every answer that has crossed, oldest first. */
  readonly crossings: Crossing[] = [];

  private constructor(front: Server, upstream: URL) {
    this.#front = front;
    this.#upstream = upstream;
    front.on('request', (from: IncomingMessage, to: ServerResponse) => this.#carry(from, to));
  }

  static async to(url: string): Promise<Wire> {
    const front = createServer();
    const wire = new Wire(front, new URL(url));
    await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#front.address() as AddressInfo).port}`;
  }

  /** Until the answer is called, the server gets these requests and acts on them, but nobody hears its answers. */
  loseAnswers(match: Match): () => void {
    this.#lost = match;
    return () => (this.#lost = () => false);
  }

  /** Until the answer is called, these requests are on their way: the server has not seen them. */
  hold(match: Match): () => void {
    let release = () => {};
    const until = new Promise<void>((done) => (release = done));
    this.#held = { match, until };
    return () => {
      this.#held = null;
      release();
    };
  }

  /** The next of these requests meets this fault, and so does a browser's own second try; the others cross. */
  failNext(match: Match, fault: LineFault): void {
    this.#failing = { match, fault };
  }

  /** When the server has answered the next of these requests, something happens, and nobody hears of the answer. */
  beforeAnswer(match: Match, act: () => Promise<void>): void {
    this.#answered = { match, act };
  }

  /** Nothing fails any more. */
  heal(): void {
    this.#failing = null;
    this.#answered = null;
    this.#lost = () => false;
    this.#overtaken();
  }

  /** Another text under this path from now on, as after an update of the server. */
  rewrite(path: string, change: (text: string) => string): void {
    this.#rewritten = { path, change };
  }

  async close(): Promise<void> {
    this.#front.closeAllConnections();
    await new Promise((closed) => this.#front.close(closed));
  }

  async #carry(from: IncomingMessage, to: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = from;
    const path = url.split('?')[0] ?? url;
    if (this.#held?.match(method, path)) await this.#held.until;
    const change = this.#rewritten?.path === path ? this.#rewritten.change : null;
    const headers = { ...from.headers };
    if (change) {
      delete headers['accept-encoding'];
      delete headers['if-none-match'];
    }
    try {
      const sent = { method, url, headers, body: await read(from) };
      const fault = this.#fault(method, path);
      const got = await this.#meet(fault, sent, to);
      if (!got) return;
      const { status } = got;
      let { body } = got;
      const { 'content-length': _, 'transfer-encoding': __, ...rest } = got.headers;
      const encoding = got.headers['content-encoding'] ?? '';
      this.crossings.push({ method, path, status, bytes: body.length, encoding });
      const act = this.#answered?.match(method, path) ? this.#answered.act : null;
      if (act) {
        this.#answered = null;
        await act();
      }
      if (act || this.#lost(method, path) || fault === 'lose-answer') return void to.destroy();
      if (change) {
        body = Buffer.from(change(body.toString()));
        delete rest.etag;
      }
      const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
      to.writeHead(status, { ...rest, ...(hasBody ? { 'content-length': body.length } : {}) });
      if (fault !== 'halve-answer') return void to.end(hasBody ? body : undefined);
      to.write(body.subarray(0, body.length / 2), () => to.destroy());
    } catch {
      // Either side has gone away.
      to.destroy();
    }
  }

  #fault(method: string, path: string): LineFault | null {
    this.#overtaken();
    const failing = this.#failing;
    if (!failing?.match(method, path)) return null;
    const now = performance.now();
    failing.path ??= path;
    failing.until ??= now + AGAIN_MS;
    return failing.path === path && now <= failing.until ? failing.fault : null;
  }

  /** What the server answers; null where the request has met its end. */
  async #meet(fault: LineFault | null, sent: Sent, to: ServerResponse): Promise<Got | null> {
    if (fault === 'cut-before') {
      to.destroy();
      return null;
    }
    if (fault === 'busy') {
      to.writeHead(503, { 'retry-after': '1' }).end();
      return null;
    }
    if (fault === 'cut-in-body') {
      await this.#ask(sent, sent.body.length / 2).catch(() => {});
      to.destroy();
      return null;
    }
    if (fault === 'delay') await pause(DELAY_MS);
    if (fault === 'reorder')
      await Promise.race([
        new Promise<void>((overtaken) => (this.#overtaken = overtaken)),
        pause(DELAY_MS),
      ]);
    if (fault === 'duplicate') void this.#ask(sent).catch(() => {});
    return this.#ask(sent);
  }

  /** Asks the server; with `most` the line breaks after so many bytes of the body. */
  #ask({ method, url, headers, body }: Sent, most = body.length): Promise<Got> {
    const { hostname, port } = this.#upstream;
    return new Promise((done, fail) => {
      const out = request({ hostname, port, method, path: url, headers }, (answer) => {
        read(answer).then(
          (body) => done({ status: answer.statusCode ?? 502, headers: answer.headers, body }),
          fail,
        );
      });
      out.on('error', fail);
      const cut = () => out.destroy(new Error('the line broke'));
      if (most < body.length) out.write(body.subarray(0, most), cut);
      else out.end(body);
    });
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((over) => setTimeout(over, milliseconds));
}

async function read(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
