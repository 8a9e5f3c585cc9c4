/** What lies between a device and the server, and can fail: loses answers, holds them back, counts bytes. */
import {
  createServer,
  request,
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

export class Wire {
  readonly #front: Server;
  readonly #upstream: URL;
  #lost: Match = () => false;
  #held: { match: Match; until: Promise<void> } | null = null;
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
    const { hostname, port } = this.#upstream;
    const out = request({ hostname, port, method, path: url, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('error', () => to.destroy());
      answer.on('end', () => {
        let body = Buffer.concat(chunks);
        const { 'content-length': _, 'transfer-encoding': __, ...rest } = answer.headers;
        const status = answer.statusCode ?? 502;
        const encoding = answer.headers['content-encoding'] ?? '';
        this.crossings.push({ method, path, status, bytes: body.length, encoding });
        if (this.#lost(method, path)) return void to.destroy();
        if (change) {
          body = Buffer.from(change(body.toString()));
          delete rest.etag;
        }
        const hasBody = method !== 'HEAD' && status !== 204 && status !== 304;
        to.writeHead(status, { ...rest, ...(hasBody ? { 'content-length': body.length } : {}) });
        to.end(hasBody ? body : undefined);
      });
    });
    out.on('error', () => to.destroy());
    from.pipe(out);
  }
}
