import { Controller, Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { encounterChanged, type EncounterData, type EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CONFIG, type ConfigOf } from '@wardstream/service-kit';
import { BedProjector, type Touched } from '../beds/bed-projector.js';
import { holdDiffersFrom, plannedHolds, type PlanRules } from '@wardstream/bed-model';
import { lockFacilities } from '../persistence/facility-lock.js';
import { timeZonesOf } from '../persistence/facility.rows.js';
import { plannedHoldsOf, savePlannedHolds } from '../persistence/planned-hold.rows.js';
import type { bedManagementSettings } from '../settings.js';
import { bedsThatDiffer, toRow } from './encounter-row.js';
import {
  bedsConcerned,
  followMerges,
  joinHolds,
  readEncounters,
  replaceStays,
  saveEncounters,
  type EncounterRow,
} from '../persistence/encounter.rows.js';

/**
 * Takes over where patients are. An encounter comes with its whole history, and only its latest version counts, so a repeat
 * or an old version changes nothing. A batch is a fixed number of statements: the beds it touches are derived anew together,
 * each from the earliest event time that changed for it, and each is published once, as it is after the whole batch.
 */
@Controller()
export class EncounterChangedConsumer {
  private readonly rules: PlanRules;

  constructor(
    private readonly projector: BedProjector,
    @Inject(CONFIG) config: ConfigOf<typeof bedManagementSettings>,
  ) {
    const ms = (minutes: number) => minutes * 60_000;
    this.rules = {
      grace: ms(config.planGraceMinutes),
      longest: ms(config.planHoldMinutes),
      lead: ms(config.planLeadMinutes),
    };
  }

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

    const causes = new Map(newer.map((e) => [e.encounterId, e.cause]));
    const touched: Touched[] = [];
    const moved: EncounterRow[] = [];
    const shown: { id: string; from: number }[] = [];
    const rows = newer.map((data) => {
      const before = stored.get(data.encounterId);
      const after = toRow(data, before);
      const changes = bedsThatDiffer(before?.stays ?? [], after.stays);
      if (changes.length > 0) moved.push(after);
      for (const change of changes) touched.push({ ...change, facility: data.facility, cause: data.cause });
      const from = shownFrom(before, after);
      if (from !== null) shown.push({ id: data.encounterId, from });
      return after;
    });
    const unheard = rows.filter((row) => stored.get(row.id)?.visitNumber !== row.visitNumber);
    await saveEncounters(tx, rows);
    await replaceStays(tx, moved);
    for (const { encounterId, ...joined } of await joinHolds(tx, unheard))
      touched.push({ ...joined, cause: causes.get(encounterId)! });
    const goesElsewhere = (row: EncounterRow) => (stored.get(row.id)?.mergedInto ?? null) !== row.mergedInto;
    for (const { madeFor, ...moved } of await followMerges(tx, rows.filter(goesElsewhere)))
      touched.push({ ...moved, cause: causes.get(madeFor)! });
    touched.push(...(await this.keepPlanned(tx, newer)));
    const froms = new Map(shown.map((s) => [s.id, s.from]));
    for (const { encounterId, held, ...bed } of await bedsConcerned(tx, shown))
      touched.push({ ...bed, from: held ? froms.get(encounterId)! : Infinity, cause: causes.get(encounterId)! });
    await this.projector.rederive(tx, touched);
  }

  /** Brings the holds that follow from plans in line with the plans. The beds, each from where its holds differ. */
  private async keepPlanned(tx: Tx, encounters: readonly EncounterData[]): Promise<Touched[]> {
    const stored = await plannedHoldsOf(
      tx,
      encounters.map((e) => e.encounterId),
    );
    const anyPlanned = encounters.some((e) => (e.plannedBeds ?? []).length > 0);
    const zones = anyPlanned ? await timeZonesOf(tx, [...new Set(encounters.map((e) => e.facility))]) : new Map();
    const touched: Touched[] = [];
    const saved: Parameters<typeof savePlannedHolds>[1][number][] = [];
    for (const { encounterId, facility, visitNumber, plannedBeds = [], cause } of encounters) {
      const before = new Map(stored.get(encounterId)!.map((h) => [h.id, h]));
      const planned = plannedHolds(encounterId, plannedBeds, this.rules, zones.get(facility) ?? 'UTC');
      const gone = new Map(before);
      for (const { id } of planned) gone.delete(id);
      // A plan that is none any more held nothing: its hold ends when it began.
      for (const hold of [...planned, ...[...gone.values()].map((h) => ({ ...h, endedAt: h.since }))]) {
        const known = before.get(hold.id);
        const from = holdDiffersFrom(known, { ...hold, releasedAt: known?.releasedAt ?? null });
        if (from === null) continue;
        touched.push({ facility, bedId: hold.bedId, from, cause });
        saved.push({ ...hold, facility, visitNumber, by: cause.by });
      }
    }
    await savePlannedHolds(tx, saved);
    return touched;
  }
}

/**
 * From when on beds that show or keep a place for the encounter differ although its stays may not: from its end, where that
 * changed; Infinity where only what is shown of the patient did; null if nothing did.
 */
function shownFrom(before: EncounterRow | undefined, after: EncounterRow): number | null {
  const [was, is] = [before?.endedAt ?? null, after.endedAt];
  if (was !== is) return Math.min(was ?? Infinity, is ?? Infinity);
  if (before === undefined) return null;
  const seen = (e: EncounterRow) =>
    JSON.stringify([e.visitNumber, e.class, e.patient.initials, e.patient.ageBand, e.patient.sex]);
  return seen(before) === seen(after) ? null : Infinity;
}
