import {
  bedChanged,
  bedRequestChanged,
  dischargePlanChanged,
  encounterChanged,
  facilityConfigured,
  toEnvelope,
  type BedData,
  type BedRequestData,
  type BedState,
  type Cause,
  type DischargePlanData,
  type EncounterData,
  type EventDefinition,
  type EventEnvelope,
  type FacilityData,
  type UnitConfiguration,
} from '@wardstream/events';

/** A small hospital whose events follow the rules of the published language: for tests and measurements. */
export const FACILITY = 'TGH';

export const START = Date.parse('2026-01-12T06:30:00.000Z');

const patient = { initials: 'A.B.', ageBand: '60s', sex: 'female' } as const;

export function at(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString();
}

export function unit(id: string, more: Partial<UnitConfiguration> = {}): UnitConfiguration {
  return {
    id,
    name: `Unit ${id}`,
    levelOfCare: 'ward',
    specialties: [],
    placesAre: 'beds',
    inpatient: true,
    waitTargetMinutes: 240,
    ...more,
  };
}

export function configuration(bedsOf: Readonly<Record<string, number>>, version = 1): FacilityData {
  const units = Object.keys(bedsOf).map((id) =>
    id === 'ED' ? unit(id, { levelOfCare: 'ed', placesAre: 'bays', inpatient: false }) : unit(id),
  );
  const sexes = ['female', 'male', 'any'] as const;
  return {
    id: FACILITY,
    name: 'Test General',
    aliases: [],
    timeZone: 'Europe/London',
    version,
    units,
    rooms: units.flatMap((u) =>
      sexes.map((sex) => ({ id: `${u.id}-${sex}`, unit: u.id, name: sex, sex, negativePressure: false })),
    ),
    beds: units.flatMap((u) =>
      Array.from({ length: bedsOf[u.id]! }, (_, i) => ({
        id: `${u.id}-${i + 1}`,
        unit: u.id,
        room: `${u.id}-${sexes[i % 3]!}`,
        bed: String(i + 1),
        staffed: true,
        surge: false,
        attributes: [],
      })),
    ),
  };
}

function cause(kind: string, when: string): Cause {
  return { kind, by: 'test', at: when, recordedAt: when, receivedAt: when };
}

type Segment = BedData['history']['segments'][number];

/** Writes a hospital's events as its services would: versions grow, a bed's event carries the part of its history that changed. */
export class Hospital {
  readonly events: EventEnvelope[] = [];
  minute = 0;
  readonly beds = new Map<string, { data: BedData; segments: Segment[] }>();
  readonly encounters = new Map<string, EncounterData>();
  readonly requests = new Map<string, BedRequestData>();
  readonly plans = new Map<string, DischargePlanData>();

  constructor(
    readonly setup: FacilityData,
    readonly withBeds = true,
  ) {
    this.emit(facilityConfigured, setup.id, setup.version, setup);
    if (withBeds) for (const bed of setup.beds) this.openBed(bed.id);
  }

  get now(): string {
    return at(this.minute);
  }

  get nowMs(): number {
    return START + this.minute * 60_000;
  }

  openBed(id: string, state: BedState = 'available'): void {
    const bed = this.setup.beds.find((b) => b.id === id)!;
    const segments: Segment[] = [{ from: this.now, to: null, state, encounterIds: [] }];
    const data: BedData = {
      ...bed,
      facility: FACILITY,
      version: 0,
      state,
      since: this.now,
      occupants: [],
      reservedFor: null,
      needs: [],
      clocks: [],
      blocked: null,
      closed: null,
      cleaningJobId: null,
      conflicts: [],
      asOf: this.now,
      history: { from: this.now, segments },
      cause: cause('configured', this.now),
    };
    this.beds.set(id, { data, segments });
    this.publishBed(id, this.now);
  }

