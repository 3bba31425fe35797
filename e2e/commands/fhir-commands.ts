import { expect } from '@jest/globals';
import { bedState, type Command, type Prepared, visitState } from './command.js';
import { type CommandHouse, FHIR_JSON } from './command-house.js';

const SYSTEM = 'urn:wardstream:fhir:domain:CMD';
const start = new Date(Date.now() - 3_600_000).toISOString();

function encounter(visit: string, bed: string, more: object = {}): object {
  return {
    resourceType: 'Encounter',
    identifier: [{ system: SYSTEM, value: visit }],
    status: 'in-progress',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
    subject: { identifier: { system: SYSTEM, value: `P${visit}` } },
    serviceProvider: { identifier: { value: 'CMD' } },
    period: { start },
    location: [{ location: { reference: `Location/CMD.bed.${bed}` }, status: 'active', period: { start } }],
    ...more,
  };
}

const patient = (id: string): object => ({
  resourceType: 'Patient',
  identifier: [{ system: SYSTEM, value: id }],
  managingOrganization: { identifier: { value: 'CMD' } },
  name: [{ family: 'Marsh', given: ['Tilda'] }],
  birthDate: '1958-04-02',
});

/** A write of one visit in one bed. */
function writing(
  route: string,
  of: {
    readonly as?: string;
    readonly first?: string;
    readonly again?: string;
    readonly before?: (house: CommandHouse, visit: string, bed: string) => Promise<unknown>;
    readonly call: (visit: string, bed: string, encounterId: string) => Omit<Prepared['call'], 'type'>;
  },
): Command {
  return {
    ...{ route, as: of.as ?? route, first: of.first ?? '200', again: of.again ?? of.first ?? '200' },
    prepare: async (house) => {
      const [bed, visit] = [house.newBed(), house.newVisit()];
      await of.before?.(house, visit, bed);
      const known = of.before === undefined ? '' : ((await house.encounter(visit))['id'] as string);
      return {
        call: { ...of.call(visit, bed, known), type: FHIR_JSON },
        state: async () => {
          await house.until(bed, 'occupied');
          return [await visitState(house, visit), await bedState(house, bed)];
        },
      };
    },
  };
}

async function created(house: CommandHouse, visit: string, bed: string): Promise<void> {
  const call = { method: 'POST', path: '/fhir/R4/Encounter', body: encounter(visit, bed), type: FHIR_JSON };
  expect((await house.call(call)).said).toBe('201');
  await house.until(bed, 'occupied');
}

/** Who is known by an identifier, and in how many versions. */
async function patientState(house: CommandHouse, id: string): Promise<unknown> {
  const { body } = await house.everybody.get<{ entry?: { resource: { name: unknown; meta: unknown } }[] }>(
    `/fhir/R4/Patient?identifier=${encodeURIComponent(`${SYSTEM}|${id}`)}`,
  );
  return body.entry?.map((e) => e.resource.name);
}

function person(route: string, call: (id: string) => Prepared['call'], first: string, again: string): Command {
  return {
    ...{ route, first, again },
    prepare: (house) => {
      const id = `PP${house.newVisit()}`;
      return Promise.resolve({ call: { ...call(id), type: FHIR_JSON }, state: () => patientState(house, id) });
    },
  };
}

/** A bed that nobody is in is reported as one that must be cleaned. */
function bedReport(route: string, call: (bed: string) => Prepared['call']): Command {
  return {
    ...{ route, first: '200', again: '200' },
    prepare: (house) => {
      const bed = house.newBed();
      return Promise.resolve({
        call: { ...call(bed), type: FHIR_JSON },
        state: async () => {
          await house.until(bed, 'dirty');
          const { state, jobs, conflicts } = (await bedState(house, bed)) as Record<string, unknown>;
          return { state, jobs, conflicts };
        },
      });
    },
  };
}
const location = (bed: string, more: object = {}): object => ({
  resourceType: 'Location',
  identifier: [{ system: 'urn:wardstream:fhir:place', value: bed }],
  physicalType: { coding: [{ code: 'bd' }] },
  partOf: { reference: 'Location/CMD.room.U.R' },
  operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'H' },
  ...more,
});

let subscriptions = 0;
function subscription(house: CommandHouse, more: object = {}): object {
  return {
    ...{ resourceType: 'Subscription', status: 'requested', reason: `Subscriber ${(subscriptions += 1)}` },
    criteria: `Encounter?identifier=NOBODY${subscriptions}`,
    channel: { type: 'rest-hook', endpoint: `${house.hookOrigin}/hook/${subscriptions}`, payload: FHIR_JSON },
    ...more,
  };
}
interface Kept {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  readonly meta: { readonly versionId: string };
}
async function keptSubscriptions(house: CommandHouse, reason: string): Promise<readonly Kept[]> {
  const { body } = await house.everybody.get<{ entry?: { resource: Kept }[] }>('/fhir/R4/Subscription');
  return (body.entry ?? []).map((e) => e.resource).filter((s) => s.reason === reason);
}

