import { Injectable } from '@nestjs/common';
import type { BedNeeds, BedRequestData } from '@wardstream/events';
import { DomainError, newId } from '@wardstream/kernel';
import { NotKnownYet } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { DepartmentCommands, type DepartmentCommand, timeBeside } from '../commands/department-commands.js';
import type { RequestFacts } from '../domain/bed-request.js';
import { insertRequest, requestById, sameRequest, type RequestRow } from '../persistence/bed-request.rows.js';
import { iso } from '../persistence/sql-time.js';
import { RequestKeeper, type KeptRequest } from './request-keeper.js';

export interface NewRequest extends DepartmentCommand {
  readonly encounterId?: string | undefined;
  readonly visitNumber?: string | undefined;
  /** The sender's own id of the request: a repeat with it gives the first. */
  readonly externalId?: string | undefined;
  readonly source: BedRequestData['source'];
  readonly toUnit: string | null;
  readonly priority: BedRequestData['priority'];
  readonly needs: BedNeeds;
  readonly decisionToAdmitAt: string | null;
}

export interface RequestStep extends DepartmentCommand {
  readonly id: string;
  readonly reason?: string | undefined;
}

/** Makes bed requests and takes them further. */
@Injectable()
export class AskForBed {
  constructor(
    private readonly commands: DepartmentCommands,
    private readonly keeper: RequestKeeper,
  ) {}

  /**
   * One open request per visit and unit: a second, or a repeat with the same external id, gives the first and changes nothing.
   * @throws DomainError 'unit-not-known', 'encounter-ended', 'time-out-of-range'
   */
  ask(command: NewRequest): Promise<{ readonly request: KeptRequest; readonly isNew: boolean }> {
    return this.commands.run(async (tx) => {
      const opened = await this.commands.open(tx, command);
      const { facility, at } = opened;
      const { toUnit, source, priority, needs } = command;
      if (toUnit !== null && !facility.units.some((u) => u.id === toUnit))
        throw new NotKnownYet('unit-not-known', 'The facility has no such unit.', 'invalid');
      const { encounterId, visitNumber, encounter } = await this.commands.visit(tx, facility.id, command);
      const externalId = command.externalId ?? null;
      const same = await sameRequest(tx, { facility: facility.id, externalId, visitNumber, toUnit });
      if (same?.state) return { request: { ...same.state, version: same.version }, isNew: false };
      const ended = encounter?.dischargedAt ?? encounter?.cancelledAt ?? null;
      if (encounter?.status === 'cancelled' || (ended !== null && ended <= at))
        throw new DomainError('conflict', 'encounter-ended', 'The visit is over.');
      const { decisionToAdmitAt: said } = command;
      const decided = said === null ? null : timeBeside('decisionToAdmitAt', said, opened, 'past');
      const facts: RequestFacts = {
        ...{ id: newId(), facility: facility.id, encounterId, visitNumber, source, toUnit, priority, needs },
        // A request from the ED is itself evidence that the decision was made.
        decisionToAdmitAt: decided ?? (source === 'ED' ? at : null),
        ...{ requestedAt: at, readyToMoveAt: null, cancelled: null },
      };
      await insertRequest(tx, facts, { externalId, madeBy: opened.by, subject: opened.subject });
      return {
        request: await this.keep(
          tx,
          { facts, madeFor: encounterId, bed: null, version: 0, state: null, digest: null },
          at,
        ),
        isNew: true,
      };
    });
  }

  /** The unit says that the patient can go. A repeat keeps the first time. @throws DomainError 'bed-request-closed' */
  readyToMove(command: RequestStep): Promise<KeptRequest> {
    return this.step(command, (facts, at) => (facts.readyToMoveAt === null ? { ...facts, readyToMoveAt: at } : facts));
  }

  /** Takes the request back. @throws DomainError 'bed-request-closed' */
  cancel(command: RequestStep): Promise<KeptRequest> {
    const reason = command.reason ?? 'Taken back.';
    return this.step(command, (facts, at) => ({ ...facts, cancelled: facts.cancelled ?? { at, reason } }));
  }

  private step(command: RequestStep, change: (facts: RequestFacts, at: number) => RequestFacts): Promise<KeptRequest> {
    return this.commands.run(async (tx) => {
      const { facility, at, asFact } = await this.commands.open(tx, command);
      const row = await requestById(tx, facility.id, command.id);
      if (!row?.state)
        throw new DomainError('not-found', 'bed-request-not-found', 'The facility has no such bed request.');
      const { status } = row.state;
      const closed = status === 'occupied' || status === 'cancelled';
      if (closed && !asFact)
        throw new DomainError('conflict', 'bed-request-closed', `The request is ${status} already.`, { state: status });
      if (status === 'cancelled') return { ...row.state, version: row.version };
      return this.keep(tx, { ...row, facts: change(row.facts, at) }, at);
    });
  }

  private async keep(tx: Tx, row: RequestRow, at: number): Promise<KeptRequest> {
    return (await this.keeper.rederive(tx, [row], () => iso(at))).get(row.facts.id)!;
  }
}
