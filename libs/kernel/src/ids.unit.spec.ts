import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deterministicId, digest } from './ids.js';

/** By the definition: UUID version 8 over the SHA-256 of the length-prefixed parts. */
function byDefinition(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  const b = hash.digest().subarray(0, 16);
  b[6] = (b[6]! & 0x0f) | 0x80;
  b[8] = (b[8]! & 0x3f) | 0x80;
  return b.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

describe('deterministicId', () => {
  it('is what it was by definition, whatever the parts: ids that are kept stay the same', () => {
    const parts = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), { maxLength: 5 });
    fc.assert(
      fc.property(parts, (all) => {
        expect(deterministicId(...all)).toBe(byDefinition(all));
      }),
      { numRuns: 1000 },
    );
    expect(deterministicId('patient', 'NGH', '', 'M1')).toBe(byDefinition(['patient', 'NGH', '', 'M1']));
  });

  it('tells parts apart', () => {
    expect(deterministicId('a', 'bc')).not.toBe(deterministicId('ab', 'c'));
  });
});

describe('digest', () => {
  it('is the SHA-256 in hex', () => {
    expect(digest('wardstream')).toBe(createHash('sha256').update('wardstream').digest('hex'));
    expect(digest(Buffer.from('wardstream'))).toBe(digest('wardstream'));
  });
});
