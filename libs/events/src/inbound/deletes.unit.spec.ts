import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { eventSchemas, readInboundEvent } from './index.js';

// ajv-formats is CommonJS: its default export is the module under ESM.
const withFormats = addFormats as unknown as (ajv: Ajv) => Ajv;
const ajv = withFormats(new Ajv({ allErrors: true, strict: false }));
const schemas = eventSchemas();

const event = (type: string, data: object): object => ({
  ...{ specversion: '1.0', id: '1', source: 'theatre', type },
  data: { facility: 'NGH', at: '2026-01-13T08:00:00Z', visit: { number: 'V1' }, ...data },
});

describe('what an event takes back', () => {
  it.each<[string, string, object, object]>([
    ['a bed', 'movement.transferred', { place: { unit: 'W2' }, deletes: ['bed'] }, { location: { unit: 'W2' } }],
    ['a place', 'movement.transferred', { deletes: ['place'] }, { kind: 'transfer', location: null }],
    ['a name and a sex', 'patient.updated', { patient: { id: 'P1' }, deletes: ['name', 'sex'] }, { kind: 'person' }],
    ['a specialty', 'visit.updated', { deletes: ['specialty'] }, { kind: 'update' }],
  ])('is said by deletes: %s', (_, type, data, said) => {
    const sent = event(type, data);
    const { deletes } = data as { deletes: string[] };
    expect(readInboundEvent(sent)).toMatchObject({ faults: [], facts: [{ ...said, deletes }] });
    expect(ajv.compile(new Map([...schemas]).get(type)!)(sent)).toBe(true);
  });

  it('is a bed only in a place, and nothing that is not known', () => {
    const faults = (type: string, data: object) => readInboundEvent(event(type, data)).faults;
    expect(faults('movement.transferred', { deletes: ['bed'] })).toMatchObject([{ path: '/data/place' }]);
    expect(faults('visit.updated', { deletes: ['everything'] })).toMatchObject([{ path: '/data/deletes/0' }]);
  });

  it('is nothing where deletes is empty or null', () => {
    for (const deletes of [null, []])
      expect(readInboundEvent(event('visit.updated', { deletes })).facts[0]).not.toHaveProperty('deletes');
  });
});
