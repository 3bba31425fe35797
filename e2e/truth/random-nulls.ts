import fc from 'fast-check';

/** What of a message is the explicit null: of PV1-3 the bed or all of it, of PID the name, the date of birth and the sex. */
export interface Nulls {
  readonly place: 'bed' | 'place' | null;
  readonly person: boolean;
  readonly class: boolean;
}

export const randomNulls: fc.Arbitrary<Nulls> = fc.record({
  place: fc.constantFrom(null, null, null, null, null, null, null, null, 'bed', 'place'),
  person: fc.nat(9).map((n) => n === 0),
  class: fc.nat(19).map((n) => n === 0),
});

/** A place as it is sent: with a null bed, or all of it null. */
export function withNulls(place: string, { place: nulls }: Nulls): string {
  if (nulls === null) return place;
  const [unit = ''] = place.split('^');
  return nulls === 'place' || unit === '' ? '""' : `${unit}^""^""`;
}
