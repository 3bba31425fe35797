import { Injectable } from '@nestjs/common';
import { DomainError } from '@wardstream/kernel';
import { iso, UnitOfWork } from '@wardstream/persistence';
import type { KeptBed } from '../beds/bed-projector.js';
import { BedCommands, type BedCommand } from '../commands/bed-commands.js';
import { checkUse, type FactContent, type UseCommand } from '@wardstream/bed-model';

export interface UseChange extends BedCommand {
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
  readonly until?: string | undefined;
}

/** What lasts longer is said without an end. */
const longestMs = 366 * 24 * 3_600_000;

/** Blocks, closes and opens beds. What ends at a time does so by itself. */
@Injectable()
export class ChangeAvailability {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: BedCommands,
  ) {}

  change(command: UseCommand, change: UseChange): Promise<KeptBed> {
    return this.unitOfWork.run(async (tx) => {
      const opened = await this.commands.open(tx, change);
      if (!opened.asFact) checkUse(opened.bed.view, command);
      const until = change.until === undefined ? null : Date.parse(change.until);
      if (until !== null && (until <= opened.at || until > opened.at + longestMs))
        throw new DomainError('invalid', 'until-out-of-range', 'It ends after it begins and within a year.', {
          ...{ begins: iso(opened.at), latest: iso(opened.at + longestMs) },
        });
      return this.commands.record(tx, opened, contentOf(command, change, until));
    });
  }
}

function contentOf(
  command: UseCommand,
  { reason = '', note = null }: { reason?: string | undefined; note?: string | null | undefined },
  until: number | null,
): FactContent {
  switch (command) {
    case 'block':
      return { kind: 'blocked', reason, note, until };
    case 'unblock':
      return { kind: 'unblocked' };
    case 'close':
      return { kind: 'closed', reason, until };
    case 'open':
      return { kind: 'opened' };
    case 'open-surge':
      return { kind: 'surge-opened' };
    case 'close-surge':
      return { kind: 'surge-closed' };
  }
}