function subscribed(
  route: string,
  answers: { readonly as?: string; readonly first: string; readonly again: string },
  call: (kept: Kept, body: object) => Prepared['call'],
): Command {
  return {
    ...{ route, ...answers },
    prepare: async (house) => {
      const body = subscription(house);
      const kept = (await house.call({ method: 'POST', path: '/fhir/R4/Subscription', body, type: FHIR_JSON }))
        .body as unknown as Kept;
      return {
        call: { ...call(kept, body), type: FHIR_JSON },
        state: async () => (await keptSubscriptions(house, kept.reason)).map((s) => s.status),
      };
    },
  };
}

const bundle = (visit: string, bed: string): object => ({
  resourceType: 'Bundle',
  type: 'transaction',
  entry: [
    { request: { method: 'POST', url: 'Encounter' }, resource: encounter(visit, bed) },
    { request: { method: 'POST', url: 'Patient' }, resource: patient(`P${visit}`) },
  ],
});
const notice = (visit: string, bed: string): object => ({
  resourceType: 'Bundle',
  type: 'message',
  timestamp: new Date(Date.now() - 60_000).toISOString(),
  entry: [
    {
      fullUrl: `urn:m:${visit}`,
      resource: {
        resourceType: 'MessageHeader',
        id: `m-${visit}`,
        eventCoding: {
          system: 'http://hl7.org/fhir/us/davinci-alerts/CodeSystem/notification-event',
          code: 'notification-admit',
        },
        source: { endpoint: 'urn:ehr' },
        focus: [{ reference: 'Encounter/1' }],
      },
    },
    { fullUrl: 'http://ehr/Encounter/1', resource: { ...encounter(visit, bed), id: '1' } },
  ],
});

const query = (visit: string): string => `identifier=${encodeURIComponent(`${SYSTEM}|${visit}`)}`;

/** Writes by FHIR. */
export const fhirCommands: readonly Command[] = [
  writing('POST /fhir/R4/Encounter', {
    ...{ first: '201', again: '200' },
    call: (visit, bed) => ({ path: '/fhir/R4/Encounter', body: encounter(visit, bed) }),
  }),
  writing('POST /fhir/R4/Encounter', {
    ...{ as: 'create where there is none yet', first: '201', again: '200' },
    call: (visit, bed) => ({
      ...{ path: '/fhir/R4/Encounter', body: encounter(visit, bed) },
      headers: { 'if-none-exist': query(visit) },
    }),
  }),
  writing('PUT /fhir/R4/Encounter', {
    ...{ first: '201', again: '200' },
    call: (visit, bed) => ({ path: `/fhir/R4/Encounter?${query(visit)}`, body: encounter(visit, bed) }),
  }),
  writing('PUT /fhir/R4/Encounter/{id}', {
    before: created,
    call: (visit, bed, id) => ({
      path: `/fhir/R4/Encounter/${id}`,
      body: encounter(visit, bed, { id, status: 'in-progress', priority: { text: 'stat' } }),
    }),
  }),
  writing('POST /fhir/R4', {
    call: (visit, bed) => ({ path: '/fhir/R4', body: bundle(visit, bed) }),
  }),
  writing('POST /fhir/R4/$process-message', {
    call: (visit, bed) => ({ path: '/fhir/R4/$process-message', body: notice(visit, bed) }),
  }),
  person('POST /fhir/R4/Patient', (id) => ({ path: '/fhir/R4/Patient', body: patient(id) }), '201', '200'),
  person('PUT /fhir/R4/Patient', (id) => ({ path: `/fhir/R4/Patient?${query(id)}`, body: patient(id) }), '201', '200'),
  person(
    'PUT /fhir/R4/Patient/{id}',
    (id) => ({ path: `/fhir/R4/Patient/${id}`, body: { ...patient(id), id } }),
    '201',
    '200',
  ),
  bedReport('POST /fhir/R4/Location', (bed) => ({ path: '/fhir/R4/Location', body: location(bed) })),
  bedReport('PUT /fhir/R4/Location', (bed) => ({
    ...{ path: `/fhir/R4/Location?identifier=${bed}`, body: location(bed) },
  })),
  bedReport('PUT /fhir/R4/Location/{id}', (bed) => ({
    path: `/fhir/R4/Location/CMD.bed.${bed}`,
    body: location(bed, { id: `CMD.bed.${bed}` }),
  })),
  {
    ...{ route: 'POST /fhir/R4/Subscription', first: '201', again: '200' },
    prepare: (house) => {
      const body = subscription(house);
      const { reason } = body as Kept;
      return Promise.resolve({
        call: { path: '/fhir/R4/Subscription', body, type: FHIR_JSON },
        state: async () => (await keptSubscriptions(house, reason)).map((s) => [s.status, s.meta.versionId]),
      });
    },
  },
  subscribed('PUT /fhir/R4/Subscription/{id}', { first: '200', again: '412 conflict' }, ({ id, meta }, body) => ({
    path: `/fhir/R4/Subscription/${id}`,
    body: { ...body, id, end: '2027-06-01T00:00:00Z' },
    headers: { 'if-match': `W/"${meta.versionId}"` },
  })),
  subscribed('DELETE /fhir/R4/Subscription/{id}', { first: '204', again: '410 not-found' }, ({ id }) => ({
    path: `/fhir/R4/Subscription/${id}`,
  })),
];

/** Searches whose parameters are in the body change nothing. */
export const searches = ['POST /fhir/R4/Encounter/_search', 'POST /fhir/R4/Location/_search'] as const;
