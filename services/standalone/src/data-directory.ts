import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ClockAnchor, systemClock } from '@wardstream/kernel';
import { z } from 'zod';

/** `at`: the hour that the run was told to begin at, of a demonstration that was told one. */
const anchorShape = z.object({
  ...{ realMs: z.number(), hospitalMs: z.number(), speed: z.number(), at: z.number().optional() },
});

/** The run before: where its clock stood when it stopped or wrote it last, and the hour that it was told to begin at. */
export type RanBefore = Pick<z.infer<typeof anchorShape>, 'hospitalMs' | 'at'>;

/** What a standalone keeps between runs beside its database: its secret, its clock and who holds the folder. */
export class DataDirectory {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
    mkdirSync(this.path, { recursive: true, mode: 0o755 });
  }

  file(name: string): string {
    return join(this.path, name);
  }

  /** Takes the folder for this process. Throws when another living process holds it. */
  lock(): void {
    const file = this.file('standalone.pid');
    if (existsSync(file)) {
      const holder = Number(readFileSync(file, 'utf8'));
      if (holder !== process.pid && isWardstream(holder)) {
        throw new Error(
          `${this.path} is in use by process ${holder}: stop it, or set WARDSTREAM_DATA_DIR to another folder`,
        );
      }
    }
    writeFileSync(file, String(process.pid));
  }

  unlock(): void {
    rmSync(this.file('standalone.pid'), { force: true });
  }

  /** The secret that signs local tokens; made on first use, readable by its owner only. */
  secret(): string {
    const file = this.file('auth-secret');
    if (!existsSync(file)) writeFileSync(file, randomBytes(48).toString('base64url'), { mode: 0o600 });
    return readFileSync(file, 'utf8').trim();
  }

  /**
   * The private key that seals the audit; made on first use, readable by its owner only. The public one, by which the audit is verified, is beside it in
   * `audit-key.pub.pem`: keep a copy of it elsewhere.
   */
  auditKey(): string {
    const file = this.file('audit-key.pem');
    if (!existsSync(file)) {
      const { privateKey } = generateKeyPairSync('ed25519');
      writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    }
    const text = readFileSync(file, 'utf8');
    const publicKey = createPublicKey(createPrivateKey(text));
    writeFileSync(this.auditPublicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }), { mode: 0o644 });
    return text;
  }

  get auditPublicKeyFile(): string {
    return this.file('audit-key.pub.pem');
  }

  /** The last run, if it ever ran. */
  private ranBefore(): RanBefore | undefined {
    const file = this.file('clock.json');
    if (!existsSync(file)) return undefined;
    const anchor = anchorShape.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return anchor.success ? anchor.data : undefined;
  }

  /**
   * Time never runs backwards: a hospital that ran ahead of real time goes on from where it was. `begin` says when it is to begin, given
   * the earliest time it may, and the run before.
   */
  clockAnchor(speed: number, begin: (earliest: number, before?: RanBefore) => number = (at) => at): ClockAnchor {
    const realMs = systemClock.nowMs();
    const before = this.ranBefore();
    const earliest = Math.max(realMs, before?.hospitalMs ?? 0);
    return { realMs, hospitalMs: Math.max(earliest, begin(earliest, before)), speed };
  }

  /** Writes where the clock stands, and the hour the run was told to begin at. Whole or not at all: a crash leaves the former one. */
  saveClock(anchor: ClockAnchor, at?: number): void {
    const file = this.file('clock.json');
    writeFileSync(`${file}.new`, JSON.stringify({ ...anchor, at }));
    renameSync(`${file}.new`, file);
  }
}

/** A process id is used again after a crash; only a living Node process counts as a holder. */
function isWardstream(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('standalone');
  } catch {
    return true;
  }
}
