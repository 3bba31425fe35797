import { hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt } from 'jose';

/** A key for one purpose, which tells nothing of the secret that it is made of nor of the key for another purpose. 32 bytes. */
export function derivedKey(secret: string, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `wardstream ${purpose}`, 32));
}

/** Texts that only processes with the same secret can read, and that nobody else can make (A256GCM). */
export class Sealer {
  private readonly key: Uint8Array;

  constructor(secret: string, purpose: string) {
    this.key = derivedKey(secret, purpose);
  }

  seal(content: unknown): Promise<string> {
    return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(content)))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(this.key);
  }

  /** What was sealed; null where it was not sealed with this key, or was changed since. */
  async open(sealed: string): Promise<unknown> {
    try {
      const { plaintext } = await compactDecrypt(sealed, this.key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return JSON.parse(new TextDecoder().decode(plaintext)) as unknown;
    } catch {
      return null;
    }
  }
}
