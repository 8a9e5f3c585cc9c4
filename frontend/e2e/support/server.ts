/** The real server, with a database of its own that goes away with it. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** `YARROW_BIN`, else what `cargo build` made last: released first. */
export function binary(): string {
  if (process.env.YARROW_BIN) return resolve(process.env.YARROW_BIN);
  const target = process.env.CARGO_TARGET_DIR ?? resolve(import.meta.dirname, '../../../target');
  const found = ['release', 'debug']
    .map((kind) => join(target, kind, 'yarrow'))
    .find((path) => existsSync(path));
  if (!found) throw new Error('no server to test: run `make build`, or name one in YARROW_BIN');
  return found;
}

export class Server {
  #process: ChildProcess;
  readonly #words: string[];
  readonly #folder: string;
  readonly #env: Record<string, string>;
  readonly #lines: string[] = [];
  #log = '';

  private constructor(
    words: string[],
    folder: string,
    config: string,
    settings: Record<string, string>,
  ) {
    this.#words = words;
    this.#folder = folder;
    // Nothing of the caller's own settings gets through.
    this.#env = {
      PATH: process.env.PATH ?? '',
      DATABASE_URL: join(folder, 'yarrow.db'),
      YARROW_DATA_DIR: folder,
      YARROW_LISTEN: '127.0.0.1:0',
      YARROW_RATE_LIMITS: 'off',
      YARROW_CONFIG: config,
      RUST_LOG: 'warn',
      ...settings,
    };
    this.#process = this.#spawn();
  }

  #spawn(): ChildProcess {
    return spawn(binary(), this.#words, {
      env: this.#env,
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Starts on a free port with an empty SQLite database, and with these settings beside the usual ones. */
  static start(settings: Record<string, string> = {}): Promise<Server> {
    return Server.#begin(['serve'], /^set up at /, settings);
  }

  /** Starts with the synthetic clinic. */
  static demo(): Promise<Server> {
    return Server.#begin(['demo'], /^sign in as admin: /);
  }

  static async #begin(
    words: string[],
    last: RegExp,
    settings: Record<string, string> = {},
  ): Promise<Server> {
    const folder = await mkdtemp(join(tmpdir(), 'yarrow-journey-'));
    const config = join(folder, 'yarrow.toml');
    // Passwords as cheap as the server allows: what is tested here is not their strength.
    await writeFile(config, '[passwords]\nmemory_kib = 19456\npasses = 2\nlanes = 1\n');
    const server = new Server(words, folder, config, settings);
    try {
      await server.#heard(last);
      return server;
    } catch (error) {
      server.#process.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Until it listens and has said what it says at the start. */
  #heard(last: RegExp): Promise<void> {
    const { stdout, stderr } = this.#process;
    if (!stdout || !stderr) throw new Error('the server has no output');
    stderr.on('data', (text: Buffer) => (this.#log += text.toString()));
    return new Promise((done, fail) => {
      createInterface({ input: stdout }).on('line', (line) => {
        this.#lines.push(line);
        const wanted = [/^listening on /, last];
        if (wanted.every((one) => this.#lines.some((said) => one.test(said)))) done();
      });
      this.#process.once('error', fail);
      this.#process.once('exit', (code) =>
        fail(new Error(`the server ended with ${code}:\n${this.#log}`)),
      );
    });
  }

  /** What follows these words on a line of standard output. */
  said(words: string): string {
    const line = this.#lines.find((one) => one.startsWith(`${words} `));
    if (!line) throw new Error(`the server has not said "${words}"`);
    return line.slice(words.length + 1);
  }

  get url(): string {
    return this.said('listening on');
  }

  /** Makes the first clinic: `…/setup#token=…`. */
  get setupLink(): string {
    return this.said('set up at');
  }

  /** Everything it has logged. */
  get log(): string {
    return this.#log;
  }

  /** What a command prints beside the running server. */
  async command(...words: string[]): Promise<string> {
    const { stdout } = await run(binary(), words, { env: this.#env, cwd: this.#folder });
    return stdout;
  }

  /** As a power cut does: it is gone at once, whatever was under way. */
  async kill(): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  /** Starts again on the same data and at the same address, from now on with these settings. */
  async again(settings: Record<string, string> = {}): Promise<void> {
    Object.assign(this.#env, settings);
    this.#env.YARROW_LISTEN = new URL(this.url).host;
    this.#lines.length = 0;
    this.#process = this.#spawn();
    await this.#heard(/^listening on /);
  }

  /** As an init system does: SIGTERM, and what is under way is finished. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await ended;
  }

  /** Ends it for good, and its data with it. */
  async stop(): Promise<void> {
    await this.end();
    await rm(this.#folder, { recursive: true, force: true });
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== 0)
      throw new Error(`the server ended with ${exitCode ?? signalCode}:\n${this.#log}`);
  }
}
