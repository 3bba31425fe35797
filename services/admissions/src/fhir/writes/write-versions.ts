import { type FhirIssue, issueTypes, versionOfEtag } from '@wardstream/fhir';
import { deterministicId, newOpaqueId } from '@wardstream/kernel';
import { patientIdOf } from '@wardstream/encounter-model';
import { isHl7Fault, type MessageFault, type PathFault, type NormalizedMessage } from '../../inbound/index.js';
import type { FhirResourceRow, FhirVisit } from '../persistence/fhir.rows.js';
import { FhirRefusal } from '../fhir-refusal.js';
import { type FhirWrite, personFact, type ReadWrite, type Target, type Visit, type Written } from './fhir-write.js';

/** Characters of a name that are kept of it. */
const MOST = 200;

type ReadEncounter = ReadWrite['encounters'][number];

/** An encounter of a write with what is known of it, under the lock of its key. */
export interface Held {
  readonly read: ReadEncounter;
  readonly key: string;
  readonly known: FhirVisit | undefined;
  /** The key it was known by before its facility was. */
  readonly replaces: string | null;
  /** Whether the derived encounter is there, whoever told of it. */
  readonly version: number;
}

/** The version of an Encounter: it grows with every write and with all else that is heard of the visit. */
export function versionIdOf(writes: number, version: number): string {
  return String(writes + version);
}

export function checkVersion(
  { read: { target }, known, version, replaces }: Held,
  row: FhirResourceRow | undefined,
): void {
  const exists = known !== undefined || version > 0 || row !== undefined;
  const at = target.index;
  if (target.onlyNew && exists) throw FhirRefusal.of(412, 'conflict', 'The resource is there already', `entry[${at}]`);
  if (target.ifMatch === null) return;
  // What was written before its facility was known is not counted in the version that is read.
  const current = versionIdOf(replaces === null || version === 0 ? (known?.writes ?? 0) : 0, version);
  const expected = versionOfEtag(target.ifMatch);
  if (exists && (target.ifMatch.trim() === '*' || expected === current)) return;
  const text = exists
    ? `The resource is at version ${current} by now; read it again before you change it`
    : 'There is no such resource, so no version of it';
  throw FhirRefusal.of(412, 'conflict', text);
}

/**
 * When this write is recorded: now, but after the versions that were taken before, whatever the clocks of several processes say;
 * of facts that contradict each other the later recorded counts.
 */
export function afterAll(held: readonly Held[], ofPatients: string, now: string): string {
  const last = held.reduce(
    (latest, { known }) => (known !== undefined && known.receivedAt > latest ? known.receivedAt : latest),
    ofPatients,
  );
  return last < now ? now : new Date(Date.parse(last) + 1).toISOString();
}

/** REST interactions are told apart by the version they make; a repeat makes none. */
export function controlIdOf(held: readonly Held[]): string {
  const [one] = held;
  return held.length === 1 ? `Encounter/${one!.key}/${(one!.known?.writes ?? 0) + 1}` : newOpaqueId();
}

export function namesOf({ encounters, beds, sites }: ReadWrite): string[] {
  const places = [
    ...encounters.flatMap(({ facts }) => facts.flatMap((f) => [f.location, f.pendingLocation])),
    ...beds.flatMap(({ report }) => report?.place ?? []),
  ];
  return [...new Set([...places.flatMap((place) => place?.facility ?? []), ...sites])];
}

export function statementOf(
  { client, messageType, trigger }: FhirWrite,
  { encounters, patients, beds, warnings, sentAt = null }: ReadWrite,
  facilities: readonly string[],
  controlId: string,
  receivedAt: string,
): NormalizedMessage {
  const persons = patients.map(({ patient }) => personFact(patient, receivedAt));
  return {
    ...{ application: client.slice(0, MOST), senderFacility: (facilities[0] ?? '').slice(0, MOST), facilities },
    ...{ controlId: controlId.slice(0, MOST), messageType, trigger },
    facts: [...persons, ...encounters.flatMap(({ facts }) => facts)],
    bedStatuses: beds.flatMap(({ report }) => report ?? []),
    sentAt,
    faults: warnings.map(faultOf),
  };
}

export function versionsOf(
  held: readonly Held[],
  { encounters }: ReadWrite,
  kept: Pick<FhirVisit, 'facility' | 'digest' | 'controlId' | 'messageId' | 'receivedAt'>,
): (FhirVisit & { replaces: string | null })[] {
  const versions = new Map<string, FhirVisit & { replaces: string | null }>();
  for (const [i, { key, known, replaces, read }] of held.entries()) {
    const { memory, recordedAt } = encounters[i]!;
    versions.set(key, {
      ...{ ...kept, key, visit: read.visit, writes: (known?.writes ?? 0) + 1, replaces },
      memory,
      recordedAt: known !== undefined && known.recordedAt > recordedAt ? known.recordedAt : recordedAt,
    });
  }
  return [...versions.values()];
}

export function patientKeyOf(client: string, facility: string | null, patient: Visit): string {
  return facility === null
    ? deterministicId('fhir-patient', client, patient.domain ?? '', patient.number)
    : patientIdOf(facility, patient);
}

export function patientKeys(
  client: string,
  facility: string | null,
  { patients }: Pick<ReadWrite, 'patients'>,
): string[] {
  return patients.map(({ patient }) => patientKeyOf(client, facility, { number: patient.id, domain: patient.domain }));
}

/** The ids that clients may use from now on. */
export function rowsOf(
  client: string,
  held: readonly Held[],
  { patients }: ReadWrite,
  kept: Pick<FhirResourceRow, 'facility' | 'messageId' | 'recordedAt'>,
): FhirResourceRow[] {
  return [
    ...held.map(({ key, read: { target, visit } }) => ({
      ...{ ...kept, type: 'Encounter' as const, id: target.id ?? key, key, ...visit },
    })),
    ...patients.map(({ target, patient: { id: number, domain } }) => {
      const key = patientKeyOf(client, kept.facility, { number, domain });
      return { ...kept, type: 'Patient' as const, id: target.id ?? key, key, number, domain };
    }),
  ];
}

export function writtenOf(
  { key, known, version, read: { target } }: Held,
  rows: ReadonlyMap<string, FhirResourceRow>,
): Written {
  const there = target.id === null || target.id === key ? known !== undefined || version > 0 : rows.has(target.id);
  const writes = (known?.writes ?? 0) + 1;
  return { index: target.index, type: 'Encounter', id: target.id ?? key, created: !there, writes };
}

export function idsOf(written: readonly { readonly target: Target }[]): string[] {
  return written.flatMap(({ target }) => target.id ?? []);
}

/** An issue as it is kept with a message. */
export function faultOf({ severity, code, diagnostics, expression }: FhirIssue): PathFault {
  const wrong = severity === 'error' || severity === 'fatal';
  return { path: expression ?? '', code, severity: wrong ? 'E' : 'W', text: diagnostics };
}

/** What a kept message is told of, as a warning. */
export function issueOf(fault: MessageFault): FhirIssue {
  if (isHl7Fault(fault)) return { severity: 'warning', code: 'processing', diagnostics: fault.text };
  return {
    severity: 'warning',
    code:
      issueTypes.find((type) => type === fault.code) ??
      (fault.code.endsWith('-unknown') ? 'not-found' : 'business-rule'),
    diagnostics: fault.text,
    ...(fault.path === '' ? {} : { expression: fault.path }),
  };
}
