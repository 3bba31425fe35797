import { Injectable } from '@nestjs/common';
import type { ConflictData } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { checkFacility, type User } from '@wardstream/service-kit';
import { BedCommands, type OpenedBed } from '../commands/bed-commands.js';
import { decideClosing, decideReopening, type ClosingRequest } from '@wardstream/bed-model';
import { findConflict } from '../persistence/bed-conflict.rows.js';
import { withdrawFact } from '../persistence/fact.rows.js';

export interface ConflictCommand extends Omit<ClosingRequest, 'closedBy'> {
  readonly id: string;
  readonly user: User;
}

/**
 * Closes conflicts of beds for a reason, and takes that back. A decision is a fact of the bed like any other: the bed is derived
 * from it whenever it is derived, so it holds as long as the facts behind it do, and ends where they change. A repeat of a
 * decision that stands answers as the first did and records nothing.
 */
@Injectable()
export class DecideConflict {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: BedCommands,
  ) {}

  /** @throws DomainError 'conflict-not-found', and as `decideClosing` */
  close({ id, user, ...request }: ConflictCommand): Promise<ConflictData> {
    return this.decide(id, user, async (tx, conflict, opened) => {
      const { derived, row } = opened.bed;
      const content = decideClosing(conflict, derived.fold, row.setup, { ...request, closedBy: user.subject });
      if (content === 'closed') return;
      // A fact counts although its sender's clock is ahead; what a person decides about it comes after it all the same.
      const at = Math.max(opened.now, derived.fold.at + 1);
      await this.commands.record(tx, { ...opened, at }, content);
    });
  }

  /** @throws DomainError 'conflict-not-found', and as `decideReopening` */
  reopen({ id, user, version }: Pick<ConflictCommand, 'id' | 'user' | 'version'>): Promise<ConflictData> {
    return this.decide(id, user, async (tx, conflict, opened) => {
      const standing = decideReopening(conflict, opened.bed.derived.fold, version);
      if (standing === 'open') return;
      await withdrawFact(tx, standing.factId, opened.now, user.subject);
      const change = { from: standing.at, kind: 'decision-withdrawn', ref: standing.factId };
      await this.commands.finish(tx, opened, change);
    });
  }

  private decide(
    id: string,
    user: User,
    decision: (tx: Tx, conflict: ConflictData, opened: OpenedBed) => Promise<void>,
  ): Promise<ConflictData> {
    return this.unitOfWork.run(async (tx) => {
      const { facility, subject } = await known(tx, id);
      checkFacility(user, facility);
      const opened = await this.commands.open(tx, { facility, bedId: subject.id, user });
      // What was read before the lock may have changed until then.
      await decision(tx, await known(tx, id), opened);
      return known(tx, id);
    });
  }
}

async function known(tx: Tx, id: string): Promise<ConflictData> {
  const conflict = await findConflict(tx, id);
  if (conflict === undefined)
    throw new DomainError('not-found', 'conflict-not-found', 'There is no such conflict of a bed.');
  return conflict;
}
