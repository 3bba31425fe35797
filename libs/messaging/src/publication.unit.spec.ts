import { describe, expect, it } from '@jest/globals';
import { deterministicId, newId, newOpaqueId } from '@wardstream/kernel';
import fc from 'fast-check';
import { idInPublication, placeInPublication } from './publication.js';

describe('the id of an event in a publication', () => {
  it('says where the event stands', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999_999_999 }), (place) => {
        const publication = newId();
        expect(placeInPublication(idInPublication({ publication, place }))).toEqual({ publication, place });
      }),
    );
  });

  it.each([
    ['an id that its publisher gave it', deterministicId('bed-status', 'x')],
    ['one made for it alone', newId()],
    ['a place behind another kind of id', `${deterministicId('bed-status', 'x')}-1`],
    ['a place behind an id that tells no time', `${newOpaqueId()}-1`],
    ['no place', `${newId()}-`],
    ['a place with zeros before it', `${newId()}-01`],
    ['a place no publication has', `${newId()}-9999999999`],
    ['upper case', `${newId().toUpperCase()}-1`],
    ['anything', 'e-0001'],
    ['nothing', ''],
  ])('is not %s', (_, id) => expect(placeInPublication(id)).toBeNull());
});
