import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Cause } from '@wardstream/events';
import type { Clock } from '@wardstream/kernel';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK, LOGGER, type Logger } from '@wardstream/service-kit';
import { BedKeeper } from '../beds/bed-keeper.js';
import type { BedView } from '../domain/bed-view.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { bedsDue, lockBeds, type BedRef } from '../persistence/bed.rows.js';
import { iso } from '../persistence/sql-time.js';

/** Real time between two looks. */
const everyMs = 200;
const mostAtOnce = 200;

/**
 * Lets time pass: reservations, blocks and closures end by themselves when their time has come. The next such time of a bed is
 * stored with it, so nothing is forgotten over a restart; replicas may look side by side, the lock decides.
 */
@Injectable()
export class BoundaryScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly unitOfWork: UnitOfWork,
    private readonly keeper: BedKeeper,
  ) {}

  onApplicationBootstrap(): void {
    this.plan();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Derives every bed anew whose time has come. Gives how many there were. */
  async pass(): Promise<number> {
    const due = await this.unitOfWork.query<{ facility: string; bedId: string }>(
      ...bedsDue(this.clock.nowMs(), mostAtOnce),
    );
    for (const facility of new Set(due.map((d) => d.facility))) {
      const beds = due.filter((d) => d.facility === facility);
      await this.unitOfWork.run((tx) => this.passIn(tx, facility, beds));
    }
    return due.length;
  }

  private async passIn(tx: Tx, facility: string, due: readonly BedRef[]): Promise<void> {
    await lockFacilities(tx, [facility]);
    const now = this.clock.nowMs();
    const rows = (await lockBeds(tx, due)).filter((row) => row.nextBoundary !== null && row.nextBoundary <= now);
    const touched = rows.map(({ setup: { facility, bedId }, nextBoundary, view }) => {
      const cause = { ...causeOf(view, nextBoundary!), recordedAt: iso(now), receivedAt: iso(now) };
      return { facility, bedId, from: nextBoundary!, cause };
    });
    await this.keeper.rederive(tx, touched);
  }

  private plan(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.look().finally(() => this.plan());
    }, everyMs).unref();
  }

  private async look(): Promise<void> {
    try {
      while (!this.stopped && (await this.pass()) === mostAtOnce);
    } catch (error) {
      this.logger.warn({ err: error }, 'beds whose time has come could not be looked after now');
    }
  }
}

function causeOf(before: BedView | null, boundary: number): Pick<Cause, 'kind' | 'by' | 'at'> {
  const at = iso(boundary);
  const kind =
    before?.reservedFor?.until === at
      ? before.reservedFor.plan === undefined
        ? 'reservation-expired'
        : 'plan-expired'
      : before?.blocked?.until === at
        ? 'block-ended'
        : before?.closed?.until === at
          ? 'closure-ended'
          : 'time-passed';
  return { kind, by: 'time', at };
}
