import { encounterIdOf } from '@wardstream/encounter-model';
import type { FacilityData } from '@wardstream/events';
import { facilityOccupancy } from '@wardstream/flow-model';
import type { KnownDay } from './known-day.js';
import { facilityOf, type RandomHospital } from './random-hospital.js';
import type { ReducedHouse } from './reduced-house.js';
import { type TrueBed, TrueHouse, type TrueVisit } from './true-day.js';

const iso = (ms: number): string => new Date(ms).toISOString();
const isoOrNull = (ms: number | null): string | null => (ms === null ? null : iso(ms));

/** The configurations of a day, in order: each with what it dropped of all that was there before. */
export function configurationsOf(hospital: RandomHospital, day: KnownDay): { at: number; facility: FacilityData }[] {
  const whole = facilityOf(hospital);
  const changes = day.happenings.flatMap((h) => (h.what === 'configure' ? [h] : []));
  return changes.map(({ at, beds }, i) => {
    const isListed = (id: string): boolean => beds.includes(id);
    const inUnit = (unit: string): boolean => whole.beds.some((b) => b.unit === unit && isListed(b.id));
    const listed = {
      units: whole.units.filter((u) => inUnit(u.id)),
      rooms: whole.rooms.filter((r) => whole.beds.some((b) => b.unit === r.unit && b.room === r.id && isListed(b.id))),
      beds: whole.beds.filter((b) => isListed(b.id)),
    };
    const former = {
      units: whole.units.filter((u) => !listed.units.includes(u)),
      rooms: whole.rooms.filter((r) => !listed.rooms.includes(r)),
      beds: whole.beds.filter((b) => !listed.beds.includes(b)),
    };
    const isWhole = former.beds.length === 0;
    return { at, facility: { ...whole, version: i + 2, ...listed, ...(isWhole ? {} : { former }) } };
  });
}

/** The id a visit has for the product. */
export function encounterOf(hospital: RandomHospital, day: KnownDay, visit: number): string {
  return encounterIdOf(hospital.id, { number: day.visits[visit]!.numbers.at(-1)!, domain: hospital.id });
}

/** What is so at the end of the day, and who was in which bed at `times`: in the words that `shownBy` uses. */
export function truthOf(hospital: RandomHospital, day: KnownDay, times: readonly number[]) {
  const beds = facilityOf(hospital).beds.map((b) => b.id);
  const unitOf = new Map(facilityOf(hospital).beds.map((b) => [b.id, b.unit]));
  const house = new TrueHouse(beds, day.happenings);
  const id = (visit: number): string => encounterOf(hospital, day, visit);
  const holding = (visit: number): string | null =>
    ['in-progress', 'on-leave'].includes(house.visits.get(visit)!.status) ? house.visits.get(visit)!.where!.bed : null;
  const inTwoBeds = (visit: number): boolean =>
    holding(visit) !== null &&
    [...house.visits.keys()].some(
      (other) =>
        day.visits[other]!.person === day.visits[visit]!.person &&
        holding(other) !== null &&
        holding(other) !== holding(visit),
    );
  const conflictsOf = (visit: number, { isElsewhere }: TrueVisit): string[] =>
    [
      ...(inTwoBeds(visit) ? ['patient-in-two-beds'] : []),
      ...(isElsewhere ? ['returned-to-another-bed'] : []),
      ...day.doubted.filter((v) => v === visit).map(() => 'time-not-credible'),
    ].sort();
  const listed = new Set([...house.beds].flatMap(([bed, { isListed }]) => (isListed ? [bed] : [])));
  const counted = beds.filter((bed) => listed.has(bed) || house.state(bed) === 'occupied');
  return {
    visits: Object.fromEntries(
      [...house.visits].map(([visit, v]) => [
        id(visit),
        {
          status: v.status,
          unit: v.where?.unit ?? null,
          bed: v.where?.bed ?? null,
          admittedAt: isoOrNull(v.admittedAt),
          dischargedAt: isoOrNull(v.dischargedAt),
          conflicts: conflictsOf(visit, v),
        },
      ]),
    ),
    beds: Object.fromEntries(beds.map((bed) => [bed, bedIn(house, bed, id)])),
    units: Object.fromEntries(
      [...new Set(counted.map((bed) => unitOf.get(bed)!))].map((unit) => {
        const among = counted.filter((bed) => unitOf.get(bed) === unit);
        const of = (state: string): number => among.filter((bed) => house.state(bed) === state).length;
        const isUnit = [...listed].some((bed) => unitOf.get(bed) === unit);
        const counts = {
          ...{ occupied: of('occupied'), dirty: of('dirty'), available: of('available') },
          disputed: among.filter((bed) => house.beds.get(bed)!.present.length > 1).length,
          onLeave: among.filter((bed) => isKept(house.beds.get(bed)!) && house.state(bed) === 'occupied').length,
          notListed: among.filter((bed) => !listed.has(bed)).length,
          // On leave from a bed that was dropped and is dirty they have none that anybody sees.
          withoutBed: [...house.visits.values()].filter(
            ({ where }) => isUnit && where?.unit === unit && (where.bed === null || !counted.includes(where.bed)),
          ).length,
        };
        return [unit, counts];
      }),
    ),
    earlier: times.map((at) => {
      const then = new TrueHouse(beds, day.happenings, at);
      return Object.fromEntries(
        beds.map((bed) => [bed, [then.state(bed), ...then.shown(bed).map(id).sort()].join(' ')]),
      );
    }),
    waiting: day.statements.filter((s) => s.isOfNobody === true).map((s) => iso(s.at)),
  };
}

