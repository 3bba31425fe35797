import { Inject, Injectable } from '@nestjs/common';
import type { ConflictData } from '@wardstream/events';
import { type Clock, DomainError, nowIso } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK, type User } from '@wardstream/service-kit';
import { closedByPerson, reopenedByPerson } from '../domain/decide-conflict.js';
import { conflictsById, isStillFound, saveConflicts } from '../persistence/conflict.rows.js';
import { lockFacilities } from '../persistence/encounter.rows.js';
import { conflictEvent } from '../processing/conflict-data.js';

/**
 * Closes conflicts of encounters and messages for a reason, and takes that back. The closing stands as long as the facts behind it
 * do (`conflict-data.ts`). A repeat answers as the first did and publishes nothing.
 */
@Injectable()
export class DecideConflict {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws DomainError 'conflict-not-found', and as `closedByPerson` */
  close(id: string, user: User, { reason, version }: { reason: string; version: number }): Promise<ConflictData> {
    const wish = { reason, version, closedBy: user.subject, now: nowIso(this.clock) };
    return this.decide(id, async (_tx, conflict) => closedByPerson(conflict, wish));
  }

  /** @throws DomainError 'conflict-not-found', and as `reopenedByPerson` */
  reopen(id: string, { version }: { version: number }): Promise<ConflictData> {
    return this.decide(id, async (tx, conflict) =>
      reopenedByPerson(conflict, version, await isStillFound(tx, conflict)),
    );
  }

  private decide(
    id: string,
    decision: (tx: Tx, conflict: ConflictData) => Promise<ConflictData>,
  ): Promise<ConflictData> {
    return this.unitOfWork.run(async (tx) => {
      await lockFacilities(tx, [(await known(tx, id)).facility]);
      // What was read before the lock may have changed until then.
      const conflict = await known(tx, id);
      const decided = await decision(tx, conflict);
      if (decided === conflict) return conflict;
      await saveConflicts(tx, [decided]);
      await this.outbox.publish(tx, [{ ...conflictEvent(decided), recordedAt: nowIso(this.clock) }]);
      return decided;
    });
  }
}

async function known(tx: Tx, id: string): Promise<ConflictData> {
  const conflict = (await conflictsById(tx, [id])).get(id);
  if (conflict === undefined)
    throw new DomainError('not-found', 'conflict-not-found', 'There is no such conflict of an encounter or a message.');
  return conflict;
}
