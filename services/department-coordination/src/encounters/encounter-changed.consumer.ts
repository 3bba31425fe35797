import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { encounterChanged, type EncounterData, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { RequestProjector } from '../bed-requests/request-projector.js';
import { PlanProjector } from '../discharge-plans/plan-projector.js';
import { noPlan, withAnnouncement } from '../domain/discharge-plan.js';
import { cancellationOf, type EncounterCopy } from '../domain/copies.js';
import { requestsOfEncounters, type RequestRow } from '../persistence/bed-request.rows.js';
import {
  areAnyConcerned,
  plansMergedInto,
  plansOf,
  removePlans,
  type PlanRow,
} from '../persistence/discharge-plan.rows.js';
import { lockFacilities } from '../persistence/facility-lock.js';
import { readEncounters, saveEncounters } from '../persistence/copies.rows.js';

/**
 * Learns where patients are and what is announced of them: requests are met, plans end, and both open again where a movement is
 * taken back. Only the latest version of an encounter counts. A batch is a fixed number of statements.
 */
@Controller()
export class EncounterChangedConsumer {
  constructor(
    private readonly requests: RequestProjector,
    private readonly plans: PlanProjector,
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
    const isAnnounced = encounters.some((e) => e.pendingDischarge !== null);
    if (isAnnounced || (await areAnyConcerned(tx, encounters))) {
      await this.updateRequests(tx, encounters, times);
      await this.updatePlans(tx, encounters, times);
    }
    const joined = encounters.flatMap(({ id, mergedInto = null }) => {
      const before = stored.get(id)?.mergedInto ?? null;
      return before === mergedInto ? [] : [before, mergedInto].flatMap((e) => (e === null ? [] : [[e, id] as const]));
    });
    await this.updateMergedPlans(tx, new Map(joined), times);
  }

  private async updateRequests(
    tx: Tx,
    encounters: readonly EncounterCopy[],
    times: ReadonlyMap<string, string>,
  ): Promise<void> {
    const find = finder(encounters);
    const byId = new Map(encounters.map((e) => [e.id, e]));
    const rows = (await requestsOfEncounters(tx, encounters)).map((row): RequestRow => {
      const made = byId.get(row.madeFor) ?? find(row.facts);
      // What is heard is the visit it is of, not the one it was made for: that goes where it went.
      if (made.id !== row.madeFor && row.madeFor !== row.facts.encounterId) return row;
      const { id: madeFor, mergedInto = null } = made;
      return { ...row, madeFor, facts: { ...row.facts, encounterId: mergedInto ?? madeFor } };
    });
    const known = await readEncounters(
      tx,
      rows.map((row) => row.facts.encounterId),
    );
    const when = new Map<string, string>();
    const numbered = rows.map((row): RequestRow => {
      const { id, encounterId, visitNumber } = row.facts;
      when.set(id, times.get(row.madeFor) ?? times.get(encounterId)!);
      return { ...row, facts: { ...row.facts, visitNumber: known.get(encounterId)?.visitNumber ?? visitNumber } };
    });
    await this.requests.rederive(tx, numbered, (facts) => when.get(facts.id)!);
  }

  /** Plans of visits into which others were merged, or are no more; `into`: each with the encounter that tells of it. */
  private async updateMergedPlans(
    tx: Tx,
    into: ReadonlyMap<string, string>,
    times: ReadonlyMap<string, string>,
  ): Promise<void> {
    if (into.size === 0) return;
    const survivors = await readEncounters(tx, [...into.keys()]);
    const rows = new Map((await plansOf(tx, [...survivors.values()])).map((row) => [row.facts.encounterId, row]));
    const merged = await plansMergedInto(tx, [...into.keys()]);
    const all = [...into.keys()].flatMap((encounterId): PlanRow[] => {
      const row = rows.get(encounterId);
      const encounter = survivors.get(encounterId);
      if (row !== undefined) return [row];
      if (encounter === undefined || !merged.has(encounterId)) return [];
      const { facility, visitNumber } = encounter;
      return [{ facts: noPlan({ encounterId, facility, visitNumber }), version: 0, state: null, digest: null }];
    });
    await this.plans.rederive(
      tx,
      all,
      ({ encounterId }) => times.get(encounterId) ?? times.get(into.get(encounterId)!)!,
    );
  }

  private async updatePlans(
    tx: Tx,
    encounters: readonly EncounterCopy[],
    times: ReadonlyMap<string, string>,
  ): Promise<void> {
    const find = finder(encounters);
    const found = new Map<string, PlanRow>();
    const merged = await plansMergedInto(
      tx,
      encounters.map((e) => e.id),
    );
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
      if (row === undefined && encounter.pendingDischarge === null && !merged.has(encounter.id)) return [];
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
function finder(encounters: readonly EncounterCopy[]) {
  const byId = new Map(encounters.map((e) => [e.id, e]));
  const byVisit = new Map(encounters.map((e) => [`${e.facility}\n${e.visitNumber}`, e]));
  return (of: { encounterId: string; facility: string; visitNumber: string }): EncounterCopy =>
    byId.get(of.encounterId) ?? byVisit.get(`${of.facility}\n${of.visitNumber}`)!;
}

function toKnown(data: EncounterData, before: EncounterCopy | undefined): EncounterCopy {
  const { encounterId: id, facility, visitNumber, version, status, patient, location } = data;
  const discharge = data.pendings.find((p) => p.kind === 'discharge');
  const ms = (at: string | null): number | null => (at === null ? null : Date.parse(at));
  return {
    ...{ id, facility, visitNumber, version, status, patient, location },
    stays: data.stays.map((s) => {
      return { place: s.place, from: Date.parse(s.from), to: ms(s.to), holdsBed: s.holdsBed };
    }),
    dischargedAt: ms(data.dischargedAt),
    cancelledAt: cancellationOf(data, before),
    mergedInto: data.mergedInto ?? null,
    pendingDischarge: discharge ? { at: Date.parse(discharge.at), expectedAt: ms(discharge.expectedAt) } : null,
  };
}
