import type { BedView, EncounterView, FeedView } from '@wardstream/api-contract';
import type {
  AlertData,
  BedRequestData,
  ConflictData,
  DischargePlanData,
  FacilityData,
  UnitOccupancyData,
} from '@wardstream/events';
import { emptyBoard, type BoardState } from './board-state.js';

/** The facility's minute in these tests: 14:42 on 13 January 2026, UTC and London alike. */
export const NOW = Date.parse('2026-01-13T14:42:00.000Z');
export const MINUTE = NOW / 60_000;
export const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();

const patient = { initials: 'T.M.', ageBand: '60s', sex: 'male' } as const;
const cause = { kind: 'admit', by: 'ADT', at: ago(60), recordedAt: ago(60), receivedAt: ago(60) };

export function aBed(id: string, more: Partial<BedView> = {}): BedView {
  const [unit = '', bed = ''] = id.split('-');
  return {
    id,
    facility: 'NGH',
    version: 1,
    unit,
    room: 'A',
    bed,
    staffed: true,
    surge: false,
    attributes: [],
    state: 'available',
    since: ago(60),
    occupants: [],
    reservedFor: null,
    needs: [],
    clocks: [],
    blocked: null,
    closed: null,
    cleaningJobId: null,
    conflicts: [],
    asOf: ago(0),
    cause,
    ...more,
  };
}

export function occupiedBed(id: string, encounterId: string, more: Partial<BedView> = {}): BedView {
  const occupant = {
    encounterId,
    visitNumber: `V-${encounterId}`,
    since: ago(3 * 1440),
    role: 'active' as const,
    patient,
    class: 'I',
  };
  return aBed(id, { state: 'occupied', occupants: [occupant], ...more });
}

export function aUnit(unit: string, more: Partial<UnitOccupancyData> = {}): UnitOccupancyData {
  return {
    facility: 'NGH',
    unit,
    name: unit,
    version: 1,
    staffed: 0,
    occupied: 0,
    reserved: 0,
    available: 0,
    dirty: 0,
    cleaning: 0,
    blocked: 0,
    closed: 0,
    surge: 0,
    disputed: 0,
    withoutBed: 0,
    pendingIn: 0,
    pendingOut: 0,
    confirmedOut: 0,
    occupancyRate: null,
    denominator: 0,
    pressure: null,
    actAt: 0.9,
    availableBySex: { female: 0, male: 0, any: 0 },
    oldestWait: null,
    trend: [],
    asOf: ago(0),
    ...more,
  };
}

export function aRequest(id: string, more: Partial<BedRequestData> = {}): BedRequestData {
  return {
    id,
    facility: 'NGH',
    version: 1,
    encounterId: `enc-${id}`,
    visitNumber: `V-${id}`,
    patient,
    status: 'requested',
    source: 'ED',
    from: { unit: 'ED', room: 'A', bed: '12', bedId: 'ED-12' },
    toUnit: '4A',
    priority: 'routine',
    needs: { levelOfCare: 'ward', specialty: null, isolation: 'none', sex: 'any', telemetry: false, equipment: [] },
    assignedBedId: null,
    readyToMove: false,
    targetMinutes: 240,
    decisionToAdmitAt: null,
    requestedAt: ago(60),
    assignedAt: null,
    bedCleanAt: null,
    readyToMoveAt: null,
    occupiedAt: null,
    cancelledAt: null,
    ...more,
  };
}

export function aPlan(encounterId: string, more: Partial<DischargePlanData> = {}): DischargePlanData {
  return {
    encounterId,
    facility: 'NGH',
    version: 1,
    visitNumber: `V-${encounterId}`,
    status: 'pending',
    unit: '4A',
    bedId: null,
    expectedAt: null,
    pendingAt: ago(30),
    confirmedAt: null,
    departedAt: null,
    cancelledAt: null,
    waitingFor: null,
    targetMinutes: 120,
    ...more,
  };
}

export function anEncounter(encounterId: string, more: Partial<EncounterView> = {}): EncounterView {
  return {
    encounterId,
    facility: 'NGH',
    visitNumber: `V-${encounterId}`,
    status: 'in-progress',
    class: 'I',
    specialty: null,
    location: null,
    inTransit: false,
    heldBed: null,
    startedAt: ago(3 * 1440),
    expectedDischargeAt: null,
    ...more,
  };
}

