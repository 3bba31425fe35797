import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** What a seal says: how far a chain had come, and by which hash. */
export interface Sealed {
  readonly facility: string;
  readonly seq: number;
  readonly hash: string;
  readonly arrivedAt: string | null;
  /**
   * `checkpoint`: the chain had come so far; `end`: it ended here, of which the database has the last only, so that none of an earlier
   * place can be put there; `cut`: all up to here was removed when its time was over; `chains`: which chains there are.
   */
  readonly kind: 'checkpoint' | 'end' | 'cut' | 'chains';
}

/** The same, signed (Ed25519). */
export interface Seal extends Sealed {
  /** Fingerprint of the key. */
  readonly key: string;
  /** In base64. */
  readonly signature: string;
}

/** What signs. */
export interface SealingKey {
  readonly fingerprint: string;
  readonly publicPem: string;
  seal(sealed: Sealed): Seal;
}

const textOf = ({ kind, facility, seq, hash, arrivedAt }: Sealed): Buffer =>
  Buffer.from(JSON.stringify(['wardstream audit seal 1', kind, facility, seq, hash, arrivedAt]));

/** The first 32 hex digits of the SHA-256 of a public key (SPKI, DER). */
export function fingerprintOf(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 32);
}

/**
 * The private key of this text: PKCS #8, as PEM or as the base64 of its DER.
 * @throws Error for anything but a private Ed25519 key; the text is not repeated
 */
export function sealingKey(text: string): SealingKey {
  const key = privateKeyOf(text);
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error('is no private Ed25519 key (PKCS #8)');
  const publicKey = createPublicKey(key);
  const fingerprint = fingerprintOf(publicKey);
  return {
    fingerprint,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    seal: (sealed) => ({
      ...sealed,
      key: fingerprint,
      signature: sign(null, textOf(sealed), key).toString('base64'),
    }),
  };
}

function privateKeyOf(text: string): KeyObject | null {
  try {
    return text.includes('-----BEGIN')
      ? createPrivateKey(text)
      : createPrivateKey({ key: Buffer.from(text.trim(), 'base64'), format: 'der', type: 'pkcs8' });
  } catch {
    return null;
  }
}

/** Checks seals by the public keys that are trusted: those that whoever checks brings, never those the database has. */
export class SealChecker {
  private readonly keys: ReadonlyMap<string, KeyObject>;

  /** @throws Error for a text that is no public Ed25519 key in PEM */
  constructor(publicPems: readonly string[]) {
    this.keys = new Map(
      publicPems.map((pem) => {
        const key = createPublicKey(pem);
        if (key.asymmetricKeyType !== 'ed25519') throw new Error('is no public Ed25519 key in PEM');
        return [fingerprintOf(key), key];
      }),
    );
  }

  /** Why the seal is not to be believed; null where it is. */
  faultOf(seal: Seal): string | null {
    const key = this.keys.get(seal.key);
    if (key === undefined) return `is signed by the key ${seal.key}, which is none of those that are trusted`;
    const isGood = verify(null, textOf(seal), key, Buffer.from(seal.signature, 'base64'));
    return isGood ? null : 'has a signature that is not of what it says';
  }
}
