import type { FacilityData } from '@wardstream/events';
import fc from 'fast-check';

/** A hospital drawn at random: units of rooms of beds, by their codes. */
export interface RandomHospital {
  readonly id: string;
  readonly units: readonly { readonly code: string; readonly rooms: readonly { code: string; beds: number }[] }[];
}

/** Few beds, so that patients get into each other's way. */
export function hospitals(id = 'RND'): fc.Arbitrary<RandomHospital> {
  const rooms = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 2 });
  return fc.array(rooms, { minLength: 1, maxLength: 3 }).map((units) => ({
    id,
    units: units.map((beds, u) => ({
      code: `U${u + 1}`,
      rooms: beds.map((count, r) => ({ code: `R${r + 1}`, beds: count })),
    })),
  }));
}

/** Its configuration as bed-management would publish it. */
export function facilityOf({ id, units }: RandomHospital): FacilityData {
  return {
    ...{ id, name: id, aliases: [], timeZone: 'UTC', version: 1 },
    units: units.map(({ code }) => ({
      ...{ id: code, name: code, levelOfCare: 'ward', specialties: [], placesAre: 'beds', inpatient: true },
      waitTargetMinutes: 240,
    })),
    rooms: units.flatMap(({ code, rooms }) =>
      rooms.map((room) => ({ id: room.code, unit: code, name: room.code, sex: 'any', negativePressure: false })),
    ),
    beds: units.flatMap(({ code, rooms }) => {
      let number = 0;
      return rooms.flatMap((room) =>
        Array.from({ length: room.beds }, () => {
          const bed = String((number += 1)).padStart(2, '0');
          return {
            ...{ id: `${code}-${bed}`, unit: code, room: room.code, bed, staffed: true, surge: false, attributes: [] },
          };
        }),
      );
    }),
  };
}

/** The same as a hospital file. */
export function hospitalFile(hospitals: readonly RandomHospital[]): string {
  const lines = ['facilities:'];
  for (const { id, units } of hospitals) {
    lines.push(`  - id: ${id}`, `    name: ${id}`, '    timeZone: UTC', '    units:');
    for (const { code, rooms } of units) {
      lines.push(
        `      - code: ${code}`,
        `        name: ${code}`,
        '        levelOfCare: ward',
        '        waitTarget: 240',
      );
      lines.push('        rooms:');
      let number = 0;
      for (const room of rooms) {
        const [from, to] = [number + 1, number + room.beds].map((n) => String(n).padStart(2, '0'));
        number += room.beds;
        lines.push(`          - { room: ${room.code}, beds: ${from === to ? `"${from}"` : `${from}..${to}`} }`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

/** PV1-3 of places that a sender of this hospital may name: mostly its beds, also units, and what it does not have. */
export function placesOf({ units }: RandomHospital): fc.Arbitrary<string> {
  const beds = facilityOf({ id: '', units }).beds.map((b) => `${b.unit}^${b.room}^${b.bed}`);
  return fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom(...beds) },
    { weight: 1, arbitrary: fc.constantFrom(...units.map((u) => u.code)) },
    { weight: 1, arbitrary: fc.constantFrom('U1^R9^77', 'U1^^01', 'NOWHERE^X^1', 'NOWHERE') },
  );
}
