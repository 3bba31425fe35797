import { describe, expect, it } from '@jest/globals';
import {
  admissionsFeedHeard,
  bedStatusReported,
  type AnyEventDefinition,
  type EventEnvelope,
} from '@wardstream/events';
import fc from 'fast-check';
import { sortOut } from './batch-consumer.js';
import { halves, planRuns } from './call-plan.js';
import type { Incoming, ReadableIncoming } from './incoming-event.js';

const of = (definition: AnyEventDefinition, id: string): ReadableIncoming =>
  ({ lane: id, decoded: { kind: 'event', definition, envelope: { id } as EventEnvelope } }) as ReadableIncoming;
const unreadable = (lane: string): Incoming =>
  ({ lane, decoded: { kind: 'unreadable', code: 'invalid-data', message: 'no' } }) as Incoming;

describe('planRuns', () => {
  it('joins consecutive events of one pattern and keeps the order', () => {
    const runs = planRuns([
      of(bedStatusReported, '1'),
      of(bedStatusReported, '2'),
      of(admissionsFeedHeard, '3'),
      of(bedStatusReported, '4'),
    ]);
    expect(runs.map(({ pattern, events }) => [pattern, events.map(({ id }) => id)])).toEqual([
      [bedStatusReported.pattern, ['1', '2']],
      [admissionsFeedHeard.pattern, ['3']],
      [bedStatusReported.pattern, ['4']],
    ]);
  });
});

describe('halves', () => {
  it('cuts any list in two that together are the list, down to single ones', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 2 }), (items) => {
        const [first, second] = halves(items);
        expect([...first, ...second]).toEqual(items);
        expect(second.length).toBeGreaterThan(0);
        expect(first.length - second.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('sortOut', () => {
  it('keeps what comes behind a waiting or unreadable event of its lane waiting, and lets other lanes go', () => {
    const [a, b, c, d] = ['blocked', 'free', 'broken', 'broken'].map((lane) => of(bedStatusReported, lane));
    const bad = unreadable('broken');
    const sorted = sortOut([a!, b!, c!, bad, d!], new Set(['blocked']));
    expect(sorted.handle).toEqual([b, c]);
    expect(sorted.behind).toEqual([a, d]);
    expect(sorted.dead.map(({ incoming }) => incoming)).toEqual([bad]);
  });

  it('loses nothing and keeps the order within a lane', () => {
    const lane = fc.constantFrom('a', 'b', 'c');
    const one = fc.oneof(
      lane.map((l) => of(bedStatusReported, l)),
      lane.map((l) => unreadable(l)),
    );
    fc.assert(
      fc.property(fc.array(one), fc.uniqueArray(lane), (incoming: Incoming[], blocked) => {
        const { handle, behind, dead } = sortOut(incoming, new Set(blocked));
        expect(handle.length + behind.length + dead.length).toBe(incoming.length);
        for (const name of ['a', 'b', 'c']) {
          const inLane = incoming.filter((each) => each.lane === name);
          const done = [...handle, ...dead.map((each) => each.incoming)].filter((each) => each.lane === name);
          const waits = behind.filter((each) => each.lane === name);
          // What is done is the beginning of the lane; what waits is the rest.
          expect([...done, ...waits]).toEqual(inLane);
          expect(dead.filter((each) => each.incoming.lane === name).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
