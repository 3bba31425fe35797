import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frame, MllpDecoder, type MllpItem } from './framing.js';

const text = (items: MllpItem[]): string[] =>
  items.map((item) => (item.kind === 'frame' ? item.bytes.toString('latin1') : `${item.kind}:${item.length}`));

function decode(chunks: Uint8Array[], limits = {}): string[] {
  const decoder = new MllpDecoder(limits);
  return text([...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()]);
}

/** Bytes that may stand in a block: neither VT nor FS. */
const payload = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => bytes.map((b) => (b === 0x0b || b === 0x1c ? 0x7c : b)));

/** Cuts `bytes` at the given places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((p) => p % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, i) => bytes.subarray(from, at[i] ?? bytes.length));
}

describe('MLLP framing', () => {
  it('finds every block however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(payload, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 40 }), (payloads, places) => {
        const stream = Buffer.concat(payloads.map((p) => frame(p)));
        expect(decode(cut(stream, places))).toEqual(payloads.map((p) => Buffer.from(p).toString('latin1')));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same items for any cut of any bytes, and never throws', () => {
    const noisy = fc.array(fc.constantFrom(0x0b, 0x1c, 0x0d, 0x0a, 0x4d, 0x53, 0x48, 0x7c, 0x41), { maxLength: 80 });
    fc.assert(
      fc.property(noisy, fc.array(fc.nat(), { maxLength: 30 }), (bytes, places) => {
        const stream = Buffer.from(bytes);
        expect(decode(cut(stream, places), { maxFrameBytes: 20 })).toEqual(decode([stream], { maxFrameBytes: 20 }));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a missing CR', '\x0bA\x1c\x0bB\x1c\r', ['A', 'B']],
    ['junk between blocks', 'xx\x0bA\x1c\ryy\r\n\x0bB\x1c\r zz', ['A', 'B']],
    ['an empty block', '\x0b\x1c\r', ['']],
    ['no block at all', 'MSH|^~\\&|A\rPID|1\r', []],
    ['a block that is not ended', '\x0bA\x1c\r\x0bhalf', ['A', 'abandoned:4']],
    ['a sender that began anew', '\x0bMSH|half\x0bMSH|whole\x1c\r', ['abandoned:8', 'MSH|whole']],
    ['VT as data', '\x0bA\x0bB\x1c\r', ['A\x0bB']],
  ])('%s', (_, stream, expected) => {
    expect(decode([Buffer.from(stream, 'latin1')])).toEqual(expected);
    expect(decode([...Buffer.from(stream, 'latin1')].map((b) => Buffer.from([b])))).toEqual(expected);
  });

  it('skips a block over the limit to its end, keeps its head, and goes on', () => {
    const decoder = new MllpDecoder({ maxFrameBytes: 100, keptHeadBytes: 10 });
    const big = Buffer.concat([frame(Buffer.alloc(5000, 'x')), frame(Buffer.from('next'))]);
    const items = cut(big, [7, 90, 110, 3000, 4999]).flatMap((chunk) => decoder.push(chunk));
    expect(items).toEqual([
      { kind: 'oversize', head: Buffer.from('xxxxxxxxxx'), length: 5000 },
      { kind: 'frame', bytes: Buffer.from('next') },
    ]);
    expect(text(decoder.push(frame(Buffer.alloc(100, 'y'))))).toEqual(['y'.repeat(100)]);
  });

  it('counts what is no MLLP, white space apart', () => {
    const decoder = new MllpDecoder();
    decoder.push(Buffer.from('\r\n GET / \r\n'));
    expect(decoder.junkBytes).toBe(4);
    expect(decoder.framesSeen).toBe(0);
  });
});
