import {
  factIdOf,
  FacilityDirectory,
  type FacilityEncounter,
  type PlacedFact,
  subjectOf,
} from '@wardstream/encounter-model';
import {
  type BedFact,
  bedView,
  changesFrom,
  deriveBed,
  type DerivedBed,
  historyOf,
  holdDiffersFrom,
  leavesOfStay,
  type PlannedHold,
  plannedHolds,
  type StayInBed,
  staysDifferFrom,
} from '@wardstream/bed-model';
import {
  AHEAD_MINUTES,
  bedChanged,
  type BedData,
  type Cause,
  encounterChanged,
  type EncounterData,
  type EventEnvelope,
  type FacilityData,
  facilityConfigured,
  type NewEvent,
  toEnvelope,
} from '@wardstream/events';
import { emptyFacility, type FacilityState, foldEvents } from '@wardstream/flow-model';
import { parseMessage, toFacts } from '@wardstream/hl7v2';
import { deterministicId } from '@wardstream/kernel';
import { type ReducedVisits, reducedVisits, type UnnumberedFact } from './reduced-visits.js';

/** A message as it arrives. */
export interface Arrival {
  readonly text: string;
  readonly receivedAt: string;
}

const hour = 3_600_000;
const aheadMs = AHEAD_MINUTES * 60_000;
const planRules = { grace: 4 * hour, longest: 24 * hour, lead: 24 * hour };
const targets = { startWithin: 30, takes: 30, turnWithin: 60 };

/**
 * The pure core of the product, without any server: messages through parser and mapping, encounters of all facts, beds of the
 * stays and statuses, counts of the events that tell of both. What the product must have come to.
 */
export class ReducedHouse {
  encounters: readonly FacilityEncounter[] = [];
  inSeveralBeds: readonly (readonly string[])[] = [];
  inTwoBeds: ReducedVisits['inTwoBeds'] = new Map();
  waiting: ReducedVisits['waiting'] = new Map();
  facility: FacilityData;
  readonly beds = new Map<string, DerivedBed>();
  state: FacilityState;
  /** Answers other than AA, by message id. */
  readonly refused = new Map<string, string>();
  private directory: FacilityDirectory;
  private readonly unnumbered = new Map<string, UnnumberedFact>();
  /** Every bed there ever was, as it was configured last. */
  private readonly everyBed: Map<string, FacilityData['beds'][number]>;
  private readonly facts = new Map<string, PlacedFact>();
  private readonly messages = new Set<string>();
  private readonly bedFacts = new Map<string, BedFact[]>();
  private readonly stays = new Map<string, readonly (StayInBed & { readonly bedId: string })[]>();
  private readonly planned = new Map<string, readonly PlannedHold[]>();
  private readonly told = new Map<string, { readonly contents: string; readonly version: number }>();
  private readonly bedVersions = new Map<string, number>();
  private readonly cause: Cause;

  /** `now`: milliseconds; what ends by itself until then has ended. */
  constructor(
    facility: FacilityData,
    readonly now: number,
  ) {
    this.facility = facility;
    this.everyBed = new Map(facility.beds.map((b) => [b.id, b]));
    this.directory = new FacilityDirectory(facility);
    const at = new Date(now).toISOString();
    this.cause = { kind: 'message', by: 'sender', at, recordedAt: at, receivedAt: at };
    const definition = { definition: facilityConfigured, subject: facility.id, aggregateVersion: facility.version };
    this.state = foldEvents(emptyFacility(facility.id), [this.envelope({ ...definition, data: facility })], now);
    this.settle(new Map(facility.beds.map((b) => [b.id, now])), []);
  }

  /** One batch of messages, as they arrive. A message that came before changes nothing. */
  take(arrivals: readonly Arrival[]): void {
    const reported = new Map<string, number>();
    for (const arrival of arrivals) this.read(arrival, reported);
    this.settleAll(reported);
  }

  /** Another configuration comes into force at `at` (milliseconds). */
  configure(facility: FacilityData, at: number): void {
    const listed = new Set(facility.beds.map((b) => b.id));
    const concerned = new Map<string, number>();
    for (const { id: bedId, staffed, surge } of this.everyBed.values()) {
      const isListed = listed.has(bedId);
      if (isListed === this.facility.beds.some((b) => b.id === bedId)) continue;
      const id = deterministicId('configured', bedId, String(facility.version));
      const times = { at, recordedAt: at, receivedAt: at, by: 'configuration' };
      this.addBedFact(bedId, {
        ...{ id, ...times, kind: 'configured', staffed, surge, version: facility.version, listed: isListed },
      });
      concerned.set(bedId, at);
    }
    for (const bed of facility.beds) this.everyBed.set(bed.id, bed);
    this.facility = facility;
    this.directory = new FacilityDirectory(facility);
    const definition = { definition: facilityConfigured, subject: facility.id, aggregateVersion: facility.version };
    this.state = foldEvents(this.state, [this.envelope({ ...definition, data: facility })], this.now);
    this.settleAll(concerned);
  }

