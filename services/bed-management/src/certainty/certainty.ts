import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { bedChanged, certaintyChanged, type Cause } from '@wardstream/events';
import { digest, type Clock } from '@wardstream/kernel';
import { Outbox, ParkedEvents, type AnyNewEvent } from '@wardstream/messaging';
import { iso, UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { shownAs } from '@wardstream/bed-model';
import { bedKey, lockBeds, updateBeds, type BedRef, type BedRow } from '../persistence/bed.rows.js';
import { bedsInDoubt, doubtFacilities, setDoubt, type FacilityDoubt } from '../persistence/doubt.rows.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { doubtedBeds } from './doubted-beds.js';

/**
 * Marks beds of which something told could not be applied, and frees them of the mark once it is: handled after all, or given up by
 * a person. A mark derives nothing, so that what cannot be derived cannot stop it; it follows from rows that outlive a restart.
 */
@Injectable()
export class Certainty implements OnApplicationBootstrap {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly unitOfWork: UnitOfWork,
    private readonly parked: ParkedEvents,
    private readonly outbox: Outbox,
  ) {}

  onApplicationBootstrap(): void {
    this.parked.watch(() => this.unitOfWork.run((tx) => this.apply(tx)));
  }

  /** Whether the bed is in doubt by what is parked at this moment, whatever it is marked with. */
  async isInDoubt(tx: Tx, row: BedRow): Promise<boolean> {
    if (row.doubtSince !== null) return true;
    const parked = await this.parked.list(tx);
    if (parked.length === 0) return false;
    const { beds } = await doubtedBeds(tx, parked);
    return beds.some((bed) => bedKey(bed) === bedKey(row.setup));
  }

  /** Brings every mark in line with what is parked, and publishes what changed. */
  async apply(tx: Tx): Promise<void> {
    const doubted = await doubtedBeds(tx, await this.parked.list(tx));
    const marked = await bedsInDoubt(tx);
    const wanted = new Map(doubted.beds.map((bed) => [bedKey(bed), bed]));
    const had = new Set(marked.map(bedKey));
    const changing = [
      ...[...wanted.values()].filter((b) => !had.has(bedKey(b))),
      ...marked.filter((b) => !wanted.has(bedKey(b))),
    ];
    const now = this.clock.nowMs();
    const events: AnyNewEvent[] = [];
    if (changing.length > 0) {
      await lockFacilities(
        tx,
        changing.map((b) => b.facility),
      );
      events.push(...(await this.mark(tx, changing, new Set(wanted.keys()), now)));
    }
    const facilities = await doubtFacilities(tx, [...doubted.facilities], doubted.everywhere, now);
    await this.outbox.publish(tx, [...events, ...facilities.map((f) => certaintyEvent(f, now))]);
  }

  private async mark(
    tx: Tx,
    beds: readonly BedRef[],
    wanted: ReadonlySet<string>,
    now: number,
  ): Promise<AnyNewEvent[]> {
    const rows = await lockBeds(tx, beds);
    const isChanging = (row: BedRow) => wanted.has(bedKey(row.setup)) === (row.doubtSince === null);
    const marks = rows.filter(isChanging).map((row) => ({ row, since: row.doubtSince === null ? now : null }));
    await setDoubt(
      tx,
      marks.map(({ row: { setup }, since }) => ({ facility: setup.facility, bedId: setup.bedId, since })),
    );
    const shown = marks.flatMap(({ row, since }) => {
      const { view, version, nextBoundary, settledAt, setup } = row;
      if (view === null) return [];
      const told = { ...shownAs(view, since), asOf: iso(now) };
      const viewDigest = digest(JSON.stringify({ ...told, asOf: null }));
      const { facility, bedId } = setup;
      return [{ told, since, update: { facility, bedId, version, view, viewDigest, nextBoundary, settledAt } }];
    });
    if (shown.length > 0)
      await updateBeds(
        tx,
        shown.map((s) => s.update),
      );
    const times = { at: iso(now), recordedAt: iso(now), receivedAt: iso(now) };
    return shown.map(({ told, since, update: { facility, bedId, version, view } }) => {
      const cause: Cause = { kind: since === null ? 'certain-again' : 'not-certain', by: 'bed-management', ...times };
      // The history is what was derived, and goes on as it did.
      const encounterIds =
        view.state === 'reserved' && view.reservedFor !== null
          ? [view.reservedFor.encounterId]
          : view.occupants.map((o) => o.encounterId);
      const history = { from: iso(now), segments: [{ from: iso(now), to: null, state: view.state, encounterIds }] };
      return {
        ...{ definition: bedChanged, subject: bedId, aggregateVersion: version + 1, facility, time: iso(now) },
        ...{ recordedAt: iso(now), data: { ...told, version: version + 1, history, cause } },
      };
    });
  }
}

function certaintyEvent({ facility, version, since }: FacilityDoubt, now: number): AnyNewEvent {
  return {
    ...{ definition: certaintyChanged, subject: facility, aggregateVersion: version, facility },
    ...{ time: iso(now), recordedAt: iso(now) },
    data: { facility, version, notCertainSince: since === null ? null : iso(since) },
  };
}
