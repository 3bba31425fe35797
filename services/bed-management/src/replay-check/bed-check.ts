import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '@wardstream/kernel';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { BedKeeper, type BedNow } from '../beds/bed-keeper.js';
import { changesFrom } from '../domain/bed-changes.js';
import { bedDifferences, type BedDifference, type BedRecord } from '../domain/bed-differences.js';
import { BY_FACTS } from '../persistence/bed-conflict.rows.js';
import { keptHistories } from '../persistence/bed-history.rows.js';
import { bedKey, bedsAfter, type BedRef, type BedRow } from '../persistence/bed.rows.js';

/** What a check found. */
export interface BedReport {
  readonly beds: number;
  /** Beds that change by themselves just now; they are not compared. */
  readonly waiting: number;
  readonly equal: boolean;
  /** The first thousand. */
  readonly differences: readonly BedDifference[];
}

/** Few, as a bed comes with its whole history. */
const PAGE = 20;
const MOST = 1_000;

/**
 * Proves that every bed in use is what is known of it: derives it anew from all its stays, facts and holds from the beginning, and
 * compares what it shows, who had a claim to it when, its conflicts and its cleaning jobs. Page by page, each in a snapshot of its
 * own, so that it may run beside everything else. Changes nothing.
 */
@Injectable()
export class BedCheck {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly keeper: BedKeeper,
  ) {}

  async run(): Promise<BedReport> {
    const differences: BedDifference[] = [];
    const count = { beds: 0, waiting: 0 };
    for (let after: BedRef | undefined = { facility: '', bedId: '' }; after !== undefined;) {
      const from: BedRef = after;
      const page = await this.unitOfWork.read((tx) => this.page(tx, from));
      count.beds += page.beds;
      count.waiting += page.waiting;
      differences.push(...page.differences.slice(0, MOST + 1 - differences.length));
      after = page.last;
    }
    return { ...count, equal: differences.length === 0, differences: differences.slice(0, MOST) };
  }

  private async page(tx: Tx, after: BedRef) {
    const rows = await bedsAfter(tx, after, PAGE);
    const now = this.clock.nowMs();
    const settled = rows.filter(({ view, nextBoundary }) => view !== null && (nextBoundary ?? Infinity) > now);
    const kept = await keptHistories(
      tx,
      settled.map(({ setup }) => setup),
    );
    const anew = await this.keeper.fromTheBeginning(tx, settled);
    const differences = anew.flatMap((bed) => {
      const { view, setup } = bed.row;
      return bedDifferences({ view: view!, ...kept.get(bedKey(setup))! }, recordOf(bed));
    });
    const last: BedRow | undefined = rows.at(-1);
    return { beds: settled.length, waiting: rows.length - settled.length, differences, last: last?.setup };
  }
}

function recordOf({ view, derived }: BedNow): BedRecord {
  const { claims, conflicts, jobs } = changesFrom(derived, -Infinity);
  const closedBy = (c: (typeof conflicts)[number]) => (c.to === null ? null : (c.decision?.closedBy ?? BY_FACTS));
  return {
    ...{ view, claims, jobs },
    conflicts: conflicts.map((c) => ({ id: c.id, from: c.from, to: c.to, closedBy: closedBy(c) })),
  };
}
