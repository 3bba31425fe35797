import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { factKinds, movementFact } from '../movement-fact.js';
import {
  bedStatuses,
  binaryEvent,
  canonicalText,
  eventFormat,
  eventSchemas,
  type ExampleEvent,
  inboundExamples,
  inboundTypes,
  patientClasses,
  readInboundEvent,
} from './index.js';

// ajv-formats is CommonJS: its default export is the module under ESM.
const withFormats = addFormats as unknown as (ajv: Ajv) => Ajv;
const ajv = withFormats(new Ajv({ allErrors: true, strict: false }));
const validators = new Map([...eventSchemas()].map(([type, schema]) => [type, ajv.compile(schema)]));

const example = (type: string): ExampleEvent => inboundExamples.find((e) => e.type === type)!;
const withData = (type: string, data: Record<string, unknown>, more: Record<string, unknown> = {}): unknown => {
  const { data: said, ...rest } = example(type);
  return { ...rest, ...more, data: { ...said, ...data } };
};
const faults = (event: unknown): string[] =>
  readInboundEvent(event).faults.map(({ severity, code, text }) => `${severity} ${code} ${text}`);

describe('the language of inbound events', () => {
  it('has a type for every kind of fact', () => {
    const kinds = new Set(inboundTypes.map(({ kind }) => kind));
    expect(factKinds.filter((kind) => !kinds.has(kind))).toEqual([]);
    expect(kinds.has('bed-status')).toBe(true);
    expect(new Set(inboundTypes.map(({ type }) => type)).size).toBe(inboundTypes.length);
    for (const { type } of inboundTypes) expect(type).toMatch(/^(movement|visit|patient|bed)\.[a-z-]+$/);
  });

  it.each(inboundExamples.map((e) => [e.type, e] as const))('has an example of %s that is sound', (type, event) => {
    const valid = validators.get(type)!;
    expect([valid(event), valid.errors]).toEqual([true, null]);
    const { facts, bedStatuses: reports, faults: found, head } = readInboundEvent(event);
    expect(found).toEqual([]);
    expect(head).toMatchObject({ id: event.id, source: event.source, type, facility: 'NGH' });
    expect(facts.length + reports.length).toBe(type === 'movement.swapped' ? 2 : 1);
    for (const fact of facts) expect(movementFact.parse(fact)).toEqual(fact);
  });
});