const isKept = ({ present, away }: TrueBed): boolean => present.length === 0 && away.length > 0;

function bedIn(house: TrueHouse, bed: string, id: (visit: number) => string) {
  return {
    state: house.state(bed),
    occupants: house.shown(bed).map((visit) => `${id(visit)} since ${iso(house.visits.get(visit)!.since)}`),
    onLeave: house.beds.get(bed)!.away.map(id),
    conflicts: house.bedConflicts(bed),
  };
}

/** The same as the product says it. */
export function shownBy(house: ReducedHouse, times: readonly number[]) {
  return {
    visits: Object.fromEntries(
      house.encounters.map(({ encounterId, derived }) => {
        const { status, location, admittedAt, dischargedAt, conflicts } = derived;
        const twoBeds = house.inTwoBeds.get(encounterId);
        return [
          encounterId,
          {
            ...{ status, unit: location?.unit ?? null, bed: location?.bedId ?? null, admittedAt, dischargedAt },
            conflicts: [...conflicts.map((c) => c.kind), ...(twoBeds === undefined ? [] : [twoBeds.kind])].sort(),
          },
        ];
      }),
    ),
    beds: Object.fromEntries(
      [...house.state.beds.values()].map(({ id, state, occupants, onLeave, conflicts }) => [
        id,
        {
          state,
          occupants: occupants.map((o) => `${o.encounterId} since ${o.since}`),
          onLeave: (onLeave ?? []).map((o) => o.encounterId),
          conflicts: (conflicts ?? []).map((c) => c.kind).sort(),
        },
      ]),
    ),
    units: Object.fromEntries(
      facilityOccupancy(house.state, house.now).map((u) => {
        const { occupied, dirty, available, disputed, onLeave = 0, notListed = 0, withoutBed = 0 } = u;
        return [u.unit, { occupied, dirty, available, disputed: disputed ?? 0, onLeave, notListed, withoutBed }];
      }),
    ),
    earlier: times.map((at) =>
      Object.fromEntries(
        [...house.beds].map(([id, { segments }]) => {
          const then = segments.find((s) => s.from <= at && (s.to ?? Infinity) > at);
          const known = then ?? { state: 'available', encounterIds: [] };
          return [id, [known.state, ...[...known.encounterIds].sort()].join(' ')];
        }),
      ),
    ),
    waiting: [...new Set(house.waiting.values())].sort(),
  };
}
