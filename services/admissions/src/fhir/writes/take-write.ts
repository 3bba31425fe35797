import { Inject, Injectable } from '@nestjs/common';
import { type EncounterMemory, type FhirIssue, locationIdOf, versionOfEtag } from '@wardstream/fhir';
import { type Clock, deterministicId, digest, DomainError } from '@wardstream/kernel';
import { pause } from '@wardstream/messaging';
import { isConnectionFailure, type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { encounterIdOf, type FacilityDirectory } from '@wardstream/encounter-model';
import {
  faultsOfMessage,
  findMessage,
  identify,
  Intake,
  NotDurable,
  Processor,
  type NormalizedMessage,
} from '../../inbound/index.js';
import { encounterVersions } from '../persistence/fhir-encounter.rows.js';
import {
  fhirResources,
  fhirVisits,
  lastRecorded,
  lockResources,
  saveFhirResources,
  saveFhirVisits,
  saveOtherNumbers,
} from '../persistence/fhir.rows.js';
import { FhirKnowledge } from '../reads/fhir-knowledge.js';
import { FhirRefusal, statusOfIssues } from '../fhir-refusal.js';
import type { FhirWrite, ReadWrite, Taken, Target, Visit, Written } from './fhir-write.js';
import { readKnownPatient } from '../reads/stored-patients.js';
import { findPatientsById } from '../reads/stored-resources.js';
import {
  afterAll,
  checkVersion,
  controlIdOf,
  faultOf,
  type Held,
  idsOf,
  issueOf,
  namesOf,
  patientKeyOf,
  patientKeys,
  rowsOf,
  statementOf,
  versionsOf,
  writtenOf,
} from './write-versions.js';

/** How long an answer waits for what was stored to be processed, so that the client reads what it wrote. */
const PATIENCE_MS = 5_000;

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
    const unheardOf = { memoryOf: () => undefined, pieceOf: (_: Visit, id: string | null) => id ?? '' };
    const first = write.read({ ...common, timeZone: this.knowledge.defaultTimeZone, ...unheardOf });
    if (!first.ok) return this.refuse(write, first.error);
    const names = namesOf(first.value);
    const facility = this.knowledge.facilityOf(write.client, names);
    const inHouse = this.inHouse(write.client, first.value);
    const timeZone = facility?.timeZone ?? this.knowledge.defaultTimeZone;
    const taken = await this.unitOfWork
      .run((tx) => this.within(tx, write, inHouse, names, facility, { ...common, timeZone }))
      .catch((error: unknown) => {
        if (!isConnectionFailure(error)) throw error;
        throw notDurable();
      });
    taken.committed();
    if (taken.refused.length > 0) throw new FhirRefusal(statusOfIssues(taken.refused), taken.refused);
    await this.processed(taken.result.messageId);
    return taken.result;
  }

  /** Keeps what cannot be taken, with what is wrong with it. @throws FhirRefusal always */
  async refuse(
    write: Pick<FhirWrite, 'client' | 'bytes' | 'messageType' | 'trigger'>,
    issues: readonly FhirIssue[],
    status: number = statusOfIssues(issues),
  ): Promise<never> {
    const { client, bytes, messageType, trigger } = write;
    const statement: NormalizedMessage = {
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
    options: Omit<Parameters<FhirWrite['read']>[0], 'memoryOf' | 'pieceOf'>,
  ): Promise<{ result: Taken; committed: () => void; refused: readonly FhirIssue[] }> {
    const facilityId = facility?.facility.id ?? null;
    const held = await this.hold(tx, write, first, facilityId);
    const known = await fhirResources(tx, 'Encounter', idsOf(first.encounters));
    const taken = await this.patientsThere(tx, write.client, first, facilityId);
    for (const one of held) checkVersion(one, known.get(one.read.target.id ?? ''));
    for (const { target } of first.patients) await checkPatient(tx, target);
    const heldOf = (visit: Visit): Held | undefined => {
      const { number, domain } = this.knowledge.inHouse(write.client, visit);
      return held.find(({ read }) => read.visit.number === number && read.visit.domain === domain);
    };
    const remembered = {
      memoryOf: (visit: Visit): EncounterMemory | undefined => heldOf(visit)?.known?.memory,
      pieceOf: (visit: Visit, id: string | null): string => (id === heldOf(visit)?.key ? '' : (id ?? '')),
    };
    const ofPatients = await lastRecorded(tx, patientKeys(write.client, facilityId, first));
    const receivedAt = afterAll(held, ofPatients, new Date(this.clock.nowMs()).toISOString());
    const second = write.read({ ...options, receivedAt, ...remembered });
    if (!second.ok) throw new FhirRefusal(statusOfIssues(second.error), second.error);
    const inHouse = this.inHouse(write.client, second.value);
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
    // The sender's profile may refuse what is sound: it is kept as refused, and nothing is remembered of it.
    if (answer.code !== 'AA') {
      const refused = answer.faults.map((fault) => ({ ...issueOf(fault), severity: 'error' as const }));
      return { result: { written: [], warnings: [], messageId: id }, committed, refused };
    }
    if (!repeated) {
      const kept = { facility: facilityId, digest: content, controlId, messageId: id, receivedAt };
      await saveFhirVisits(tx, versionsOf(held, second.value, kept));
    }
    await saveFhirResources(
      tx,
      rowsOf(write.client, held, inHouse, { facility: facilityId, messageId: id, recordedAt: receivedAt }),
    );
    await saveOtherNumbers(
      tx,
      held.map(({ key }, i) => ({ key, numbers: inHouse.encounters[i]!.others })),
    );
    const written = [
      ...held.map((one) => writtenOf(one, known)),
      ...inHouse.patients.map(({ target, patient }): Written => {
        const key = patientKeyOf(write.client, facilityId, { number: patient.id, domain: patient.domain });
        const row = { index: target.index, type: 'Patient', id: target.id ?? key } as const;
        return { ...row, created: !taken.has(target.id ?? key), writes: 1 };
      }),
      ...second.value.beds.map(({ target, report }): Written => {
        const bedId = report === null ? null : (facility?.resolve(report.place).bedId ?? null);
        const ours = bedId === null || facilityId === null ? null : locationIdOf(facilityId, 'bed', bedId);
        return {
          index: target.index,
          type: 'Location',
          id: target.id ?? ours ?? 'unplaced',
          created: false,
          writes: 1,
        };
      }),
    ];
    // A repeat says nothing new; while its first waits to be placed, what is said of that is said again.
    const waits = repeated && before.disposition === 'unplaced';
    const warnings = (waits ? await faultsOfMessage(tx, id) : answer.faults).map(issueOf);
    return { result: { written, warnings, messageId: id }, committed, refused: [] };
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
      ...patientKeys(write.client, facility, { patients }),
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

  /** Visits and patients in the terms of the house; facts stay as they were sent, as interpreting puts them into those terms. */
  private inHouse(client: string, read: ReadWrite): ReadWrite {
    return {
      ...read,
      encounters: read.encounters.map((one) => ({
        ...one,
        visit: this.knowledge.inHouse(client, one.visit),
        others: one.others.map((other) => this.knowledge.inHouse(client, other)),
      })),
      patients: read.patients.map(({ target, patient }) => {
        const { number: id, domain } = this.knowledge.inHouse(client, { number: patient.id, domain: patient.domain });
        return { target, patient: { ...patient, id, domain } };
      }),
    };
  }

  /** Ids of those of the patients written that are known, whoever told of them. */
  private async patientsThere(
    tx: Tx,
    client: string,
    { patients }: ReadWrite,
    facility: string | null,
  ): Promise<ReadonlySet<string>> {
    const ids = patients.map(
      ({ target, patient }) =>
        target.id ?? patientKeyOf(client, facility, { number: patient.id, domain: patient.domain }),
    );
    return new Set((await findPatientsById(tx, ids)).keys());
  }

  private async processed(messageId: string): Promise<void> {
    const patience = new AbortController();
    await Promise.race([this.processor.processed(messageId, patience.signal), pause(PATIENCE_MS, patience.signal)]);
    patience.abort();
  }
}

function notDurable(): DomainError {
  return new DomainError('unavailable', 'not-durable', 'It could not be stored; send it again.');
}

async function checkPatient(tx: Tx, { id, ifMatch, onlyNew }: Target): Promise<void> {
  if (id === null || (ifMatch === null && !onlyNew)) return;
  const known = await readKnownPatient(tx, id);
  if (onlyNew && known !== undefined) throw FhirRefusal.of(412, 'conflict', 'The resource is there already');
  if (ifMatch === null || (known !== undefined && ifMatch.trim() === '*')) return;
  if (typeof known === 'object' && versionOfEtag(ifMatch) === known.versionId) return;
  throw FhirRefusal.of(412, 'conflict', 'The resource is not at this version; read it again before you change it');
}
