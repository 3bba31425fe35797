import { Inject, Injectable } from '@nestjs/common';
import type { Misfit } from '@wardstream/flow-model';
import { deterministicId, DomainError, newId } from '@wardstream/kernel';
import { NotKnownYet, whenKnown } from '@wardstream/messaging';
import { iso, UnitOfWork, type Tx } from '@wardstream/persistence';
import { CONFIG, type ConfigOf, noteAct } from '@wardstream/service-kit';
import { Certainty } from '../certainty/certainty.js';
import type { KeptBed } from '../beds/bed-projector.js';
import { BedCommands, type BedCommand, type OpenedBed } from '../commands/bed-commands.js';
import { decideHold, type HoldRequest } from '@wardstream/bed-model';
import { heldElsewhere, insertHold, nextAvailable, releaseHolds } from '../persistence/hold.rows.js';
import { CheckFit } from './check-fit.js';
import { findPatient, type Patient, type PatientName } from '../persistence/patient.rows.js';
import type { bedManagementSettings } from '../settings.js';

export interface HoldCommand extends BedCommand, PatientName {
  /** Why the bed is kept for the patient although something speaks against it. */
  readonly override?: { readonly reason: string } | undefined;
  readonly kind: HoldRequest['kind'];
  readonly until?: string | undefined;
}

/** The bed as it is then; `warnings`: what the patient would better have, and a bed need not. */
export type HeldBed = KeptBed & { readonly warnings: readonly Misfit[] };

const longestMs = 7 * 24 * 3_600_000;

/**
 * Keeps a bed for one patient. Compare and set: of two that ask at the same time one gets the bed, the other is told what came
 * first and where to look next. The database refuses a second active claim as well, whatever the code does.
 */
@Injectable()
export class HoldBed {
  constructor(
    @Inject(CONFIG) private readonly config: ConfigOf<typeof bedManagementSettings>,
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: BedCommands,
    private readonly certainty: Certainty,
    private readonly fit: CheckFit,
  ) {}

  hold(command: HoldCommand): Promise<HeldBed> {
    return whenKnown((isLast) => this.holdOnce(command, isLast));
  }

  /** A visit number that is not known after waiting is kept as it is: the hold joins its encounter later. */
  private holdOnce(command: HoldCommand, isLast: boolean): Promise<HeldBed> {
    return this.unitOfWork.run(async (tx) => {
      const opened = await this.commands.open(tx, command);
      const { facility, at, asFact } = opened;
      const patient = await findPatient(tx, facility, command, asFact);
      noteAct({ encounters: [patient.encounterId] });
      refuseIfOver(patient, at);
      const until = this.untilOf(command, at);
      const isUsual = command.until === undefined;
      const request = { encounterId: patient.encounterId, kind: command.kind, until, isUsual };
      const decision = await this.decide(tx, opened, request);
      if (decision === 'kept')
        return { ...(await this.commands.finish(tx, opened, { from: Infinity, kind: 'kept' })), warnings: [] };
      if (!asFact && command.override === undefined) await this.refuseIfInDoubt(tx, opened);
      if (!patient.isKnown && !asFact && !isLast)
        throw new NotKnownYet('encounter-not-known-yet', 'No such visit is known here yet.');
      if (!asFact) await this.refuseIfElsewhere(tx, opened, patient.encounterId);
      const replaced = opened.bed.derived.fold.holds.filter((h) => decision.replaces.includes(h.id));
      const { warnings, override } = await this.fit.check(tx, opened, patient, {
        reason: command.override?.reason,
        before: replaced.flatMap((h) => h.override ?? []),
      });

      if (decision.replaces.length > 0) await releaseHolds(tx, decision.replaces, at);
      const { bedId } = command;
      const { encounterId, visitNumber, bedRequestId } = patient;
      const id = asFact ? deterministicId('hold', facility, bedId, encounterId, request.kind, iso(at)) : newId();
      const of = { encounterId, visitNumber, bedRequestId, kind: request.kind, since: at, until: request.until };
      await insertHold(tx, { id, facility, bedId, ...of, madeBy: opened.by, subject: opened.subject, override });
      const kind = request.kind === 'assignment' ? 'assigned' : 'reserved';
      return { ...(await this.commands.finish(tx, opened, { from: at, kind, ref: id })), warnings };
    });
  }

