import type { FacilityData } from '@wardstream/events';

/** Of so many beds at most the patients are looked for. */
const MOST = 20;

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/**
 * The beds of a facility that somebody means by what they type: by id, or by unit (and room) and code, with or without what parts these.
 * Where none is named in full, those that begin so, of three characters at least.
 */
export function bedsMeant(q: string, { beds }: Pick<FacilityData, 'beds'>): string[] {
  const said = plain(q);
  if (said === '') return [];
  const named = beds.map(({ id, unit, room, bed }) => ({
    id,
    names: [plain(id), plain(unit + bed), plain(room + bed), plain(unit + room + bed)],
  }));
  const whole = named.filter(({ names }) => names.includes(said));
  if (whole.length > 0 || said.length < 3) return whole.slice(0, MOST).map(({ id }) => id);
  const begin = named.filter(({ names }) => names.some((name) => name.startsWith(said)));
  // What begins a whole ward's beds is no bed.
  return begin.length > MOST ? [] : begin.map(({ id }) => id);
}