  private settleAll(reported: ReadonlyMap<string, number>): void {
    const found = reducedVisits([...this.facts.values()], [...this.unnumbered.values()], this.directory);
    Object.assign(this, found);
    const changed = this.changedEncounters();
    this.settle(this.bedsConcerned(changed, reported), changed);
  }

  private addBedFact(bedId: string, fact: BedFact): void {
    this.bedFacts.set(bedId, [...(this.bedFacts.get(bedId) ?? []), fact]);
  }

  private read({ text, receivedAt }: Arrival, reported: Map<string, number>): void {
    const id = deterministicId('message', text);
    if (this.messages.has(id)) return;
    this.messages.add(id);
    const parsed = parseMessage(Buffer.from(text));
    if (!parsed.ok) throw new Error(parsed.fault.text);
    const mapping = toFacts(parsed.message, { timeZone: this.facility.timeZone, receipt: { receivedAt, aheadMs } });
    const source = parsed.message.head.sendingApplication;
    switch (mapping.kind) {
      case 'facts':
        for (const [i, fact] of mapping.facts.entries()) {
          const encounterId = subjectOf(this.facility.id, fact);
          const factId = factIdOf(id, i);
          const stated = { id: factId, messageId: id, source, receivedAt, fact, facility: this.facility.id };
          if (encounterId === null) this.unnumbered.set(factId, stated);
          else this.facts.set(factId, { ...stated, encounterId });
        }
        return;
      case 'bedStatus':
        mapping.reports.forEach(({ place, code, at, recordedAt }, i) => {
          const { bedId } = this.directory.resolve(place);
          if (bedId === null) return;
          const [atMs, recordedMs, receivedMs] = [at, recordedAt, receivedAt].map((t) => Date.parse(t));
          const times = { at: atMs!, recordedAt: recordedMs!, receivedAt: receivedMs! };
          const fact: BedFact = { id: factIdOf(id, i), ...times, by: source, kind: 'status-reported', code };
          this.addBedFact(bedId, fact);
          reported.set(bedId, Math.min(fact.at, reported.get(bedId) ?? Infinity));
        });
        return;
      case 'errors':
      case 'refused':
        this.refused.set(id, mapping.errors[0]!.text);
        return;
      case 'ignored':
        return;
    }
  }

  /** Encounters that say something new: first those that were merged away, as processing publishes them. */
  private changedEncounters(): EncounterData[] {
    const changed: EncounterData[] = [];
    const note = (encounterId: string, number: string, rest: Omit<EncounterData, Identifying>): void => {
      const contents = JSON.stringify(rest);
      const known = this.told.get(encounterId);
      if (known?.contents === contents) return;
      const version = (known?.version ?? 0) + 1;
      this.told.set(encounterId, { contents, version });
      changed.push({
        ...rest,
        encounterId,
        facility: this.facility.id,
        visitNumber: number,
        version,
        cause: this.cause,
      });
    };
    for (const { encounterId, number, derived, retired } of this.encounters) {
      const { brief, conflicts, pendings, plannedBeds, stays, patient: _kept, movements: _shown, ...rest } = derived;
      for (const other of retired) {
        if (!this.told.has(other.encounterId)) continue;
        note(other.encounterId, other.number, { ...nothingLeft, patient: brief });
      }
      const conflictIds = conflicts.map((c) => c.id);
      const lists = { pendings: [...pendings], plannedBeds: [...plannedBeds], stays: [...stays], conflictIds };
      note(encounterId, number, { ...rest, patient: brief, ...lists });
    }
    return changed;
  }

