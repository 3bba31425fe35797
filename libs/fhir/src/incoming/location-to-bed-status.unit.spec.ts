import { describe, expect, it } from '@jest/globals';
import { clock, placeOf } from '../testing/sent.spec.js';
import { type LocationMapping, locationToBedStatus } from './location-to-bed-status.js';

const bed = {
  resourceType: 'Location',
  id: '4A-1',
  operationalStatus: { system: 'http://terminology.hl7.org/CodeSystem/v2-0116', code: 'U' },
};
const options = { receivedAt: clock('20:00'), recorded: 'receipt', timeZone: 'UTC', placeOf } as const;
const map = (more: object, recorded: 'receipt' | 'sender' = 'receipt'): LocationMapping =>
  locationToBedStatus({ ...bed, ...more }, { ...options, recorded });

describe('a Location that is written', () => {
  it('is an A20 of its bed', () => {
    expect(map({})).toEqual({
      kind: 'bedStatus',
      sites: [],
      report: {
        trigger: 'A20',
        place: { unit: '4A', room: 'R1', bed: '1', facility: null },
        code: 'U',
        at: clock('20:00'),
        recordedAt: clock('20:00'),
        atFrom: 'MSH-7',
      },
    });
  });

  it('may say when it was recorded, where its sender is believed', () => {
    const meta = { lastUpdated: clock('19:00') };
    expect(map({ meta }, 'sender')).toMatchObject({ report: { at: clock('19:00'), atFrom: 'EVN-2' } });
    expect(map({ meta })).toMatchObject({ report: { at: clock('20:00'), atFrom: 'MSH-7' } });
  });

  it('may say itself which bed it is', () => {
    const contained = [
      {
        resourceType: 'Location',
        id: 'w',
        name: '9Z',
        physicalType: { coding: [{ code: 'wa' }] },
        partOf: { reference: '#s' },
      },
      { resourceType: 'Location', id: 's', name: 'NGH', physicalType: { coding: [{ code: 'si' }] } },
    ];
    const other = {
      id: 'x',
      name: '7',
      physicalType: { coding: [{ code: 'bd' }] },
      partOf: { reference: '#w' },
      contained,
    };
    expect(map(other)).toMatchObject({
      sites: ['NGH'],
      report: { place: { unit: '9Z', room: null, bed: '7', facility: 'NGH' } },
    });
  });

  it.each([
    ['of a ward', { id: '4A' }],
    ['of a room', { id: 'x', name: 'OR1', physicalType: { coding: [{ code: 'ro' }] } }],
    ['of a kind', { mode: 'kind' }],
    ['without a status', { operationalStatus: undefined }],
  ])('%s is not acted on', (_, more) => {
    expect(map(more).kind).toBe('ignored');
  });

  it('with a status that is none is refused', () => {
    expect(map({ operationalStatus: { code: 'X' } })).toMatchObject({
      kind: 'errors',
      issues: [{ code: 'code-invalid', expression: 'Location.operationalStatus' }],
    });
    expect(map({ status: 'open' })).toMatchObject({ kind: 'errors', issues: [{ expression: 'Location.status' }] });
  });
});
