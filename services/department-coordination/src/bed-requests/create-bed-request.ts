import { checkUnitOfPatient, noteAct } from '@wardstream/service-kit';
import { Injectable } from '@nestjs/common';
import type { NewBedRequest } from '@wardstream/api-contract';
import { DomainError, newId } from '@wardstream/kernel';
import { NotKnownYet } from '@wardstream/messaging';
import { iso, type Tx } from '@wardstream/persistence';
import {
  DepartmentCommands,
  type DepartmentCommand,
  type OpenedCommand,
  timeBeside,
} from '../commands/department-commands.js';
import type { RequestFacts } from '../domain/bed-request.js';
import { checkStillSo } from '../domain/both-facts.js';
import { encounterCalled } from '../persistence/copies.rows.js';
import { insertRequest, requestById, sameRequest, type RequestRow } from '../persistence/bed-request.rows.js';
import { RequestProjector, type KeptRequest } from './request-projector.js';

/** A bed request as it came in. */
export type NewRequest = DepartmentCommand & NewBedRequest;

export interface RequestStep extends DepartmentCommand {
  readonly id: string;
  readonly readyAt?: string | undefined;
  readonly reason?: string | undefined;
}

/** Makes bed requests and takes them further. */
@Injectable()
export class CreateBedRequest {
  constructor(
    private readonly commands: DepartmentCommands,
    private readonly projector: RequestProjector,
  ) {}

  /**
   * One open request per visit and unit: a second, or a repeat with the same external id, gives the first and changes nothing.
   * @throws DomainError 'unit-not-known', 'encounter-ended', 'patient-moved', 'time-out-of-range'
   */
  create(command: NewRequest): Promise<{ readonly request: KeptRequest; readonly isNew: boolean }> {
    return this.commands.run(async (tx) => {
      const opened = await this.commands.open(tx, command);
      const { facility, at } = opened;
      const { toUnit, source, priority, needs } = command;
      if (toUnit !== null && !facility.units.some((u) => u.id === toUnit))
        throw new NotKnownYet('unit-not-known', 'The facility has no such unit.', 'invalid');
      const { encounterId, visitNumber, encounter } = await this.commands.visit(tx, facility.id, command);
      checkUnitOfPatient(command.user, facility.id, encounter?.location?.unit ?? null);
      noteAct({ encounters: [encounterId] });
      const externalId = command.externalId ?? null;
      const same = await sameRequest(tx, { facility: facility.id, externalId, visitNumber, toUnit });
      if (same?.state) return { request: { ...same.state, version: same.version }, isNew: false };
      // Whoever knew the patient in a bed decides anew where they are in another by now; a department system's word counts as it was said.
      if (!opened.asFact && command.bedId !== undefined)
        checkStillSo(encounter, { act: 'request', at, bedId: command.bedId });
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

  /**
   * The unit says that the patient can go, or from when on (`readyAt`). A repeat keeps the first time; another time replaces the expected one.
   * @throws DomainError 'bed-request-closed', 'patient-moved', 'time-out-of-range'
   */
  readyToMove(command: RequestStep): Promise<KeptRequest> {
    return this.step('ready-to-move', command, (facts, opened) => {
      const { at } = opened;
      const ready = command.readyAt === undefined ? at : timeBeside('readyAt', command.readyAt, opened, 'expected');
      if (facts.readyToMoveAt !== null) return facts;
      return ready > at ? { ...facts, readyToMoveExpectedAt: ready } : { ...facts, readyToMoveAt: at };
    });
  }

  /** Takes the request back. @throws DomainError 'bed-request-closed' */
  cancel(command: RequestStep): Promise<KeptRequest> {
    const reason = command.reason ?? 'Taken back.';
    return this.step('cancel', command, (facts, { at }) => ({
      ...facts,
      cancelled: facts.cancelled ?? { at, reason },
    }));
  }

  private step(
    act: string,
    command: RequestStep,
    change: (facts: RequestFacts, opened: OpenedCommand) => RequestFacts,
  ): Promise<KeptRequest> {
    return this.commands.run(async (tx) => {
      const opened = await this.commands.open(tx, command);
      const { facility, at, asFact } = opened;
      const row = await requestById(tx, facility.id, command.id);
      if (!row?.state)
        throw new DomainError('not-found', 'bed-request-not-found', 'The facility has no such bed request.');
      const of = await encounterCalled(tx, facility.id, { id: row.facts.encounterId });
      checkUnitOfPatient(command.user, facility.id, of?.location?.unit ?? null);
      noteAct({ encounters: [row.facts.encounterId] });
      const { status } = row.state;
      const isNew = await this.commands.isNew(tx, opened, command.key, `request.${act} ${command.id}`);
      if (!isNew) return { ...row.state, version: row.version };
      const closed = status === 'occupied' || status === 'cancelled';
      if (closed && !asFact)
        throw new DomainError('conflict', 'bed-request-closed', `The request is ${status} already.`, {
          ...{ state: status, yours: { act, at: iso(at) } },
          now: { status, bedId: row.state.assignedBedId, since: row.state.occupiedAt ?? row.state.cancelledAt },
        });
      if (!asFact && !closed && command.bedId !== undefined) {
        checkStillSo(of, { act, at, bedId: command.bedId });
      }
      if (status === 'cancelled') return { ...row.state, version: row.version };
      return this.keep(tx, { ...row, facts: change(row.facts, opened) }, at);
    });
  }

  private async keep(tx: Tx, row: RequestRow, at: number): Promise<KeptRequest> {
    return (await this.projector.rederive(tx, [row], () => iso(at))).get(row.facts.id)!;
  }
}