describe('what an event states', () => {
  it('is all of the fact', () => {
    expect(readInboundEvent(example('movement.admitted')).facts).toEqual([
      {
        kind: 'admit',
        trigger: 'A01',
        visit: { number: 'V4711', domain: 'NGH' },
        patient: { id: '4711', domain: 'NGH', family: 'Doe', given: 'Jane', birthDate: '1960-01-01', sex: 'female' },
        class: 'I',
        specialty: 'MED',
        location: { unit: '4A', room: 'A', bed: '01', facility: null },
        priorLocation: { unit: 'ED', room: 'MAJA', bed: '06', facility: null },
        pendingLocation: null,
        temporaryLocation: null,
        at: '2026-01-13T09:30:00.000Z',
        recordedAt: '2026-01-13T09:30:30.000Z',
        atFrom: 'given',
        expectedAt: null,
        movement: { id: 'M2', action: 'insert', historic: false, originalTrigger: null },
      },
    ]);
  });

  it('has its times in UTC, and is recorded when it happened unless it says when', () => {
    const event = withData('movement.discharged', { at: '2026-07-13T09:30:00+02:00' }, { time: undefined });
    expect(readInboundEvent(event).facts[0]).toMatchObject({
      at: '2026-07-13T07:30:00.000Z',
      recordedAt: '2026-07-13T07:30:00.000Z',
    });
  });

  it.each(Object.entries(patientClasses))('takes class %s as %s', (word, code) => {
    expect(readInboundEvent(withData('movement.admitted', { class: word })).facts[0]?.class).toBe(code);
  });

  it.each(Object.entries(bedStatuses))('takes bed status %s as %s', (word, code) => {
    const [report] = readInboundEvent(withData('bed.status-reported', { status: word })).bedStatuses;
    expect(report).toMatchObject({ code, place: { unit: '4A', room: 'A', bed: '01' }, trigger: 'A20' });
  });

  it('takes a local class, null for nothing, and fields it does not know', () => {
    const event = withData('movement.admitted', {
      class: null,
      localClass: 'obs',
      from: null,
      wristband: { colour: 1 },
    });
    expect(readInboundEvent(event)).toMatchObject({ faults: [], facts: [{ class: 'OBS', priorLocation: null }] });
  });

  it('is a visit, or a patient whose only open visit is meant', () => {
    const event = withData('movement.transferred', { visit: undefined, patient: { id: 'P1' } }, { subject: undefined });
    expect(readInboundEvent(event)).toMatchObject({ faults: [], facts: [{ visit: null, patient: { id: 'P1' } }] });
  });

  it.each([
    ['movement.transferred', { movement: { id: '7', action: 'update' } }, 'transfer', 'update'],
    ['movement.transferred', { movement: { id: '7', action: 'cancel' }, place: undefined }, 'transfer', 'cancel'],
    ['movement.corrected', { movement: { id: '7' } }, 'correct', 'update'],
    ['movement.cancelled', { movement: { id: '7' } }, 'correct', 'cancel'],
    ['movement.transfer-cancelled', { movement: { id: '7' } }, 'cancel-transfer', 'cancel'],
  ])('%s with %j corrects by movement id', (type, data, kind, action) => {
    expect(readInboundEvent(withData(type, data))).toMatchObject({
      faults: [],
      facts: [{ kind, movement: { id: '7', action } }],
    });
  });

  it('gives an identifier that gives way the domain of the other', () => {
    const [visits] = readInboundEvent(example('visit.merged')).facts;
    expect(visits).toMatchObject({ visit: { number: 'V4711' }, retires: { number: 'V4710', domain: 'NGH' } });
    const [patients] = readInboundEvent(example('patient.merged')).facts;
    expect(patients).toMatchObject({ patient: { id: '4711' }, retires: { number: '4708', domain: 'NGH' } });
  });

  it('may be data in base64', () => {
    const { data, ...rest } = example('movement.admitted');
    const encoded = { ...rest, data_base64: Buffer.from(JSON.stringify(data)).toString('base64') };
    expect(readInboundEvent(encoded)).toEqual(readInboundEvent(example('movement.admitted')));
    expect(faults({ ...rest, data_base64: 'bm9uZQ==' })).toEqual(['E wrong-value /data_base64 is not JSON in base64']);
  });
});

