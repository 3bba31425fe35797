import { Injectable } from '@nestjs/common';
import { deterministicId } from '@wardstream/kernel';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { encounterIdOf } from '@wardstream/encounter-model';
import { isNumberOfMerged, openVisitsOf } from '../../encounters/index.js';
import { type FhirEncounter, fhirEncounters } from '../persistence/fhir-encounter.rows.js';
import { fhirResources, patientsByNumber, patientsByRef } from '../persistence/fhir.rows.js';
import { type ClientDomains, identifierOf } from './client-domains.js';
import { FhirRefusal } from '../fhir-refusal.js';
import type { Visit } from '../writes/fhir-write.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type Json = Readonly<Record<string, unknown>>;

/** An Encounter as it is found by its id: `encounter` is missing while its facility is not known. */
export interface FoundEncounter {
  readonly visit: Visit;
  readonly encounter: FhirEncounter | undefined;
}

/** Encounters by the ids of their resources; of those that somebody told of. Two statements, however many they are. */
export async function findEncountersById(tx: Tx, ids: readonly string[]): Promise<Map<string, FoundEncounter>> {
  const rows = await fhirResources(tx, 'Encounter', ids);
  const keyOf = (id: string): string | null => {
    const row = rows.get(id);
    return row === undefined ? id : row.facility === null ? null : encounterIdOf(row.facility, row);
  };
  const keys = ids.flatMap((id) => keyOf(id) ?? []).filter((key) => uuid.test(key));
  const encounters = keys.length === 0 ? new Map<string, FhirEncounter>() : await fhirEncounters(tx, keys);
  const found = new Map<string, FoundEncounter>();
  for (const id of ids) {
    const row = rows.get(id);
    const encounter = encounters.get(keyOf(id) ?? '');
    if (row !== undefined) found.set(id, { visit: { number: row.number, domain: row.domain }, encounter });
    else if (encounter !== undefined)
      found.set(id, { visit: { number: encounter.visitNumber, domain: encounter.visitDomain }, encounter });
  }
  return found;
}

export async function findEncounterById(tx: Tx, id: string): Promise<FoundEncounter | undefined> {
  return (await findEncountersById(tx, [id])).get(id);
}

/** A patient as the id of a Patient resource names them; `facility` is null while it is not known here. */
export interface FoundPatient {
  readonly facility: string | null;
  readonly number: string;
  readonly domain: string | null;
}

/** Patients by the ids of Patient resources; of those that somebody told of. Two statements, however many they are. */
export async function findPatientsById(tx: Tx, ids: readonly string[]): Promise<Map<string, FoundPatient>> {
  const rows: ReadonlyMap<string, FoundPatient> = await fhirResources(tx, 'Patient', ids);
  const told = await patientsByRef(
    tx,
    ids.filter((id) => !rows.has(id) && uuid.test(id)),
  );
  return new Map([...told, ...rows]);
}

export async function findPatientById(tx: Tx, id: string): Promise<FoundPatient | undefined> {
  return (await findPatientsById(tx, [id])).get(id);
}

/** Completes what is sent by what this server knows of it, so that it names the visit and the patient that it means. */
@Injectable()
export class StoredResources {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  /**
   * An Encounter that is written. `id`: of the resource in the URL; null where it has none, as in a create or a message.
   * `within`: what came along by `Type/id`, which references mean before anything that is here; `all` of a message.
   * @throws FhirRefusal 409 where the resource of this id is another visit
   */
  async completed(
    client: string,
    encounter: Json,
    id: string | null,
    within: ReadonlySet<string> | 'all' = new Set(),
  ): Promise<Json> {
    const { subject } = encounter;
    // Most name their visit and come with a patient of their own: nothing is to be looked up.
    const alone = patientIdIn(subject, within) === undefined && encounter['partOf'] === undefined;
    if (id === null && namesVisit(encounter, id) && alone) {
      return { ...encounter, ...identifiers(client, encounter, id, undefined, 'VN') };
    }
    return this.unitOfWork.read(async (tx) => {
      const patient = await patientOf(tx, subject, within);
      const part = await partOf(tx, encounter, id, within);
      if (part !== undefined) {
        const identified = { ...(subject as object), ...(patient && { identifier: identifierOf(patient, 'MR') }) };
        return { ...encounter, ...part, ...(patient === undefined ? {} : { subject: identified }) };
      }
      const known = id === null ? undefined : (await findEncounterById(tx, id))?.visit;
      const only = known ?? (namesVisit(encounter, id) ? undefined : await onlyOpenVisit(tx, patient));
      return {
        ...encounter,
        ...(patient === undefined
          ? {}
          : { subject: { ...(subject as object), identifier: identifierOf(patient, 'MR') } }),
        ...identifiers(client, encounter, id, only, 'VN'),
      };
    });
  }

