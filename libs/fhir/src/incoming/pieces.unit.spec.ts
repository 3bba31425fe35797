import { describe, expect, it } from '@jest/globals';
import type { MovementFact } from '@wardstream/events';
import fc from 'fast-check';
import { clock, encounter, lines, mapped, placeText, type EncounterInput } from '../testing/sent.spec.js';
import { type EncounterMemory, memoryOfStored } from './pieces.js';

interface Write {
  /** The id of the Encounter; empty for the visit's own. */
  readonly id: string;
  readonly said: EncounterInput;
  /** Of a message: when its sender says that it was recorded. */
  readonly recorded?: string;
}

/** The facts of each version of the Encounters of one visit; version n is received at 20:0n. */
function written(...writes: readonly Write[]): MovementFact[][] {
  let memory: EncounterMemory | undefined;
  return writes.map(({ id, said, recorded }, i) => {
    const message = recorded === undefined ? {} : { recorded: 'sender' as const, sentAt: clock(recorded) };
    const receivedAt = clock(`20:${String(i).padStart(2, '0')}`);
    const mapping = mapped(encounter(said), { piece: id, receivedAt, ...message, ...(memory && { previous: memory }) });
    memory = JSON.parse(JSON.stringify(mapping.memory)) as EncounterMemory;
    return [...mapping.facts];
  });
}

const ed: EncounterInput = { class: 'EMER', from: '08:00', at: [{ in: 'ED-1', from: '08:00' }] };
const edOver: EncounterInput = { ...ed, status: 'finished', to: '10:05' };
const ward: EncounterInput = { from: '10:00', at: [{ in: '4A-1', from: '10:00' }] };
const wardOver: EncounterInput = { ...ward, status: 'finished', to: '15:00' };
const whole: EncounterInput = { from: '08:00' };
const theatre: EncounterInput = { class: 'AMB', from: '12:00', at: [{ in: '4B', from: '12:00' }] };
const planned: EncounterInput = { status: 'planned', from: '11:00', at: [{ in: '4A-1' }] };

type Case = readonly [name: string, writes: readonly Write[], last: readonly string[]];
const e = (id: string, said: EncounterInput, recorded?: string): Write => ({ id, said, ...(recorded && { recorded }) });

const cases: readonly Case[] = [
  ['the ward begins: moved there', [e('E1', ed), e('E2', ward)], ['to-inpatient 10:00 I 4A-1 <-ED-1']],
  ['the emergency visit is over: nobody leaves', [e('E1', ed), e('E2', ward), e('E1', edOver)], []],
  [
    'the emergency visit is over before the ward is told of: left, and not gone',
    [e('E1', ed), e('E1', edOver), e('E2', ward)],
    ['cancel-discharge(cancel) 10:05 E nowhere', 'to-inpatient 10:00 I 4A-1 <-ED-1'],
  ],
  [
    'the ward is over, and the emergency visit was never closed: back to where that one is',
    [e('E1', ed), e('E2', ward), e('E2', wardOver)],
    ['to-outpatient 15:00 E ED-1 <-4A-1'],
  ],
  [
    'none is open: the visit is over',
    [e('E1', ed), e('E2', ward), e('E1', edOver), e('E2', wardOver)],
    ['discharge 15:00 I 4A-1'],
  ],
  [
    'told in the other order',
    [e('E2', wardOver), e('E1', edOver)],
    ['register(update) 08:00 E ED-1', 'to-inpatient 10:00 I 4A-1 <-ED-1'],
  ],
  ['one without a bed takes nobody out of theirs', [e('E2', ward), e('E3', theatre)], []],
  ['nor when it ends', [e('E2', ward), e('E3', theatre), e('E3', { ...theatre, status: 'finished', to: '13:00' })], []],
  ['the whole says no place: the part does', [e('E0', whole), e('E2', ward)], ['transfer 10:00 I 4A-1']],
  [
    'a part is over and the whole goes on: in no place',
    [e('E0', whole), e('E2', ward), e('E2', wardOver)],
    ['transfer 15:00 I nowhere <-4A-1'],
  ],
  [
    'a plan beside the visit under way',
    [e('E1', ed), e('E2', planned)],
    ['pending-admit 20:01? I nowhere ->4A-1 by 11:00'],
  ],
  [
    'a plan that is called off',
    [e('E1', ed), e('E2', planned), e('E2', { ...planned, status: 'cancelled' })],
    ['cancel-pending-admit(cancel) 20:01 I nowhere'],
  ],
  [
    'one that was a mistake takes back its own',
    [e('E1', ed), e('E2', ward), e('E2', { ...ward, status: 'entered-in-error' })],
    ['to-inpatient(cancel) 10:00 I nowhere'],
  ],
  ['one that nobody heard of, called off', [e('E1', ed), e('E9', { ...ward, status: 'cancelled' })], []],
  ['what has no id is the only one', [e('E1', ed), e('', edOver)], ['discharge 10:05 E ED-1']],
  [
    'what has no id of several is the whole visit',
    [e('E1', ed), e('E2', ward), e('', { ...wardOver, from: '08:00' })],
    ['admit(update) 08:00 I nowhere', 'transfer(update) 10:00 I 4A-1', 'discharge 15:00 I 4A-1'],
  ],
  [
    'the specialty of one that is over is nobody’s',
    [e('E1', ed), e('E2', ward), e('E1', { ...edOver, more: { serviceType: { text: 'EM' } } })],
    ['update 20:02? - nowhere'],
  ],
  [
    'a message that calls the same by another id',
    [e('m1', ed, '08:10'), e('m2', edOver, '10:10')],
    ['discharge 10:05 E ED-1'],
  ],
  [
    'a message of a version before, while another is open: ends nothing',
    [e('E1', ed, '08:10'), e('E2', ward, '10:10'), e('E1', ed, '10:20'), e('E1', edOver, '10:15')],
    ['register 08:00 E ED-1'],
  ],
];

