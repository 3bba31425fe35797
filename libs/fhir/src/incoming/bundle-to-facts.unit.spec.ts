import { describe, expect, it } from '@jest/globals';
import { clock, encounter, lines, options as encounterOptions, placeOf } from '../testing/sent.spec.js';
import { type BundleMapping, type BundleOptions, bundleToFacts } from './bundle-to-facts.js';
import type { EncounterMemory } from './pieces.js';

const options: BundleOptions = {
  receivedAt: clock('20:00'),
  timeZone: 'Europe/London',
  placeOf,
  domains: encounterOptions.domains!,
};

const davinci = 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event';
const patient = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ value: 'P1', type: { coding: [{ code: 'MR' }] } }],
  gender: 'male',
};

interface MessageInput {
  readonly event?: string;
  readonly encounter?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly bundle?: Record<string, unknown>;
}

function message({ event = 'admit', encounter: said, header, bundle }: MessageInput): Record<string, unknown> {
  return {
    resourceType: 'Bundle',
    type: 'message',
    timestamp: clock('12:30'),
    entry: [
      {
        fullUrl: 'urn:uuid:h',
        resource: {
          resourceType: 'MessageHeader',
          eventCoding: { system: davinci, code: `notification-${event}` },
          source: { name: 'EHR', endpoint: 'urn:ehr' },
          sender: { display: 'Northgate General' },
          focus: [{ reference: 'urn:uuid:e' }],
          ...header,
        },
      },
      {
        fullUrl: 'urn:uuid:e',
        resource: {
          ...encounter({ from: '10:00', at: [{ in: '4A-1' }] }),
          subject: { reference: 'urn:uuid:p' },
          ...said,
        },
      },
      { fullUrl: 'urn:uuid:p', resource: patient },
      { fullUrl: 'urn:uuid:c', resource: { resourceType: 'Condition', code: { text: 'Examplitis' } } },
    ],
    ...bundle,
  };
}

function taken(input: unknown, more: Partial<BundleOptions> = {}): Extract<BundleMapping, { kind: 'facts' }> {
  const mapping = bundleToFacts(input, { ...options, ...more });
  if (mapping.kind !== 'facts') throw new Error(JSON.stringify(mapping));
  return mapping;
}

function faults(input: unknown): string[] {
  const mapping = bundleToFacts(input, options);
  if (mapping.kind !== 'errors') throw new Error('accepted');
  return mapping.issues.map((i) => `${i.code} ${i.expression ?? ''}`);
}

