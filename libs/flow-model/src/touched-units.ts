import { indexOf, locationOf, originUnitOf, targetUnitOf, unitOfEncounter } from './facility-index.js';
import type { KeptAggregate } from './facility-events.js';
import type { FacilityView } from './facility-state.js';

/**
 * The units whose figures may differ between two views that differ only in `changed`; the rest need not be counted again.
 * A thing touches the units it speaks of, and those its patients are in, have a bed held in, or wait for: each in the view
 * before and in the view after.
 */
export function touchedUnits(
  before: FacilityView,
  after: FacilityView,
  changed: readonly KeptAggregate[],
): ReadonlySet<string> {
  if (changed.some((c) => c.kind === 'facility')) return new Set(indexOf(after).units.keys());
  const views = [before, after];
  const units = new Set<string>();
  const patients = new Set<string>();
  for (const view of views) for (const { kind, id } of changed) touch(view, kind, id, units, patients);
  for (const view of views) for (const encounterId of patients) touchPatient(view, encounterId, units);
  const known = indexOf(after).units;
  return new Set([...units].filter((unit) => known.has(unit)));
}

/** Adds the units a thing speaks of itself, and its patients. */
function touch(
  view: FacilityView,
  kind: KeptAggregate['kind'],
  id: string,
  units: Set<string>,
  patients: Set<string>,
): void {
  const add = (unit: string | null | undefined) => void (typeof unit === 'string' && units.add(unit));
  switch (kind) {
    case 'facility':
      return;
    case 'bed': {
      const bed = view.beds.get(id);
      add(bed?.unit);
      for (const { encounterId } of bed?.occupants ?? []) patients.add(encounterId);
      if (bed?.reservedFor) patients.add(bed.reservedFor.encounterId);
      for (const request of indexOf(view).openRequests) {
        if (request.assignedBedId === id) patients.add(request.encounterId);
      }
      return;
    }
    case 'encounter':
      patients.add(id);
      return;
    case 'bed-request': {
      const encounterId = view.requests.get(id)?.encounterId;
      if (encounterId !== undefined) patients.add(encounterId);
      return;
    }
    case 'discharge-plan':
      patients.add(id);
  }
}

function touchPatient(view: FacilityView, encounterId: string, units: Set<string>): void {
  const add = (unit: string | null | undefined) => void (typeof unit === 'string' && units.add(unit));
  const index = indexOf(view);
  add(unitOfEncounter(view, encounterId));
  add(locationOf(view, encounterId)?.unit);
  for (const unit of index.namedIn.get(encounterId) ?? []) add(unit);
  for (const request of index.requestsOf.get(encounterId) ?? []) {
    add(targetUnitOf(view, request));
    add(originUnitOf(view, request));
  }
}
