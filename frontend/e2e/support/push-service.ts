/** A push service on loopback, and the subscription of one device to it. */
import { createDecipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const TAG_BYTES = 16;

export class PushService {
  readonly #server: Server;
  readonly #key: ECDH = createECDH('prime256v1');
  readonly #auth = randomBytes(16);
  readonly #arrived: Buffer[] = [];

  private constructor() {
    this.#key.generateKeys();
    this.#server = createServer((request, answer) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.#arrived.push(Buffer.concat(parts));
        answer.writeHead(201).end();
      });
    });
  }

  static async start(): Promise<PushService> {
    const service = new PushService();
    service.#server.listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  /** `127.0.0.1:PORT`, for the server's settings. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What the device's browser says of its subscription. */
  get subscription() {
    const keys = {
      p256dh: this.#key.getPublicKey().toString('base64url'),
      auth: this.#auth.toString('base64url'),
    };
    return { endpoint: `http://${this.host}/phone`, expirationTime: null, keys };
  }

  /** The words that have arrived, opened with the device's keys (RFC 8188, RFC 8291). */
  get words(): string[] {
    return this.#arrived.map((body) => this.#open(body));
  }

  #open(body: Buffer): string {
    const salt = body.subarray(0, 16);
    const sender = body.subarray(21, 21 + body[20]!);
    const sealed = body.subarray(21 + body[20]!);
    const shared = this.#key.computeSecret(sender);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#key.getPublicKey(), sender]);
    const input = Buffer.from(hkdfSync('sha256', shared, this.#auth, info, 32));
    const of = (name: string, length: number) =>
      Buffer.from(hkdfSync('sha256', input, salt, `Content-Encoding: ${name}\0`, length));
    const cipher = createDecipheriv('aes-128-gcm', of('aes128gcm', 16), of('nonce', 12));
    cipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const text = Buffer.concat([cipher.update(sealed.subarray(0, -TAG_BYTES)), cipher.final()]);
    // The byte 2 behind the words says that they are all.
    return text.subarray(0, -1).toString();
  }

  async stop(): Promise<void> {
    this.#server.close();
    await once(this.#server, 'close');
  }
}