describe('a notification', () => {
  it('of an admission', () => {
    const mapping = taken(message({}));
    expect(lines(mapping.facts)).toEqual(['admit 10:00 I 4A-1']);
    expect(mapping).toMatchObject({
      type: 'message',
      event: 'admit',
      sites: ['Northgate General', 'EHR'],
      entries: [{ index: 1, resourceType: 'Encounter', interaction: null, visit: { number: 'V1', domain: 'NGH' } }],
      facts: [{ recordedAt: clock('12:30'), patient: { id: 'P1', sex: 'male' } }],
    });
  });

  it('is recorded when the resource was, before the bundle', () => {
    expect(taken(message({ encounter: { meta: { lastUpdated: clock('11:00') } } })).facts[0]).toMatchObject({
      recordedAt: clock('11:00'),
    });
  });

  it('of a transfer: a place without a time is where the patient went when it was told', () => {
    const mapping = taken(message({ event: 'transfer', encounter: { meta: { lastUpdated: clock('12:00') } } }));
    expect(lines(mapping.facts)).toEqual(['admit 10:00 I nowhere', 'transfer 12:00? I 4A-1']);
    expect(mapping.warnings.map((w) => w.expression)).toEqual(['Bundle.entry[1].resource.location.period.start']);
  });

  it('of a transfer, with the place before remembered', () => {
    const first = taken(message({}));
    const memoryOf = (): EncounterMemory => first.entries[0]!.memory!;
    const second = message({
      event: 'transfer',
      encounter: { location: [{ location: { reference: 'Location/4B-1' } }] },
    });
    expect(lines(taken(second, { memoryOf }).facts)).toEqual(['transfer 12:30? I 4B-1 <-4A-1']);
    expect(taken(message({}), { memoryOf }).facts).toEqual([]);
  });

  it('of a transfer that says not where to', () => {
    const mapping = taken(message({ event: 'transfer', encounter: { location: [] } }));
    expect(lines(mapping.facts)).toEqual(['admit 10:00 I nowhere']);
    expect(mapping.warnings.map((w) => `${w.code} ${w.expression ?? ''}`)).toEqual([
      'required Bundle.entry[1].resource.location',
    ]);
  });

  it('of a discharge, also where the encounter is still open', () => {
    const period = { start: clock('10:00'), end: clock('12:00') };
    expect(lines(taken(message({ event: 'discharge', encounter: { period } })).facts)).toEqual([
      'admit 10:00 I 4A-1',
      'discharge 12:00 I 4A-1',
    ]);
  });

  it('by the HL7 v2 trigger', () => {
    const eventCoding = { system: 'http://terminology.hl7.org/CodeSystem/v2-0003', code: 'A03' };
    expect(taken(message({ header: { eventCoding } })).event).toBe('discharge');
  });

  it('without a focus is of the encounter that came along', () => {
    expect(taken(message({ header: { focus: undefined } })).entries).toHaveLength(1);
  });

  it.each([
    ['without a header', message({ bundle: { entry: [] } }), ['invariant Bundle.entry[0]']],
    [
      'with a header that is not first',
      message({ bundle: { entry: [{ resource: patient }] } }),
      ['invariant Bundle.entry[0]'],
    ],
    [
      'with a header that is not readable',
      message({ header: { source: undefined } }),
      ['required Bundle.entry[0].resource.source'],
    ],
    ['of another event', message({ event: 'birth' }), ['not-supported Bundle.entry[0].resource.eventCoding']],
    [
      'of an event by URI',
      message({ header: { eventCoding: undefined, eventUri: 'urn:x' } }),
      ['not-supported Bundle.entry[0].resource.eventUri'],
    ],
    ['of nothing', message({ header: { eventCoding: undefined } }), ['required Bundle.entry[0].resource.eventCoding']],
    [
      'with a focus that is not there',
      message({ header: { focus: [{ reference: 'urn:uuid:x' }] } }),
      ['not-found Bundle.entry[0].resource.focus[0]'],
    ],
    [
      'with a focus that is no encounter',
      message({ header: { focus: [{ reference: 'urn:uuid:p' }] } }),
      ['value Bundle.entry[0].resource.focus[0]'],
    ],
    [
      'with an encounter that is not readable',
      message({ encounter: { status: 'gone' } }),
      ['code-invalid Bundle.entry[1].resource.status'],
    ],
    [
      'without an encounter',
      message({
        header: { focus: [] },
        bundle: {
          entry: [
            {
              resource: {
                resourceType: 'MessageHeader',
                eventCoding: { system: davinci, code: 'notification-admit' },
                source: { endpoint: 'urn:x' },
              },
            },
          ],
        },
      }),
      ['required Bundle.entry[0].resource.focus'],
    ],
  ])('%s is refused', (_, input, issues) => {
    expect(faults(input)).toEqual(issues);
  });
});

const entry = (method: string, url: string, resource: unknown, more: object = {}): object => ({
  fullUrl: `urn:uuid:${url}`,
  resource,
  request: { method, url },
  ...more,
});
const transaction = (...entries: object[]): object => ({ resourceType: 'Bundle', type: 'transaction', entry: entries });
const inBed = encounter({ from: '10:00', at: [{ in: '4A-1', from: '10:00' }] });
const moved = encounter({
  from: '10:00',
  at: [
    { in: '4A-1', from: '10:00' },
    { in: '4B-1', from: '12:00' },
  ],
});

