import type { Need, PatientBrief } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import { unknownPatient, type Person } from '../domain/bed-view.js';

interface RawPerson {
  id: string;
  visit_number: string | null;
  patient: PatientBrief | null;
  class: string | null;
  request_visit: string | null;
  request_patient: PatientBrief | null;
  needs: Need[] | null;
}

/**
 * What beds show of encounters. An encounter that admissions has not told of yet is known by its bed request, else by the
 * visit number its hold was made for.
 */
export async function readPersons(
  tx: Tx,
  encounterIds: readonly string[],
  visitNumbers: ReadonlyMap<string, string>,
): Promise<(encounterId: string) => Person> {
  const found = new Map<string, Person>();
  if (encounterIds.length > 0) {
    const rows = (await tx.query(
      `SELECT t.id, e.visit_number, e.patient, e.class, r.visit_number AS request_visit, r.patient AS request_patient,
              r.needs
         FROM unnest($1::text[]) AS t (id)
         LEFT JOIN encounter e ON e.id = t.id
         LEFT JOIN LATERAL (
           SELECT visit_number, patient, needs FROM bed_request
            WHERE encounter_id = t.id AND status <> 'cancelled' ORDER BY requested_at DESC, id DESC LIMIT 1) r ON true`,
      [encounterIds],
    )) as RawPerson[];
    for (const p of rows)
      found.set(p.id, {
        encounterId: p.id,
        visitNumber: p.visit_number ?? p.request_visit ?? visitNumbers.get(p.id) ?? '',
        patient: p.patient ?? p.request_patient ?? unknownPatient,
        class: p.class,
        needs: p.needs ?? [],
      });
  }
  return (encounterId) =>
    found.get(encounterId) ?? {
      ...{ encounterId, visitNumber: visitNumbers.get(encounterId) ?? '', patient: unknownPatient },
      ...{ class: null, needs: [] },
    };
}
