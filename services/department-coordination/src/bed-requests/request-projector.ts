import { Inject, Injectable } from '@nestjs/common';
import { bedRequestChanged, type BedRequestData, type LevelOfCare } from '@wardstream/events';
import { canonicalText, digest, type Clock } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import { iso, type Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { deriveRequest, rememberBed, type RequestFacts, type RequestState } from '../domain/bed-request.js';
import { saveRequests, type RequestRow } from '../persistence/bed-request.rows.js';
import { bedsFor, readEncounters, readFacilities, type FacilityCopy } from '../persistence/copies.rows.js';

/** Where the unit asked for says nothing of its own, or none is asked for. */
const defaultTargetMinutes = 240;

export type KeptRequest = RequestState & { readonly version: number };

/**
 * Derives requests anew and keeps what came out: the one way in which a request changes. Runs in the caller's transaction,
 * under the lock of the facility, with a number of statements that does not depend on how many there are. Only a request that
 * is different is stored as a new version and published.
 */
@Injectable()
export class RequestProjector {
  constructor(
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  /** `at` is the event time of what may have changed them. Gives each as it is now, by id. */
  async rederive(
    tx: Tx,
    rows: readonly RequestRow[],
    at: (facts: RequestFacts) => string,
  ): Promise<Map<string, KeptRequest>> {
    if (rows.length === 0) return new Map();
    const encounterIds = [...new Set(rows.map((r) => r.facts.encounterId))];
    const facilities = await readFacilities(tx, [...new Set(rows.map((r) => r.facts.facility))]);
    const encounters = await readEncounters(tx, encounterIds);
    const remembered = rows.flatMap(({ bed, facts }) => (bed ? [{ facility: facts.facility, bedId: bed.bedId }] : []));
    const requests = rows.map((r) => r.facts.id);
    const known = await bedsFor(tx, { requests, encounters: encounterIds, beds: remembered });
    const beds = known.sort((a, b) => (a.hold?.since ?? 0) - (b.hold?.since ?? 0) || (a.id < b.id ? -1 : 1));

    const now = iso(this.clock.nowMs());
    const kept = new Map<string, KeptRequest>();
    const changed: RequestRow[] = [];
    for (const row of rows) {
      const { facts, madeFor } = row;
      const bed = beds
        .filter((b) => b.facility === facts.facility)
        .reduce((memory, b) => rememberBed(memory, facts, b), row.bed);
      const unit = facilities.get(facts.facility)?.units.find((u) => u.id === facts.toUnit);
      const targetMinutes = unit?.waitTargetMinutes ?? defaultTargetMinutes;
      const encounter = encounters.get(facts.encounterId) ?? null;
      const levels = levelsOf(facilities.get(facts.facility));
      const state = deriveRequest({ facts, encounter, bed, targetMinutes, levels });
      const stateDigest = digest(canonicalText([state, bed, facts]));
      if (stateDigest === row.digest) {
        kept.set(facts.id, { ...state, version: row.version });
        continue;
      }
      const version = row.version + 1;
      kept.set(facts.id, { ...state, version });
      changed.push({ facts, madeFor, bed, version, state, digest: stateDigest });
    }
    if (changed.length > 0) await saveRequests(tx, changed);
    await this.outbox.publish(
      tx,
      changed.map(({ facts, version, state }) => {
        const { cancelReason: _reason, ...published } = state!;
        const data: BedRequestData = { ...published, version };
        const { id, facility } = facts;
        const event = { definition: bedRequestChanged, subject: id, aggregateVersion: version, facility };
        return { ...event, time: at(facts), recordedAt: now, data };
      }),
    );
    return kept;
  }
}

function levelsOf(facility: FacilityCopy | undefined): Map<string, LevelOfCare> {
  return new Map(facility?.units.map((u) => [u.id, u.levelOfCare]));
}
