import { describe, expect, it } from '@jest/globals';
import type { Incoming } from '@wardstream/messaging';
import fc from 'fast-check';
import { Lane } from './lane.js';
import { Letters } from './letters.js';
import { Places } from './places.js';
import { UnwrittenChanges } from './unwritten-changes.js';

const at = (topic: string, offset: number) => ({ topic, partition: 0, offset });
const incoming = (topic: string, offset: number) =>
  ({ record: { topic, partition: 0, offset: String(offset), headers: {} }, meta: {} }) as unknown as Incoming;

describe('places', () => {
  it('only move on, cover what lies before them, and are read back from their JSON', () => {
    const places = new Places();
    expect([places.of('a'), places.has('a'), places.covers(at('a', 0))]).toEqual([0, false, false]);
    places.advance('a', 5);
    places.advance('a', 3);
    places.advance('b', 0);
    expect([places.of('a'), places.covers(at('a', 4)), places.covers(at('a', 5)), places.has('b')]).toEqual([
      ...[5, true, false, true],
    ]);
    expect(Places.fromJSON(JSON.parse(JSON.stringify(places)) as Record<string, number>).equals(places)).toBe(true);
    const copy = places.copy();
    copy.advance('a', 9);
    expect([copy.reaches(places), places.reaches(copy), places.of('a')]).toEqual([true, false, 5]);
  });
});

describe('what is not written', () => {
  it('is exactly what changed last at a position that nobody has stored, whoever stored what when', () => {
    const step = fc.oneof(
      fc.record({ key: fc.constantFrom('x', 'y', 'z'), topic: fc.constantFrom('a', 'b') }),
      fc.record({ stored: fc.record({ a: fc.nat({ max: 12 }), b: fc.nat({ max: 12 }) }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const changes = new UnwrittenChanges();
        const last = new Map<string, { topic: string; offset: number }>();
        const next = { a: 0, b: 0 };
        const stored = new Places();
        for (const each of steps) {
          if ('stored' in each) {
            for (const topic of ['a', 'b'] as const) stored.advance(topic, Math.min(each.stored[topic], next[topic]));
            changes.written(stored.copy());
          } else {
            const topic = each.topic as 'a' | 'b';
            const place = at(topic, next[topic]++);
            changes.add([each.key], place, incoming(topic, place.offset));
            last.set(each.key, place);
          }
        }
        const wanted = [...last].filter(([, place]) => !stored.covers(place)).map(([key]) => key);
        expect(changes.keys().sort()).toEqual(wanted.sort());
      }),
    );
  });
});

describe('a lane', () => {
  it('is written by who holds it and has come as far as what is stored', () => {
    const lane = new Lane(0, new Places([['a', 3]]));
    expect([lane.hasNews, lane.mayWrite]).toEqual([false, false]);
    lane.held = true;
    expect(lane.mayWrite).toBe(true);
    lane.writtenUpTo(new Places([['a', 8]]));
    expect(lane.mayWrite).toBe(false);
    lane.read.advance('a', 8);
    expect([lane.mayWrite, lane.hasNews]).toEqual([true, false]);
    lane.asked = true;
    expect(lane.hasNews).toBe(true);
    lane.lose();
    expect(lane.mayWrite).toBe(false);
  });
});

describe('letters', () => {
  it('stay until a row that nobody kept for them is told of, and are gone with it', () => {
    const letters = new Letters();
    letters.add(incoming('a', 4), { code: 'invalid-data', name: 'x', message: '' });
    expect(letters.sync([])).toEqual({ gone: [], isChanged: false });
    expect(letters.unsaved(0, new Places([['a', 4]]))).toEqual([]);
    expect(letters.unsaved(0, new Places([['a', 5]]))).toHaveLength(1);
    expect(letters.unsaved(1, new Places([['a', 5]]))).toEqual([]);
    letters.saved(0, new Places([['a', 5]]));
    const { gone } = letters.sync([]);
    expect(gone.map((l) => l.offset)).toEqual(['4']);
    expect(letters.all()).toEqual([]);
  });
});
