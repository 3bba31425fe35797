import { Injectable } from '@nestjs/common';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { type CheckCall, checkOn, type CheckReport } from '@wardstream/service-kit';
import { bedConflictKinds, type Directory, emptyDirectory, numberConflictKinds } from '@wardstream/encounter-model';
import type { Difference } from './replay-differences.js';
import { Directories } from '../../directory/index.js';
import { openConflictsAfter } from '../persistence/replay-check.rows.js';
import { type Counts, firstId, type Page, ROWS_A_PAGE } from './check-page.js';
import { identityPage } from './identity-check.js';
import { MessageCheck } from './message-check.js';
import { needlessPatientConflicts } from './patient-check.js';
import { visitPage } from './visit-check.js';

export type ReplayReport = CheckReport<Counts, Difference>;

/**
 * Proves that what is kept is what the stored messages say: every message is interpreted anew and its facts compared with those kept; what
 * identifiers go by is settled anew; and every encounter is derived anew from its facts and compared with its row, field by field; so
 * are the conflicts between the visits of one patient. Page by page, each in a snapshot of its own, so that it may run beside intake,
 * needs the same memory for any number of messages, and leaves the event loop to others in between. Changes nothing.
 */
@Injectable()
export class ReplayCheck {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
  ) {}

  /** One call of it, in bounded time. */
  async run(call: CheckCall = {}): Promise<ReplayReport> {
    await this.directories.refresh();
    const messages = await this.unitOfWork.read((tx) => MessageCheck.of(tx, this.directories));
    const parts: readonly ((tx: Tx, after: string | null, tally: string) => Promise<Page>)[] = [
      (tx, after, tally) => messages.messages(tx, after, tally),
      (tx, after, tally) => messages.facts(tx, after, tally),
      identityPage,
      (tx, after) => visitPage(tx, after, 'patients', this.directoryOf),
      (tx, after) => visitPage(tx, after, 'nobody', this.directoryOf),
      (tx, after) => this.conflicts(tx, after),
    ];
    return checkOn<Counts, Difference>(
      parts.map((part) => (after, tally) => this.unitOfWork.read((tx) => part(tx, after, tally))),
      { messages: 0, facts: 0, encounters: 0, waiting: 0 },
      call,
    );
  }

  /** Conflicts between the visits of one patient that are open and ought not to be. */
  private async conflicts(tx: Tx, after: string | null): Promise<Page> {
    const kinds = [...bedConflictKinds, ...numberConflictKinds];
    const page = await openConflictsAfter(tx, kinds, after ?? firstId, ROWS_A_PAGE);
    const differences = await needlessPatientConflicts(tx, page, this.directoryOf);
    return { looked: page.length, counts: {}, differences, last: page.at(-1)?.id };
  }

  private readonly directoryOf = (facility: string): Directory => this.directories.facility(facility) ?? emptyDirectory;
}
