import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { instantOf, systemClock } from '@wardstream/kernel';
import { Periodic } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import { CONFIG, type ConfigOf, LOGGER, type Logger } from '@wardstream/service-kit';
import type { auditSettings } from '../audit.settings.js';
import { addSeals } from '../persistence/chain.rows.js';
import {
  boundsOf,
  dropPartition,
  lastOfMonth,
  makePartition,
  monthOf,
  partitionMonths,
} from '../persistence/partitions.js';

/** Real time between two passes. */
const EVERY_MS = 3_600_000;
const DAY_MS = 24 * 3_600_000;

/**
 * Makes the partition of the next month ahead, and cuts off whole months that are older than acts are kept. Of every chain the place of the cut is sealed
 * first, so that what is left can be verified from there. A pass that fails is logged and the next does its work; replicas may do it side
 * by side.
 */
@Injectable()
export class Retention implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly passes = new Periodic(() => this.pass(systemClock.nowMs()), {
    everyMs: EVERY_MS,
    atOnce: true,
    onError: (err) => this.logger.warn({ err }, 'the audit could not be cut to what is kept'),
  });

  constructor(
    @Inject(CONFIG) private readonly config: ConfigOf<typeof auditSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly unitOfWork: UnitOfWork,
  ) {}

  onApplicationBootstrap(): void {
    this.passes.start();
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.passes.stop();
  }

  /** Gives the months that were cut off. `nowMs`: real time. */
  async pass(nowMs: number): Promise<string[]> {
    const [, next] = boundsOf(monthOf(instantOf(nowMs)));
    await this.unitOfWork.run((tx) => makePartition(tx, monthOf(next)));
    const keptFrom = instantOf(nowMs - this.config.keepDays * DAY_MS);
    const months = await this.unitOfWork.read(partitionMonths);
    const over = months.filter((month) => boundsOf(month)[1] <= keptFrom);
    const cut: string[] = [];
    for (const month of over) if (await this.cut(month)) cut.push(month);
    return cut;
  }

  private cut(month: string): Promise<boolean> {
    return this.unitOfWork.run(async (tx) => {
      // Whoever reads or adds meanwhile goes first; the next pass comes soon enough.
      await tx.query(`SET LOCAL lock_timeout = '2s'`);
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('wardstream audit partitions', 0))`);
      if (!(await partitionMonths(tx)).includes(month)) return false;
      const last = await lastOfMonth(tx, month);
      await addSeals(
        tx,
        last.map((end) => this.config.key.seal({ ...end, kind: 'cut' })),
      );
      await dropPartition(tx, month);
      this.logger.info({ month, chains: last.length }, 'acts that were kept long enough are removed');
      return true;
    });
  }
}
