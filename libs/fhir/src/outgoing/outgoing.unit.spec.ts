import { describe, expect, it } from '@jest/globals';
import { type BedData, bedStates, type EncounterData } from '@wardstream/events';
import { bed, bedOf, encounterData, house, stay } from '../testing/house.spec.js';
import { faultsByR4 } from '@wardstream/testing/r4-schema';
import { etagOf, historyBundle, searchsetBundle, transactionResponse, versionOfEtag } from './bundles.js';
import { capabilityStatement } from './capability-statement.js';
import { encounterResource } from './encounter.resource.js';
import { locationIdOf, locationIndex, placeOfFacility } from './location-ids.js';
import { bedLocation, bedStateOf, roomLocation, siteLocation, wardLocation } from './location.resource.js';
import { patientResource } from './patient.resource.js';

const base = 'https://ngh.example/fhir/R4';

function located(more: Partial<BedData>) {
  const published = bed(more);
  return bedLocation('NGH', published, bedStateOf(published));
}

describe('a Location', () => {
  it('for the site, the ward, the room and the bed: each is part of the one above', () => {
    const all = [
      siteLocation(house),
      wardLocation(house, house.units[1]!),
      roomLocation(house, house.rooms[1]!),
      bedLocation(house.id, house.beds[1]!),
    ];
    expect(all.map((l) => [l.id, l.physicalType.coding![0]!.code, l.partOf?.reference])).toEqual([
      ['NGH.site', 'si', undefined],
      ['NGH.ward.4A', 'wa', 'Location/NGH.site'],
      ['NGH.room.4A.R1', 'ro', 'Location/NGH.ward.4A'],
      ['NGH.bed.4A-1', 'bd', 'Location/NGH.room.4A.R1'],
    ]);
    for (const location of all) expect(faultsByR4(location)).toEqual([]);
  });

  it.each(bedStates)('of a bed that is %s has its status and its own state', (state) => {
    const location = located({ state });
    expect(location.operationalStatus?.code).toMatch(/^[CHOU]$/);
    expect(location.extension).toEqual([{ url: 'urn:wardstream:fhir:bed-state', valueCode: state }]);
    expect(location.status).toBe(state === 'closed' || state === 'surge' ? 'suspended' : 'active');
    expect(faultsByR4(location)).toEqual([]);
  });

  it('of a reserved bed is unoccupied by table 0116, and reserved by ours', () => {
    expect(located({ state: 'reserved' })).toMatchObject({
      operationalStatus: { code: 'U' },
      extension: [{ valueCode: 'reserved' }],
    });
  });

  it('of a bed that waits for a terminal clean is contaminated', () => {
    const ofKind = (cleaningKind: 'standard' | 'terminal' | null) =>
      located({ state: 'dirty', cleaningKind }).operationalStatus?.code;
    expect([ofKind('terminal'), ofKind('standard'), ofKind(null)]).toEqual(['K', 'H', 'H']);
  });

  it('of a disputed bed says so, and not who is in it', () => {
    const occupant: BedData['occupants'][number] = {
      encounterId: 'e1',
      visitNumber: 'V100',
      since: '2026-03-01T10:00:00.000Z',
      role: 'active',
      patient: { initials: 'AW', ageBand: '60s', sex: 'female' },
      class: 'I',
    };
    const occupants = [occupant, { ...occupant, visitNumber: 'V101' }];
    const conflict = { id: 'c1', kind: 'bed-disputed', severity: 'high', openedAt: occupant.since };
    const location = located({ state: 'occupied', occupants, conflicts: [conflict] });
    expect(location.extension).toContainEqual({ url: 'urn:wardstream:fhir:disputed', valueBoolean: true });
    // Of two that share it nothing is in dispute.
    expect(JSON.stringify(located({ state: 'occupied', occupants, conflicts: [] }))).not.toMatch(/disputed/);
    expect(JSON.stringify(location)).not.toMatch(/V10|AW|60s|female/);
    expect(faultsByR4(location)).toEqual([]);
  });

  it('has an id that is FHIR, readable where it can be, and another one for another place', () => {
    expect(locationIdOf('NGH', 'bed', '4A-14')).toBe('NGH.bed.4A-14');
    const ids = [
      locationIdOf('St. Mary', 'bed', 'Ä 14'),
      locationIdOf('NGH', 'bed', 'x'.repeat(80)),
      locationIdOf('NGH', 'room', '4A', 'R.1'),
      locationIdOf('NGH', 'room', '4A.R', '1'),
    ];
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9\-.]{1,64}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is found again by its id', () => {
    const index = locationIndex(house);
    expect(index.size).toBe(1 + house.units.length + house.rooms.length + house.beds.length);
    const placeOf = placeOfFacility(house);
    expect(placeOf('Location/NGH.bed.4A-1')).toEqual({ unit: '4A', room: 'R1', bed: '1', facility: 'NGH' });
    expect(placeOf(`${base}/Location/NGH.ward.4A/_history/3`)).toEqual({
      unit: '4A',
      room: null,
      bed: null,
      facility: 'NGH',
    });
    expect(placeOf('Location/NGH.room.4A.R1')).toMatchObject({ unit: '4A', room: 'R1', bed: null });
    expect(placeOf('Location/NGH.site')).toBeNull();
    expect(placeOf('Location/elsewhere')).toBeNull();
    expect(placeOf('Patient/NGH.bed.4A-1')).toBeNull();
  });
});

