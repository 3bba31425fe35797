import { describe, expect, it } from '@jest/globals';
import {
  type EncounterData,
  type MovementFact,
  movementFact,
  type Pending,
  type Place,
  type Stay,
} from '@wardstream/events';
import fc from 'fast-check';
import { outgoingClass } from './codes/patient-class.js';
import { bundleToFacts } from './incoming/bundle-to-facts.js';
import { encounterToFacts, type EncounterOptions } from './incoming/encounter-to-facts.js';
import type { EncounterMemory } from './incoming/pieces.js';
import { locationToBedStatus } from './incoming/location-to-bed-status.js';
import { operationOutcome } from './outcome/operation-outcome.js';
import { encounterResource } from './outgoing/encounter.resource.js';
import { placeOfFacility } from './outgoing/location-ids.js';
import { readSubscription } from './subscription/subscription.js';
import { encounter, mapped, options as sentOptions } from './testing/sent.spec.js';
import { bedOf, encounterData, house } from './testing/house.spec.js';
import { faultsByR4 } from '@wardstream/testing/r4-schema';

const options: EncounterOptions = { ...sentOptions, placeOf: placeOfFacility(house) };

/** 06:00 of 1 March 2026 and so many minutes. */
function minute(n: number): string {
  return new Date(Date.UTC(2026, 2, 1, 6) + n * 60_000).toISOString();
}

/** JSON that is nearly what is expected: a sound value with some of its parts replaced by anything. */
function nearly(sound: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const wrong = fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc.string(),
    fc.constant([]),
    fc.constant({}),
    fc.jsonValue(),
  );
  return fc
    .tuple(sound, fc.array(fc.tuple(fc.nat(), wrong), { maxLength: 3 }))
    .map(([value, changes]) =>
      changes.reduce<unknown>((json, [at, by]) => replaced(json, at, by), JSON.parse(JSON.stringify(value)) as unknown),
    );
}

function replaced(json: unknown, at: number, by: unknown): unknown {
  const paths: (string | number)[][] = [];
  const visit = (value: unknown, path: (string | number)[]): void => {
    paths.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) visit(part, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  visit(json, []);
  const put = (value: unknown, [key, ...more]: readonly (string | number)[]): unknown => {
    if (key === undefined) return by;
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) }) as Record<
      string | number,
      unknown
    >;
    copy[key] = put(copy[key], more);
    return copy;
  };
  return put(json, paths[at % paths.length]!);
}

const dates = fc.oneof(
  fc.nat(600).map(minute),
  fc.constantFrom('2026', '2026-03', '2026-03-01', '2026-03-01T09:00:00+01:00', 'soon'),
);
const period = fc.record({ start: dates, end: dates }, { requiredKeys: [] });
const statuses = fc.constantFrom(
  'planned',
  'arrived',
  'triaged',
  'in-progress',
  'onleave',
  'finished',
  'cancelled',
  'entered-in-error',
  'unknown',
);
const classes = fc.constantFrom('IMP', 'EMER', 'AMB', 'VR', 'OBSENC', 'PRENC', 'XYZ').map((code) => ({ code }));
const references = fc.oneof(
  fc
    .constantFrom('Location/NGH.bed.4A-1', 'Location/NGH.ward.4B', 'Location/9', '#l', 'urn:uuid:l', '')
    .map((reference) => ({ reference })),
  fc.constant({ display: 'Ward 1' }),
  fc.constant({}),
);
const anEncounter = fc.record(
  {
    resourceType: fc.constant('Encounter'),
    id: fc.constant('e1'),
    identifier: fc.array(fc.record({ system: fc.string(), value: fc.string() }, { requiredKeys: [] })),
    status: statuses,
    class: classes,
    subject: fc.constantFrom({ reference: 'Patient/p' }, { reference: '#p' }, {}),
    contained: fc.constant([
      { resourceType: 'Patient', id: 'p', gender: 'male' },
      { resourceType: 'Location', id: 'l', name: 'L', partOf: { reference: '#l' } },
    ]),
    period,
    statusHistory: fc.array(fc.record({ status: statuses, period })),
    classHistory: fc.array(fc.record({ class: classes, period })),
    location: fc.array(
      fc.record(
        { location: references, status: fc.constantFrom('planned', 'active', 'reserved', 'completed'), period },
        { requiredKeys: ['location'] },
      ),
    ),
    serviceType: fc.record({ text: fc.string() }),
    meta: fc.record({ lastUpdated: dates }),
  },
  { requiredKeys: ['resourceType', 'status', 'class'] },
);
const aBundle = fc.record({
  resourceType: fc.constant('Bundle'),
  type: fc.constantFrom('message', 'transaction', 'batch'),
  timestamp: dates,
  entry: fc.array(
    fc.record(
      {
        fullUrl: fc.constantFrom('urn:uuid:e', 'urn:uuid:l', 'http://x/Encounter/e1'),
        resource: fc.oneof(
          anEncounter,
          fc.constant({
            resourceType: 'MessageHeader',
            eventCoding: { system: 'http://terminology.hl7.org/CodeSystem/v2-0003', code: 'A02' },
            source: { endpoint: 'urn:x' },
            focus: [{ reference: 'urn:uuid:e' }],
          }),
          fc.constant({ resourceType: 'Location', id: 'l', name: 'L', operationalStatus: { code: 'O' } }),
        ),
        request: fc.constantFrom(
          { method: 'POST', url: 'Encounter' },
          { method: 'PUT', url: 'Encounter/e1' },
          { method: 'PUT', url: 'Location/l' },
        ),
      },
      { requiredKeys: [] },
    ),
    { maxLength: 4 },
  ),
});

