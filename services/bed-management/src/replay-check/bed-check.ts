import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@wardstream/kernel';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK, Turns, checkOn, type CheckCall, type CheckedPage, type CheckReport } from '@wardstream/service-kit';
import { BedProjector, type BedNow } from '../beds/bed-projector.js';
import { changesFrom } from '@wardstream/bed-model';
import { bedDifferences, type BedDifference, type BedRecord } from './bed-differences.js';
import { BY_FACTS } from '../persistence/bed-conflict.rows.js';
import { keptHistories } from '../persistence/bed-history.rows.js';
import { bedKey, bedsAfter, type BedRef } from '../persistence/bed.rows.js';

/** How much was compared. */
interface Counts {
  readonly beds: number;
  /** Beds that change by themselves just now; they are not compared. */
  readonly waiting: number;
}

export type BedReport = CheckReport<Counts, BedDifference>;

/** Few, as a bed comes with its whole history. */
const PAGE = 20;
/** Beds are compared with so many entries of their histories in one turn of the loop, or one bed with all of its own. */
const ENTRIES_A_TURN = 300;

/**
 * Proves that every bed in use is what is known of it: derives it anew from all its stays, facts and holds from the beginning, and
 * compares what it shows, who had a claim to it when, its conflicts and its cleaning jobs. Page by page, each in a snapshot of its
 * own, so that it may run beside everything else, and leaves the event loop to others in between. Changes nothing.
 */
@Injectable()
export class BedCheck {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly projector: BedProjector,
  ) {}

  /** One call of it, in bounded time. */
  async run(call: CheckCall = {}): Promise<BedReport> {
    const beds = (after: string | null) => this.unitOfWork.read((tx) => this.page(tx, placeAfter(after)));
    return checkOn<Counts, BedDifference>([beds], { beds: 0, waiting: 0 }, call);
  }

  private async page(tx: Tx, after: BedRef): Promise<CheckedPage<Counts, BedDifference>> {
    const rows = await bedsAfter(tx, after, PAGE);
    const now = this.clock.nowMs();
    const settled = rows.filter(({ view, nextBoundary }) => view !== null && (nextBoundary ?? Infinity) > now);
    const kept = await keptHistories(
      tx,
      settled.map(({ setup }) => setup),
    );
    const turns = new Turns(ENTRIES_A_TURN);
    const differences: BedDifference[] = [];
    for (const bed of await this.projector.fromTheBeginning(tx, settled)) {
      const { view, setup } = bed.row;
      const history = kept.get(bedKey(setup))!;
      differences.push(...bedDifferences({ view: view!, ...history }, recordOf(bed)));
      await turns.after(1 + history.claims.length + history.conflicts.length + history.jobs.length);
    }
    const last = rows.at(-1)?.setup;
    return {
      looked: rows.length,
      counts: { beds: settled.length, waiting: rows.length - settled.length },
      differences,
      last: last === undefined ? undefined : JSON.stringify([last.facility, last.bedId]),
    };
  }
}

/** Of the `last` of the page before. */
function placeAfter(after: string | null): BedRef {
  const [facility = '', bedId = ''] = after === null ? [] : (JSON.parse(after) as string[]);
  return { facility, bedId };
}

function recordOf({ view, derived }: BedNow): BedRecord {
  const { claims, conflicts, jobs } = changesFrom(derived, -Infinity);
  const closedBy = (c: (typeof conflicts)[number]) => (c.to === null ? null : (c.decision?.closedBy ?? BY_FACTS));
  return {
    view,
    claims,
    jobs,
    conflicts: conflicts.map((c) => ({ id: c.id, from: c.from, to: c.to, closedBy: closedBy(c) })),
  };
}
