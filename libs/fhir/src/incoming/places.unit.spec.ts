import { describe, expect, it } from '@jest/globals';
import type { Reference } from '../r4/datatypes.schema.js';
import { readPlace } from './places.js';
import { type Found, resolverOf } from './references.js';

const typed = (code: string): object => ({ physicalType: { coding: [{ code }] } });
const part = (id: string): object => ({ partOf: { reference: `#${id}` } });

const contained = [
  { id: 'bed', identifier: [{ value: '14' }], ...typed('bd'), ...part('room') },
  { id: 'room', name: '12', ...typed('ro'), ...part('ward') },
  {
    id: 'ward',
    identifier: [
      { value: 'old', use: 'old' },
      { value: '4A', use: 'official' },
    ],
    ...typed('wa'),
    ...part('floor'),
  },
  { id: 'floor', name: 'Floor 4', ...typed('lvl'), ...part('site') },
  { id: 'site', identifier: [{ value: 'NGH' }], ...typed('si') },
  { id: 'corridor', name: 'C1', ...typed('co'), ...part('ward') },
  { id: 'wing', name: 'South', ...typed('wi'), ...part('site') },
  { id: 'bare', name: 'Bay 3' },
  { id: 'bed-of-bare', name: 'B', ...typed('bd'), ...part('bare') },
  { id: 'hospital', name: 'Northgate', managingOrganization: { display: 'Northgate' } },
  { id: 'by-name', name: 'Northgate', managingOrganization: { reference: '#org' } },
  { id: 'by-role', name: 'The house', type: [{ coding: [{ code: 'HOSP' }] }] },
  { id: 'home', name: 'Home', mode: 'kind' },
  { id: 'van', name: 'Van', ...typed('ve'), ...part('site') },
  { id: 'nameless', ...typed('bd'), ...part('ward') },
  { id: 'loop', name: 'L', ...typed('ro'), ...part('loop') },
  { id: 'broken', ...typed('bd'), mode: 'sometimes' },
].map((l) => ({ resourceType: 'Location', ...l }));
const organization = { resourceType: 'Organization', id: 'org', name: 'Northgate' };
const resolve = resolverOf([...contained, organization], 'Encounter');

function read(reference: Reference, physicalType?: string): string {
  const known = { unit: '5C', room: null, bed: '9', facility: 'NGH' };
  const { place, sites, issues } = readPlace(
    reference,
    physicalType === undefined ? undefined : { coding: [{ code: physicalType }] },
    resolve,
    (r) => (r === 'Location/known' ? known : null),
    'Encounter.location[0].location',
  );
  const said = place === null ? 'nowhere' : [place.unit, place.room, place.bed].map((p) => p ?? '').join('^');
  return [
    said,
    ...(sites.length > 0 ? [`in ${sites.join()}`] : []),
    ...issues.map((i) => `${i.severity} ${i.code} ${i.expression ?? ''}`),
  ].join(' ');
}

describe('where a Location is', () => {
  it.each([
    ['#bed', '4A^12^14 in NGH'],
    ['#room', '4A^12^ in NGH'],
    ['#ward', '4A^^ in NGH'],
    ['#corridor', '4A^C1^ in NGH'],
    ['#wing', 'South^^ in NGH'],
    ['#floor', 'Floor 4^^ in NGH'],
    ['#site', 'nowhere in NGH'],
    ['#bare', 'Bay 3^^'],
    ['#bed-of-bare', 'Bay 3^^B'],
    ['#hospital', 'nowhere in Northgate'],
    ['#by-name', 'nowhere in Northgate'],
    ['#by-role', 'nowhere in The house'],
    ['#home', 'nowhere'],
    ['#van', 'nowhere in NGH'],
    ['#nameless', '4A^^nameless in NGH'],
    ['#loop', '^L^'],
    ['#broken', 'nowhere warning code-invalid Encounter.contained[16].mode'],
    ['#org', 'nowhere warning value Encounter.location[0].location'],
    ['#missing', 'nowhere warning not-found Encounter.location[0].location'],
    ['Location/known', '5C^^9'],
    ['Location/unknown', 'unknown^^'],
    ['http://ehr.example/fhir/Location/77/_history/2', '77^^'],
  ])('%s: %s', (reference, expected) => {
    expect(read({ reference })).toBe(expected);
  });

  it.each([
    [{ display: 'Ward 1, Room 42, Bed 1' }, undefined, 'Ward 1, Room 42, Bed 1^^'],
    [{ display: 'Bed 1' }, 'bd', '^^Bed 1'],
    [{ identifier: { value: '12' } }, 'ro', '^12^'],
    [{ identifier: { system: 'urn:wardstream:fhir:place', value: '4A-14' } }, undefined, '^^4A-14'],
    [{ identifier: { system: 'urn:wardstream:fhir:sent-place', value: '4A^X%5EY^9' } }, undefined, '4A^X^Y^9'],
    [
      { identifier: { system: 'urn:wardstream:fhir:sent-place', value: '^^' } },
      undefined,
      'nowhere warning not-found Encounter.location[0].location',
    ],
    [{}, undefined, 'nowhere warning not-found Encounter.location[0].location'],
    [{ reference: '#bare' }, 'bd', '^^Bay 3'],
  ])('%j with physical type %s: %s', (reference, physicalType, expected) => {
    expect(read(reference, physicalType)).toBe(expected);
  });

  it('is found however the resource came along', () => {
    const found: Found = { resource: contained[0]!, path: 'Bundle.entry[1].resource', resolve };
    const { place } = readPlace(
      { reference: 'urn:uuid:1' },
      undefined,
      () => found,
      () => null,
      'x',
    );
    expect(place).toEqual({ unit: '4A', room: '12', bed: '14', facility: 'NGH' });
  });
});