const runs = { numRuns: 1_000 };

describe('whatever is sent', () => {
  it('an Encounter gives facts that are sound, or issues that are R4', () => {
    fc.assert(
      fc.property(
        fc.oneof(nearly(anEncounter), fc.jsonValue()),
        nearly(fc.constant({ resourceType: 'Patient' })),
        (input, patient) => {
          const mapping = encounterToFacts(input, patient, options);
          if (mapping.kind === 'errors') {
            expect(faultsByR4(operationOutcome(mapping.issues))).toEqual([]);
            expect(mapping.issues.every((i) => i.severity === 'error' && i.expression !== undefined)).toBe(true);
          } else {
            for (const fact of mapping.facts) expect(movementFact.parse(fact)).toEqual(fact);
            expect(faultsByR4(operationOutcome(mapping.warnings))).toEqual([]);
            expect(mapping.warnings.every((w) => w.severity === 'warning')).toBe(true);
          }
        },
      ),
      runs,
    );
  });

  it('a sequence of versions does, and the same again says nothing new', () => {
    fc.assert(
      fc.property(fc.array(anEncounter, { minLength: 1, maxLength: 5 }), (versions) => {
        let previous: EncounterMemory | undefined;
        for (const [i, version] of versions.entries()) {
          const more = { ...options, receivedAt: minute(700 + i) };
          const mapping = encounterToFacts(version, undefined, { ...more, ...(previous && { previous }) });
          if (mapping.kind === 'errors') continue;
          for (const fact of mapping.facts) expect(movementFact.parse(fact)).toEqual(fact);
          previous = JSON.parse(JSON.stringify(mapping.memory)) as EncounterMemory;
          expect(previous).toEqual(mapping.memory);
          const again = encounterToFacts(version, undefined, { ...more, previous, receivedAt: minute(800 + i) });
          expect(again).toMatchObject({ kind: 'facts', facts: [] });
        }
      }),
      runs,
    );
  });

  it('a bundle, a Location and a Subscription give a result', () => {
    const bundleOptions = { ...options, recorded: undefined };
    fc.assert(
      fc.property(fc.oneof(nearly(aBundle), fc.jsonValue()), (input) => {
        const mapping = bundleToFacts(input, bundleOptions);
        if (mapping.kind === 'errors') expect(faultsByR4(operationOutcome(mapping.issues))).toEqual([]);
        else for (const fact of mapping.facts) expect(movementFact.parse(fact)).toEqual(fact);
        expect(bundleToFacts(input, bundleOptions)).toEqual(mapping);
        locationToBedStatus(input, options);
        readSubscription(input, options);
      }),
      runs,
    );
  });
});