describe('a transaction', () => {
  it('gives what each entry means, and how it is to be carried out', () => {
    const location = { resourceType: 'Location', id: '4B-1', operationalStatus: { code: 'H' } };
    const mapping = taken(
      transaction(
        entry('POST', 'Patient', patient, {
          request: { method: 'POST', url: 'Patient', ifNoneExist: 'identifier=P1' },
        }),
        entry('PUT', 'Encounter?identifier=urn:ngh:visits|V1', {
          ...inBed,
          subject: { reference: 'urn:uuid:Patient' },
        }),
        entry('PUT', 'Location/4B-1', location, { request: { method: 'PUT', url: 'Location/4B-1', ifMatch: 'W/"3"' } }),
      ),
    );
    expect(lines(mapping.facts)).toEqual(['admit 10:00 I 4A-1']);
    expect(mapping.facts[0]).toMatchObject({ recordedAt: clock('20:00'), patient: { id: 'P1' } });
    expect(mapping.entries).toMatchObject([
      { resourceType: 'Patient', facts: [], interaction: { method: 'POST', id: null, ifNoneExist: 'identifier=P1' } },
      { resourceType: 'Encounter', interaction: { method: 'PUT', id: null, search: 'identifier=urn:ngh:visits|V1' } },
      {
        resourceType: 'Location',
        interaction: { id: '4B-1', ifMatch: 'W/"3"' },
        bedStatus: { trigger: 'A20', code: 'H', place: { unit: '4B', bed: '1' }, at: clock('20:00') },
      },
    ]);
  });

  it('of two versions of one visit gives what each adds', () => {
    const mapping = taken(transaction(entry('POST', 'Encounter', inBed), entry('PUT', 'Encounter/e1', moved)));
    expect(mapping.entries.map((e) => lines(e.facts))).toEqual([
      ['admit 10:00 I 4A-1'],
      ['transfer 12:00 I 4B-1 <-4A-1'],
    ]);
  });

  it('of nothing gives nothing', () => {
    expect(taken(transaction())).toMatchObject({ entries: [], facts: [] });
  });

  it.each([
    ['no request', { resource: inBed }, 'required Bundle.entry[0].request'],
    ['a method that is none', entry('TAKE', 'Encounter', inBed), 'code-invalid Bundle.entry[0].request.method'],
    ['a delete', entry('DELETE', 'Encounter/e3', undefined), 'not-supported Bundle.entry[0].request.method'],
    [
      'a resource of a type that is not taken',
      entry('POST', 'Condition', { resourceType: 'Condition' }),
      'not-supported Bundle.entry[0].request.url',
    ],
    ['a URL that is not relative', entry('POST', 'http://x/Encounter', inBed), 'value Bundle.entry[0].request.url'],
    ['no resource', entry('POST', 'Encounter', undefined), 'required Bundle.entry[0].resource'],
    ['a resource of another type', entry('POST', 'Encounter', patient), 'invariant Bundle.entry[0].resource'],
    ['a create with an id', entry('POST', 'Encounter/e4', inBed), 'value Bundle.entry[0].request.url'],
    ['an update without one', entry('PUT', 'Encounter', inBed), 'value Bundle.entry[0].request.url'],
    ['an update of another id', entry('PUT', 'Encounter/e2', inBed), 'invariant Bundle.entry[0].resource.id'],
    [
      'an encounter that is not readable',
      entry('POST', 'Encounter', { ...inBed, status: 7 }),
      'structure Bundle.entry[0].resource.status',
    ],
    [
      'a patient that is not readable',
      entry('POST', 'Patient', { ...patient, birthDate: '4.7.56' }),
      'value Bundle.entry[0].resource.birthDate',
    ],
    [
      'a bed status that is none',
      entry('PUT', 'Location/4A-1', { resourceType: 'Location', id: '4A-1', operationalStatus: { code: 'R' } }),
      'code-invalid Bundle.entry[0].resource.operationalStatus',
    ],
  ])('with %s is refused as a whole', (_, first, issue) => {
    expect(faults(transaction(first, entry('PUT', 'Encounter/e1', inBed)))).toEqual([issue]);
  });

  it('with two entries of one fullUrl is refused', () => {
    const one = entry('POST', 'Patient', patient);
    expect(faults(transaction(one, one))).toEqual(['duplicate Bundle.entry[1].fullUrl']);
  });

  it('tells all that is wrong at once', () => {
    expect(faults(transaction({ resource: inBed }, entry('DELETE', 'Encounter/e1', undefined)))).toHaveLength(2);
  });
});

describe('another bundle', () => {
  it.each(['document', 'batch', 'collection', 'searchset', 'history'])('of the type %s is refused', (type) => {
    expect(faults({ resourceType: 'Bundle', type })).toEqual(['not-supported Bundle.type']);
  });

  it('that is none is refused', () => {
    expect(faults({ resourceType: 'Bundle', type: 'pile' })).toEqual(['code-invalid Bundle.type']);
    expect(faults([])).toEqual(['structure Bundle']);
  });
});
