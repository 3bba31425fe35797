import type { BedConfiguration, BedData, FacilityData, RoomConfiguration, UnitConfiguration } from '@wardstream/events';
import { operationalStatusOf } from '../codes/operational-status.js';
import type { LocationResource, OutConcept, OutExtension } from '../r4/resources.js';
import { extensions, identifierSystems, systems } from '../r4/systems.js';
import { locationIdOf } from './location-ids.js';
import { fhirText } from './text.js';

const physicalTypes = { si: 'Site', wa: 'Ward', ro: 'Room', bd: 'Bed' } as const;

/** The hospital. */
export function siteLocation({ id, name, version }: FacilityData): LocationResource {
  return { ...common(locationIdOf(id, 'site'), id, name, 'si'), meta: { versionId: String(version) } };
}

/** A unit of the hospital. */
export function wardLocation(facility: FacilityData, unit: UnitConfiguration): LocationResource {
  return {
    ...common(locationIdOf(facility.id, 'ward', unit.id), unit.id, unit.name, 'wa'),
    meta: { versionId: String(facility.version) },
    partOf: { reference: `Location/${locationIdOf(facility.id, 'site')}` },
  };
}

/** A room of a unit. */
export function roomLocation(facility: FacilityData, room: RoomConfiguration): LocationResource {
  return {
    ...common(locationIdOf(facility.id, 'room', room.unit, room.id), room.id, room.name, 'ro'),
    meta: { versionId: String(facility.version) },
    partOf: { reference: `Location/${locationIdOf(facility.id, 'ward', room.unit)}` },
  };
}

/** What a bed's Location tells of its state: who is in it is no part of that. */
export type BedState = Pick<
  BedData,
  'version' | 'asOf' | 'state' | 'cleaningKind' | 'notCertainSince' | 'notListedSince'
> & {
  /** Two patients are said to be in it, and nobody has said that both are. */
  readonly disputed: boolean;
};

/** The part of a published bed that its Location tells. */
export function bedStateOf(bed: BedData): BedState {
  const { version, asOf, state, cleaningKind, conflicts, notCertainSince, notListedSince } = bed;
  const disputed = conflicts.some((c) => c.kind === 'bed-disputed');
  return {
    ...{ version, asOf, state, cleaningKind: cleaningKind ?? null, disputed },
    ...(notCertainSince === undefined ? {} : { notCertainSince }),
    ...(notListedSince === undefined ? {} : { notListedSince }),
  };
}

/**
 * A bed, with its status by table 0116 and, since that table has six codes only, its own state as an extension; without a status
 * where no state is known. Contaminated where its open cleaning job is a terminal one.
 */
export function bedLocation(
  facilityId: string,
  { id, unit, room }: Pick<BedConfiguration, 'id' | 'unit' | 'room'>,
  known?: BedState,
): LocationResource {
  const partOf = { reference: `Location/${locationIdOf(facilityId, 'room', unit, room)}` };
  const resource = common(locationIdOf(facilityId, 'bed', id), id, id, 'bd');
  if (known === undefined) return { ...resource, partOf };
  const { state, version, asOf, cleaningKind, disputed, notCertainSince, notListedSince } = known;
  const extension: OutExtension[] = [{ url: extensions.bedState, valueCode: state }];
  if (disputed) extension.push({ url: extensions.disputed, valueBoolean: true });
  if (notCertainSince !== undefined)
    extension.push({ url: extensions.notCertainSince, valueDateTime: notCertainSince });
  if (notListedSince !== undefined) extension.push({ url: extensions.notListedSince, valueDateTime: notListedSince });
  return {
    ...resource,
    meta: { versionId: String(version), lastUpdated: asOf },
    extension,
    status: isInUse(known) ? 'active' : 'suspended',
    operationalStatus: operationalStatusOf(state, cleaningKind === 'terminal'),
    partOf,
  };
}

/** Neither closed nor waiting to be opened, and neither in doubt nor given up. */
function isInUse({ state, notCertainSince, notListedSince }: BedState): boolean {
  return state !== 'closed' && state !== 'surge' && notCertainSince === undefined && notListedSince === undefined;
}

function common(
  id: string,
  code: string,
  name: string,
  type: keyof typeof physicalTypes,
): Omit<LocationResource, 'operationalStatus'> {
  const physicalType: OutConcept = {
    coding: [{ system: systems.physicalType, code: type, display: physicalTypes[type] }],
  };
  return {
    resourceType: 'Location',
    id,
    identifier: [{ system: identifierSystems.place, value: fhirText(code) ?? id }],
    status: 'active',
    name: fhirText(name) ?? id,
    mode: 'instance',
    physicalType,
  };
}
