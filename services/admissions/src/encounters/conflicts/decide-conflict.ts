import { Inject, Injectable } from '@nestjs/common';
import type { CloseEncounterConflict } from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import { type Clock, DomainError, nowIso } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { checkFacility, CLOCK, noteAct, type User } from '@wardstream/service-kit';
import { closedByPerson, reopenedByPerson } from './conflict-decisions.js';
import { conflictsById, isStillFound, saveConflicts } from '../persistence/conflict.rows.js';
import { lockFacilities } from '../persistence/encounter.rows.js';
import { conflictEvent } from '../restate/conflict-data.js';
import { decidedFailure } from './message-failure-event.js';
import { PatientDecisions } from './patient-decisions.js';

/**
 * Closes conflicts of encounters and messages for a reason, and takes that back. The closing stands as long as the facts behind it
 * do (`conflict-data.ts`); where it says what is so, that is kept as a fact. A repeat answers as the first did and publishes nothing.
 */
@Injectable()
export class DecideConflict {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    private readonly decisions: PatientDecisions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError 'conflict-not-found', as `closedByPerson`, and as `PatientDecisions.decide` */
  close(
    id: string,
    user: User,
    { reason, version, joinVisits, endVisit }: CloseEncounterConflict,
  ): Promise<ConflictData> {
    const decided: ConflictData['decided'] =
      joinVisits === true ? 'visits-joined' : endVisit === undefined ? undefined : 'visit-ended';
    return this.change(id, user, async (tx, conflict) => {
      const request = { reason, version, closedBy: user.subject, now: nowIso(this.clock), decided };
      const closed = closedByPerson(conflict, request);
      if (closed === conflict || decided === undefined) return this.publish(tx, conflict, closed);
      await this.publish(tx, conflict, closed);
      await this.decisions.decide(tx, closed, endVisit ?? null);
      return closed;
    });
  }

  /** @throws DomainError 'conflict-not-found', and as `reopenedByPerson` */
  reopen(id: string, user: User, { version }: { version: number }): Promise<ConflictData> {
    return this.change(id, user, async (tx, conflict) => {
      if (conflict.decided === undefined) {
        const isFound = await this.isFound(tx, conflict);
        return this.publish(tx, conflict, reopenedByPerson(conflict, version, isFound));
      }
      const open = reopenedByPerson(conflict, version, true);
      await this.publish(tx, conflict, open);
      await this.decisions.takeBack(tx, conflict);
      const after = await known(tx, id);
      // Other facts may say the same by now: then the decision is not what stands in the way, and it stays as it is.
      if (after.closedAt !== null || !(await this.isFound(tx, after))) throw tooLate();
      return after;
    });
  }

  private change(
    id: string,
    user: User,
    change: (tx: Tx, conflict: ConflictData) => Promise<ConflictData>,
  ): Promise<ConflictData> {
    return this.unitOfWork.run(async (tx) => {
      const { facility, subject } = await known(tx, id);
      checkFacility(user, facility);
      noteAct({ facility, encounters: subject.type === 'encounter' ? [subject.id] : [] });
      await lockFacilities(tx, [facility]);
      // What was read before the lock may have changed until then.
      return change(tx, await known(tx, id));
    });
  }

  private async publish(tx: Tx, conflict: ConflictData, decided: ConflictData): Promise<ConflictData> {
    if (decided === conflict) return conflict;
    await saveConflicts(tx, [decided]);
    const failure = decidedFailure(decided);
    await this.outbox.publish(tx, [
      { ...conflictEvent(decided), recordedAt: nowIso(this.clock) },
      ...(failure === null ? [] : [failure]),
    ]);
    return decided;
  }

  private async isFound(tx: Tx, conflict: ConflictData): Promise<boolean> {
    return (await this.decisions.isStillFound(tx, conflict)) ?? (await isStillFound(tx, conflict));
  }
}

function tooLate(): DomainError {
  return new DomainError('conflict', 'undo-too-late', 'The facts have changed since; nothing is left to take back.');
}

async function known(tx: Tx, id: string): Promise<ConflictData> {
  const conflict = (await conflictsById(tx, [id])).get(id);
  if (conflict === undefined)
    throw new DomainError('not-found', 'conflict-not-found', 'There is no such conflict of an encounter or a message.');
  return conflict;
}
