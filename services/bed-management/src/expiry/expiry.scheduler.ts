import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { Cause } from '@wardstream/events';
import type { Clock } from '@wardstream/kernel';
import { Periodic } from '@wardstream/messaging';
import { iso, UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK, LOGGER, type Logger } from '@wardstream/service-kit';
import { BedProjector } from '../beds/bed-projector.js';
import type { BedView } from '@wardstream/bed-model';
import { lockFacilities, lockFreeFacilities } from '../persistence/facility-lock.js';
import { bedsDue, lockBeds, type BedRef } from '../persistence/bed.rows.js';

/** Of the hospital's time between two looks, and of real time at the least, where its clock runs faster. */
const everyMs = 1_000;
const leastMs = 200;
const mostAtOnce = 200;

/**
 * Lets time pass: reservations, blocks and closures end by themselves when their time has come. The next such time of a bed is
 * stored with it, so nothing is forgotten over a restart; replicas may look side by side, the lock decides.
 */
@Injectable()
export class ExpiryScheduler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly polling: Periodic;

  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly unitOfWork: UnitOfWork,
    private readonly projector: BedProjector,
  ) {
    this.polling = new Periodic((stopping) => this.poll(stopping), {
      everyMs: () => Math.max(leastMs, everyMs / this.clock.speed),
      onError: (err) => this.logger.warn({ err }, 'beds whose time has come could not be looked after now'),
    });
  }

  onApplicationBootstrap(): void {
    this.polling.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.polling.stop();
  }

  /** Derives every bed anew whose time has come. Gives how many there were. */
  async pass(): Promise<number> {
    const due = await this.unitOfWork.query<{ facility: string; bedId: string }>(
      ...bedsDue(this.clock.nowMs(), mostAtOnce),
    );
    if (due.length === 0) return 0;
    const done = await this.passTogether(due);
    // Those that others are busy with, and where something is wrong: one facility after another, whichever of them fails.
    const left = [...new Set(due.map((d) => d.facility))].filter((facility) => !done.has(facility));
    const failures: unknown[] = [];
    for (const facility of left) {
      const beds = due.filter((d) => d.facility === facility);
      await this.passAlone(facility, beds).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
    return due.length;
  }

  private async passAlone(facility: string, due: readonly BedRef[]): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      await lockFacilities(tx, [facility]);
      await this.passIn(tx, due);
    });
  }

  /** In one transaction for all facilities that nobody else is busy with; gives them. None where it failed. */
  private async passTogether(due: readonly BedRef[]): Promise<ReadonlySet<string>> {
    try {
      return await this.unitOfWork.run(async (tx) => {
        const free = await lockFreeFacilities(
          tx,
          due.map((d) => d.facility),
        );
        await this.passIn(
          tx,
          due.filter((d) => free.has(d.facility)),
        );
        return free;
      });
    } catch (err) {
      this.logger.warn({ err, beds: due.length }, 'beds whose time has come are looked after by facility');
      return new Set();
    }
  }

  private async passIn(tx: Tx, due: readonly BedRef[]): Promise<void> {
    if (due.length === 0) return;
    const now = this.clock.nowMs();
    const rows = (await lockBeds(tx, due)).filter((row) => row.nextBoundary !== null && row.nextBoundary <= now);
    const touched = rows.map(({ setup: { facility, bedId }, nextBoundary, view }) => {
      const cause = { ...causeOf(view, nextBoundary!), recordedAt: iso(now), receivedAt: iso(now) };
      return { facility, bedId, from: nextBoundary!, cause };
    });
    await this.projector.rederive(tx, touched);
  }

  private async poll(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted && (await this.pass()) === mostAtOnce);
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
