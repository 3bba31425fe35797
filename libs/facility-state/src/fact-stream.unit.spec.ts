import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FactStream, type KnownFact } from './fact-stream.js';

const NOW = Date.parse('2026-01-13T14:42:00.000Z');
const SECOND = 1_000;
const MINUTE = 60_000;
/** `n` facts, read `every` ms apart up to now, each recorded so long before it was read, and received when it was read. */
const facts = (n: number, every: number, delay: (i: number) => number, received = 0): KnownFact[] =>
  Array.from({ length: n }, (_, i) => {
    const knownMs = NOW - (n - 1 - i) * every;
    return { knownMs, receivedMs: knownMs - received, recordedMs: knownMs - received - delay(i) };
  });

function behindAt(all: readonly KnownFact[], speed = 1): number | null {
  const stream = new FactStream();
  for (const fact of all) stream.note(fact);
  return stream.behindAtMs(speed);
}

describe('a source is behind', () => {
  it('while it reads in what was queued: it is as of how far that has come', () => {
    // Three hours of messages, ten a second.
    const queue = facts(100, 100, (i) => (180 - i) * MINUTE);
    expect(behindAt(queue)).toBe(NOW - 81 * MINUTE);
    expect(behindAt([...queue, ...facts(1, SECOND, () => SECOND)])).toBeNull();
  });

  it('also by a few facts, and where they come after hours of silence', () => {
    const few = facts(3, 100, (i) => (180 - 10 * i) * MINUTE);
    expect(behindAt(few)).toBe(NOW - 160 * MINUTE);
    const earlier = facts(10, 20 * MINUTE, () => SECOND).map((f) => ({
      knownMs: f.knownMs - 300 * MINUTE,
      receivedMs: null,
      recordedMs: f.recordedMs - 300 * MINUTE,
    }));
    expect(behindAt([...earlier, ...few])).toBe(NOW - 160 * MINUTE);
  });

  it('not by a late entry or two, by a clock that is behind, or by a burst of the present', () => {
    expect(behindAt(facts(40, 5_000, (i) => (i === 39 ? 300 * MINUTE : SECOND)))).toBeNull();
    expect(behindAt(facts(40, 5_000, (i) => (i >= 38 ? (300 - i) * MINUTE : SECOND)))).toBeNull();
    expect(behindAt(facts(40, 5_000, () => 60 * MINUTE))).toBeNull();
    expect(behindAt(facts(40, 10, (i) => (40 - i) * SECOND))).toBeNull();
  });

  it('while its facts are read long after they were received, however slowly that goes', () => {
    const late = facts(40, 5_000, () => SECOND, 10 * MINUTE);
    expect(behindAt(late)).toBe(NOW - 10 * MINUTE - SECOND);
    expect(behindAt([...late, ...facts(1, SECOND, () => SECOND)])).toBeNull();
  });

  it('by no less than a quarter of a minute of real time: that is the present also in a fast demonstration', () => {
    const queue = facts(100, 100, (i) => (105 - i) * MINUTE);
    expect(behindAt(queue, 10)).toBe(NOW - 6 * MINUTE);
    expect(behindAt(queue, 60)).toBeNull();
  });

  it('never where every fact is read within two minutes of its record, and never ahead of what it read', () => {
    const anyFact = (mostDelay: number) =>
      fc.record({ gap: fc.nat(10 * MINUTE), delay: fc.nat(mostDelay), on: fc.nat(30 * SECOND) });
    const streamOf = (all: { gap: number; delay: number; on: number }[]) => {
      let knownMs = NOW;
      return all.map(({ gap, delay, on }): KnownFact => {
        knownMs += gap;
        return { knownMs, receivedMs: knownMs - on, recordedMs: knownMs - delay };
      });
    };
    fc.assert(
      fc.property(fc.array(anyFact(2 * MINUTE)), (all) => {
        expect(behindAt(streamOf(all))).toBeNull();
      }),
    );
    fc.assert(
      fc.property(fc.array(anyFact(600 * MINUTE), { minLength: 1 }), (all) => {
        const read = streamOf(all);
        const at = behindAt(read);
        if (at !== null) expect(at).toBe(read.at(-1)!.recordedMs);
      }),
    );
  });

  it('is unusually late by one late entry and at the begin of a backlog, not where it always is', () => {
    const isLate = (all: readonly KnownFact[]): boolean => {
      const stream = new FactStream();
      for (const fact of all) stream.note(fact);
      return stream.isUnusuallyLate(1);
    };
    expect(isLate([])).toBe(false);
    expect(isLate(facts(1, SECOND, () => 14 * MINUTE))).toBe(false);
    expect(isLate(facts(1, SECOND, () => 60 * MINUTE))).toBe(true);
    expect(isLate(facts(40, 5_000, (i) => (i === 39 ? 300 * MINUTE : SECOND)))).toBe(true);
    expect(isLate(facts(40, 5_000, (i) => (i === 38 ? 300 * MINUTE : SECOND)))).toBe(false);
    expect(isLate(facts(40, 5_000, () => 60 * MINUTE))).toBe(false);
  });
});
