import { describe, expect, it } from '@jest/globals';
import type { FactKind, MovementFact, SentPlace } from '@wardstream/events';
import fc from 'fast-check';
import { identityTriggers } from '../mapping/identity-facts.js';
import { bedStatusCodes, toFacts } from '../mapping/to-facts.js';
import { expectedFields, plannedKinds, stayKinds, triggerKinds } from '../mapping/triggers.js';
import { parseMessage } from '../message/parse.js';
import { adtMessages } from './adt-message.js';
import { bedStatusMessage } from './bed-status-message.js';
import { isWritable, type WrittenHead } from './segments.js';

const head = (index: number): WrittenHead => ({
  sendingApplication: 'WARDSTREAM',
  sendingFacility: 'N|G^H',
  receivingApplication: 'EHR',
  receivingFacility: 'NGH',
  controlId: `C${index}`,
  writtenAtMs: Date.parse('2026-03-01T12:00:00.000Z'),
  characterSet: 'UNICODE UTF-8',
});

/** What a message says, but when it was sent: that is the time of writing. */
function read(bytes: Buffer): MovementFact[] {
  const parsed = parseMessage(bytes);
  if (!parsed.ok) throw new Error(parsed.fault.text);
  expect(parsed.message.characterSet.mismatch).toBe(false);
  const mapping = toFacts(parsed.message, { timeZone: 'America/New_York' });
  if (mapping.kind !== 'facts') throw new Error(`${mapping.kind} ${bytes.toString()}`);
  expect(mapping.warnings).toEqual([]);
  return mapping.facts.map(({ sentAt: _written, stay, ...fact }) => {
    // An admission says its own time in PV1-44, too.
    const { at } = fact;
    expect(stay).toEqual(fact.kind === 'admit' ? { admitted: { at, from: at, until: at } } : undefined);
    return fact;
  });
}

/** A value as a field can say it: not empty, without space around it, and not the explicit null. */
const text = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom('|', '^', '~', '\\', '&', '\r', '\n', '\u000b', '\u001c', 'F', 'é', '漢', 'a'),
      maxLength: 8,
    }),
  )
  .map((s) => s.trim())
  .filter((s) => s !== '' && s !== '""');
const orNone = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of, { nil: null });
const time = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((d) => d.toISOString());
const sentPlace: fc.Arbitrary<SentPlace | null> = orNone(
  fc.record({ unit: orNone(text), room: orNone(text), bed: orNone(text), facility: orNone(text) }),
).map((p) => (p === null || (p.unit ?? p.room ?? p.bed) === null ? null : p));
const known: fc.Arbitrary<SentPlace> = fc.record({
  unit: text,
  room: orNone(text),
  bed: orNone(text),
  facility: orNone(text),
});
const numbered = fc.record({ number: text, domain: orNone(text) });
const patient: fc.Arbitrary<MovementFact['patient']> = fc.record({
  id: text,
  domain: orNone(text),
  family: orNone(text),
  given: orNone(text),
  birthDate: fc.constantFrom(null, '1956', '1956-07', '1956-07-04'),
  sex: fc.constantFrom('female', 'male', 'other', 'unknown'),
});

/** A fact of a trigger, as it is read where all of its fields are sent. */
function factOf(trigger: string, kind: FactKind): fc.Arbitrary<MovementFact> {
  const moves = kind === 'transfer' || kind === 'swap';
  const ends = stayKinds.has(kind)
    ? fc.record({ expectedDischargeAt: orNone(time) }, { requiredKeys: [] })
    : fc.constant({});
  const rest = fc.record({
    kind: fc.constant(kind),
    trigger: fc.constant(trigger),
    visit: numbered,
    patient,
    class: orNone(text.map((t) => t.toUpperCase().trim()).filter((t) => t !== '')),
    specialty: orNone(text),
    location: moves ? known : sentPlace,
    priorLocation: sentPlace,
    pendingLocation: sentPlace,
    temporaryLocation: sentPlace,
    at: time,
    recordedAt: time,
    atFrom: fc.constant(kind === 'discharge' ? ('PV1-45' as const) : ('EVN-6' as const)),
    expectedAt: expectedFields.has(kind) || plannedKinds.has(kind) ? orNone(time) : fc.constant(null),
    movement: fc.constant(null),
  });
  return fc.tuple(rest, ends).map(([fact, end]) => ({ ...fact, ...end }));
}