describe('several Encounters of one visit', () => {
  it.each(cases)('%s', (_, writes, last) => {
    expect(lines(written(...writes).at(-1)!)).toEqual(last);
  });

  it('goes on from what was kept when a visit had one Encounter', () => {
    const before = mapped(encounter(ed), { piece: 'E1' }).memory;
    const [piece] = before.pieces;
    const { statements, generation } = before;
    const stored = { phase: piece!.phase, timeline: piece!.timeline, details: piece!.details, statements, generation };
    const previous = memoryOfStored(JSON.parse(JSON.stringify(stored)) as typeof stored, clock('20:00'));
    expect(lines(mapped(encounter(edOver), { piece: 'E1', previous }).facts)).toEqual(['discharge 10:05 E ED-1']);
  });
});

/** Where the facts leave the patient at the end: the movements that stand, in their order. */
function endOf(facts: readonly MovementFact[]): { place: string; over: boolean; movements: string[] } {
  const standing = new Map<string, MovementFact>();
  for (const fact of facts) {
    if (fact.movement === null) continue;
    if (fact.movement.action === 'cancel') standing.delete(fact.movement.id);
    else standing.set(fact.movement.id, fact);
  }
  const course = [...standing.values()].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const here = course.findLast(
    ({ kind, location, deletes }) => kind !== 'discharge' && (location !== null || deletes !== undefined),
  );
  return {
    place: placeText(here?.location ?? null),
    over: course.some(({ kind }) => kind === 'discharge'),
    movements: course.map((f) => `${f.at} ${f.kind} ${f.class ?? ''} ${placeText(f.location)}`).sort(),
  };
}

describe('whatever the order in which they are written', () => {
  const minute = (n: number): string =>
    `${String(8 + Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
  const encounters = fc
    .uniqueArray(
      fc.record({
        from: fc.integer({ min: 0, max: 120 }),
        length: fc.integer({ min: 1, max: 60 }),
        over: fc.boolean(),
        in: fc.option(fc.constantFrom('ED-1', '4A-1', '4A-2', '4B-1', 'ICU-1', '4B')),
        class: fc.constantFrom('EMER', 'IMP', 'AMB', 'OBSENC'),
      }),
      { minLength: 1, maxLength: 4, selector: ({ from }) => from },
    )
    .map((all) =>
      all.map((one, i) => {
        const to = minute(one.from + one.length);
        const at = one.in === null ? {} : { at: [{ in: one.in, from: minute(one.from) }] };
        const begun: EncounterInput = { class: one.class, from: minute(one.from), ...at };
        return { ...one, id: `E${i}`, begun, last: one.over ? { ...begun, status: 'finished', to } : begun };
      }),
    );
  const told = encounters.chain((all) =>
    fc.record({
      all: fc.constant(all),
      order: fc.shuffledSubarray(
        all.flatMap((_, i) => [i, i]),
        { minLength: all.length * 2 },
      ),
    }),
  );

  it('the visit is over when none is open, and nobody loses the bed that an open one says', () => {
    fc.assert(
      fc.property(told, ({ all, order }) => {
        const seen = new Set<number>();
        const writes = order.map((i) => {
          const first = !seen.has(i);
          seen.add(i);
          return e(all[i]!.id, first ? all[i]!.begun : all[i]!.last);
        });
        const end = endOf(written(...writes).flat());
        expect(end).toEqual(endOf(written(...all.map(({ id, last }) => e(id, last))).flat()));
        const open = all.filter(({ over }) => !over);
        expect(end.over).toBe(open.length === 0);
        const beds = open.filter((o) => o.class !== 'AMB' && o.in !== null && o.in.includes('-'));
        if (beds.length > 0) expect(beds.map((o) => o.in)).toContain(end.place);
      }),
      { numRuns: 500 },
    );
  });
});