describe('an Encounter', () => {
  const [first, second] = [bedOf('4A-1'), bedOf('4B-2')];
  const inBed: EncounterData = encounterData({
    specialty: 'MED',
    location: second,
    admittedAt: '2026-03-01T10:00:00.000Z',
    stays: [stay(first, '10:00', '12:00'), stay(second, '12:00', null)],
    pendings: [
      { kind: 'discharge', place: null, expectedAt: '2026-03-02T12:00:00.000Z', at: '2026-03-01T14:00:00.000Z' },
      { kind: 'transfer', place: first, expectedAt: null, at: '2026-03-01T14:00:00.000Z' },
    ],
  });

  it('has its status, class, period and places, what is planned, and no more of the patient than a reference', () => {
    const resource = encounterResource(inBed, {
      domain: 'NGH',
      systems: new Map([['NGH', 'urn:ngh:visits']]),
      patientId: 'p1',
      facilityName: 'Northgate General',
    });
    expect(faultsByR4(resource)).toEqual([]);
    expect(resource).toEqual({
      resourceType: 'Encounter',
      id: inBed.encounterId,
      meta: { versionId: '7', lastUpdated: '2026-03-01T12:01:00.000Z' },
      extension: [
        {
          url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate',
          valueDateTime: '2026-03-02T12:00:00.000Z',
        },
      ],
      identifier: [
        {
          type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'VN' }] },
          system: 'urn:ngh:visits',
          value: 'V100',
        },
      ],
      status: 'in-progress',
      class: {
        system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
        code: 'IMP',
        display: 'inpatient encounter',
      },
      serviceType: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0069', code: 'MED' }] },
      subject: { reference: 'Patient/p1' },
      period: { start: '2026-03-01T10:00:00.000Z' },
      location: [
        {
          location: { reference: 'Location/NGH.bed.4A-1', display: '4A-1' },
          status: 'completed',
          period: { start: '2026-03-01T10:00:00.000Z', end: '2026-03-01T12:00:00.000Z' },
        },
        {
          location: { reference: 'Location/NGH.bed.4B-2', display: '4B-2' },
          status: 'active',
          period: { start: '2026-03-01T12:00:00.000Z' },
        },
        { location: { reference: 'Location/NGH.bed.4A-1', display: '4A-1' }, status: 'planned' },
      ],
      serviceProvider: {
        identifier: { system: 'urn:wardstream:fhir:place', value: 'NGH' },
        display: 'Northgate General',
      },
    });
  });

  it.each([
    ['planned', 'planned'],
    ['in-progress', 'in-progress'],
    ['on-leave', 'onleave'],
    ['discharged', 'finished'],
    ['cancelled', 'cancelled'],
  ] as const)('that is %s is %s', (status, is) => {
    const resource = encounterResource({ ...inBed, status }, { domain: null });
    expect(resource.status).toBe(is);
    expect(faultsByR4(resource)).toEqual([]);
  });

  it('that is planned is expected when its plan is', () => {
    const pendings = [
      { kind: 'admit', place: first, expectedAt: '2026-03-02T08:00:00.000Z', at: '2026-03-01T08:00:00.000Z' },
    ] as const;
    const resource = encounterResource(encounterData({ status: 'planned', pendings: [...pendings] }), { domain: null });
    expect(resource.period).toEqual({ start: '2026-03-02T08:00:00.000Z' });
    expect(resource.location).toMatchObject([{ status: 'planned', period: { start: '2026-03-02T08:00:00.000Z' } }]);
  });

  it('tells of a place that nobody knows as it was sent', () => {
    const place = { unit: '4A', room: 'X^Y', bed: '9', bedId: null, asSent: '4A^X^Y^9' };
    const resource = encounterResource(encounterData({ stays: [stay(place, '10:00', null)] }), { domain: 'NGH' });
    expect(resource.location![0]!.location).toEqual({
      identifier: { system: 'urn:wardstream:fhir:sent-place', value: '4A^X%5EY^9' },
      display: '4A X^Y 9',
    });
    expect(resource.identifier[0]!.system).toBe('urn:wardstream:fhir:domain:NGH');
    expect(faultsByR4(resource)).toEqual([]);
  });

  it('tells of a ward and a room as their Locations', () => {
    const ward = { unit: '4A', room: null, bed: null, bedId: null };
    const resource = encounterResource(
      encounterData({ stays: [stay(ward, '10:00', '11:00'), stay({ ...ward, room: 'R1' }, '11:00', null)] }),
      { domain: null },
    );
    expect(resource.location!.map((l) => l.location.reference)).toEqual([
      'Location/NGH.ward.4A',
      'Location/NGH.room.4A.R1',
    ]);
  });

  it('is R4 also where a sender wrote odd text', () => {
    const odd = ' \u00a0a\u0007\tb\ud800 ';
    const place = { unit: odd, room: null, bed: odd, bedId: null, asSent: odd };
    const resource = encounterResource(
      encounterData({ visitNumber: odd, class: odd, specialty: odd, stays: [stay(place, '10:00', null)] }),
      { domain: odd },
    );
    expect(faultsByR4(resource)).toEqual([]);
  });
});

