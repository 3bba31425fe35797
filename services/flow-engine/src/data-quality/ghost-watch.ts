import { Injectable } from '@nestjs/common';
import { ghostKey, ghosts, type FacilityState, type DatedGhost } from '@wardstream/flow-model';
import { UnitOfWork } from '@wardstream/persistence';
import { QualityStore, type GhostRow } from '../persistence/quality-store.js';

/** A ghost that is gone within a minute was none: two events of one moment were taken in one after the other. */
const KEPT_AFTER_MS = 60_000;

interface Watched {
  readonly since: string;
  kept: boolean;
}

/**
 * Since when each bed or visit is a ghost. Run by the process that writes the facility; what has lasted a minute is kept in rows,
 * so that the next process goes on from there.
 */
@Injectable()
export class GhostWatch {
  private readonly watched = new Map<string, Map<string, Watched>>();
  private seen: GhostRow[] = [];
  private gone: Pick<GhostRow, 'facility' | 'id'>[] = [];

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: QualityStore,
  ) {}

  /** Watches exactly these facilities from now on: what is known of those that are new is read, of the others it is forgotten. */
  async watch(facilities: readonly string[]): Promise<void> {
    const wanted = new Set(facilities);
    for (const facility of this.watched.keys()) if (!wanted.has(facility)) this.watched.delete(facility);
    const fresh = facilities.filter((facility) => !this.watched.has(facility));
    if (fresh.length === 0) return;
    const rows = await this.unitOfWork.read((tx) => this.store.ghosts(tx, fresh));
    for (const facility of fresh) this.watched.set(facility, new Map());
    for (const { facility, id, since } of rows) this.watched.get(facility)!.set(id, { since, kept: true });
  }

  /** The ghosts of a watched facility at `now`, each with since when it is one. */
  poll(state: FacilityState, now: number): DatedGhost[] {
    const facility = state.id;
    const before = this.watched.get(facility) ?? new Map<string, Watched>();
    const after = new Map<string, Watched>();
    const found = ghosts(state).map((ghost): DatedGhost => {
      const key = ghostKey(ghost);
      const watched = before.get(key) ?? { since: new Date(now).toISOString(), kept: false };
      after.set(key, watched);
      return { ...ghost, since: watched.since };
    });
    for (const [id, { since, kept }] of after) {
      if (!kept && now - Date.parse(since) >= KEPT_AFTER_MS) this.seen.push({ facility, id, since });
    }
    for (const [id, { kept }] of before) if (kept && !after.has(id)) this.gone.push({ facility, id });
    this.watched.set(facility, after);
    return found;
  }

  /** Keeps in rows what the polls since the last call have found. */
  async keep(): Promise<void> {
    const { seen, gone } = this;
    [this.seen, this.gone] = [[], []];
    if (seen.length + gone.length === 0) return;
    try {
      await this.unitOfWork.run((tx) => this.store.changeGhosts(tx, seen, gone));
    } catch (error) {
      this.watched.clear();
      throw error;
    }
    for (const { facility, id } of seen) {
      const watched = this.watched.get(facility)?.get(id);
      if (watched !== undefined) watched.kept = true;
    }
  }
}