  /** The bed goes into `state` now; occupants and hold as given. */
  bed(id: string, state: BedState, occupants: string[] = [], heldFor: string | null = null): void {
    const bed = this.beds.get(id)!;
    const last = bed.segments.at(-1)!;
    const turning = state === 'dirty' || (state === 'cleaning' && bed.data.state === 'dirty');
    const turnSince = state === 'dirty' ? this.now : bed.data.since;
    const segment: Segment = {
      from: this.now,
      to: null,
      state,
      encounterIds: heldFor === null ? occupants : [heldFor],
    };
    if (last.from === this.now) bed.segments[bed.segments.length - 1] = segment;
    else {
      bed.segments[bed.segments.length - 1] = { ...last, to: this.now };
      bed.segments.push(segment);
    }
    bed.data = {
      ...bed.data,
      state,
      since: this.now,
      occupants: occupants.map((encounterId, i) => ({
        encounterId,
        visitNumber: encounterId,
        since: this.now,
        role: i === 0 ? 'active' : 'contesting',
        patient,
        class: 'I',
      })),
      reservedFor:
        heldFor === null
          ? null
          : {
              encounterId: heldFor,
              visitNumber: heldFor,
              patient,
              kind: 'reservation',
              since: this.now,
              until: null,
              bedRequestId: null,
            },
      clocks: turning ? [{ name: 'turn', since: turnSince, targetMinutes: 60 }] : [],
      conflicts: occupants.slice(1).map((encounterId) => ({
        ...{ id: `${id}/${encounterId}`, kind: 'bed-disputed', severity: 'high', openedAt: this.now },
      })),
      asOf: this.now,
    };
    this.publishBed(id, last.from === this.now ? this.now : last.from);
  }

  /** A late fact: the bed's last change happened `minutes` earlier than was told. */
  backdate(id: string, minutes: number): void {
    const bed = this.beds.get(id)!;
    if (bed.segments.length < 2) return;
    const [before, last] = bed.segments.slice(-2) as [Segment, Segment];
    const from = new Date(
      Math.max(Date.parse(before.from) + 1000, Date.parse(last.from) - minutes * 60_000),
    ).toISOString();
    if (from >= last.from) return;
    bed.segments.splice(-2, 2, { ...before, to: from }, { ...last, from });
    bed.data = { ...bed.data, since: from, asOf: this.now };
    this.publishBed(id, from);
  }

  encounter(id: string, change: Partial<EncounterData>): void {
    const before = this.encounters.get(id);
    const data: EncounterData = {
      encounterId: id,
      facility: FACILITY,
      visitNumber: id,
      patient,
      status: 'in-progress',
      class: 'I',
      specialty: null,
      location: null,
      inTransit: false,
      pendings: [],
      stays: [],
      registeredAt: null,
      admittedAt: this.now,
      dischargedAt: null,
      conflictIds: [],
      cause: cause('admit', this.now),
      ...before,
      ...change,
      version: (before?.version ?? 0) + 1,
    };
    this.encounters.set(id, data);
    this.emit(encounterChanged, id, data.version, data);
  }

  request(id: string, change: Partial<BedRequestData> = {}): void {
    const before = this.requests.get(id);
    const data: BedRequestData = {
      id,
      facility: FACILITY,
      encounterId: `E-${id}`,
      visitNumber: `E-${id}`,
      patient,
      status: 'requested',
      source: 'ED',
      from: null,
      toUnit: null,
      priority: 'routine',
      needs: { levelOfCare: 'ward', specialty: null, isolation: 'none', sex: 'any', telemetry: false, equipment: [] },
      assignedBedId: null,
      readyToMove: false,
      targetMinutes: 240,
      decisionToAdmitAt: null,
      requestedAt: this.now,
      assignedAt: null,
      bedCleanAt: null,
      readyToMoveAt: null,
      occupiedAt: null,
      cancelledAt: null,
      ...before,
      ...change,
      version: (before?.version ?? 0) + 1,
    };
    this.requests.set(id, data);
    this.emit(bedRequestChanged, id, data.version, data);
  }

  plan(encounterId: string, change: Partial<DischargePlanData>): void {
    const before = this.plans.get(encounterId);
    const data: DischargePlanData = {
      encounterId,
      facility: FACILITY,
      visitNumber: encounterId,
      status: 'pending',
      unit: null,
      bedId: null,
      expectedAt: null,
      pendingAt: this.now,
      confirmedAt: null,
      departedAt: null,
      cancelledAt: null,
      waitingFor: null,
      targetMinutes: 120,
      ...before,
      ...change,
      version: (before?.version ?? 0) + 1,
    };
    this.plans.set(encounterId, data);
    this.emit(dischargePlanChanged, encounterId, data.version, data);
  }

  private publishBed(id: string, from: string): void {
    const bed = this.beds.get(id)!;
    const segments = bed.segments.filter((s) => s.to === null || s.to > from);
    bed.data = {
      ...bed.data,
      version: bed.data.version + 1,
      history: { from, segments },
      cause: cause('change', this.now),
    };
    this.emit(bedChanged, id, bed.data.version, bed.data);
  }

  private emit<T>(definition: EventDefinition<T>, subject: string, aggregateVersion: number, data: T): void {
    const time = this.now;
    this.events.push(
      toEnvelope({ definition, subject, aggregateVersion, facility: FACILITY, time, recordedAt: time, data }),
    );
  }
}
