import type { EncounterData } from '@wardstream/events';
import { type DomainSystems, encounterResource, type EncounterResource } from '@wardstream/fhir';
import type { FhirEncounter } from '../persistence/fhir-encounter.rows.js';
import { versionIdOf } from '../writes/write-versions.js';

/** An encounter as it is derived, as a resource under the id it was asked for by. */
export function encounterView(
  encounter: FhirEncounter,
  as: { readonly id?: string; readonly facilityName: string | undefined; readonly systems: DomainSystems },
): EncounterResource & { readonly meta: { readonly versionId: string; readonly lastUpdated?: string } } {
  const { facility, visitNumber, visitDomain, version, writes, writtenAt, patientRef, mergedInto, view } = encounter;
  const { brief, pendings, plannedBeds: _planned, stays, patient: _kept, movements, ...rest } = view;
  const heard = [...movements.map((m) => m.receivedAt), ...(writtenAt === null ? [] : [writtenAt])].sort().at(-1);
  const at = heard ?? '';
  const data: EncounterData = {
    ...rest,
    ...{ encounterId: as.id ?? encounter.id, facility, version, visitNumber, patient: brief },
    ...(mergedInto === null ? {} : { mergedInto }),
    ...{ pendings: [...pendings], stays: [...stays], conflictIds: [] },
    cause: { kind: 'fhir', by: 'fhir', at, recordedAt: at, receivedAt: at },
  };
  const resource = encounterResource(data, {
    ...{ domain: visitDomain, systems: as.systems, patientId: patientRef },
    ...(as.facilityName === undefined ? {} : { facilityName: as.facilityName }),
  });
  const versionId = versionIdOf(writes, version);
  return { ...resource, meta: { versionId, ...(heard === undefined ? {} : { lastUpdated: heard }) } };
}
