import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { issueToken, type Role } from '@wardstream/service-kit';
import { freePort } from '@wardstream/testing';

export type HouseMode = 'standalone' | 'standalone-kafka' | 'stack';

export interface HouseOptions {
  readonly mode: HouseMode;
  /** Hospital file; an empty Northgate General unless told. */
  readonly hospital?: string;
  /** KAFKA_BROKERS of a cluster the suite started itself. */
  readonly brokers?: string;
  /** DATABASE_URL of a server the suite started itself. */
  readonly databaseUrl?: string;
  readonly environment?: Record<string, string>;
  /** Options of the demo hospital at work in the one process; without them no departments are. */
  readonly demo?: readonly string[];
}

/** The repository, from the sources and from a built benchmark alike. */
const root = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'nx.json'))) folder = dirname(folder);
  return folder;
})();
const READY_MS = 150_000;
/** The demo hospital's past is played before. */
const DEMO_READY_MS = 300_000;

/** What a browser keeps of a session. */
export interface SessionCookie {
  readonly name: string;
  readonly value: string;
  readonly url: string;
}

/** The whole product as its user starts it: real processes, real ports, nothing reached into. */
export class House {
  readonly secret = 'a secret for this house under test only';
  readonly dataDir = mkdtempSync(join(tmpdir(), 'wardstream-house-'));
  httpPort = 0;
  mllpPort = 0;
  private child: ChildProcess | undefined;
  private output = '';

  constructor(readonly options: HouseOptions) {}

  get origin(): string {
    return `http://127.0.0.1:${this.httpPort}`;
  }

  /** Starts (or starts again, on the same data and ports) and waits for the line `Wardstream ready`. */
  async start(): Promise<void> {
    this.httpPort ||= await freePort();
    this.mllpPort ||= await freePort();
    const { mode, hospital, brokers, databaseUrl, environment, demo } = this.options;
    const program = mode === 'stack' ? 'tools/stack.mjs' : 'services/standalone/dist/main.js';
    const args = [
      ...(mode === 'stack' ? ['--free-ports'] : (demo ?? ['--no-feed'])),
      ...(hospital === undefined ? [] : ['--hospital', hospital]),
      ...(mode === 'standalone-kafka' ? ['--kafka'] : []),
    ];
    this.output = '';
    const child = spawn(process.execPath, ['--enable-source-maps', join(root, program), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        NODE_ENV: 'production',
        NODE_OPTIONS: environment?.['NODE_OPTIONS'] ?? '',
        WARDSTREAM_DATA_DIR: this.dataDir,
        WARDSTREAM_HTTP_PORT: String(this.httpPort),
        WARDSTREAM_MLLP_PORT: String(this.mllpPort),
        WARDSTREAM_AUTH_SECRET: this.secret,
        WARDSTREAM_LOG_LEVEL: 'warn',
        ...(brokers === undefined ? {} : { KAFKA_BROKERS: brokers }),
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...environment,
      },
    });
    this.child = child;
    await new Promise<void>((resolve, reject) => {
      const readyMs = demo === undefined ? READY_MS : DEMO_READY_MS;
      const timer = setTimeout(() => reject(new Error(`not ready after ${readyMs} ms:\n${this.output}`)), readyMs);
      const hear = (chunk: Buffer) => {
        this.output = (this.output + chunk.toString()).slice(-200_000);
        const ready = /^Wardstream ready http:\/\/\S+?:(\d+)\/ \(HL7 over MLLP on port (\d+)/m.exec(this.output);
        if (ready !== null) {
          [this.httpPort, this.mllpPort] = [Number(ready[1]), Number(ready[2])];
          clearTimeout(timer);
          resolve();
        }
      };
      child.stdout!.on('data', hear);
      child.stderr!.on('data', hear);
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`ended with ${code ?? signal} before it was ready:\n${this.output}`));
      });
    });
  }

  /** What it printed since it was started, the last 200,000 characters. */
  get printed(): string {
    return this.output;
  }

  /** Process id of the one process, or of the one that runs the others. */
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  get alive(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends it as a power cut would; its data stays. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Ctrl-C. Resolves with the exit code. */
  async stop(): Promise<number | null> {
    const code = await this.end('SIGINT');
    return code;
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    if (this.alive) await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  token(...roles: Role[]): Promise<string> {
    return issueToken(
      { secret: this.secret, issuer: 'wardstream', audience: 'wardstream' },
      { subject: `e2e:${roles.join('+')}`, name: 'Under test', roles },
      3600,
    );
  }

  /** A session as of somebody who signed in with these roles: the cookie that a browser of this origin holds then. */
  async sessionCookie(...roles: Role[]): Promise<SessionCookie> {
    return this.sessionOf(await this.token(...roles));
  }

  /** As `sessionCookie`, for a person of that name: two of one role are told apart by it. */
  async sessionCookieFor(name: string, ...roles: Role[]): Promise<SessionCookie> {
    const trust = { secret: this.secret, issuer: 'wardstream', audience: 'wardstream' };
    return this.sessionOf(await issueToken(trust, { subject: `e2e:${name}`, name, roles }, 3600));
  }

  private async sessionOf(token: string): Promise<SessionCookie> {
    const answer = await fetch(`${this.origin}/api/v1/session`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    const [name, value] = (answer.headers.getSetCookie()[0] ?? '').split(';', 1)[0]!.split('=');
    if (answer.status !== 201 || name === undefined || value === undefined)
      throw new Error(`no session: ${answer.status} ${await answer.text()}`);
    return { name, value, url: this.origin };
  }

  private end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.child;
    if (child === undefined || !this.alive) return Promise.resolve(child?.exitCode ?? null);
    return new Promise((resolve) => {
      child.once('exit', (code) => resolve(code));
      child.kill(signal);
    });
  }
}