describe('a Patient', () => {
  const patient = {
    id: 'P1',
    domain: 'NGH',
    family: 'Ward',
    given: 'Ada',
    birthDate: '1956-07-04',
    sex: 'female',
  } as const;

  it('is no more than the identifier and the gender, unless more is allowed', () => {
    const resource = patientResource('p1', patient);
    expect(Object.keys(resource).sort()).toEqual(['gender', 'id', 'identifier', 'resourceType']);
    expect(JSON.stringify(resource)).not.toMatch(/Ward|Ada|1956/);
    expect(faultsByR4(resource)).toEqual([]);
  });

  it('has the name only where it is asked for, and the date of birth as the policy says', () => {
    const named = patientResource('p1', patient, { names: true, birthDate: 'full' });
    expect(named).toMatchObject({ name: [{ family: 'Ward', given: ['Ada'] }], birthDate: '1956-07-04' });
    expect(faultsByR4(named)).toEqual([]);
    expect(patientResource('p1', patient, { names: false, birthDate: 'year' })).toMatchObject({ birthDate: '1956' });
    const unknown = { id: null, domain: null, family: null, given: null, birthDate: null, sex: 'unknown' } as const;
    expect(patientResource('p1', unknown, { names: true, birthDate: 'full' })).toEqual({
      resourceType: 'Patient',
      id: 'p1',
      gender: 'unknown',
    });
  });

  it('has no identifier that is only a logical id', () => {
    expect(patientResource('p1', { ...patient, domain: 'urn:wardstream:fhir:id' }).identifier).toBeUndefined();
  });
});

