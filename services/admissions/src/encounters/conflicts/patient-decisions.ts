import { Inject, Injectable } from '@nestjs/common';
import type { ConflictData, MovementFact } from '@wardstream/events';
import { canonicalText, type Clock, DomainError, nowIso } from '@wardstream/kernel';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import {
  bedConflictKinds,
  emptyDirectory,
  endVisit,
  inRecordedOrder,
  joinVisits,
  nameMother,
  numberConflictKinds,
  type OnePatient,
  openBed,
  patientIdOf,
  type VisitFact,
  withdrawDecision,
} from '@wardstream/encounter-model';
import { Directories } from '../../directory/index.js';
import { type EncounterRow, encountersById, factsOf, staysOf } from '../persistence/encounter.rows.js';
import { goesBy } from '../persistence/identity.rows.js';
import { findPatientConflicts } from '../restate/patient-conflicts.js';
import { DecisionMessages, type Spokesperson } from './decision-messages.js';

/**
 * What persons say of a patient's visits: that two are one, that one is over. Each is kept as a message of its own that states
 * facts, and processed in the caller's transaction: so everything follows from it as from what a sender says, and a replay of
 * all messages comes to the same. Taking it back is a message, too. To be called under the lock of the facility.
 */
@Injectable()
export class PatientDecisions {
  constructor(
    private readonly messages: DecisionMessages,
    private readonly directories: Directories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Does what a conflict was closed by. `closed`: as it is then; `over`: the encounter that is over, null where the visits are one.
   * @throws DomainError 'decision-not-possible' (the conflict is none of that kind), 'visit-not-in-conflict', 'visits-changed'
   */
  async decide(tx: Tx, closed: ConflictData, over: string | null): Promise<void> {
    const kinds = over === null ? numberConflictKinds : bedConflictKinds;
    if (!kinds.includes(closed.kind))
      throw new DomainError('invalid', 'decision-not-possible', 'A conflict of this kind is not settled in this way.');
    const ids = [...new Set(closed.facts.flatMap((f) => f.encounterId ?? []))];
    const visits = await encountersById(tx, ids);
    const stays = await staysOf(tx, ids);
    const now = nowIso(this.clock);
    if (over === null) {
      const began = [...visits.values()].map((v) => ({ ...v, beganAt: stays.get(v.encounterId)?.[0]?.from ?? null }));
      return this.state(tx, closed, joinVisits(began, { now }));
    }
    const visit = visits.get(over);
    if (visit === undefined)
      throw new DomainError('invalid', 'visit-not-in-conflict', 'The conflict names no such visit.');
    const beganOf = (id: string): string | undefined => openBed(stays.get(id) ?? [])?.from;
    const own = beganOf(over);
    const others = ids.filter((id) => id !== over).flatMap((id) => beganOf(id) ?? []);
    const other = others.sort().at(-1);
    if (own === undefined || other === undefined)
      throw new DomainError('conflict', 'visits-changed', 'The visits do not hold two beds any more.');
    return this.state(tx, closed, endVisit(visit, own, other, { now }));
  }

  /** Takes back what a conflict was closed by. `closed`: as it was then. */
  async takeBack(tx: Tx, closed: ConflictData): Promise<void> {
    const { facility, version } = closed;
    const kept = await this.messages.kept(tx, facility, controlIdOf(closed));
    if (kept === undefined)
      throw new DomainError('conflict', 'undo-too-late', 'What was decided is not kept any more.');
    const facts = withdrawDecision(kept.messageId, kept.facts, { now: nowIso(this.clock) });
    return this.state(tx, { ...closed, version: version + 1 }, facts);
  }

  /** Whether the facts behind a conflict of one patient still disagree as they did; null for a conflict of another kind. */
  async isStillFound(tx: Tx, { id, kind, facility, subject, facts }: ConflictData): Promise<boolean | null> {
    if (!bedConflictKinds.includes(kind) && !numberConflictKinds.includes(kind)) return null;
    const visit = (await encountersById(tx, [subject.id])).get(subject.id);
    if (visit === undefined || visit.patient.number === null) return false;
    const patient = await onePatient(tx, facility, visit.patient);
    const found = await findPatientConflicts(
      tx,
      [{ ...patient, numbers: new Set([visit.number]) }],
      (of) => this.directories.facility(of) ?? emptyDirectory,
    );
    return found.some((f) => f.id === id && canonicalText(f.facts) === canonicalText(facts));
  }

  /**
   * Says that the visit is that of the newborn of the other visit's patient: in one bed they are no dispute. A repeat changes nothing.
   * @throws DomainError 'mother-not-identified' (nobody said who her patient is), 'own-mother', 'mother-known' (it is another one)
   */
  async nameMother(tx: Tx, newborn: EncounterRow, mother: EncounterRow, by: Spokesperson): Promise<void> {
    const { number, domain } = mother.patient;
    if (number === null)
      throw new DomainError(
        'conflict',
        'mother-not-identified',
        'Nobody has said by which identifier the mother goes.',
      );
    if (newborn.facility !== mother.facility || canonicalText(newborn.patient) === canonicalText(mother.patient))
      throw new DomainError('invalid', 'own-mother', 'Mother and newborn are two patients of one facility.');
    const named = await this.motherOf(tx, newborn.encounterId);
    const known = named.at(-1)?.fact.patient.mother;
    if (known !== undefined && known.number === number && known.domain === domain) return;
    if (known !== undefined)
      throw new DomainError('conflict', 'mother-known', 'Another patient is known to be the mother.');
    const now = nowIso(this.clock);
    const facts = nameMother(newborn, { number, domain }, { now });
    await this.messages.keep(tx, {
      facility: newborn.facility,
      controlId: `${newborn.encounterId}:mother:${now}`,
      facts,
      by,
    });
  }

  /** Takes that back. @throws DomainError 'mother-not-decided' where no person said it */
  async withdrawMother(tx: Tx, newborn: EncounterRow, by: Spokesperson): Promise<void> {
    const decided = (await this.motherOf(tx, newborn.encounterId)).findLast(({ fact }) => fact.decision !== undefined);
    if (decided === undefined)
      throw new DomainError('conflict', 'mother-not-decided', 'No person has said who the mother is.');
    const now = nowIso(this.clock);
    const facts = withdrawDecision(decided.messageId, [decided.fact], { now });
    await this.messages.keep(tx, {
      facility: newborn.facility,
      controlId: `${newborn.encounterId}:mother:${now}`,
      facts,
      by,
    });
  }

  /** What stands of who the mother is, in the order it was recorded. */
  private async motherOf(tx: Tx, id: string): Promise<VisitFact[]> {
    const facts = (await factsOf(tx, [id])).get(id)!;
    return inRecordedOrder(facts.filter(({ fact }) => fact.patient.mother !== undefined));
  }

  private state(tx: Tx, conflict: ConflictData, facts: readonly MovementFact[]): Promise<void> {
    return this.messages.keep(tx, {
      facility: conflict.facility,
      controlId: controlIdOf(conflict),
      facts,
      by: conflict,
    });
  }
}

/** One decision about one version of a conflict. */
function controlIdOf({ id, version }: ConflictData): string {
  return `${id}:${version}`;
}

/** The patient who is shown under an identifier. */
async function onePatient(tx: Tx, facility: string, { number, domain }: EncounterRow['patient']): Promise<OnePatient> {
  const own = { facility, number: number!, domain };
  const id = patientIdOf(facility, own);
  const known = (await goesBy(tx, [id])).get(id);
  return known === undefined ? { ...own, id, isMerged: false } : { ...known.survivor, isMerged: known.isMerged };
}
