import { describe, expect, it } from '@jest/globals';
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
    viewer.begin('snapshot');
    for (let n = 6; n < 40; n += 1) {
      viewer.deltas(delta, 0);
      sink.pending = 0;
    }
    expect([sink.written.length, viewer.behind]).toEqual([35, false]);
  });

  it('holds no more than its share for a reader that takes nothing, and says since when', () => {
    const sink = new FakeSink();
    const viewer = new Viewer(sink, Infinity);
    viewer.begin('s'.repeat(300_000));
    for (let n = 1; n <= 200 && !viewer.paused; n += 1) viewer.deltas(delta, 1_000 + n);
    expect(viewer.behind).toBe(true);
    expect(viewer.behindSince).toBe(1_000 + sink.written.length);
    expect(sink.most).toBeLessThanOrEqual(MAX_PENDING_BYTES + 300_000 + delta.length);
    const written = sink.written.length;
    viewer.aside('clock');
    expect(sink.written).toHaveLength(written);
  });

  it('gives a snapshot larger than the share its own room', () => {
    const sink = new FakeSink();
    const viewer = new Viewer(sink, Infinity);
    viewer.begin('s'.repeat(MAX_PENDING_BYTES * 3));
    viewer.deltas(delta, 0);
    expect([sink.written.length, viewer.behind]).toEqual([2, false]);
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
