import { Inject, Injectable } from '@nestjs/common';
import { DomainError, type Clock } from '@wardstream/kernel';
import { UnitOfWork, type Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import type { FacilitySnapshot } from '../domain/facility-snapshot.js';
import { FacilityStore } from '../persistence/facility-store.js';

/**
 * Snapshots in memory. The rows are the truth: every use compares the number of the facility's latest change and reads
 * what is missing, so several processes may change one facility, and a rolled-back change is never seen.
 */
@Injectable()
export class FacilitySnapshots {
  private readonly byFacility = new Map<string, FacilitySnapshot>();
  /** What a transaction that is still open has made of a facility; it may change it again before it commits. */
  private readonly uncommitted = new WeakMap<Tx, Map<string, FacilitySnapshot>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: FacilityStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The snapshot before change `seq`, for the transaction that has begun that change. */
  async before(tx: Tx, facility: string, seq: number): Promise<FacilitySnapshot> {
    const own = this.uncommitted.get(tx)?.get(facility);
    const known = own?.seq === seq - 1 ? own : this.byFacility.get(facility);
    return this.store.load(tx, facility, seq - 1, known, this.clock.nowMs());
  }

  /** Hands the result of a change to later changes of the same transaction. */
  stage(tx: Tx, snapshot: FacilitySnapshot): void {
    const own = this.uncommitted.get(tx) ?? new Map<string, FacilitySnapshot>();
    own.set(snapshot.state.id, snapshot);
    this.uncommitted.set(tx, own);
  }

  /** Takes a committed snapshot, unless a later one is known already. */
  keep(snapshot: FacilitySnapshot): void {
    const known = this.byFacility.get(snapshot.state.id);
    if (known === undefined || known.seq < snapshot.seq) this.byFacility.set(snapshot.state.id, snapshot);
  }

  /** The snapshot in memory, if it is not older than change `seq`. */
  inMemory(facility: string, seq: number): FacilitySnapshot | undefined {
    const known = this.byFacility.get(facility);
    return known !== undefined && known.seq >= seq ? known : undefined;
  }

  /** The committed snapshot; null if nothing was ever heard of the facility. */
  current(facility: string): Promise<FacilitySnapshot | null> {
    return this.unitOfWork.read(async (tx) => {
      const seq = await this.store.seq(tx, facility);
      return seq === null ? null : this.at(tx, facility, seq);
    });
  }

  /** The committed snapshot of a facility that is configured. Throws DomainError 'facility-unknown'. */
  async ofKnown(facility: string): Promise<FacilitySnapshot> {
    const snapshot = await this.current(facility);
    if (snapshot === null || snapshot.state.configuration === null) {
      throw new DomainError('not-found', 'facility-unknown', 'No such facility is configured.');
    }
    return snapshot;
  }

  /** The snapshot at `seq`, which must be the latest change that `tx` sees, or a later committed one. */
  async at(tx: Tx, facility: string, seq: number): Promise<FacilitySnapshot> {
    const known = this.byFacility.get(facility);
    if (known !== undefined && known.seq >= seq) return known;
    const snapshot = await this.store.load(tx, facility, seq, known, this.clock.nowMs());
    this.keep(snapshot);
    return snapshot;
  }
}
