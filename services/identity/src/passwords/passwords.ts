import { argon2, randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Injectable } from '@nestjs/common';
import { DomainError } from '@wardstream/kernel';

const derive = promisify(argon2);
/** OWASP's least for argon2id: 19 MiB, two passes. */
const COST = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;
/** Each takes a thread and 19 MiB for some tens of milliseconds. */
const AT_ONCE = 2;
const MOST_WAITING = 64;
const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** Hashes of passwords, as PHC texts ($argon2id$v=19$m=...,t=...,p=...$salt$tag). Only so many are made at once; others wait their turn. */
@Injectable()
export class Passwords {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private dummy: Promise<string> | undefined;

  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    const tag = await this.derive(password, salt, COST);
    return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${base64(salt)}$${base64(tag)}`;
  }

  /**
   * Whether a password is the one of a hash. Null, for somebody who is not known, takes as long and is never right: who tries names learns
   * nothing from the time.
   * @throws DomainError 'busy' where too many wait
   */
  async matches(password: string, hash: string | null): Promise<boolean> {
    this.dummy ??= this.hash(randomBytes(16).toString('hex'));
    const parsed = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(hash ?? (await this.dummy));
    if (parsed === null) return false;
    const [memory, passes, parallelism] = parsed.slice(1, 4).map(Number) as [number, number, number];
    const [salt, tag] = parsed.slice(4).map((part) => Buffer.from(part, 'base64')) as [Buffer, Buffer];
    const derived = await this.derive(password, salt, { memory, passes, parallelism });
    return hash !== null && derived.length === tag.length && timingSafeEqual(derived, tag);
  }

  private async derive(
    password: string,
    nonce: Buffer,
    cost: { readonly memory: number; readonly passes: number; readonly parallelism: number },
  ): Promise<Buffer> {
    if (this.waiting.length >= MOST_WAITING)
      throw new DomainError('unavailable', 'busy', 'Many are signing in at this moment; try again in a few seconds.');
    while (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
    try {
      // As one typed it, however the keyboard put the letters together.
      return await derive('argon2id', { ...cost, message: password.normalize('NFC'), nonce, tagLength: TAG_BYTES });
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }
}

/** Without characters that are read for one another. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to be told once: four groups of five, 98 bits. */
export function madeUpPassword(): string {
  const group = (): string => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}
