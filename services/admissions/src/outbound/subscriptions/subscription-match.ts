import type { EncounterData, Place } from '@wardstream/events';
import {
  type EncounterResource,
  type EncounterSearch,
  type LocationResource,
  type LocationSearch,
  locationIdOf,
  periodFulfils,
  tokenFulfils,
} from '@wardstream/fhir';

/** Whether an encounter, as it is shown, is one that a search would find. */
export function encounterMatches(
  { ids, identifier, status, class: classes, date, location, patient }: EncounterSearch,
  encounter: EncounterData,
  resource: EncounterResource,
): boolean {
  const { period, subject } = resource;
  const when = { start: period?.start ?? null, end: period?.end ?? null };
  const patientId = subject?.reference?.slice('Patient/'.length);
  const within = location.length === 0 ? new Set<string>() : placesOf(encounter);
  const numbers = resource.identifier.map(({ system, value }) => ({ system, code: value }));
  return (
    (ids === null || ids.includes(resource.id)) &&
    identifier.every((any) => any.some((token) => numbers.some((number) => tokenFulfils(number, token)))) &&
    status.every((any) => any.includes(resource.status)) &&
    classes.every((any) =>
      any.some((token) => tokenFulfils({ ...resource.class, code: resource.class.code ?? null }, token)),
    ) &&
    date.every((any) => any.some((criterion) => periodFulfils(when, criterion))) &&
    location.every((any) => any.some((id) => within.has(id))) &&
    patient.every((any) => patientId !== undefined && any.includes(patientId))
  );
}

/** Whether a bed, as it is shown, is one that a search would find. */
export function locationMatches(search: LocationSearch, { id, ...resource }: LocationResource): boolean {
  const { ids, identifier, status, operationalStatus, partOf, physicalType } = search;
  const codes = resource.identifier.map(({ system, value }) => ({ system, code: value }));
  const part = resource.partOf?.reference?.slice('Location/'.length);
  const types = (resource.physicalType.coding ?? []).map((c) => c.code);
  return (
    (ids === null || ids.includes(id)) &&
    identifier.every((any) => any.some((token) => codes.some((code) => tokenFulfils(code, token)))) &&
    status.every((any) => any.some((s) => s === resource.status)) &&
    operationalStatus.every((any) => any.some((code) => code === resource.operationalStatus?.code)) &&
    partOf.every((any) => part !== undefined && any.includes(part)) &&
    physicalType.every((any) => any.some((type) => types.includes(type)))
  );
}

/** Ids of the Locations that the patient is, was or is planned to be in, as a search finds them: the site, units, rooms and beds. */
function placesOf({ facility, stays, pendings }: EncounterData): Set<string> {
  const plans = pendings.filter(({ kind }) => kind !== 'discharge');
  const places = [...stays.map((s) => s.place), ...plans.flatMap((p) => p.place ?? [])];
  return new Set([
    locationIdOf(facility, 'site'),
    ...places.flatMap((place: Place) => {
      const { unit, room, bedId } = place;
      return [
        ...(bedId === null ? [] : [locationIdOf(facility, 'bed', bedId)]),
        ...(unit === null || room === null ? [] : [locationIdOf(facility, 'room', unit, room)]),
        ...(unit === null ? [] : [locationIdOf(facility, 'ward', unit)]),
      ];
    }),
  ]);
}
