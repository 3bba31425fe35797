import { describe, expect, it } from '@jest/globals';
import type { Bundle } from '../r4/bundle.schema.js';
import type { Reference } from '../r4/datatypes.schema.js';
import { BundleIndex } from './references.js';

const bundle: Bundle = {
  resourceType: 'Bundle',
  type: 'collection',
  entry: [
    {
      fullUrl: 'http://a.example/fhir/Encounter/1',
      resource: { resourceType: 'Encounter', id: '1', contained: [{ resourceType: 'Patient', id: 'p' }] },
    },
    {
      fullUrl: 'urn:uuid:2',
      resource: { resourceType: 'Patient', id: '2', identifier: [{ system: 'urn:mrn', value: 'P 2' }, 'none', null] },
    },
    { fullUrl: 'http://a.example/fhir/Patient/3', resource: { resourceType: 'Patient', id: '3' } },
    { fullUrl: 'http://b.example/fhir/Patient/3', resource: { resourceType: 'Patient', id: '3' } },
    { fullUrl: 'http://a.example/fhir/Patient/4', resource: { resourceType: 'Patient' } },
    { fullUrl: 'urn:uuid:6' },
    { resource: { resourceType: 'Patient', id: '7' } },
  ],
};
const index = new BundleIndex(bundle);

function found(from: number, reference: Reference): string | undefined {
  return index.entry(from)!.resolve(reference)?.path;
}

describe('a reference inside a bundle', () => {
  it.each<[string, Reference, string | undefined]>([
    ['by urn', { reference: 'urn:uuid:2' }, 'Bundle.entry[1].resource'],
    ['by URL', { reference: 'http://b.example/fhir/Patient/3' }, 'Bundle.entry[3].resource'],
    ['by a version of it', { reference: 'http://b.example/fhir/Patient/3/_history/9' }, 'Bundle.entry[3].resource'],
    ['relative to where it stands', { reference: 'Patient/3' }, 'Bundle.entry[2].resource'],
    ['by type and id', { reference: 'Patient/7' }, 'Bundle.entry[6].resource'],
    ['by the id in the URL', { reference: 'Patient/4' }, 'Bundle.entry[4].resource'],
    ['contained', { reference: '#p' }, 'Bundle.entry[0].resource.contained[0]'],
    ['by condition', { reference: 'Patient?identifier=urn:mrn%7CP%202' }, 'Bundle.entry[1].resource'],
    ['by identifier', { type: 'Patient', identifier: { system: 'urn:mrn', value: 'P 2' } }, 'Bundle.entry[1].resource'],
    ['to an entry without a resource', { reference: 'urn:uuid:6' }, undefined],
    ['to what did not come along', { reference: 'Patient/9' }, undefined],
    ['to nothing contained', { reference: '#q' }, undefined],
    ['that is broken', { reference: 'Patient?identifier=%E0%A4%A' }, undefined],
    ['that says nothing', {}, undefined],
  ])('%s', (_, reference, path) => {
    expect(found(0, reference)).toBe(path);
  });

  it('stands in the resource it came from', () => {
    expect(found(1, { reference: '#p' })).toBeUndefined();
    expect(found(3, { reference: 'Patient/3' })).toBe('Bundle.entry[3].resource');
  });
});
