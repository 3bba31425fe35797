import type { BedData, FacilityData } from '@wardstream/events';

/**
 * The configuration with what it has no more and somebody is in still: such beds, with their rooms and units. The very same object
 * where there is none.
 */
export function placesInUse(
  configuration: FacilityData,
  beds: Iterable<Pick<BedData, 'id' | 'state' | 'notListedSince'>>,
): FacilityData {
  const { former } = configuration;
  if (former === undefined) return configuration;
  const listed = new Set(configuration.beds.map((b) => b.id));
  const used = new Set<string>();
  for (const bed of beds)
    if (bed.notListedSince !== undefined && bed.state === 'occupied' && !listed.has(bed.id)) used.add(bed.id);
  const still = former.beds.filter((b) => used.has(b.id));
  if (still.length === 0) return configuration;
  const units = former.units.filter((u) => still.some((b) => b.unit === u.id));
  const rooms = former.rooms.filter((r) => still.some((b) => b.unit === r.unit && b.room === r.id));
  return {
    ...configuration,
    units: [...configuration.units, ...units],
    rooms: [...configuration.rooms, ...rooms],
    beds: [...configuration.beds, ...still],
  };
}