  /**
   * Whether an Encounter that a condition found is written under the number of a visit that was merged into it: the write is of
   * that visit then, and goes to this one as all does that comes under a retired number.
   */
  async isOfMerged(found: FhirEncounter, encounter: Json): Promise<boolean> {
    const sent = valuesOf(encounter['identifier']);
    if (sent.length === 0 || sent.includes(found.visitNumber)) return false;
    return this.unitOfWork.read((tx) => isNumberOfMerged(tx, found, sent));
  }

  /**
   * A Patient that is written.
   * @throws FhirRefusal 409 where the resource of this id is another patient
   */
  async completedPatient(client: string, patient: Json, id: string | null): Promise<Json> {
    const known = id === null ? undefined : await this.unitOfWork.read((tx) => findPatientById(tx, id));
    return { ...patient, ...identifiers(client, patient, id, known, 'MR') };
  }

  /**
   * The id of the patient whom the condition of a create or an update finds, null if there is none. `merged`: whether the number
   * of the condition is one that they went by before they were merged.
   * @throws FhirRefusal 412 for a condition that names no identifier, several, or one that several patients have
   */
  async patientOfCondition(
    domains: ClientDomains,
    condition: readonly (readonly [string, string])[],
    expression?: string,
  ): Promise<{ readonly id: string; readonly merged: boolean } | null> {
    const values = condition.map(([name, value]) => (name === 'identifier' ? value : null));
    if (values.length === 0 || values.includes(null)) {
      const text = 'Patients are found by their identifier alone';
      throw FhirRefusal.of(412, 'business-rule', text, expression ?? 'identifier');
    }
    const [value = ''] = values as string[];
    const [first = '', second] = value.split('|');
    const number = second ?? first;
    const domain = second === undefined ? undefined : first === '' ? null : (domains.get(first) ?? first);
    const found = await this.unitOfWork.read((tx) => patientsByNumber(tx, number, domain));
    if (values.length > 1 || number === '' || found.length > 1) {
      throw FhirRefusal.of(412, 'multiple-matches', 'The condition does not find one Patient', expression);
    }
    const [id] = found;
    if (id === undefined) return null;
    const known = await this.unitOfWork.read((tx) => findPatientById(tx, id));
    return { id, merged: known !== undefined && known.number !== number };
  }
}

/** The id in a reference to a Patient that may have been written or read here. */
function patientIdIn(subject: unknown, within: ReadonlySet<string> | 'all'): string | undefined {
  if (typeof subject !== 'object' || subject === null || within === 'all') return undefined;
  const { reference } = subject as { reference?: unknown };
  const form = /^(?:.*\/)?Patient\/([A-Za-z0-9\-.]{1,64})$/;
  const id = typeof reference === 'string' ? form.exec(reference)?.[1] : undefined;
  return id === undefined || within.has(`Patient/${id}`) ? undefined : id;
}

/** Whom a reference to a Patient means that was written or read here. */
async function patientOf(
  tx: Tx,
  subject: unknown,
  within: ReadonlySet<string> | 'all',
): Promise<FoundPatient | undefined> {
  const id = patientIdIn(subject, within);
  return id === undefined ? undefined : findPatientById(tx, id);
}

/**
 * What is to be said of the whole that an Encounter is a part of, so that it names its visit (docs/encounter-rules.md no. 29): nothing more where it
 * does already, or the whole came along. Undefined where it is no part.
 * @throws FhirRefusal 422 where nobody told of the whole, 409 where the resource of this id is of another visit
 */
