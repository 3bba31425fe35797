import { Injectable } from '@nestjs/common';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { encounterIdOf } from '../domain/identify.js';
import { openVisitsOf } from '../persistence/encounter.rows.js';
import { type FhirEncounter, fhirEncounter } from '../persistence/fhir-encounter.rows.js';
import { fhirResources, patientByRef } from '../persistence/fhir.rows.js';
import { identifierOf } from './client-domains.js';
import { FhirRefusal } from './fhir-refusal.js';
import type { Visit } from './fhir-write.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Json = Readonly<Record<string, unknown>>;

/** An Encounter as it is found by its id: `encounter` is missing while its facility is not known. */
export interface FoundEncounter {
  readonly visit: Visit;
  readonly encounter: FhirEncounter | undefined;
}

export async function findEncounterById(tx: Tx, id: string): Promise<FoundEncounter | undefined> {
  const row = (await fhirResources(tx, 'Encounter', [id])).get(id);
  const key = row === undefined ? id : row.facility === null ? null : encounterIdOf(row.facility, row);
  const encounter = key !== null && uuid.test(key) ? await fhirEncounter(tx, key) : undefined;
  if (row !== undefined) return { visit: { number: row.number, domain: row.domain }, encounter };
  if (encounter === undefined) return undefined;
  return { visit: { number: encounter.visitNumber, domain: encounter.visitDomain }, encounter };
}

/** A patient by the id of a Patient resource; undefined if nobody told of it. */
export async function findPatientById(
  tx: Tx,
  id: string,
): Promise<{ facility: string | null; number: string; domain: string | null } | undefined> {
  const row = (await fhirResources(tx, 'Patient', [id])).get(id);
  if (row !== undefined) return row;
  return uuid.test(id) ? patientByRef(tx, id) : undefined;
}

/** Completes what is sent by what this server knows of it, so that it names the visit and the patient that it means. */
@Injectable()
export class KnownResources {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * An Encounter that is written. `id`: of the resource in the URL; null where it has none, as in a create or a message.
   * @throws FhirRefusal 409 where the resource of this id is another visit
   */
  async completed(client: string, encounter: Json, id: string | null): Promise<Json> {
    const { subject } = encounter;
    return this.unitOfWork.read(async (tx) => {
      const patient = await patientOf(tx, subject);
      const known = id === null ? undefined : (await findEncounterById(tx, id))?.visit;
      const only = known ?? (namesVisit(encounter, id) ? undefined : await onlyOpenVisit(tx, patient));
      return {
        ...encounter,
        ...(patient === undefined
          ? {}
          : { subject: { ...(subject as object), identifier: identifierOf(patient, 'MR') } }),
        ...identifiers(client, encounter, id, only),
      };
    });
  }
}

type KnownPatient = NonNullable<Awaited<ReturnType<typeof findPatientById>>>;

/** Whom a reference to a Patient means that was written or read here. */
async function patientOf(tx: Tx, subject: unknown): Promise<KnownPatient | undefined> {
  if (typeof subject !== 'object' || subject === null) return undefined;
  const { reference } = subject as { reference?: unknown };
  const form = /^(?:.*\/)?Patient\/([A-Za-z0-9\-.]{1,64})$/;
  const id = typeof reference === 'string' ? form.exec(reference)?.[1] : undefined;
  return id === undefined ? undefined : findPatientById(tx, id);
}

/** docs/encounter-rules.md no. 2: what names no visit belongs to the patient's only open one. */
async function onlyOpenVisit(tx: Tx, patient: KnownPatient | undefined): Promise<Visit> {
  const facility = patient?.facility ?? null;
  const visits = patient === undefined || facility === null ? [] : await openVisitsOf(tx, facility, [patient]);
  if (visits.length === 1) return visits[0]!;
  const text =
    'No identifier and no id names the visit, and the patient has no visit that is the only open one; a repeat could not be told from another visit';
  throw FhirRefusal.of(422, 'required', text, 'Encounter.identifier');
}

function namesVisit(encounter: Json, id: string | null): boolean {
  const { account } = encounter;
  const named = valuesOf(encounter['identifier']).length > 0 || (Array.isArray(account) && account.length > 0);
  return id !== null || named || typeof encounter['id'] === 'string';
}

/**
 * Which visit an Encounter is. Ids that clients give in what they create or send as messages are theirs alone: two clients may
 * use the same one for two visits.
 */
function identifiers(client: string, encounter: Json, id: string | null, known: Visit | undefined): Json {
  const sent = valuesOf(encounter['identifier']);
  if (known !== undefined) {
    if (sent.length > 0 && !sent.includes(known.number)) {
      const text = `The resource of this id is another visit. Write this one by its identifier, e.g. PUT Encounter?identifier=…; a visit that got another number is told by an HL7 v2 A50`;
      throw FhirRefusal.of(409, 'business-rule', text, 'Encounter.identifier');
    }
    return { identifier: [identifierOf(known, 'VN')] };
  }
  const { account, id: own } = encounter;
  const named = sent.length > 0 || (Array.isArray(account) && account.length > 0);
  if (named || id !== null || typeof own !== 'string') return {};
  return { identifier: [{ system: `urn:wardstream:fhir:client:${encodeURIComponent(client)}`, value: own }] };
}

function valuesOf(identifiers: unknown): string[] {
  if (!Array.isArray(identifiers)) return [];
  return (identifiers as unknown[]).flatMap((each) => {
    const value = typeof each === 'object' && each !== null ? (each as { value?: unknown }).value : undefined;
    return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : [];
  });
}