/** The movements that stand after these facts, as admissions reads them: the last statement of each id, without the cancelled. */
function standing(facts: readonly MovementFact[]): string[] {
  const movements = new Map<string, MovementFact>();
  for (const fact of facts) {
    if (fact.movement === null) continue;
    if (fact.movement.action === 'cancel') movements.delete(fact.movement.id);
    else movements.set(fact.movement.id, fact);
  }
  return [...movements.values()]
    .map((f) => `${f.at} ${f.kind} ${f.class ?? ''} ${JSON.stringify(f.location)} ${JSON.stringify(f.priorLocation)}`)
    .sort();
}

describe('versions that tell their whole course', () => {
  const course = fc.record({
    finished: fc.boolean(),
    stays: fc.array(
      fc.tuple(fc.constantFrom('ED-1', '4A-1', '4A-2', '4B-1', 'ICU-1'), fc.integer({ min: 1, max: 30 })),
      { minLength: 1, maxLength: 5 },
    ),
    admittedAfter: fc.option(fc.integer({ min: 1, max: 30 })),
    away: fc.option(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }))),
  });

  /** The second moves the transfer to intensive care to a later time, and states another one at the time where it was. */
  const correctedAway = [
    {
      ...{ finished: false, admittedAfter: null, away: null },
      stays: [
        ['ED-1', 6],
        ['ED-1', 3],
        ['ICU-1', 1],
      ] as ['ED-1' | 'ICU-1', number][],
    },
    {
      ...{ finished: false, admittedAfter: 10, away: null },
      stays: [
        ['ED-1', 9],
        ['ICU-1', 1],
        ['ED-1', 1],
        ['ICU-1', 1],
      ] as ['ED-1' | 'ICU-1', number][],
    },
  ];

  it('amount to what the last of them says, whatever was said before', () => {
    fc.assert(
      fc.property(fc.array(course, { minLength: 1, maxLength: 5 }), (versions) => {
        const resources = versions.map((v) => {
          let at = 0;
          const hhmm = (n: number): string => minute(n).slice(11, 16);
          const stays = v.stays.map(([place, length], i) => {
            const from = hhmm(at);
            at += length;
            return { in: place, from, ...(i < v.stays.length - 1 || v.finished ? { to: hhmm(at) } : {}) };
          });
          return encounter({
            status: v.finished ? 'finished' : 'in-progress',
            from: hhmm(0),
            ...(v.finished && { to: hhmm(at) }),
            at: stays,
            classes:
              v.admittedAfter === null
                ? [['IMP', hhmm(0)]]
                : [
                    ['EMER', hhmm(0)],
                    ['IMP', hhmm(v.admittedAfter)],
                  ],
            statuses: [
              ['arrived', hhmm(0)],
              ...(v.away === null ? [] : [['onleave', hhmm(v.away[0]), hhmm(v.away[0] + v.away[1])] as const]),
            ],
          });
        });
        let previous: EncounterMemory | undefined;
        const facts: MovementFact[] = [];
        for (const resource of resources) {
          const mapping = mapped(resource, previous === undefined ? {} : { previous });
          facts.push(...mapping.facts);
          previous = mapping.memory;
        }
        expect(standing(facts)).toEqual(standing(mapped(resources.at(-1)).facts));
      }),
      { ...runs, examples: [[correctedAway]] },
    );
  });
});

