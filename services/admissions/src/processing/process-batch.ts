import { Inject, Injectable } from '@nestjs/common';
import {
  bedStatusReported,
  type Cause,
  type ConflictData,
  encounterChanged,
  type EncounterData,
} from '@wardstream/events';
import { type Clock, deterministicId, digest } from '@wardstream/kernel';
import { type AnyNewEvent, Outbox } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import type { DerivedEncounter } from '../domain/derive-encounter.js';
import { type Directory, emptyDirectory } from '../domain/directory.js';
import type { PlacedFact } from '../domain/identities.js';
import { patientIdOf } from '../domain/identify.js';
import { asOneVisit, mergedAt, mergedAway, type Visit } from '../domain/one-visit.js';
import { isPersonal, tellsOfIdentity } from '../domain/visit-fact.js';
import { Directories } from '../facilities/directories.js';
import { Forwarding } from '../forwarding/forwarding.js';
import { conflictsById, saveConflicts } from '../persistence/conflict.rows.js';
import {
  type EncounterRow,
  encountersById,
  factsOf,
  insertFacts,
  takeFacts,
  lockFacilities,
  noteDirectory,
  type SavedEncounter,
  saveEncounters,
} from '../persistence/encounter.rows.js';
import { identitiesOf } from '../persistence/identity.rows.js';
import { putPending, takePending, updateVerdicts } from '../persistence/message.rows.js';
import { closed, conflictEvent, controlIdReused, encounterConflict } from './conflict-data.js';
import { deriveVisits } from './derive-visits.js';
import { houseLeft, noteHouseMoves, visitsLeft } from './houses.js';
import { keepIdentities } from './identities.js';
import {
  changedPatientConflicts,
  findPatientConflicts,
  patientsConcerned,
  type Rederived,
} from './patient-conflicts.js';
import { Subscriptions } from '../subscriptions/subscriptions.js';
import { needsVisit, type Verdict } from '../domain/verdict.js';
import { factsOfMessage, formerFacts } from './message-facts.js';
import { MessageFailures } from './message-failures.js';
import type { ReceivedMessage } from './received-message.js';
import { placeUnnumbered } from './unnumbered-messages.js';

interface Touched extends Visit {
  readonly cause: Cause;
}

interface Changed extends SavedEncounter {
  readonly cause: Cause;
  /** Conflicts it had before. */
  readonly wasIn: readonly string[];
}

/**
 * Turns stored messages into facts, derives the encounters they touch from all their facts, saves and publishes them; all in
 * the caller's transaction and in a handful of statements, however many messages there are. A message that was processed
 * already (by another replica, or before a crash) is passed over, so a repeat is harmless.
 */