async function partOf(
  tx: Tx,
  { partOf: whole, id: own }: Json,
  id: string | null,
  within: ReadonlySet<string> | 'all',
): Promise<Json | undefined> {
  if (typeof whole !== 'object' || whole === null) return undefined;
  const { reference, identifier } = whole as { reference?: unknown; identifier?: unknown };
  const form = /^(?:.*\/)?Encounter\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/;
  const wholeId = typeof reference === 'string' ? form.exec(reference)?.[1] : undefined;
  if (wholeId === undefined) return identifier === undefined ? undefined : {};
  if (wholeId === id || wholeId === own) return undefined;
  if (within === 'all' || within.has(`Encounter/${wholeId}`)) return {};
  const found = await findEncounterById(tx, wholeId);
  if (found === undefined) {
    if (identifier !== undefined) return {};
    const text = 'Nobody told of the Encounter that this one is a part of; write that one first';
    throw FhirRefusal.of(422, 'not-found', text, 'Encounter.partOf');
  }
  const known = id === null ? undefined : (await findEncounterById(tx, id))?.visit;
  const { number, domain } = found.visit;
  if (known !== undefined && (known.number !== number || known.domain !== domain)) throw anotherVisit();
  return { partOf: { identifier: identifierOf(found.visit, 'VN') } };
}

/** docs/encounter-rules.md no. 2: what names no visit belongs to the patient's only open one. */
async function onlyOpenVisit(tx: Tx, patient: FoundPatient | undefined): Promise<Visit> {
  const facility = patient?.facility ?? null;
  const visits = patient === undefined || facility === null ? [] : await openVisitsOf(tx, facility, [patient]);
  if (visits.length === 1) return visits[0]!;
  const text =
    'No identifier and no id names the visit, and the patient has no visit that is the only open one; a repeat could not be told from another visit';
  throw FhirRefusal.of(422, 'required', text, 'Encounter.identifier');
}

/**
 * The id of an Encounter that is created as a part of another: the visit's own id is that of the whole. The same for the same part of
 * the same client, so that a create that is sent again is no second one. Null where it is no part.
 */
export function idOfPart(client: string, { partOf: whole, identifier, period }: Json): string | null {
  if (typeof whole !== 'object' || whole === null) return null;
  const own = Array.isArray(identifier) && identifier.length > 0 ? identifier : whole;
  const { start } = (period ?? {}) as { start?: unknown };
  return deterministicId('fhir-part', client, JSON.stringify(own), JSON.stringify(start ?? null));
}

function namesVisit(encounter: Json, id: string | null): boolean {
  const { account } = encounter;
  const named = valuesOf(encounter['identifier']).length > 0 || (Array.isArray(account) && account.length > 0);
  return id !== null || named || typeof encounter['id'] === 'string';
}

/**
 * Which visit an Encounter is, or which patient a Patient. Ids that clients give in what they create or send as messages are theirs alone: two clients may
 * use the same one for two visits.
 */
function identifiers(
  client: string,
  resource: Json,
  id: string | null,
  known: Visit | undefined,
  type: 'VN' | 'MR',
): Json {
  const sent = valuesOf(resource['identifier']);
  if (known !== undefined) {
    if (sent.length > 0 && !sent.includes(known.number)) {
      throw type === 'VN' ? anotherVisit() : anotherPatient();
    }
    return { identifier: [identifierOf(known, type)] };
  }
  const { account, id: own } = resource;
  const named = sent.length > 0 || (Array.isArray(account) && account.length > 0);
  if (named || id !== null || typeof own !== 'string') return {};
  return { identifier: [{ system: `urn:wardstream:fhir:client:${encodeURIComponent(client)}`, value: own }] };
}

function anotherVisit(): FhirRefusal {
  const text =
    'The resource of this id is another visit. Write this one by its identifier (PUT Encounter?identifier=…); that a visit got another number is told by an HL7 v2 A50';
  return FhirRefusal.of(409, 'business-rule', text, 'Encounter.identifier');
}

function anotherPatient(): FhirRefusal {
  const text =
    'The resource of this id is another patient. Write this one by its identifier (PUT Patient?identifier=…); that a patient got another number is told by an HL7 v2 A47';
  return FhirRefusal.of(409, 'business-rule', text, 'Patient.identifier');
}

export function valuesOf(identifiers: unknown): string[] {
  if (!Array.isArray(identifiers)) return [];
  return (identifiers as unknown[]).flatMap((each) => {
    const value = typeof each === 'object' && each !== null ? (each as { value?: unknown }).value : undefined;
    return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : [];
  });
}
