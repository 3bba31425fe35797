import { Inject, Injectable } from '@nestjs/common';
import { type Cause, type ConflictData, encounterChanged, type EncounterData } from '@wardstream/events';
import {
  asOneVisit,
  type DerivedEncounter,
  type Directory,
  emptyDirectory,
  isPersonal,
  mergedAt,
  mergedAway,
  patientIdOf,
  type PlacedFact,
  placedFacts,
  type StatedFact,
  statesIdentity,
  type Visit,
} from '@wardstream/encounter-model';
import { type Clock, digest } from '@wardstream/kernel';
import { type AnyNewEvent, Outbox } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { Directories } from '../../directory/index.js';
import { EncounterListener } from '../encounter-listener.js';
import { conflictsById, saveConflicts } from '../persistence/conflict.rows.js';
import {
  type EncounterRow,
  encountersById,
  factsOf,
  insertFacts,
  lockFacilities,
  noteDirectory,
  type SavedEncounter,
  saveEncounters,
  takeFacts,
} from '../persistence/encounter.rows.js';
import { identitiesOf } from '../persistence/identity.rows.js';
import { closed, conflictEvent, encounterConflict } from './conflict-data.js';
import { deriveVisits } from './derive-visits.js';
import { houseLeft, noteHouseMoves, visitsLeft } from './houses.js';
import { keepIdentities } from './identities.js';
import {
  changedPatientConflicts,
  findPatientConflicts,
  patientsConcerned,
  type Rederived,
} from './patient-conflicts.js';
import { type FoundVisits, placeUnnumbered } from './unnumbered.js';

/** Facts as they enter encounters. */
export interface NewFacts {
  readonly facts: readonly StatedFact[];
  /** Messages that are read anew: what they stated before counts no more, `facts` have what they state now. */
  readonly reinterpreted: readonly ReinterpretedMessage[];
  /** Facilities that are locked besides those that the facts speak of. */
  readonly facilities: readonly string[];
}

export interface ReinterpretedMessage {
  readonly messageId: string;
  readonly facility: string;
  /** Ids under which its facts may have been kept. */
  readonly factIds: readonly string[];
}

/** What came of facts, beyond the encounters. */
export interface Restated {
  /** Of the facts that named no visit those that one was found for, by their ids. */
  readonly visits: FoundVisits;
  /** Earlier messages without a visit number that belong to another visit now, or to none: they are to be read anew. */
  readonly again: readonly string[];
}

interface Touched extends Visit {
  readonly cause: Cause;
}

interface Changed extends SavedEncounter {
  readonly cause: Cause;
  /** Conflicts it had before. */
  readonly wasIn: readonly string[];
}

/**
 * The one way by which facts enter encounters. Keeps the facts, derives the encounters that they touch from all their facts, saves and
 * publishes what changed; all in the caller's transaction and in a handful of statements, however many facts there are. A fact that is
 * kept already changes nothing, so a repeat is harmless; what is published is delivered at least once, in the order of a facility.
 */
@Injectable()
export class RestateEncounters {
  constructor(
    private readonly directories: Directories,
    private readonly outbox: Outbox,
    private readonly listener: EncounterListener,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes facts in. The facilities they speak of are locked until the transaction ends.
   * @throws EncounterMoved where another process saved an encounter meanwhile; the transaction may be tried again
   */
  async restate(tx: Tx, { facts, reinterpreted, facilities }: NewFacts): Promise<Restated> {
    const left = facts.flatMap(({ fact, facility }) => houseLeft(fact, facility, this.directories) ?? []);
    await lockFacilities(tx, [...new Set([...facilities, ...facts.map((f) => f.facility), ...left])]);
    const placed = placedFacts(facts);
    const touched = new Map<string, Touched>();
    for (const fact of placed)
      if (!isPersonal(fact.fact)) touched.set(fact.encounterId, { ...visitOf(fact), cause: causeOf(fact) });
    const former = await this.takeFormer(tx, reinterpreted);
    for (const fact of former) {
      if (isPersonal(fact.fact) || touched.has(fact.encounterId)) continue;
      touched.set(fact.encounterId, { ...visitOf(fact), cause: causeOf(fact) });
    }
    await insertFacts(tx, placed);
    await noteHouseMoves(tx, placed, this.directories);
    for (const visit of await keepIdentities(tx, placed, former)) {
      const by = [...former, ...placed].findLast((f) => f.facility === visit.facility && statesIdentity(f.fact))!;
      const { encounterId, facility, number, domain } = visit;
      if (!touched.has(encounterId))
        touched.set(encounterId, { encounterId, facility, number, domain, cause: causeOf(by) });
    }
    const messages = reinterpreted.map((m) => m.messageId);
    const unnumbered = await placeUnnumbered(tx, facts, messages, placed);
    await insertFacts(tx, unnumbered.facts);
    await noteHouseMoves(tx, unnumbered.facts, this.directories);
    for (const fact of unnumbered.facts) touched.set(fact.encounterId, { ...visitOf(fact), cause: causeOf(fact) });
    const merged = placed.filter(({ fact }) => fact.kind === 'merge-patient').map((f) => f.encounterId);
    await this.outbox.publish(tx, await this.derive(tx, [...touched.values()], merged));
    return { visits: unnumbered.visits, again: unnumbered.again };
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

  /** Takes away what messages that are read anew stated before, and gives it. */
  private async takeFormer(tx: Tx, reinterpreted: readonly ReinterpretedMessage[]): Promise<PlacedFact[]> {
    const facilities = new Map(reinterpreted.map((m) => [m.messageId, m.facility]));
    const taken = await takeFacts(
      tx,
      reinterpreted.flatMap((m) => m.factIds),
    );
    return taken.map((fact) => ({ ...fact, facility: facilities.get(fact.messageId)! }));
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
    const withFacts = visits.map((v) => ({ ...v, facts: v.members.flatMap((id) => stored.get(id)!) }));
    const directoryOf = (facility: string): Directory => this.directories.facility(facility) ?? emptyDirectory;
    const made = await deriveVisits(tx, withFacts, directoryOf);
    const changed: Changed[] = [];
    const concerned: Rederived[] = [];
    for (const [i, { cause, members: _all, retired, facts, ...visit }] of withFacts.entries()) {
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
    await this.listener.encounters(tx, changed.map(encounterData));
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
