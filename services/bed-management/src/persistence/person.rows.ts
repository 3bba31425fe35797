import type { LevelOfCare, Need, PatientBrief } from '@wardstream/events';
import { levelWanted, type PatientNeeds } from '@wardstream/flow-model';
import { asMs, type Tx } from '@wardstream/persistence';
import { type Person, type PersonFit, unknownPatient } from '@wardstream/bed-model';
import type { AskedRow } from './bed-request.rows.js';

/** What beds show of an encounter, and what it needs of them. */
export type PersonOfBed = Person & { readonly fit: PersonFit };

/** Whom a bed is to be kept for, and for which request. */
export interface PersonToPlace {
  readonly encounterId: string;
  readonly bedRequestId: string | null;
}

interface RawPerson {
  id: string;
  visit_number: string | null;
  patient: PatientBrief | null;
  class: string | null;
  request_visit: string | null;
  request_patient: PatientBrief | null;
  needs: Need[] | null;
  asked: AskedRow | null;
  level_of_unit: LevelOfCare | null;
  status: string | null;
  requested: number | null;
}

/** The columns of a request `r` of which a person's needs are made. */
const needsColumns = `r.needs, r.asked, r.status, r.requested_at,
  (SELECT b.definition -> 'setting' ->> 'levelOfCare' FROM bed b
    WHERE b.facility = r.facility AND b.definition ->> 'unit' = r.asked ->> 'toUnit' AND b.retired_at IS NULL LIMIT 1) AS level_of_unit`;

/**
 * What beds show of encounters. An encounter that admissions has not told of yet is known by its bed request, else by the
 * visit number its hold was made for.
 */
export async function readPersons(
  tx: Tx,
  encounterIds: readonly string[],
  visitNumbers: ReadonlyMap<string, string>,
): Promise<(encounterId: string) => PersonOfBed> {
  const found = new Map<string, PersonOfBed>();
  if (encounterIds.length > 0) {
    const rows = await tx.query<RawPerson>(
      `SELECT t.id, e.visit_number, e.patient, e.class, r.visit_number AS request_visit, r.patient AS request_patient,
              r.needs, r.asked, r.status, r.level_of_unit, ${asMs('r.requested_at', 'requested')}
         FROM unnest($1::text[]) AS t (id)
         LEFT JOIN encounter e ON e.id = t.id
         LEFT JOIN LATERAL (
           SELECT r.visit_number, r.patient, ${needsColumns} FROM bed_request r
            WHERE r.encounter_id = t.id AND r.status <> 'cancelled' ORDER BY r.requested_at DESC, r.id DESC LIMIT 1) r ON true`,
      [encounterIds],
    );
    for (const p of rows)
      found.set(p.id, {
        encounterId: p.id,
        visitNumber: p.visit_number ?? p.request_visit ?? visitNumbers.get(p.id) ?? '',
        patient: p.patient ?? p.request_patient ?? unknownPatient,
        class: p.class,
        needs: p.needs ?? [],
        fit: fitOfPerson(p),
      });
  }
  return (encounterId) =>
    found.get(encounterId) ?? {
      ...{ encounterId, visitNumber: visitNumbers.get(encounterId) ?? '', patient: unknownPatient },
      ...{ class: null, needs: [], fit: { needs: needsOfPerson(unknownPatient, null), request: null } },
    };
}

/** What the patient of a command needs: by the request that it is for, and by who it is. */
export async function readNeeds(tx: Tx, patient: PersonToPlace): Promise<PatientNeeds> {
  const [row] = await tx.query<RawPerson>(
    `SELECT e.patient, r.patient AS request_patient, r.needs, r.asked, r.level_of_unit
       FROM (SELECT $1::text AS id) t
       LEFT JOIN encounter e ON e.id = t.id
       LEFT JOIN LATERAL (SELECT r.patient, ${needsColumns} FROM bed_request r WHERE r.id = $2) r ON true`,
    [patient.encounterId, patient.bedRequestId],
  );
  return needsOfPerson(row!.patient ?? row!.request_patient ?? unknownPatient, row!);
}

function fitOfPerson(raw: RawPerson): PersonFit {
  const { status, requested, asked } = raw;
  const needs = needsOfPerson(raw.patient ?? raw.request_patient ?? unknownPatient, raw);
  if (status === null || requested === null) return { needs, request: null };
  return { needs, request: { requestedAt: requested, isOpen: status !== 'occupied', metIn: asked?.metIn ?? null } };
}

function needsOfPerson(
  { sex, ageBand }: PatientBrief,
  raw: Pick<RawPerson, 'needs' | 'asked' | 'level_of_unit'> | null,
): PatientNeeds {
  const asked = raw?.asked ?? null;
  return {
    sex,
    ageBand,
    levelOfCare: asked === null ? null : levelWanted(asked.levelOfCare, raw!.level_of_unit),
    specialty: asked?.specialty ?? null,
    unit: asked?.toUnit ?? null,
    roomSex: asked?.sex ?? 'any',
    needs: raw?.needs ?? [],
  };
}