describe('a Bundle', () => {
  const beds = house.beds.map((b) => located({ ...b }));

  it('of a search has its matches, the search, and the next page', () => {
    const bundle = searchsetBundle(base, 'Location', {
      matches: beds.slice(0, 2),
      included: [wardLocation(house, house.units[0]!)],
      total: 7,
      self: 'status=active',
      next: 'status=active&page=2',
      outcome: {
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'warning', code: 'not-supported', diagnostics: 'x' }],
      },
    });
    expect(faultsByR4(bundle)).toEqual([]);
    expect(bundle).toMatchObject({
      type: 'searchset',
      total: 7,
      link: [
        { relation: 'self', url: `${base}/Location?status=active` },
        { relation: 'next', url: `${base}/Location?status=active&page=2` },
      ],
    });
    expect(bundle.entry!.map((e) => [e.fullUrl, e.search?.mode])).toEqual([
      [`${base}/Location/${beds[0]!.id}`, 'match'],
      [`${base}/Location/${beds[1]!.id}`, 'match'],
      [`${base}/Location/NGH.ward.ED`, 'include'],
      [undefined, 'outcome'],
    ]);
  });

  it('of a search that finds nothing has no entries: an empty list is no FHIR', () => {
    const bundle = searchsetBundle(base, 'Encounter', { matches: [], self: '' });
    expect(bundle).toEqual({
      resourceType: 'Bundle',
      type: 'searchset',
      link: [{ relation: 'self', url: `${base}/Encounter` }],
    });
    expect(faultsByR4(bundle)).toEqual([]);
  });

  it('of a history has the versions with how they came to be', () => {
    const bundle = historyBundle(base, [
      { resource: beds[0]!, method: 'PUT' },
      { resource: beds[0]!, method: 'POST' },
    ]);
    expect(faultsByR4(bundle)).toEqual([]);
    expect(bundle.entry).toMatchObject([
      { request: { method: 'PUT', url: `Location/${beds[0]!.id}` }, response: { status: '200', etag: 'W/"3"' } },
      { request: { method: 'POST', url: 'Location' }, response: { status: '201' } },
    ]);
    expect(faultsByR4(historyBundle(base, []))).toEqual([]);
  });

  it('that answers a transaction has what became of each entry', () => {
    const lastModified = '2026-03-01T12:00:00.000Z';
    const bundle = transactionResponse(base, [
      { type: 'Patient', id: 'p1', versionId: '1', lastModified, created: true },
      { type: 'Encounter', id: 'e1', versionId: '2', lastModified, created: false },
    ]);
    expect(faultsByR4(bundle)).toEqual([]);
    expect(bundle.entry).toEqual([
      { response: { status: '201', location: `${base}/Patient/p1/_history/1`, etag: 'W/"1"', lastModified } },
      { response: { status: '200', location: `${base}/Encounter/e1/_history/2`, etag: 'W/"2"', lastModified } },
    ]);
    expect(faultsByR4(transactionResponse(base, []))).toEqual([]);
  });
});

describe('an entity tag', () => {
  it('is a version', () => {
    expect(versionOfEtag(etagOf('12'))).toBe('12');
    expect(versionOfEtag('"3"')).toBe('3');
    expect(versionOfEtag(' 4 ')).toBe('4');
    expect(versionOfEtag('*')).toBeNull();
    expect(versionOfEtag('W/"a b"')).toBeNull();
  });
});

describe('the CapabilityStatement', () => {
  const statement = capabilityStatement({ base, version: '0.1.0', date: '2026-03-01', subscriptions: true });

  it('is R4', () => {
    expect(faultsByR4(statement)).toEqual([]);
  });

  it('names what can be searched for', () => {
    const resources = statement.rest[0]!.resource;
    expect(resources.map((r) => r.type)).toEqual(['Encounter', 'Location', 'Patient', 'Subscription']);
    const names = (type: string): string[] => resources.find((r) => r.type === type)!.searchParam!.map((p) => p.name);
    expect(names('Encounter')).toEqual([
      '_id',
      '_count',
      'identifier',
      'status',
      'class',
      'date',
      'location',
      'patient',
      'subject',
    ]);
    expect(names('Location')).toEqual([
      '_id',
      '_count',
      'identifier',
      'status',
      'operational-status',
      'partof',
      'physical-type',
    ]);
  });
});