const movement = (trigger: string): fc.Arbitrary<NonNullable<MovementFact['movement']>> =>
  fc.record({
    id: fc.oneof(
      text,
      fc.tuple(text, text, text).map((parts) => parts.join('^')),
    ),
    action: fc.constantFrom('insert', 'update', 'cancel'),
    historic: fc.boolean(),
    originalTrigger: fc.constant(trigger),
  });

const single = [...triggerKinds].filter(([trigger]) => trigger !== 'A17');

describe('the ADT of a fact', () => {
  it('states it, whatever it says, of every trigger', () => {
    const facts = fc.constantFrom(...single).chain(([trigger, kind]) => factOf(trigger, kind));
    fc.assert(
      fc.property(facts, (fact) => {
        const [message, ...more] = adtMessages([fact], head);
        expect(more).toEqual([]);
        expect(message!.trigger).toBe(fact.trigger);
        expect(read(message!.bytes)).toEqual([fact]);
        expect(message!.bytes.includes(0x0b) || message!.bytes.includes(0x1c)).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('states a movement with its id, inserted, updated, cancelled or historic, also by Z99', () => {
    const facts = fc
      .tuple(fc.constantFrom(...single.filter(([t]) => t !== 'A08')), fc.boolean())
      .chain(([[trigger, kind], byZ99]) =>
        fc
          .tuple(factOf(trigger, kind), movement(trigger))
          .map(([fact, m]) => ({ ...fact, movement: m, trigger: byZ99 ? 'Z99' : trigger })),
      );
    fc.assert(
      fc.property(facts, (fact) => {
        const atFrom = fact.kind === 'discharge' ? 'PV1-45' : 'ZBE-2';
        const [message] = adtMessages([fact], head);
        expect(read(message!.bytes)).toEqual([{ ...fact, atFrom }]);
      }),
      { numRuns: 1000 },
    );
  });

  it('states a correction of a movement whose kind is not known', () => {
    fc.assert(
      fc.property(factOf('Z99', 'correct'), text, (fact, id) => {
        const corrects = {
          ...fact,
          movement: { id, action: 'update', historic: false, originalTrigger: null } as const,
        };
        expect(read(adtMessages([corrects], head)[0]!.bytes)).toEqual([{ ...corrects, atFrom: 'ZBE-2' }]);
      }),
    );
  });

  it('states the two of a swap in one A17', () => {
    fc.assert(
      fc.property(factOf('A17', 'swap'), factOf('A17', 'swap'), (a, b) => {
        const facts = [a, { ...b, at: a.at, recordedAt: a.recordedAt }];
        const messages = adtMessages(facts, head);
        expect(messages.map((m) => m.trigger)).toEqual(['A17']);
        expect(read(messages[0]!.bytes)).toEqual(facts);
      }),
    );
  });

  it('of one half of a swap says where the patient went', () => {
    fc.assert(
      fc.property(factOf('A17', 'swap'), (fact) => {
        const messages = adtMessages([fact], head);
        expect(read(messages[0]!.bytes)).toEqual([{ ...fact, kind: 'transfer', trigger: 'A02' }]);
      }),
    );
  });

  it('states who a patient is, and which identifiers take the place of which', () => {
    const blank = { class: null, specialty: null, location: null, priorLocation: null, pendingLocation: null } as const;
    const more = { temporaryLocation: null, expectedAt: null, movement: null, atFrom: 'EVN-6' } as const;
    const kinds = ['person', 'delete-person', 'merge-patient', 'merge-visit', 'move-visit'] as const;
    const triggers = fc.constantFrom(...identityTriggers.keys());
    const facts = fc.record({
      kind: fc.constantFrom(...kinds),
      trigger: triggers,
      patient,
      visit: numbered,
      retires: numbered,
      at: time,
      recordedAt: time,
    });
    fc.assert(
      fc.property(facts, ({ kind, visit, retires, ...fact }) => {
        const ofVisit = kind === 'merge-visit' || kind === 'move-visit';
        const ofPerson = kind === 'person' || kind === 'delete-person';
        // An identifier in MRG without an authority has that of its survivor.
        const survivor = kind === 'merge-visit' ? visit.domain : fact.patient.domain;
        const stated: MovementFact = {
          ...{ ...fact, ...blank, ...more, kind, visit: ofVisit ? visit : null },
          ...(ofPerson ? {} : { retires: { number: retires.number, domain: retires.domain ?? survivor } }),
        };
        const same =
          JSON.stringify(stated.retires) ===
          JSON.stringify(ofVisit ? visit : { number: fact.patient.id, domain: fact.patient.domain });
        fc.pre(!same);
        const messages = adtMessages([stated], head);
        expect(messages).toHaveLength(1);
        const facts = read(messages[0]!.bytes);
        expect(facts.at(-1)).toEqual({ ...stated, trigger: messages[0]!.trigger });
        // Beside a visit's identifier, the message says who its patient is.
        expect(facts.slice(0, -1)).toEqual(
          ofVisit ? [expect.objectContaining({ kind: 'person', patient: fact.patient })] : [],
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('of a message of identifiers is as many messages as it takes, and no more', () => {
    const text = [
      'MSH|^~\\&|A|NGH|B|NGH|20260301120000+0000||ADT^A36|1|P|2.5.1',
      'EVN|A36|20260301120000',
      'PID|1||P1^^^NGH^MR||Ward^Ada||19560704|F||||||||||ACC1^^^NGH',
      'MRG|P2^^^NGH||ACC2^^^NGH',
    ].join('\r');
    const facts = read(Buffer.from(text));
    const messages = adtMessages(facts, head);
    expect(messages.map((m) => m.trigger)).toEqual(['A40', 'A42']);
    const said = messages.flatMap((m) => read(m.bytes)).map(({ kind, retires }) => [kind, retires?.number]);
    expect(said).toEqual([
      ['merge-patient', 'P2'],
      ['person', undefined],
      ['merge-visit', 'ACC2'],
    ]);
  });

  it('is one in the character set it is written in', () => {
    const fact = fc.sample(factOf('A01', 'admit'), { seed: 1, numRuns: 1 })[0]!;
    const named = { ...fact, patient: { ...fact.patient, family: 'Müller', given: 'Łu' } };
    const [message] = adtMessages([named], (i) => ({ ...head(i), characterSet: '8859/1' }));
    expect(message!.bytes.toString('latin1')).toContain('Müller^?u');
    expect(['UNICODE UTF-8', '8859/15', 'ASCII', ''].map(isWritable)).toEqual([true, true, true, true]);
    expect(['UNICODE UTF-16', 'no such set'].map(isWritable)).toEqual([false, false]);
  });
});

describe('the A20 of a bed', () => {
  it('says its place, code and times', () => {
    fc.assert(
      fc.property(known, fc.constantFrom(...bedStatusCodes), time, time, (place, code, at, recordedAt) => {
        const parsed = parseMessage(bedStatusMessage({ place, code, at, recordedAt }, head(1)));
        if (!parsed.ok) throw new Error(parsed.fault.text);
        expect(toFacts(parsed.message, { timeZone: 'UTC' })).toEqual({
          kind: 'bedStatus',
          reports: [{ trigger: 'A20', place, code, occurrence: 1, at, recordedAt, atFrom: 'EVN-6' }],
          ...{ errors: [], unknownCodes: [], warnings: [] },
        });
      }),
    );
  });
});
