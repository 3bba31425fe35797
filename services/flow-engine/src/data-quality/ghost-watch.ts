import { Injectable } from '@nestjs/common';
import { ghostKey, ghosts, type FacilityState, type KnownGhost } from '@wardstream/flow-model';
import { UnitOfWork } from '@wardstream/persistence';
import { QualityStore } from '../persistence/quality-store.js';

/** A ghost that is gone within a minute was none: two events of one moment were taken in one after the other. */
const KEPT_AFTER_MS = 60_000;

interface Watched {
  readonly since: string;
  kept: boolean;
}

/**
 * Since when each bed or visit is a ghost. Run by the process that runs the ticks; what has lasted a minute is kept in rows,
 * so that the next process goes on from there.
 */
@Injectable()
export class GhostWatch {
  private readonly watched = new Map<string, Map<string, Watched>>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: QualityStore,
  ) {}

  /** Another process watches now. */
  forget(): void {
    this.watched.clear();
  }

  /** The ghosts of a facility at `now`, each with since when it is one. */
  async look(state: FacilityState, now: number): Promise<KnownGhost[]> {
    const facility = state.id;
    const before = this.watched.get(facility) ?? (await this.kept(facility));
    const after = new Map<string, Watched>();
    const found = ghosts(state).map((ghost): KnownGhost => {
      const key = ghostKey(ghost);
      const watched = before.get(key) ?? { since: new Date(now).toISOString(), kept: false };
      after.set(key, watched);
      return { ...ghost, since: watched.since };
    });
    const seen = [...after]
      .filter(([, w]) => !w.kept && now - Date.parse(w.since) >= KEPT_AFTER_MS)
      .map(([id, w]) => ({ id, since: w.since }));
    const gone = [...before].filter(([key, w]) => w.kept && !after.has(key)).map(([key]) => key);
    if (seen.length > 0 || gone.length > 0) {
      await this.unitOfWork.run((tx) => this.store.changeGhosts(tx, facility, seen, gone));
      for (const { id } of seen) after.get(id)!.kept = true;
    }
    this.watched.set(facility, after);
    return found;
  }

  private async kept(facility: string): Promise<Map<string, Watched>> {
    const rows = await this.unitOfWork.read((tx) => this.store.ghosts(tx, facility));
    return new Map([...rows].map(([id, since]) => [id, { since, kept: true }]));
  }
}