export function anAlert(id: string, more: Partial<AlertData> = {}): AlertData {
  return {
    id,
    facility: 'NGH',
    version: 1,
    rule: 'dirty-not-started',
    subject: { type: 'bed', id: '4A-01' },
    unit: '4A',
    where: '4A-01',
    severity: 'warn',
    state: 'firing',
    title: 'Cleaning not started',
    detail: '41 min, limit 30.',
    measured: 41,
    limit: 30,
    measuredIn: 'minutes',
    since: ago(41),
    firedAt: ago(11),
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    ...more,
  };
}

export function aConflict(id: string, more: Partial<ConflictData> = {}): ConflictData {
  return {
    id,
    facility: 'NGH',
    version: 1,
    kind: 'bed-disputed',
    severity: 'high',
    subject: { type: 'bed', id: '4A-01' },
    unit: '4A',
    facts: [],
    openedAt: ago(16),
    closedAt: null,
    closedBy: null,
    reason: null,
    ...more,
  };
}

export function aFeed(name: string, more: Partial<FeedView> = {}): FeedView {
  return {
    facility: 'NGH',
    feed: name,
    name,
    lastReceivedAt: ago(0),
    received: 10,
    usualGapSeconds: null,
    owner: 'admissions',
    ...more,
  };
}

/** 4A: bay A for women (01, 02), bay B for men (03), single rooms 21 to 23; ED with one bay. */
export const facility: FacilityData = {
  id: 'NGH',
  name: 'Northgate General',
  aliases: [],
  timeZone: 'Europe/London',
  version: 1,
  units: [
    {
      id: 'ED',
      name: 'Emergency',
      levelOfCare: 'ed',
      specialties: [],
      placesAre: 'bays',
      inpatient: false,
      waitTargetMinutes: 240,
    },
    {
      id: '4A',
      name: 'Respiratory',
      levelOfCare: 'ward',
      specialties: [],
      placesAre: 'beds',
      inpatient: true,
      waitTargetMinutes: 240,
    },
    {
      id: 'MAT',
      name: 'Maternity',
      levelOfCare: 'maternity',
      specialties: [],
      placesAre: 'beds',
      inpatient: true,
      waitTargetMinutes: 120,
    },
  ],
  rooms: [
    { id: 'A', unit: 'ED', name: 'Majors', sex: 'any', negativePressure: false },
    { id: 'A', unit: '4A', name: 'Bay A', sex: 'female', negativePressure: false },
    { id: 'B', unit: '4A', name: 'Bay B', sex: 'male', negativePressure: false },
    { id: '21', unit: '4A', name: 'Room 21', sex: 'any', negativePressure: true },
    { id: '22', unit: '4A', name: 'Room 22', sex: 'any', negativePressure: false },
    { id: '23', unit: '4A', name: 'Room 23', sex: 'any', negativePressure: false },
  ],
  beds: (
    [
      ['ED-12', 'A'],
      ['4A-01', 'A'],
      ['4A-02', 'A'],
      ['4A-03', 'B'],
      ['4A-04', 'B'],
      ['4A-21', '21'],
      ['4A-22', '22'],
      ['4A-23', '23'],
    ] as const
  ).map(([id, room]) => {
    const [unit = '', bed = ''] = id.split('-');
    return { id, unit, room, bed, staffed: true, surge: false, attributes: [] };
  }),
};

const keyed = <T>(list: readonly T[], key: (item: T) => string): Map<string, T> =>
  new Map(list.map((i) => [key(i), i]));

export function aBoard(
  more: {
    beds?: BedView[];
    units?: UnitOccupancyData[];
    requests?: BedRequestData[];
    plans?: DischargePlanData[];
    encounters?: EncounterView[];
    alerts?: AlertData[];
    conflicts?: ConflictData[];
  } = {},
): BoardState {
  return {
    ...emptyBoard,
    ready: true,
    facility,
    beds: keyed(more.beds ?? [], (b) => b.id),
    units: keyed(more.units ?? [], (u) => u.unit),
    requests: keyed(more.requests ?? [], (r) => r.id),
    plans: keyed(more.plans ?? [], (p) => p.encounterId),
    encounters: keyed(more.encounters ?? [], (e) => e.encounterId),
    alerts: keyed(more.alerts ?? [], (a) => a.id),
    conflicts: keyed(more.conflicts ?? [], (c) => c.id),
  };
}