describe('what is wrong with an event, and where', () => {
  const admitted = example('movement.admitted');
  it.each<[string, unknown, string[]]>([
    ['no object', ['x'], ['E not-an-event This is no CloudEvent: a JSON object is expected']],
    [
      'nothing in it',
      {},
      [
        'E missing /specversion is missing; one of 1.0 is expected',
        'E missing /id is missing; a string is expected',
        'E missing /source is missing; a string is expected',
        'E missing /type is missing; the type of the event is expected',
      ],
    ],
    [
      'another version',
      { ...admitted, specversion: '0.3' },
      ['E unsupported-version /specversion Only CloudEvents 1.0 is read'],
    ],
    [
      'another type',
      { ...admitted, type: 'movement.admited' },
      ['E unknown-type /type is no type of event that is read here'],
    ],
    ['no data', { ...admitted, data: undefined }, ['E missing /data is missing; the data of the event is expected']],
    ['data of another kind', { ...admitted, data: 'x' }, ['E wrong-type /data must be an object']],
    [
      'data that is no JSON',
      { ...admitted, datacontenttype: 'text/xml' },
      ['E wrong-value /datacontenttype must be JSON'],
    ],
    [
      'a time without offset',
      withData('movement.admitted', { at: '2026-01-13T09:30:00' }),
      ['E wrong-value /data/at must be a moment with its offset, as in 2026-01-13T08:00:00Z'],
    ],
    [
      'a day that was never',
      withData('movement.admitted', { at: '2026-02-30T09:30:00Z' }),
      ['E wrong-value /data/at must be a moment with its offset, as in 2026-01-13T08:00:00Z'],
    ],
    [
      'nobody',
      withData('movement.admitted', { visit: null, patient: { family: 'Doe' } }),
      ['E wrong-value /data must name a visit, or a patient by id'],
    ],
    [
      'a place of nothing',
      withData('movement.admitted', { place: { room: '1' } }),
      ['E wrong-value /data/place must name a unit or a bed'],
    ],
    [
      'a number as bed',
      withData('movement.admitted', { place: { unit: '4A', bed: 1 } }),
      ['E wrong-type /data/place/bed must be a string'],
    ],
    [
      'a transfer to nowhere',
      withData('movement.transferred', { place: undefined }),
      ['E missing /data/place is missing; where the patient is now is expected'],
    ],
    [
      'a swap of one',
      withData('movement.swapped', { visits: [{ visit: { number: '1' } }] }),
      ['E wrong-value /data/visits must have 2 entries'],
    ],
    [
      'a swap to nowhere',
      withData('movement.swapped', {
        visits: [{ visit: { number: '1' } }, { visit: { number: '2' }, place: { unit: '4A' } }],
      }),
      ['E missing /data/visits/0/place is missing; where the patient is now is expected'],
    ],
    [
      'a class that is none',
      withData('movement.admitted', { class: 'outpateint' }),
      [
        'E wrong-value /data/class must be one of inpatient, emergency, outpatient, preadmit, recurring, obstetrics, commercial, not-applicable, unknown',
      ],
    ],
    [
      'a correction of nothing',
      withData('movement.corrected', { movement: undefined }),
      ['E missing /data/movement is missing; an object is expected'],
    ],
    [
      'two things',
      withData('movement.admitted', { facility: ' ', visit: { number: 'a\u0000b' } }),
      [
        'E wrong-value /data/facility must be a text, not blank and without control characters',
        'E wrong-value /data/visit/number must be a text, not blank and without control characters',
      ],
    ],
    [
      'a longer text than is kept',
      withData('movement.admitted', { specialty: 'x'.repeat(201) }),
      ['E wrong-value /data/specialty must have 200 characters at most'],
    ],
  ])('%s', (_, event, expected) => {
    expect(faults(event)).toEqual(expected);
    expect(readInboundEvent(event)).toMatchObject({ facts: [], bedStatuses: [] });
  });

  it('takes a subject that is another visit, and says so', () => {
    expect(faults({ ...admitted, subject: 'V1' })).toEqual([
      'W subject-differs /subject is not the visit of the data; the data counts',
    ]);
    expect(readInboundEvent({ ...admitted, subject: 'V1' }).facts).toHaveLength(1);
  });
});

describe('an event in one form', () => {
  const event = example('movement.transferred');
  it('is the same text whatever the order of names, the mode and what others added', () => {
    const reversed = Object.fromEntries(Object.entries(event.data).reverse());
    const shuffled = JSON.parse(
      JSON.stringify({ traceparent: '00-1', ...Object.fromEntries(Object.entries(event).reverse()), data: reversed }),
    ) as unknown;
    const { data, datacontenttype, ...attributes } = event;
    const headers = Object.entries(attributes);
    const http = binaryEvent(
      headers.map(([n, v]) => [`ce-${n}`, v]),
      'ce-',
      datacontenttype,
      data,
    );
    const kafka = binaryEvent(
      headers.map(([n, v]) => [`ce_${n}`, v]),
      'ce_',
      datacontenttype,
      data,
    );
    const { datacontenttype: _left, ...without } = event;
    const texts = [event, shuffled, http, kafka, without].map(canonicalText);
    expect(new Set(texts).size).toBe(1);
    expect(JSON.parse(texts[0]!)).toEqual(without);
  });

  it('is another text as soon as it says anything else', () => {
    expect(canonicalText({ ...event, time: '2026-01-13T11:00:31Z' })).not.toBe(canonicalText(event));
    expect(canonicalText(withData(event.type, { extra: 1 }))).not.toBe(canonicalText(event));
  });

  it('cuts what is nested without end, and writes any other value as it is', () => {
    const deep = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as unknown;
    const endless = withData(event.type, { extra: deep });
    expect(canonicalText(endless).length).toBeLessThan(1_000);
    expect(readInboundEvent(JSON.parse(canonicalText(endless)))).toEqual(readInboundEvent(event));
    expect([null, 'x', 5, [{ b: 1, a: 2 }]].map(canonicalText)).toEqual(['null', '"x"', '5', '[{"a":2,"b":1}]']);
  });

  it('reads headers of the HTTP binding in quotes and percent-encoded', () => {
    const headers: [string, string][] = [
      ['CE-Source', 'Z%C3%BCrich%20ED'],
      ['ce-subject', '"a \\"b\\""'],
      ['ce-id', '100%'],
      ['ce-data', 'x'],
    ];
    expect({ ...binaryEvent(headers, 'ce-', undefined, undefined) }).toEqual({
      source: 'Zürich ED',
      subject: 'a "b"',
      id: '100%',
    });
  });

  it('tells the modes apart by the media type', () => {
    const types = [
      'application/cloudevents+json; charset=utf-8',
      'Application/CloudEvents-Batch+JSON',
      'application/cloudevents+xml',
      'application/json',
    ];
    expect(types.map(eventFormat)).toEqual(['json', 'json-batch', 'other', 'binary']);
  });
});

