import type { BedRequestData } from '@wardstream/events';
import { indexOf, locationOf, originUnitOf, targetUnitOf, unitOfEncounter } from './facility-index.js';
import type { KeptAggregate } from './facility-events.js';
import type { CountedBed, FacilityView } from './facility-state.js';
import { namedBy } from './kept-index.js';

type Thing = KeptAggregate['data'] | CountedBed | undefined;

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
  for (const view of views)
    for (const { kind, id } of changed) touchThing(view, kind, id, thingIn(view, kind, id), units, patients);
  for (const view of views) for (const encounterId of patients) touchPatient(view, encounterId, units);
  const known = indexOf(after).units;
  return new Set([...units].filter((unit) => known.has(unit)));
}

function thingIn(view: FacilityView, kind: KeptAggregate['kind'], id: string): Thing {
  return kind === 'bed' ? view.beds.get(id) : kind === 'bed-request' ? view.requests.get(id) : undefined;
}

/** Adds the units a thing speaks of itself, and its patients. `thing` is as it is in the view, or as it will be; undefined if it is not. */
export function touchThing(
  view: FacilityView,
  kind: KeptAggregate['kind'],
  id: string,
  thing: Thing,
  units: Set<string>,
  patients: Set<string>,
): void {
  switch (kind) {
    case 'facility':
      return;
    case 'bed': {
      for (const { encounterId } of indexOf(view).requestsGiven(id)) patients.add(encounterId);
      if (thing === undefined) return;
      const bed = thing as CountedBed;
      units.add(bed.unit);
      for (const encounterId of namedBy(bed)) patients.add(encounterId);
      return;
    }
    case 'encounter':
    case 'discharge-plan':
      patients.add(id);
      return;
    case 'bed-request':
      if (thing !== undefined) patients.add((thing as BedRequestData).encounterId);
  }
}

/** Adds the units a patient is in, has a bed held in, or waits for. */
export function touchPatient(view: FacilityView, encounterId: string, units: Set<string>): void {
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
