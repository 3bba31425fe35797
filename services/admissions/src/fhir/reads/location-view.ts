import type { FacilityData } from '@wardstream/events';
import {
  bedLocation,
  type LocationKey,
  type LocationResource,
  roomLocation,
  siteLocation,
  wardLocation,
} from '@wardstream/fhir';
import type { BedCopy } from '../../directory/index.js';

/** A Location that this house has. */
export interface StoredLocation extends LocationKey {
  /** With what was configured once. */
  readonly facility: FacilityData;
  /** False of a place that the configuration has dropped: it is read by its id, and found while somebody is in it. */
  readonly isListed: boolean;
}

/** Beds by their facility and id, as they were last told. */
export type BedStates = ReadonlyMap<string, ReadonlyMap<string, BedCopy>>;

const nothing: BedStates = new Map();

/** A Location as it is configured, with the state of its bed. Total: what is in the index is in the configuration. */
export function resourceOf(
  { kind, unit, room, bedId, facility }: StoredLocation,
  beds: BedStates = nothing,
): LocationResource {
  switch (kind) {
    case 'site':
      return siteLocation(facility);
    case 'ward':
      return wardLocation(
        facility,
        facility.units.find((u) => u.id === unit)!,
      );
    case 'room':
      return roomLocation(
        facility,
        facility.rooms.find((r) => r.unit === unit && r.id === room)!,
      );
    case 'bed': {
      const configured = facility.beds.find((b) => b.id === bedId)!;
      const known = beds.get(facility.id)?.get(configured.id);
      return bedLocation(facility.id, configured, known);
    }
  }
}
