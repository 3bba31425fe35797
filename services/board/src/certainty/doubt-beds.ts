import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { bedChanged, facilityConfigured } from '@wardstream/events';
import { nowIso, type Clock } from '@wardstream/kernel';
import { ParkedEvents, type ParkedAggregate } from '@wardstream/messaging';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { bedInDoubt, certaintyOf, type BoardEntry } from '../domain/board-entry.js';
import { FANOUT, type Fanout } from '../fanout/fanout.js';
import { BoardStore } from '../persistence/board-store.js';

const OWNER = 'board';
const keyOf = (bed: { facility: string; id: string }) => JSON.stringify([bed.facility, bed.id]);

/**
 * Shows beds whose latest change could not be applied to the board as not certain, until it is applied or given up; a later word of
 * the bed takes the mark off by itself. Where it cannot be told which bed it is, a line says so for the facility.
 */
@Injectable()
export class DoubtBeds implements OnApplicationBootstrap {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly parked: ParkedEvents,
    private readonly store: BoardStore,
    @Inject(FANOUT) private readonly fanout: Fanout,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.parked.watch(async () => {
      for (const facility of await this.unitOfWork.run((tx) => this.apply(tx))) this.fanout.announce(facility);
    });
  }

  /** Brings marks and lines in line with what is parked; gives the facilities whose stream has news. */
  async apply(tx: Tx): Promise<Set<string>> {
    const parked = await this.parked.list(tx);
    const now = nowIso(this.clock);
    const wanted = new Map<string, { facility: string; id: string }>();
    for (const { topic, facility, subject: id } of parked)
      if (topic === bedChanged.topic && facility !== null && id !== null)
        wanted.set(keyOf({ facility, id }), { facility, id });
    const marked = await this.store.bedsInDoubt(tx);
    const had = new Set(marked.map(keyOf));
    const changing = [
      ...[...wanted.values()].filter((b) => !had.has(keyOf(b))),
      ...marked.filter((b) => !wanted.has(keyOf(b))),
    ];
    const news = await this.store.showBeds(tx, changing, (bed) =>
      wanted.has(keyOf(bed)) ? bedInDoubt(bed.body, now) : null,
    );
    return new Set([...news, ...(await this.store.record(tx, await this.lines(tx, parked, now)))]);
  }

  private async lines(tx: Tx, parked: readonly ParkedAggregate[], now: string): Promise<BoardEntry[]> {
    const untold = parked.filter(
      (p) => p.topic === facilityConfigured.topic || p.facility === null || p.subject === null,
    );
    const open = new Set(await this.store.uncertain(tx, OWNER));
    const everywhere = untold.some((p) => p.facility === null);
    const all = everywhere ? (await this.store.facilities()).map((f) => f.id) : [];
    const facilities = new Set([...untold.flatMap((p) => p.facility ?? []), ...all]);
    const line = (facility: string, since: string | null) =>
      certaintyOf(facility, OWNER, this.clock.nowMs(), since, now);
    return [
      ...[...facilities].filter((f) => !open.has(f)).map((f) => line(f, now)),
      ...[...open].filter((f) => !facilities.has(f)).map((f) => line(f, null)),
    ];
  }
}
