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

/**
 * A bed, with its status by table 0116 and, since that table has six codes only, its own state as an extension. Nothing of who is
 * in it. `bed` may be the configuration alone, where no state is known. `terminalClean`: its open cleaning job is a terminal one;
 * as the bed itself says, unless given.
 */
export function bedLocation(
  facilityId: string,
  bed: BedConfiguration | BedData,
  terminalClean = 'state' in bed && bed.cleaningKind === 'terminal',
): LocationResource {
  const partOf = { reference: `Location/${locationIdOf(facilityId, 'room', bed.unit, bed.room)}` };
  const resource = common(locationIdOf(facilityId, 'bed', bed.id), bed.id, bed.id, 'bd');
  if (!('state' in bed)) return { ...resource, partOf };
  const extension: OutExtension[] = [{ url: extensions.bedState, valueCode: bed.state }];
  if (bed.occupants.length > 1) extension.push({ url: extensions.disputed, valueBoolean: true });
  return {
    ...resource,
    meta: { versionId: String(bed.version), lastUpdated: bed.asOf },
    extension,
    status: bed.state === 'closed' || bed.state === 'surge' ? 'suspended' : 'active',
    operationalStatus: operationalStatusOf(bed.state, terminalClean),
    partOf,
  };
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
