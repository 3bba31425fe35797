import { Inject, Injectable } from '@nestjs/common';
import { dischargePlanChanged } from '@wardstream/events';
import { canonicalText, digest, type Clock } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import { iso, type Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { derivePlan, withMerged, type PlanFacts, type PlanState } from '../domain/discharge-plan.js';
import { plansMergedInto, savePlans, type PlanRow } from '../persistence/discharge-plan.rows.js';
import { readEncounters } from '../persistence/copies.rows.js';

export type KeptPlan = PlanState & { readonly version: number };

/** Derives discharge plans anew; stores and publishes those that are different. See RequestKeeper. */
@Injectable()
export class PlanProjector {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  /** Gives each plan as it is now, by encounter id; one that nobody has made is left out. */
  async rederive(tx: Tx, rows: readonly PlanRow[], at: (facts: PlanFacts) => string): Promise<Map<string, KeptPlan>> {
    if (rows.length === 0) return new Map();
    const encounters = await readEncounters(
      tx,
      rows.map((r) => r.facts.encounterId),
    );
    const mergedInto = await plansMergedInto(
      tx,
      rows.map((r) => r.facts.encounterId),
    );
    const given = new Map(rows.map((r) => [r.facts.encounterId, r.facts]));
    const recordedAt = iso(this.clock.nowMs());
    const kept = new Map<string, KeptPlan>();
    const changed: PlanRow[] = [];
    for (const row of rows) {
      const { facts } = row;
      const merged = (mergedInto.get(facts.encounterId) ?? []).map((m) => given.get(m.facts.encounterId) ?? m.facts);
      const derived = derivePlan(withMerged(facts, merged), encounters.get(facts.encounterId) ?? null);
      const state = derived ?? nothingLeft(row, at(facts));
      if (state === null) continue;
      const stateDigest = digest(canonicalText([state, facts]));
      const version = stateDigest === row.digest ? row.version : row.version + 1;
      kept.set(facts.encounterId, { ...state, version });
      if (version !== row.version) changed.push({ facts, version, state, digest: stateDigest });
    }
    if (changed.length > 0) await savePlans(tx, changed);
    await this.outbox.publish(
      tx,
      changed.map(({ facts, version, state }) => {
        const { encounterId, facility } = facts;
        const event = { definition: dischargePlanChanged, subject: encounterId, aggregateVersion: version, facility };
        return { ...event, time: at(facts), recordedAt, data: { ...state!, version } };
      }),
    );
    return kept;
  }
}

/** A plan that was another visit's, which is not merged into this one any more. */
function nothingLeft({ state }: PlanRow, at: string): PlanState | null {
  if (state === null) return null;
  return state.status === 'cancelled' ? state : { ...state, status: 'cancelled', waitingFor: null, cancelledAt: at };
}