@Injectable()
export class ProcessBatch {
  constructor(
    private readonly directories: Directories,
    private readonly outbox: Outbox,
    private readonly forwarding: Forwarding,
    private readonly subscriptions: Subscriptions,
    private readonly failures: MessageFailures,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Gives the ids of messages that were put on the list of what waits, to be read anew. */
  async process(tx: Tx, messages: readonly ReceivedMessage[]): Promise<readonly string[]> {
    const waiting = await takePending(
      tx,
      messages.map((m) => m.id),
    );
    const own = messages.filter((m) => waiting.has(m.id));
    if (own.length === 0) return [];
    await updateVerdicts(
      tx,
      own.filter((m) => m.judgedAnew),
    );
    const placed = own.filter((m) => m.verdict.facility !== null);
    const named = placed.flatMap(({ verdict }) =>
      verdict.facts.flatMap((fact) => houseLeft(fact, verdict.facility!, this.directories) ?? []),
    );
    await lockFacilities(tx, [...new Set([...placed.map((m) => m.verdict.facility!), ...named])]);
    const facilities = new Map(placed.map((m) => [m.id, m.verdict.facility!]));
    const facts: PlacedFact[] = [];
    const touched = new Map<string, Touched>();
    for (const message of placed) {
      for (const fact of factsOfMessage(message)) {
        facts.push(fact);
        if (isPersonal(fact.fact)) continue;
        touched.set(fact.encounterId, { ...visitOf(fact), cause: causeOf(fact) });
      }
    }
    const taken = await takeFacts(tx, formerFacts(placed));
    const former = taken.map((fact): PlacedFact => ({ ...fact, facility: facilities.get(fact.messageId)! }));
    for (const fact of former) {
      if (isPersonal(fact.fact) || touched.has(fact.encounterId)) continue;
      touched.set(fact.encounterId, { ...visitOf(fact), cause: causeOf(fact) });
    }
    await insertFacts(tx, facts);
    await noteHouseMoves(tx, facts, this.directories);
    for (const visit of await keepIdentities(tx, facts, former)) {
      const by = [...former, ...facts].findLast((f) => f.facility === visit.facility && tellsOfIdentity(f.fact))!;
      const { encounterId, facility, number, domain } = visit;
      if (!touched.has(encounterId))
        touched.set(encounterId, { encounterId, facility, number, domain, cause: causeOf(by) });
    }
    const unnumbered = await placeUnnumbered(tx, placed, facts);
    await insertFacts(tx, unnumbered.facts);
    await noteHouseMoves(tx, unnumbered.facts, this.directories);
    for (const fact of unnumbered.facts) touched.set(fact.encounterId, { ...visitOf(fact), cause: causeOf(fact) });
    await updateVerdicts(tx, unnumbered.verdicts);
    await putPending(tx, unnumbered.again);
    const merged = facts.filter(({ fact }) => fact.kind === 'merge-patient').map((f) => f.encounterId);
    const events = await this.derive(tx, [...touched.values()], merged);
    events.push(...placed.flatMap((m) => this.bedStatuses(m)), ...(await this.reusedControlIds(tx, placed)));
    const judged = new Map(unnumbered.verdicts.map(({ id, verdict }) => [id, verdict]));
    const acted = placed.map((m) => ({ ...m, verdict: judged.get(m.id) ?? m.verdict }));
    const waitingNow = acted.filter(({ verdict }) => verdict.cause === 'visit-awaited');
    events.push(...(await this.failures.waitForVisit(tx, waitingNow)));
    await this.outbox.publish(tx, events);
    await this.forwarding.messages(
      tx,
      acted.filter(({ verdict }) => !needsVisit(verdict)),
    );
    return unnumbered.again;
  }

  /** Derives encounters anew whose facility was configured differently since. */
  async rederive(tx: Tx, outdated: readonly EncounterRow[]): Promise<void> {
    await lockFacilities(tx, [...new Set(outdated.map((e) => e.facility))]);
    const now = new Date(this.clock.nowMs()).toISOString();
    const cause = { kind: 'facility-configured', by: 'bed-management', at: now, recordedAt: now, receivedAt: now };
    const touched = outdated.map(({ encounterId, facility, number, domain }) => ({
      ...{ encounterId, facility, number, domain, cause },
    }));
    const events = await this.derive(tx, touched, []);
    await noteDirectory(
      tx,
      touched.map((e) => e.encounterId),
      touched.map((e) => this.directories.facility(e.facility)?.facility.version ?? 0),
    );
    await this.outbox.publish(tx, events);
  }

  /**
   * Derives, saves what changed, opens and closes conflicts, also of patients who were merged (by id) and no visit of whom changed;
   * gives the events that say so.
   */
  private async derive(tx: Tx, spoken: readonly Touched[], mergedPatients: readonly string[]): Promise<AnyNewEvent[]> {
    if (spoken.length + mergedPatients.length === 0) return [];
    const ofSpoken = await identitiesOf(tx, idsOf(spoken));
    const left = await visitsLeft(tx, spoken, ofSpoken);
    const touched = [...spoken, ...left];
    const identities = left.length === 0 ? ofSpoken : await identitiesOf(tx, idsOf(touched));
    const visits = asOneVisit(touched, identities);
    const ids = visits.flatMap((v) => v.members);
    const stored = await factsOf(tx, ids);
    const before = await encountersById(tx, ids);
    const told = visits.map((v) => ({ ...v, facts: v.members.flatMap((id) => stored.get(id)!) }));
    const directoryOf = (facility: string): Directory => this.directories.facility(facility) ?? emptyDirectory;
    const made = await deriveVisits(tx, told, directoryOf);
    const changed: Changed[] = [];
    const concerned: Rederived[] = [];
    for (const [i, { cause, members: _all, retired, facts, ...visit }] of told.entries()) {
      const { encounterId } = visit;
      // A message that was read anew may speak of another visit, or of none: then nothing may be left of this one.
      const derived = facts.length === 0 ? mergedAway(made[i]!, null) : made[i]!;
      // First what is no more: whoever listens never sees two of them in one bed.
      for (const other of retired) {
        // Also of one nothing else was said of: a bed may be kept for its number.
        const left = mergedAway(derived, mergedAt(other, facts));
        this.note(changed, other, left, encounterId, cause, before.get(other.encounterId));
      }
      this.note(changed, visit, derived, null, cause, before.get(encounterId));
      concerned.push({ ...visit, derived });
    }
    await saveEncounters(tx, changed);
    await this.subscriptions.encounters(tx, changed.map(encounterData));
    const conflicts = await this.conflicts(tx, changed, before, { visits: concerned, mergedPatients });
    return [...changed.map(encounterEvent), ...conflicts.map(conflictEvent)];
  }

  /** Adds what is to be saved, if it differs from what is known. */
  private note(
    changed: Changed[],
    visit: Visit,
    derived: DerivedEncounter,
    mergedInto: string | null,
    cause: Cause,
    known: EncounterRow | undefined,
  ): void {
    const contents = digest(`${JSON.stringify(derived)}${mergedInto ?? ''}`);
    if (known?.digest === contents) return;
    const version = (known?.version ?? 0) + 1;
    const directoryVersion = this.directories.facility(visit.facility)?.facility.version ?? 0;
    const wasIn = known?.conflictIds ?? [];
    changed.push({ ...visit, version, digest: contents, derived, directoryVersion, mergedInto, cause, wasIn });
  }

  private async conflicts(
    tx: Tx,
    changed: readonly Changed[],
    before: ReadonlyMap<string, EncounterRow>,
    told: { readonly visits: readonly Rederived[]; readonly mergedPatients: readonly string[] },
  ): Promise<ConflictData[]> {
    // Also of visits that are as they were: what was said of them may show in a conflict, and nowhere else.
    const ofPatients = await patientsConcerned(tx, [...told.visits, ...changed], before, told.mergedPatients);
    const concerned = changed.flatMap((e) => [...e.wasIn, ...e.derived.conflicts.map((c) => c.id)]);
    const known = await conflictsById(tx, [...new Set([...concerned, ...ofPatients.conflictIds])]);
    const now = new Date(this.clock.nowMs()).toISOString();
    const saved: ConflictData[] = [];
    for (const encounter of changed) {
      const open = new Set(encounter.derived.conflicts.map((c) => c.id));
      for (const conflict of encounter.derived.conflicts) {
        const data = encounterConflict(conflict, encounter, known.get(conflict.id), now);
        if (data !== null) saved.push(data);
      }
      for (const id of encounter.wasIn) {
        const former = known.get(id);
        if (former !== undefined && !open.has(id) && former.closedAt === null) saved.push(closed(former, now));
      }
    }
    const directoryOf = (facility: string): Directory => this.directories.facility(facility) ?? emptyDirectory;
    const found = await findPatientConflicts(tx, ofPatients.patients, directoryOf);
    saved.push(...changedPatientConflicts(found, ofPatients, known, now));
    await saveConflicts(tx, saved);
    return saved;
  }

  private bedStatuses({ id, position, verdict, receivedAt }: ReceivedMessage): AnyNewEvent[] {
    const { facility, application } = verdict;
    if (facility === null) return [];
    const ids = eventIdsOf(verdict.bedStatuses);
    return verdict.bedStatuses.flatMap(({ at, recordedAt, code, trigger, place: sent }, i): AnyNewEvent[] => {
      const place = this.directories.facility(facility)?.resolve(sent);
      if (place === undefined || place.bedId === null) return [];
      const by = application || 'unnamed sender';
      const cause = { kind: 'bed-status', trigger, by, at, recordedAt, receivedAt, ref: id };
      const eventId = deterministicId('bed-status', id, ...ids[i]!);
      return [
        {
          ...{ definition: bedStatusReported, subject: place.bedId, aggregateVersion: Number(position), facility },
          ...{ id: eventId, time: at, recordedAt, data: { facility, place, code, cause } },
        },
      ];
    });
  }

  /** Senders that use a control id for two messages: one open conflict for each of them. */
  private async reusedControlIds(tx: Tx, placed: readonly ReceivedMessage[]): Promise<AnyNewEvent[]> {
    const opened = new Map<string, ConflictData>();
    for (const message of placed) {
      if (!message.reused) continue;
      const conflict = controlIdReused(message);
      if (!opened.has(conflict.id)) opened.set(conflict.id, conflict);
    }
    const known = await conflictsById(tx, [...opened.keys()]);
    const fresh = [...opened.values()].filter((c) => !known.has(c.id));
    await saveConflicts(tx, fresh);
    return fresh.map(conflictEvent);
  }
}

/**
 * What tells the bed states of one message apart, whenever it is read: the NPU that says it, and the place where one NPU is of many
 * beds. Another NPU of it may come to be known later. The first of a message has none.
 */
function eventIdsOf(reports: Verdict['bedStatuses']): string[][] {
  return reports.map(({ occurrence }, i) => {
    const nth = occurrence === undefined ? i : occurrence - 1;
    const isAlone = occurrence === undefined || !reports.some((r, j) => j !== i && r.occurrence === occurrence);
    const { unit, room, bed } = reports[i]!.place;
    if (!isAlone) return [String(nth), [unit, room, bed].join('^')];
    return nth === 0 ? [] : [String(nth)];
  });
}

function idsOf(visits: readonly Touched[]): string[] {
  return visits.map((visit) => visit.encounterId);
}

function visitOf({ encounterId, facility, fact }: PlacedFact): Visit {
  return { encounterId, facility, number: fact.visit!.number, domain: fact.visit!.domain };
}

function causeOf({ messageId, source, receivedAt, fact }: PlacedFact): Cause {
  const { kind, trigger, at, recordedAt } = fact;
  return { kind, trigger, by: source || 'unnamed sender', at, recordedAt, receivedAt, ref: messageId };
}

function encounterEvent(encounter: SavedEncounter & { readonly cause: Cause }): AnyNewEvent {
  const { encounterId, facility, version, cause } = encounter;
  return {
    definition: encounterChanged,
    subject: encounterId,
    aggregateVersion: version,
    facility,
    time: cause.at,
    recordedAt: cause.recordedAt,
    data: encounterData(encounter),
  };
}

/** Who a patient and the mother of a newborn are, so that their visits can be told to be of one person; no number leaves here. */
function personKeys(facility: string, { id, domain, mother }: DerivedEncounter['patient']) {
  return {
    ...(id === null ? {} : { person: patientIdOf(facility, { number: id, domain }) }),
    ...(mother === undefined ? {} : { mother: patientIdOf(facility, mother) }),
  };
}

function encounterData(encounter: SavedEncounter & { readonly cause: Cause }): EncounterData {
  const { encounterId, facility, version, number: visitNumber, derived, mergedInto, cause } = encounter;
  const { brief, conflicts, pendings, plannedBeds, stays, patient: _kept, movements: _shown, ...rest } = derived;
  return {
    ...rest,
    ...{ encounterId, facility, version, visitNumber, cause },
    ...(mergedInto === null ? {} : { mergedInto }),
    ...personKeys(facility, derived.patient),
    patient: brief,
    pendings: [...pendings],
    plannedBeds: [...plannedBeds],
    stays: [...stays],
    conflictIds: conflicts.map((c) => c.id),
  };
}
