import type { Ghost as AnsweredGhost } from '@wardstream/api-contract';
import { indexOf, type FacilityIndex } from '../state/facility-index.js';
import { isOpenEncounter, type CountedBed, type FacilityState, type KeptEncounter } from '../state/facility-state.js';
import { minutesSince } from '../instants.js';
import { bedlessClasses, holdsBed } from '../state/whereabouts.js';

/** A bed and a visit that do not belong together, and since when: of a silent visit, since it was heard of last. */
export type DatedGhost = Omit<AnsweredGhost, 'minutes'>;
export type Ghost = Omit<DatedGhost, 'since'>;
export type GhostKind = Ghost['kind'];

/** Where beds and visits do not belong together. */
export const ghostKinds = [
  /** A bed that counts as occupied, with no open visit in it: by a report only, or its visit is over or unknown. */
  'bed-without-encounter',
  /** A bed kept for a visit that is over or unknown. */
  'hold-without-encounter',
  /** A visit in the house that is in no bed although its class holds one. */
  'encounter-without-bed',
  /** A bed whose visit nothing new was told of for long. */
  'encounter-silent',
] as const satisfies readonly GhostKind[];

/** Classes whose patients need not be in a bed: those that never hold one, outpatients, and ED patients, who may be in the waiting room. */
const mayBeBedless = new Set([...bedlessClasses, 'E', 'O']);

export const ghostKey = ({ kind, id }: Pick<Ghost, 'kind' | 'id'>): string => `${kind}/${id}`;

/** The ghosts of a facility, except silent visits: those are a matter of time. */
export function ghosts(view: FacilityState): Ghost[] {
  const index = indexOf(view);
  const found: Ghost[] = [];
  for (const beds of index.bedsOf.values()) {
    for (const bed of beds) {
      if (bed.state === 'occupied') found.push(...withoutEncounter(view, bed));
      const holder = bed.reservedFor?.encounterId;
      if (holder !== undefined && !isOpen(view, holder)) {
        found.push(ofBed('hold-without-encounter', bed, holder, 'kept for a visit that is over or unknown'));
      }
    }
  }
  for (const encounter of view.encounters.values()) {
    if (isWithoutBed(index, encounter)) found.push(bedless(index, encounter));
  }
  return found;
}

/** Beds whose visit nothing new was told of for `minutes` or longer, with when it was heard of last. */
export function silentEncounters(view: FacilityState, minutes: number, now: number): DatedGhost[] {
  const found: DatedGhost[] = [];
  for (const [encounterId, bed] of indexOf(view).bedOf) {
    const encounter = view.encounters.get(encounterId);
    if (encounter?.heardAt === undefined || !isOpenEncounter(encounter)) continue;
    if (minutesSince(encounter.heardAt, now) < minutes) continue;
    const ghost = ofBed('encounter-silent', bed, encounterId, 'nothing new was told of the visit');
    found.push({ ...ghost, since: encounter.heardAt });
  }
  return found;
}

function withoutEncounter(view: FacilityState, bed: CountedBed): Ghost[] {
  const [first] = bed.occupants;
  if (first === undefined) {
    return [ofBed('bed-without-encounter', bed, null, 'occupied by a report; no visit is recorded there')];
  }
  if (bed.occupants.some((o) => isOpen(view, o.encounterId))) return [];
  return [ofBed('bed-without-encounter', bed, first.encounterId, 'occupied by a visit that is over or unknown')];
}

function ofBed(kind: GhostKind, bed: CountedBed, encounterId: string | null, why: string): Ghost {
  return { kind, id: bed.id, unit: bed.unit, bedId: bed.id, encounterId, where: bed.id, why };
}

function isOpen(view: FacilityState, encounterId: string): boolean {
  const encounter = view.encounters.get(encounterId);
  return encounter !== undefined && isOpenEncounter(encounter);
}

function isWithoutBed(index: FacilityIndex, encounter: KeptEncounter): boolean {
  if (encounter.status !== 'in-progress' || mayBeBedless.has(encounter.class ?? '') || !holdsBed(encounter))
    return false;
  return !index.bedOf.has(encounter.encounterId);
}

function bedless(index: FacilityIndex, { encounterId, location }: KeptEncounter): Ghost {
  const unit = location?.unit ?? null;
  const known = unit !== null && index.units.has(unit);
  return {
    kind: 'encounter-without-bed',
    id: encounterId,
    unit: known ? unit : null,
    bedId: null,
    encounterId,
    where: known ? unit : 'unit not known',
    why: whyBedless(location, known),
  };
}

function whyBedless(location: KeptEncounter['location'], isUnitKnown: boolean): string {
  if (location === null) return 'its sender names no place';
  const { bedId, bed, unit, asSent } = location;
  if (bedId !== null) return `its sender puts it in ${bedId}, where it does not count`;
  const said = asSent ?? [unit, bed].filter((part) => part !== null).join(' ');
  if (!isUnitKnown)
    return said === '' ? 'its sender names no unit' : `its sender puts it in ${said}: no unit that is known here`;
  return bed === null
    ? 'its sender names the unit and no bed of it'
    : `its sender puts it in ${said}: no bed that is known here`;
}