  /** Beds with the earliest event time that changed for them. */
  private bedsConcerned(changed: readonly EncounterData[], reported: ReadonlyMap<string, number>): Map<string, number> {
    const concerned = new Map(reported);
    for (const { encounterId, stays, leaves, plannedBeds } of changed) {
      for (const [bedId, from] of this.holdsDiffer(encounterId, plannedBeds ?? []))
        concerned.set(bedId, Math.min(from, concerned.get(bedId) ?? Infinity));
      const before = this.stays.get(encounterId) ?? [];
      const after = staysInBeds(encounterId, stays, leaves);
      this.stays.set(encounterId, after);
      for (const bedId of new Set([...before, ...after].map((s) => s.bedId))) {
        const here = (s: { bedId: string }): boolean => s.bedId === bedId;
        const from = staysDifferFrom(before.filter(here), after.filter(here));
        if (from !== null) concerned.set(bedId, Math.min(from, concerned.get(bedId) ?? Infinity));
      }
    }
    return concerned;
  }

  /** Takes over the holds that follow from the plans of an encounter; beds with the earliest event time that changed for them. */
  private holdsDiffer(encounterId: string, planned: NonNullable<EncounterData['plannedBeds']>): [string, number][] {
    const gone = new Map((this.planned.get(encounterId) ?? []).map((h) => [h.id, h]));
    const after = plannedHolds(encounterId, planned, planRules, this.facility.timeZone);
    const differ = after.map((hold): [string, number] => {
      const before = gone.get(hold.id);
      gone.delete(hold.id);
      return [hold.bedId, holdDiffersFrom(before, hold) ?? Infinity];
    });
    this.planned.set(encounterId, after);
    return [...differ, ...[...gone.values()].map((h): [string, number] => [h.bedId, h.since])].filter(
      ([, from]) => from < Infinity,
    );
  }

  private settle(concerned: ReadonlyMap<string, number>, changed: readonly EncounterData[]): void {
    const events: EventEnvelope[] = changed.map((data) =>
      this.envelope({
        ...{ definition: encounterChanged, subject: data.encounterId, aggregateVersion: data.version, data },
      }),
    );
    const stays = [...this.stays.values()].flat();
    const planned = [...this.planned.values()].flat();
    for (const bed of this.everyBed.values()) {
      const from = concerned.get(bed.id);
      if (from === undefined) continue;
      const setup = { facility: this.facility.id, bedId: bed.id, staffed: bed.staffed, surge: bed.surge };
      const facts = this.bedFacts.get(bed.id) ?? [];
      const holds = planned.filter((h) => h.bedId === bed.id);
      const input = { setup, checkpoint: null, stays: stays.filter((s) => s.bedId === bed.id), facts, holds };
      const derived = deriveBed(input, { now: this.now });
      this.beds.set(bed.id, derived);
      const person = (encounterId: string) => ({ ...nobody, encounterId });
      const view = bedView({ ...bed, facility: this.facility.id, targets }, derived.fold, person, this.now);
      const version = (this.bedVersions.get(bed.id) ?? 0) + 1;
      this.bedVersions.set(bed.id, version);
      const data: BedData = {
        ...view,
        version,
        history: historyOf(changesFrom(derived, from), view.since),
        cause: this.cause,
      };
      events.push(this.envelope({ definition: bedChanged, subject: bed.id, aggregateVersion: version, data }));
    }
    this.state = foldEvents(this.state, events, this.now);
  }

  private envelope<T>(event: Pick<NewEvent<T>, 'definition' | 'subject' | 'aggregateVersion' | 'data'>): EventEnvelope {
    const at = new Date(this.now).toISOString();
    return toEnvelope({ ...event, facility: this.facility.id, time: at, recordedAt: at } as NewEvent<unknown>);
  }
}

type Identifying = 'encounterId' | 'facility' | 'visitNumber' | 'version' | 'cause';
const nobody = {
  ...{ visitNumber: '', class: null, needs: [] },
  patient: { initials: '', ageBand: null, sex: 'unknown' as const },
};
const nothingLeft = {
  ...{ status: 'cancelled' as const, class: null, specialty: null, location: null, inTransit: false, pendings: [] },
  ...{ stays: [], registeredAt: null, admittedAt: null, dischargedAt: null, conflictIds: [] },
};

/** Stays that hold a bed which the facility has, each with the leaves in it. */
function staysInBeds(
  encounterId: string,
  stays: EncounterData['stays'],
  leaves: EncounterData['leaves'],
): (StayInBed & { readonly bedId: string })[] {
  return stays.flatMap(({ movementId, place, from, to, holdsBed, leavesDirty, endedBy }) => {
    if (!holdsBed || place.bedId === null) return [];
    const times = { from: Date.parse(from), to: to === null ? null : Date.parse(to) };
    const away = leavesOfStay(leaves, times.from, times.to);
    return [{ encounterId, movementId, bedId: place.bedId, ...times, leavesDirty, endedBy, leaves: away }];
  });
}