  /** Gives up the hold of the visit that is named, else the one the bed shows. @throws DomainError 'no-hold', NotKnownYet */
  release(command: BedCommand & PatientName): Promise<KeptBed> {
    return whenKnown(() => this.releaseOnce(command));
  }

  private releaseOnce(command: BedCommand & PatientName): Promise<KeptBed> {
    return this.unitOfWork.run(async (tx) => {
      const opened = await this.commands.open(tx, command);
      const named = command.encounterId ?? command.visitNumber ?? command.bedRequestId;
      const patient = named === undefined ? null : await findPatient(tx, opened.facility, command);
      const holds = opened.bed.derived.fold.holds;
      const visit = patient === null ? opened.bed.view.reservedFor?.encounterId : patient.encounterId;
      const given = holds.filter((h) => h.encounterId === visit);
      noteAct({ encounters: given.map((h) => h.encounterId) });
      if (given.length === 0)
        throw new DomainError(
          'conflict',
          'no-hold',
          `Bed ${command.bedId} is not kept for ${patient ? 'this patient' : 'anyone'}.`,
        );
      await releaseHolds(
        tx,
        given.map((h) => h.id),
        opened.at,
      );
      return this.commands.finish(tx, opened, { from: opened.at, kind: 'released' });
    });
  }

  private untilOf(command: HoldCommand, at: number): number | null {
    if (command.kind === 'assignment') return null;
    const until =
      command.until === undefined ? at + this.config.reservationMinutes * 60_000 : Date.parse(command.until);
    if (until <= at || until > at + longestMs)
      throw new DomainError(
        'invalid',
        'until-out-of-range',
        'A reservation ends after it begins and within seven days.',
      );
    return until;
  }

  private async decide(tx: Tx, opened: OpenedBed, request: HoldRequest): Promise<ReturnType<typeof decideHold>> {
    const { view, derived } = opened.bed;
    try {
      return decideHold(view, derived.fold.holds, request, opened.asFact);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const next = await nextAvailable(tx, opened);
      const details = { ...error.details, state: view.state, version: opened.bed.row.version, nextChoice: next };
      throw new DomainError(error.refusal, error.code, error.message, details);
    }
  }

  /** Something told of the bed waits unapplied: it may be taken. */
  private async refuseIfInDoubt(tx: Tx, opened: OpenedBed): Promise<void> {
    const { row, view } = opened.bed;
    if (!(await this.certainty.isInDoubt(tx, row))) return;
    const details = {
      ...{ notCertainSince: iso(row.doubtSince ?? opened.now), state: view.state, version: row.version },
      nextChoice: await nextAvailable(tx, opened),
    };
    throw new DomainError(
      'conflict',
      'bed-not-certain',
      `Bed ${opened.bedId} is not certain: something told of it could not be applied yet, and it may be taken.`,
      details,
    );
  }

  private async refuseIfElsewhere(tx: Tx, opened: OpenedBed, encounterId: string): Promise<void> {
    const bedId = await heldElsewhere(tx, encounterId, opened, opened.now);
    if (bedId !== null)
      throw new DomainError(
        'conflict',
        'held-elsewhere',
        `Bed ${bedId} is kept for this patient already; release it first.`,
        {
          bedId,
        },
      );
  }
}

function refuseIfOver(patient: Patient, at: number): void {
  if (patient.endedAt !== null && patient.endedAt <= at)
    throw new DomainError('conflict', 'encounter-ended', 'The visit is over.', { endedAt: iso(patient.endedAt) });
  if (patient.requestEndedAt !== null && patient.requestEndedAt <= at)
    throw new DomainError('conflict', 'bed-request-closed', 'The bed request was met or cancelled.', {
      endedAt: iso(patient.requestEndedAt),
    });
}
