import { Injectable } from '@nestjs/common';
import type { CleaningStep, TakeCleaningStep } from '@wardstream/api-contract';
import { HeardFeeds } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import type { KeptBed } from '../beds/bed-projector.js';
import { BedCommands, type BedCommand } from '../commands/bed-commands.js';
import { checkCleaning, type FactContent, type JobKind, type JobPriority } from '@wardstream/bed-model';

/** A step of cleaning as it came in. */
export type CleaningCommand = BedCommand & TakeCleaningStep;

/** The reason a crew gives that finds somebody in the bed: the bed then counts as occupied, and the facts are in conflict. */
export const patientInBed = 'patient-in-bed';

/** Takes the steps of cleaning. A step that a department system tells of with its time is recorded whatever the state. */
@Injectable()
export class CleanBed {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: BedCommands,
    private readonly feeds: HeardFeeds,
  ) {}

  take(step: CleaningStep, command: CleaningCommand): Promise<KeptBed> {
    return this.unitOfWork.run(async (tx) => {
      const opened = await this.commands.open(tx, command);
      const job = opened.bed.derived.fold.job;
      const claimedBy = command.claimedBy ?? (step === 'claim' ? (command.user.name ?? opened.by) : null);
      const changesJob = command.kind !== undefined || command.priority !== undefined;
      if (!opened.asFact) checkCleaning(opened.bed.view, job, step, { claimedBy, changesJob });
      if (command.user.roles.includes('department-system'))
        await this.feeds.heard(tx, opened.facility, { feed: opened.by, name: 'Cleaning' });
      return this.commands.record(tx, opened, contentOf(step, command, claimedBy, job));
    });
  }
}

function contentOf(
  step: CleaningStep,
  command: CleaningCommand,
  claimedBy: string | null,
  job: { readonly kind: JobKind; readonly priority: JobPriority } | null,
): FactContent {
  switch (step) {
    case 'request':
      return {
        kind: 'cleaning-requested',
        jobKind: command.kind ?? job?.kind ?? 'standard',
        priority: command.priority ?? job?.priority ?? 'normal',
      };
    case 'claim':
      return { kind: 'cleaning-claimed', claimedBy: claimedBy ?? 'crew' };
    case 'start':
      return { kind: 'cleaning-started', claimedBy };
    case 'pause':
      return { kind: 'cleaning-paused', reason: command.reason ?? 'no reason given' };
    case 'resume':
      return { kind: 'cleaning-resumed', claimedBy };
    case 'complete':
      return { kind: 'cleaning-completed' };
    case 'cancel':
      return {
        kind: 'cleaning-cancelled',
        reason: command.reason ?? 'not needed',
        patientInBed: command.reason === patientInBed,
      };
  }
}