describe('an optional time that cannot be read', () => {
  it.each([
    ['/data/expectedAt', withData('movement.admission-expected', { expectedAt: 'soon', to: { unit: '4A' } })],
    ['/data/patient/birthDate', withData('movement.admitted', { patient: { id: 'P1', birthDate: '1st of May' } })],
    ['/time', withData('movement.admitted', {}, { time: 'now' })],
  ])('at %s costs its own meaning, not the event', (path, event) => {
    const { facts, faults: found } = readInboundEvent(event);
    expect(found).toEqual([expect.objectContaining({ severity: 'W', code: 'wrong-value', path })]);
    expect(facts).toMatchObject([
      { expectedAt: null, ...(path.endsWith('birthDate') ? { patient: { birthDate: null } } : {}) },
    ]);
  });
});

describe('any JSON at all', () => {
  const anything = fc.oneof(
    fc.jsonValue({ maxDepth: 4 }),
    fc
      .tuple(
        fc.constantFrom(...inboundExamples),
        fc.array(fc.tuple(fc.nat(60), fc.jsonValue({ maxDepth: 2 })), { maxLength: 4 }),
      )
      .map(([event, changes]) =>
        changes.reduce((changed, [at, value]) => withChanged(changed, at, value), event as unknown),
      ),
  );

  it('gives facts or faults and never throws; what the schema takes is taken', () => {
    fc.assert(
      fc.property(anything, (event) => {
        const { facts, bedStatuses: reports, faults: found, head } = readInboundEvent(event);
        const wrong = found.some(({ severity }) => severity === 'E');
        expect(facts.length + reports.length > 0).toBe(!wrong);
        for (const fact of facts) expect(movementFact.parse(fact)).toEqual(fact);
        for (const { path } of found) expect(path === '' || path.startsWith('/')).toBe(true);
        const valid = validators.get(head.type);
        // An optional time that the schema does not know costs its own meaning only.
        const unread = found.some(({ severity, code }) => severity === 'W' && code !== 'subject-differs');
        if (unread) expect(valid?.(event)).toBe(false);
        else if (valid !== undefined) expect([wrong, event]).toEqual([!valid(event), event]);
        const { facts: again } = readInboundEvent(JSON.parse(canonicalText(event)));
        expect(again).toEqual(facts);
      }),
      { numRuns: 3_000 },
    );
  });
});

/** The same value with the `at`th of its members (counted through all of it) replaced. */
function withChanged(value: unknown, at: number, by: unknown): unknown {
  let left = at;
  const walk = (each: unknown): unknown => {
    if (left-- === 0) return by;
    if (Array.isArray(each)) return each.map(walk);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([name, member]) => [name, walk(member)]));
  };
  return walk(value);
}
