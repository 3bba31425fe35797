import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { encounterChanged, type EncounterData, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { RequestKeeper } from '../bed-requests/request-keeper.js';
import { PlanKeeper } from '../discharge-plans/plan-keeper.js';
import { noPlan, withAnnouncement } from '../domain/discharge-plan.js';
import type { KnownEncounter } from '../domain/known.js';
import { requestsOfEncounters } from '../persistence/bed-request.rows.js';
import { plansOf, removePlans, type PlanRow } from '../persistence/discharge-plan.rows.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { readEncounters, saveEncounters } from '../persistence/known.rows.js';

/**
 * Learns where patients are and what is announced of them: requests are met, plans end, and both open again where a movement is
 * taken back. Only the latest version of an encounter counts. A batch is a fixed number of statements.
 */
@Controller()
export class EncounterChangedConsumer {
  constructor(
    private readonly requests: RequestKeeper,
    private readonly plans: PlanKeeper,
  ) {}

  @EventPattern<string>(encounterChanged.pattern, { batch: true })
  async on(@Payload() events: readonly EventEnvelope<EncounterData>[], @Ctx() { tx }: EventContext): Promise<void> {
    const latest = new Map<string, EncounterData>();
    for (const { data } of events) {
      const known = latest.get(data.encounterId);
      if (known === undefined || known.version < data.version) latest.set(data.encounterId, data);
    }
    await lockFacilities(
      tx,
      events.map((e) => e.facility),
    );
    const stored = await readEncounters(tx, [...latest.keys()]);
    const newer = [...latest.values()].filter((e) => e.version > (stored.get(e.encounterId)?.version ?? 0));
    if (newer.length === 0) return;
    const times = new Map(newer.map((e) => [e.encounterId, e.cause.at]));
    const encounters = newer.map((data) => toKnown(data, stored.get(data.encounterId)));
    await saveEncounters(tx, encounters);
    await this.updateRequests(tx, encounters, times);
    await this.updatePlans(tx, encounters, times);
  }

  private async updateRequests(
    tx: Tx,
    encounters: readonly KnownEncounter[],
    times: ReadonlyMap<string, string>,
  ): Promise<void> {
    const find = finder(encounters);
    const rows = await requestsOfEncounters(tx, encounters);
    const joined = rows.map((row) => {
      const { id, visitNumber } = find(row.facts);
      return { ...row, facts: { ...row.facts, encounterId: id, visitNumber } };
    });
    await this.requests.rederive(tx, joined, (facts) => times.get(facts.encounterId)!);
  }

  private async updatePlans(
    tx: Tx,
    encounters: readonly KnownEncounter[],
    times: ReadonlyMap<string, string>,
  ): Promise<void> {
    const find = finder(encounters);
    const found = new Map<string, PlanRow>();
    const left: string[] = [];
    for (const row of await plansOf(tx, encounters)) {
      const { id, visitNumber } = find(row.facts);
      const mustMove = row.facts.encounterId !== id;
      if (mustMove) left.push(row.facts.encounterId);
      // A plan of the encounter itself goes before one that was kept for its number.
      if (found.has(id) && mustMove) continue;
      const facts = { ...row.facts, encounterId: id, visitNumber };
      found.set(id, mustMove ? { facts, version: 0, state: null, digest: null } : { ...row, facts });
    }
    if (left.length > 0) await removePlans(tx, left);
    const rows = encounters.flatMap((encounter): PlanRow[] => {
      const row = found.get(encounter.id);
      if (row === undefined && encounter.pendingDischarge === null) return [];
      const { id: encounterId, facility, visitNumber } = encounter;
      const before = row ?? {
        facts: noPlan({ encounterId, facility, visitNumber }),
        version: 0,
        state: null,
        digest: null,
      };
      const at = Date.parse(times.get(encounter.id)!);
      return [{ ...before, facts: withAnnouncement(before.facts, encounter, at) }];
    });
    await this.plans.rederive(tx, rows, (facts) => times.get(facts.encounterId)!);
  }
}

/** Finds the encounter that something was said of: by its id, else by the visit number it was kept for. */
function finder(encounters: readonly KnownEncounter[]) {
  const byId = new Map(encounters.map((e) => [e.id, e]));
  const byVisit = new Map(encounters.map((e) => [`${e.facility}\n${e.visitNumber}`, e]));
  return (of: { encounterId: string; facility: string; visitNumber: string }): KnownEncounter =>
    byId.get(of.encounterId) ?? byVisit.get(`${of.facility}\n${of.visitNumber}`)!;
}

function toKnown(data: EncounterData, before: KnownEncounter | undefined): KnownEncounter {
  const { encounterId: id, facility, visitNumber, version, status, patient, location } = data;
  const discharge = data.pendings.find((p) => p.kind === 'discharge');
  const ms = (at: string | null): number | null => (at === null ? null : Date.parse(at));
  return {
    ...{ id, facility, visitNumber, version, status, patient, location },
    stays: data.stays.map((s) => {
      return { place: s.place, from: Date.parse(s.from), to: ms(s.to), holdsBed: s.holdsBed };
    }),
    dischargedAt: ms(data.dischargedAt),
    cancelledAt: status === 'cancelled' ? (before?.cancelledAt ?? Date.parse(data.cause.at)) : null,
    pendingDischarge: discharge ? { at: Date.parse(discharge.at), expectedAt: ms(discharge.expectedAt) } : null,
  };
}
