import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentFrames } from './recent-frames.js';
import { MAX_PENDING_BYTES, Viewer, type Sink } from './viewer.js';

/** A response whose reader takes what the test says. */
class FakeSink implements Sink {
  readonly written: string[] = [];
  pending = 0;
  most = 0;
  over: 'ended' | 'destroyed' | null = null;

  write(text: string): void {
    this.written.push(text);
    this.pending += text.length;
    this.most = Math.max(this.most, this.pending);
  }
  pendingBytes(): number {
    return this.pending;
  }
  end(): void {
    this.over = 'ended';
  }
  destroy(): void {
    this.over = 'destroyed';
  }
}

describe('Viewer', () => {
  const delta = 'x'.repeat(100_000);

  it('writes deltas while its reader keeps up', () => {
    const sink = new FakeSink();
    const viewer = new Viewer(sink, Infinity);
    viewer.snapshot('snapshot', 5);
    viewer.paused = false;
    for (let seq = 6; seq < 40; seq += 1) {
      viewer.deltas(delta, seq, 0);
      sink.pending = 0;
    }
    expect([viewer.seq, viewer.behind]).toEqual([39, false]);
  });

  it('holds no more than its share for a reader that takes nothing, and stands where it stopped', () => {
    const sink = new FakeSink();
    const viewer = new Viewer(sink, Infinity);
    viewer.snapshot('s'.repeat(300_000), 0);
    viewer.paused = false;
    for (let seq = 1; seq <= 200 && !viewer.paused; seq += 1) viewer.deltas(delta, seq, 1_000 + seq);
    expect(viewer.behind).toBe(true);
    expect(viewer.seq).toBe(sink.written.length - 1);
    expect(sink.most).toBeLessThanOrEqual(MAX_PENDING_BYTES + 300_000 + delta.length);
    const written = sink.written.length;
    viewer.aside('clock');
    expect(sink.written).toHaveLength(written);
  });

  it('gives a snapshot larger than the share its own room', () => {
    const sink = new FakeSink();
    const viewer = new Viewer(sink, Infinity);
    viewer.snapshot('s'.repeat(MAX_PENDING_BYTES * 3), 0);
    viewer.paused = false;
    viewer.deltas(delta, 1, 0);
    expect([viewer.seq, viewer.behind]).toEqual([1, false]);
  });

  it('can be ended and cut off', () => {
    const sink = new FakeSink();
    const viewer = new Viewer(sink, Infinity);
    viewer.end();
    expect([sink.over, viewer.paused]).toEqual(['ended', true]);
    viewer.destroy();
    expect(sink.over).toBe('destroyed');
  });
});

describe('RecentFrames', () => {
  const frames = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ seq: from + i, text: `${from + i};` }));

  it('gives everything after a number, and nothing where part of it is gone', () => {
    const recent = new RecentFrames(10, 3);
    recent.add(frames(11, 14));
    expect([recent.lastSeq, recent.after(14), recent.after(12), recent.after(11)]).toEqual([
      14,
      '',
      '13;14;',
      '12;13;14;',
    ]);
    expect([recent.after(10), recent.after(15)]).toEqual([null, null]);
  });

  it('is empty at first, and stands where it begins', () => {
    const recent = new RecentFrames(10);
    expect([recent.after(10), recent.after(9), recent.after(11)]).toEqual(['', null, null]);
  });

  it('takes no gap and no repeat', () => {
    const recent = new RecentFrames(10);
    expect(() => recent.add(frames(12, 12))).toThrow('does not follow');
    recent.add(frames(11, 11));
    expect(() => recent.add(frames(11, 11))).toThrow('does not follow');
  });

  it('stays within its count and size and never lies about what it holds', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 20 }), (lengths, maxCount) => {
        const recent = new RecentFrames(0, maxCount, 100);
        lengths.forEach((length, i) =>
          recent.add([{ seq: i + 1, text: String.fromCharCode(97 + (i % 26)).repeat(length) }]),
        );
        for (let seq = 0; seq <= lengths.length; seq += 1) {
          const text = recent.after(seq);
          if (text === null) continue;
          const whole = lengths
            .slice(seq)
            .map((length, i) => String.fromCharCode(97 + ((seq + i) % 26)).repeat(length));
          expect(text).toBe(whole.join(''));
          expect(lengths.length - seq).toBeLessThanOrEqual(maxCount);
          expect(text.length).toBeLessThanOrEqual(100);
        }
      }),
    );
  });
});
