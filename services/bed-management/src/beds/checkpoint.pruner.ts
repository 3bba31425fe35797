import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Clock } from '@wardstream/kernel';
import { Periodic } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK, LOGGER, type Logger } from '@wardstream/service-kit';
import { pruneCheckpoints } from '../persistence/bed-claim.rows.js';

/** Real time between two passes. */
const everyMs = 3_600_000;
/** As far back as a bed's history is told; nearly all late facts are later. */
const keptDays = 31;
const dayMs = 24 * 3_600_000;

/**
 * Lets go of checkpoints that nothing will begin at any more, once an hour. Of the time before the last month one a month is kept
 * for each bed in use: a fact that comes so late is derived from there, and where there is none from the beginning, with the
 * same result. A pass that fails is logged; the next does its work. Replicas may prune side by side.
 */
@Injectable()
export class CheckpointPruner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly pruning: Periodic;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly unitOfWork: UnitOfWork,
  ) {
    this.pruning = new Periodic(() => this.prune(), {
      everyMs,
      jitter: 0.1,
      onError: (err) => this.logger.warn({ err }, 'checkpoints were not pruned'),
    });
  }

  onApplicationBootstrap(): void {
    this.pruning.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.pruning.stop();
  }

  /** Gives how many were let go. */
  prune(): Promise<number> {
    const before = this.clock.nowMs() - keptDays * dayMs;
    return this.unitOfWork.run((tx) => pruneCheckpoints(tx, before));
  }
}
