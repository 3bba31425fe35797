import { describe, expect, it } from '@jest/globals';
import { faultsByR4 } from './r4-schema.js';

describe('the R4 schema that outputs are checked by', () => {
  it('accepts what is right', () => {
    expect(faultsByR4({ resourceType: 'Location', status: 'active', name: 'A' } as never)).toEqual([]);
  });

  it.each([
    ['an element that R4 has not', { resourceType: 'Location', form: {} }, 'additional properties'],
    ['a code that is none', { resourceType: 'Location', status: 'open' }, 'one of the allowed values'],
    ['a time that is none', { resourceType: 'Encounter', class: {}, period: { start: 'today' } }, 'match pattern'],
    ['an element that must be', { resourceType: 'Encounter', location: [{}], class: {} }, 'required property'],
    ['a resource that is none', { resourceType: 'Bed' }, 'no resource'],
  ])('refuses %s', (_, resource, why) => {
    expect(faultsByR4(resource).join()).toContain(why);
  });
});
