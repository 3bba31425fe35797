import { Inject, Injectable } from '@nestjs/common';
import { type EncounterMemory, type FhirIssue, versionOfEtag } from '@wardstream/fhir';
import { type Clock, deterministicId, digest, DomainError, newOpaqueId } from '@wardstream/kernel';
import { pause } from '@wardstream/messaging';
import { isConnectionFailure, type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import type { FacilityDirectory } from '../domain/directory.js';
import { encounterIdOf, identify, patientIdOf } from '../domain/identify.js';
import type { Statement } from '../domain/judge-statement.js';
import { isHl7Fault, type MessageFault, type PathFault } from '../domain/message-fault.js';
import { Intake, NotDurable } from '../intake/intake.js';
import { encounterVersions } from '../persistence/fhir-encounter.rows.js';
import {
  type FhirResourceRow,
  fhirResources,
  type FhirVisit,
  fhirVisits,
  lockResources,
  saveFhirResources,
  saveFhirVisits,
} from '../persistence/fhir.rows.js';
import { findMessage } from '../persistence/message.rows.js';
import { Processor } from '../processing/processor.js';
import { FhirKnowledge } from './fhir-knowledge.js';
import { FhirRefusal, statusOfIssues } from './fhir-refusal.js';
import {
  type FhirWrite,
  personFact,
  type ReadWrite,
  type Taken,
  type Target,
  type Visit,
  type Written,
} from './fhir-write.js';

/** How long an answer waits for what was stored to be processed, so that the client reads what it wrote. */
const PATIENCE_MS = 5_000;
/** Characters of a name that are kept of it. */
const MOST = 200;

type ReadEncounter = ReadWrite['encounters'][number];

/** An encounter of a write with what is known of it, under the lock of its key. */
interface Held {
  readonly read: ReadEncounter;
  readonly key: string;
  readonly known: FhirVisit | undefined;
  /** The key it was known by before its facility was. */
  readonly replaces: string | null;
  /** Whether the derived encounter is there, whoever told of it. */
  readonly version: number;
}

/**
 * Takes what is written by FHIR: reads it, keeps it as a message, and hands it on to be processed as an HL7 v2 message is. What a
 * version of an Encounter means depends on the version before, so the versions of a visit are taken one after another, and the
 * message, its facts and what is remembered are stored in one transaction. What is wrong is kept, too, and quarantined.
 */
@Injectable()
export class TakeWrite {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly intake: Intake,
    private readonly processor: Processor,
    private readonly knowledge: FhirKnowledge,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Resolves when all of it is durable, and processed if that takes no longer than a moment. A repeat says nothing new.
   * @throws FhirRefusal for what is wrong with it (kept in quarantine), or a version that is not the client's (412);
   * DomainError 'not-durable' if it could not be stored: to be sent again
   */
  async take(write: FhirWrite): Promise<Taken> {
    const receivedAt = new Date(this.clock.nowMs()).toISOString();
    const common = { receivedAt, domains: this.knowledge.domainsOf(write.client), placeOf: this.knowledge.placeOf };
    const first = write.read({ ...common, timeZone: this.knowledge.defaultTimeZone, memoryOf: () => undefined });
    if (!first.ok) return this.refuse(write, first.error);
    const names = namesOf(first.value);
    const facility = this.knowledge.facilityOf(write.client, names);
    const timeZone = facility?.timeZone ?? this.knowledge.defaultTimeZone;
    const taken = await this.unitOfWork
      .run((tx) => this.within(tx, write, first.value, names, facility, { ...common, timeZone }))
      .catch((error: unknown) => {
        if (!isConnectionFailure(error)) throw error;
        throw notDurable();
      });
    taken.committed();
    await this.processed();
    return taken.result;
  }

  /** Keeps what cannot be taken, with what is wrong with it. @throws FhirRefusal always */
  async refuse(
    write: Pick<FhirWrite, 'client' | 'bytes' | 'messageType' | 'trigger'>,
    issues: readonly FhirIssue[],
    status: number = statusOfIssues(issues),
  ): Promise<never> {
    const { client, bytes, messageType, trigger } = write;
    const statement: Statement = {
      ...{ application: client, senderFacility: '', facilities: [], controlId: '', messageType, trigger },
      ...{ facts: [], bedStatuses: [], faults: issues.map(faultOf) },
    };
    await this.intake.take({ bytes, transport: 'http', format: 'fhir', statement }).catch((error: unknown) => {
      if (error instanceof NotDurable) throw notDurable();
      throw error;
    });
    throw new FhirRefusal(status, issues);
  }

  private async within(
    tx: Tx,
    write: FhirWrite,
    first: ReadWrite,
    names: readonly string[],
    facility: FacilityDirectory | undefined,
    options: Omit<Parameters<FhirWrite['read']>[0], 'memoryOf'>,
  ): Promise<{ result: Taken; committed: () => void }> {
    const facilityId = facility?.facility.id ?? null;
    const held = await this.hold(tx, write, first, facilityId);
    const known = await fhirResources(tx, 'Encounter', idsOf(first.encounters));
    const patients = await fhirResources(tx, 'Patient', idsOf(first.patients));
    for (const one of held) checkVersion(one, known.get(one.read.target.id ?? ''));
    const stale = new Set(held.filter(({ read, known }) => isStale(write, read, known)).map(({ key }) => key));
    const memoryOf = (visit: Visit): EncounterMemory | undefined => {
      const one = held.find(({ read }) => read.visit.number === visit.number && read.visit.domain === visit.domain);
      return one === undefined || stale.has(one.key) ? undefined : one.known?.memory;
    };
    const receivedAt = afterAll(held, new Date(this.clock.nowMs()).toISOString());
    const second = write.read({ ...options, receivedAt, memoryOf });
    if (!second.ok) throw new FhirRefusal(statusOfIssues(second.error), second.error);
    const content = digest(write.bytes);
    const only = second.value.patients.length + second.value.beds.length === 0;
    const again = only && held.length > 0 && held.every((one) => one.known?.digest === content);
    const controlId = write.controlId ?? (again ? held[0]!.known!.controlId : controlIdOf(held));
    const statement = statementOf(write, second.value, names, controlId, receivedAt);
    const { id } = identify(write.bytes, statement);
    const before = await findMessage(tx, id);
    const repeated = before !== undefined && before.disposition !== 'quarantined';
    const { answer, committed } = await this.intake.takeWithin(tx, {
      ...{ bytes: write.bytes, transport: 'http', format: 'fhir', statement },
    });
    if (!repeated) {
      const kept = { facility: facilityId, digest: content, controlId, messageId: id, receivedAt };
      await saveFhirVisits(tx, versionsOf(held, second.value, stale, kept));
    }
    const rows = rowsOf(write.client, held, second.value, facilityId, id);
    await saveFhirResources(tx, rows);
    const written = [
      ...held.map((one) => writtenOf(one, known)),
      ...second.value.patients.map(({ target, patient }): Written => {
        const key = patientKeyOf(write.client, facilityId, { number: patient.id, domain: patient.domain });
        const row = { index: target.index, type: 'Patient', id: target.id ?? key } as const;
        return { ...row, created: target.id === null || !patients.has(target.id) };
      }),
      ...second.value.beds.map(({ target }): Written => ({
        index: target.index,
        type: 'Location',
        id: target.id ?? '',
        created: false,
      })),
    ];
    const warnings = answer.faults.map(issueOf);
    return { result: { written, warnings, messageId: id }, committed };
  }

  /** Locks what is written and reads what is known of it. */
  private async hold(
    tx: Tx,
    write: FhirWrite,
    { encounters, patients }: ReadWrite,
    facility: string | null,
  ): Promise<Held[]> {
    const keyed = encounters.map((read) => {
      const provisional = deterministicId('fhir-visit', write.client, read.visit.domain ?? '', read.visit.number);
      return { read, provisional, key: facility === null ? provisional : encounterIdOf(facility, read.visit) };
    });
    const named = (type: string, targets: readonly { readonly target: Target }[]): string[] =>
      targets.flatMap(({ target }) => (target.id === null ? [] : [`${type}/${target.id}`]));
    await lockResources(tx, [
      ...keyed.flatMap(({ key, provisional }) => [key, provisional]),
      ...named('Encounter', encounters),
      ...named('Patient', patients),
    ]);
    const visits = await fhirVisits(
      tx,
      keyed.flatMap(({ key, provisional }) => [key, provisional]),
    );
    const versions = await encounterVersions(
      tx,
      keyed.map(({ key }) => key),
    );
    return keyed.map(({ read, key, provisional }) => {
      const own = visits.get(key);
      const former = key === provisional ? undefined : visits.get(provisional);
      return {
        ...{ read, key, known: own ?? former, version: versions.get(key) ?? 0 },
        replaces: own === undefined && former !== undefined ? provisional : null,
      };
    });
  }

  private async processed(): Promise<void> {
    const patience = new AbortController();
    await Promise.race([this.processor.settled(), pause(PATIENCE_MS, patience.signal)]);
    patience.abort();
  }
}

function notDurable(): DomainError {
  return new DomainError('unavailable', 'not-durable', 'It could not be stored; send it again.');
}

/** The version of an Encounter: it grows with every write and with all else that is heard of the visit. */
export function versionIdOf(writes: number, version: number): string {
  return String(writes + version);
}

function checkVersion({ read: { target }, known, version }: Held, row: FhirResourceRow | undefined): void {
  const exists = known !== undefined || version > 0 || row !== undefined;
  const at = target.index;
  if (target.onlyNew && exists) throw FhirRefusal.of(412, 'conflict', 'The resource is there already', `entry[${at}]`);
  if (target.ifMatch === null) return;
  const current = versionIdOf(known?.writes ?? 0, version);
  const expected = versionOfEtag(target.ifMatch);
  if (exists && (target.ifMatch.trim() === '*' || expected === current)) return;
  const text = exists
    ? `The resource is at version ${current} by now; read it again before you change it`
    : 'There is no such resource, so no version of it';
  throw FhirRefusal.of(412, 'conflict', text);
}

/** A message that was recorded before the last version was: it adds what it says, and takes nothing back that was said later. */
function isStale({ recorded }: FhirWrite, read: ReadEncounter, known: FhirVisit | undefined): boolean {
  return recorded === 'sender' && known !== undefined && read.recordedAt < known.recordedAt;
}

/**
 * When this write is recorded: now, but after the versions that were taken before, whatever the clocks of several processes say;
 * of facts that contradict each other the later recorded counts.
 */
function afterAll(held: readonly Held[], now: string): string {
  const last = held.reduce(
    (latest, { known }) => (known !== undefined && known.receivedAt > latest ? known.receivedAt : latest),
    '',
  );
  return last < now ? now : new Date(Date.parse(last) + 1).toISOString();
}

/** REST interactions are told apart by the version they make; a repeat makes none. */
function controlIdOf(held: readonly Held[]): string {
  const [one] = held;
  return held.length === 1 ? `Encounter/${one!.key}/${(one!.known?.writes ?? 0) + 1}` : newOpaqueId();
}

function namesOf({ encounters, beds, sites }: ReadWrite): string[] {
  const places = [
    ...encounters.flatMap(({ facts }) => facts.flatMap((f) => [f.location, f.pendingLocation, f.priorLocation])),
    ...beds.map(({ report }) => report.place),
  ];
  return [...new Set([...places.flatMap((place) => place?.facility ?? []), ...sites])];
}

function statementOf(
  { client, messageType, trigger }: FhirWrite,
  { encounters, patients, beds, warnings }: ReadWrite,
  facilities: readonly string[],
  controlId: string,
  receivedAt: string,
): Statement {
  const persons = patients.map(({ patient }) => personFact(patient, receivedAt));
  return {
    ...{ application: client.slice(0, MOST), senderFacility: (facilities[0] ?? '').slice(0, MOST), facilities },
    ...{ controlId: controlId.slice(0, MOST), messageType, trigger },
    facts: [...persons, ...encounters.flatMap(({ facts }) => facts)],
    bedStatuses: beds.map(({ report }) => report),
    faults: warnings.map(faultOf),
  };
}

function versionsOf(
  held: readonly Held[],
  { encounters }: ReadWrite,
  stale: ReadonlySet<string>,
  kept: Pick<FhirVisit, 'facility' | 'digest' | 'controlId' | 'messageId' | 'receivedAt'>,
): (FhirVisit & { replaces: string | null })[] {
  const versions = new Map<string, FhirVisit & { replaces: string | null }>();
  for (const [i, { key, known, replaces, read }] of held.entries()) {
    const { memory, recordedAt } = encounters[i]!;
    const late = stale.has(key) && known !== undefined;
    versions.set(key, {
      ...{ ...kept, key, visit: read.visit, writes: (known?.writes ?? 0) + 1, replaces },
      memory: late ? known.memory : memory,
      recordedAt: late ? known.recordedAt : recordedAt,
    });
  }
  return [...versions.values()];
}

function patientKeyOf(client: string, facility: string | null, patient: Visit): string {
  return facility === null
    ? deterministicId('fhir-patient', client, patient.domain ?? '', patient.number)
    : patientIdOf(facility, patient);
}

/** The ids that clients may use from now on. */
function rowsOf(
  client: string,
  held: readonly Held[],
  { patients }: ReadWrite,
  facility: string | null,
  messageId: string,
): FhirResourceRow[] {
  return [
    ...held.map(({ key, read: { target, visit } }) => ({
      ...{ type: 'Encounter' as const, id: target.id ?? key, key, facility, ...visit, messageId },
    })),
    ...patients.map(({ target, patient: { id: number, domain } }) => {
      const key = patientKeyOf(client, facility, { number, domain });
      return { type: 'Patient' as const, id: target.id ?? key, key, facility, number, domain, messageId };
    }),
  ];
}

function writtenOf(
  { key, known, version, read: { target } }: Held,
  rows: ReadonlyMap<string, FhirResourceRow>,
): Written {
  const there = target.id === null || target.id === key ? known !== undefined || version > 0 : rows.has(target.id);
  return { index: target.index, type: 'Encounter', id: target.id ?? key, created: !there };
}

function idsOf(written: readonly { readonly target: Target }[]): string[] {
  return written.flatMap(({ target }) => target.id ?? []);
}

/** An issue as it is kept with a message. */
export function faultOf({ severity, code, diagnostics, expression }: FhirIssue): PathFault {
  const wrong = severity === 'error' || severity === 'fatal';
  return { path: expression ?? '', code, severity: wrong ? 'E' : 'W', text: diagnostics };
}

/** What a kept message is told of, as a warning. */
function issueOf(fault: MessageFault): FhirIssue {
  if (isHl7Fault(fault)) return { severity: 'warning', code: 'processing', diagnostics: fault.text };
  const unplaced = fault.code === 'facility-unknown' || fault.code === 'place-unknown';
  return {
    severity: 'warning',
    code: unplaced ? 'not-found' : (fault.code as FhirIssue['code']),
    diagnostics: fault.text,
    ...(fault.path === '' ? {} : { expression: fault.path }),
  };
}