describe('out and in again', () => {
  const places: fc.Arbitrary<Place> = fc.constantFrom(
    ...house.beds.map((b) => bedOf(b.id)),
    { unit: '4A', room: null, bed: null, bedId: null },
    { unit: '4B', room: 'R1', bed: null, bedId: null },
    { unit: '9Z', room: 'X^1', bed: '7%', bedId: null, asSent: '9Z^X^1^7%' },
  );
  const key = (p: Place): string => [p.unit, p.room, p.bed].join('^');
  const data: fc.Arbitrary<EncounterData> = fc
    .record({
      status: fc.constantFrom('planned', 'in-progress', 'on-leave', 'discharged') as fc.Arbitrary<
        EncounterData['status']
      >,
      class: fc.constantFrom('I', 'E', 'O', 'P', 'R', 'B', 'C', 'N', 'OBSENC', 'DAYWARD', null),
      // Neighbours differ in unit: what only says less of the same place is no move.
      lengths: fc.array(fc.tuple(places, fc.integer({ min: 1, max: 60 })), { minLength: 1, maxLength: 6 }),
      plan: fc.option(places),
      due: fc.option(fc.integer({ min: 400, max: 500 })),
    })
    .map(({ status, class: patientClass, lengths, plan, due }) => {
      let at = 0;
      const course = lengths.filter(([place], i) => i === 0 || place.unit !== lengths[i - 1]![0].unit);
      const stays = course.map(([place, length], i): Stay => {
        const from = minute(at);
        at += length;
        const over = i < course.length - 1 || status === 'discharged';
        return {
          movementId: `m${i}`,
          place,
          from,
          to: over ? minute(at) : null,
          holdsBed: true,
          leavesDirty: true,
          endedBy: null,
        };
      });
      const here = course.at(-1)![0];
      const planned = status === 'planned';
      const target = plan !== null && (planned || plan.unit !== here.unit) && status !== 'discharged' ? plan : null;
      const expectedAt = due === null ? null : minute(due);
      const pendings: Pending[] =
        target === null ? [] : [{ kind: planned ? 'admit' : 'transfer', place: target, expectedAt, at: minute(0) }];
      return encounterData({
        status,
        class: patientClass,
        stays: planned ? [] : stays,
        pendings,
        admittedAt: planned ? null : minute(0),
        dischargedAt: status === 'discharged' ? minute(at) : null,
      });
    });

  /** What facts in order of their times amount to. */
  function replay(facts: readonly MovementFact[]): object {
    let status = 'planned';
    const stays: { in: string; from: string; to: string | null }[] = [];
    let plan: string | null = null;
    let dischargedAt: string | null = null;
    const text = (p: MovementFact['location']): string => [p?.unit, p?.room, p?.bed].join('^');
    const leave = (at: string): void => {
      const last = stays.at(-1);
      if (last !== undefined) last.to ??= at;
    };
    for (const fact of facts) {
      switch (fact.kind) {
        case 'admit':
        case 'register':
        case 'transfer':
          status = 'in-progress';
          leave(fact.at);
          stays.push({ in: text(fact.location), from: fact.at, to: null });
          break;
        case 'leave':
          status = 'on-leave';
          break;
        case 'discharge':
          status = 'discharged';
          dischargedAt = fact.at;
          leave(fact.at);
          break;
        case 'pending-admit':
        case 'preadmit':
        case 'pending-transfer':
          plan = fact.pendingLocation === null ? null : `${text(fact.pendingLocation)} ${fact.expectedAt ?? ''}`;
          break;
        default:
          throw new Error(`nothing says ${fact.kind}`);
      }
    }
    return { status, stays, plan, dischargedAt };
  }

  it('keeps the status, the places and the times', () => {
    fc.assert(
      fc.property(data, (encounterOut) => {
        const resource = encounterResource(encounterOut, { domain: 'urn:ngh:visits', patientId: 'p1' });
        expect(faultsByR4(resource)).toEqual([]);
        const mapping = encounterToFacts(JSON.parse(JSON.stringify(resource)), undefined, {
          ...options,
          receivedAt: minute(600),
        });
        if (mapping.kind !== 'facts') throw new Error(JSON.stringify(mapping));
        expect(mapping.visit).toEqual({ number: 'V100', domain: 'NGH' });
        expect(new Set(mapping.facts.map((f) => f.class))).toEqual(
          new Set([outgoingClass(encounterOut.class, encounterOut.stays)]),
        );
        const [plan] = encounterOut.pendings;
        expect(replay(mapping.facts)).toEqual({
          status: encounterOut.status,
          stays: encounterOut.stays.map((s) => ({ in: key(s.place), from: s.from, to: s.to })),
          plan: plan === undefined ? null : `${key(plan.place!)} ${plan.expectedAt ?? ''}`,
          dischargedAt: encounterOut.dischargedAt,
        });
      }),
      runs,
    );
  });
});
