import { hash, randomBytes, randomUUID } from 'node:crypto';

/** A new unique id (UUID version 7: sorts by the real time it was made). */
export function newId(): string {
  const ms = BigInt(Date.now());
  const b = randomBytes(16);
  b.writeUIntBE(Number(ms >> 16n), 0, 4);
  b.writeUInt16BE(Number(ms & 0xffffn), 4);
  b[6] = (b[6]! & 0x0f) | 0x70;
  b[8] = (b[8]! & 0x3f) | 0x80;
  return format(b);
}

/** A new id that tells nothing of when it was made. */
export function newOpaqueId(): string {
  return randomUUID();
}

/**
 * The same id for the same parts, on every machine and in any order of arrival (UUID version 8 over SHA-256).
 * Parts are length-prefixed, so that ('a','bc') and ('ab','c') differ.
 */
export function deterministicId(...parts: string[]): string {
  let text = '';
  for (const part of parts) text += `${Buffer.byteLength(part)}:${part}`;
  const h = hash('sha256', text, 'hex');
  const version = (Number.parseInt(h.slice(12, 14), 16) & 0x0f) | 0x80;
  const variant = (Number.parseInt(h.slice(16, 18), 16) & 0x3f) | 0x80;
  return formatHex(
    `${h.slice(0, 12)}${version.toString(16)}${h.slice(14, 16)}${variant.toString(16)}${h.slice(18, 32)}`,
  );
}

/** Hex SHA-256 of bytes or text, for recognising the same content again. */
export function digest(content: string | Uint8Array): string {
  return hash('sha256', content, 'hex');
}

/** A number in [0, 1) for jitter; never for anything that must be reproducible. */
export function jitter(): number {
  return Math.random();
}

/** A reproducible stream of numbers in [0, 1) from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function format(b: Buffer): string {
  return formatHex(b.toString('hex'));
}

function formatHex(h: string): string {
  return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
}
