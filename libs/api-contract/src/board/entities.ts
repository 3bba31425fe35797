import type {
  AlertData,
  BedRequestData,
  ConflictData,
  DischargePlanData,
  FacilityData,
  UnitOccupancyData,
} from '@wardstream/events';
import type { BedView, CertaintyView, EncounterView, FeedView } from './stream.js';

/** What the board's service and the page must know of one kind of thing that is shown. */
export interface BoardEntity<V> {
  /** Its list in a snapshot. */
  readonly list: string;
  /** Types of the events that tell of it. Each is shown as it was published, unless the board's service has a view of its own for the kind. */
  readonly events: readonly string[];
  /** Unique in its kind and facility. */
  readonly idOf: (view: V) => string;
  /** When it was over, `told` where it does not say; null while it is open. Left out where it never ends. What is over is sent once more and is in no snapshot. */
  readonly endedAt?: (view: V, told: string) => string | null;
  /** Only what is not lower replaces what is shown. Left out where the order of the log is all there is. */
  readonly orderOf?: (view: V) => number | string;
  /** What is over stays shown for so long, milliseconds of the facility's time. */
  readonly keptMs?: number;
}

const versionOf = ({ version }: { readonly version: number }): number => version;

/**
 * The one list of what a board shows: kind, which is the name of its event on the stream -> what must be known of it. Whoever adds a kind
 * adds it here; fold, rows, snapshot, stream and the page's store follow.
 */
export const boardEntities = {
  bed: {
    list: 'beds',
    events: ['bed-management.bed-changed'],
    idOf: (bed: BedView) => bed.id,
    // Not listed any more, and left.
    endedAt: (bed: BedView) => (bed.notListedSince !== undefined && bed.state !== 'occupied' ? bed.asOf : null),
    orderOf: versionOf,
  },
  unit: {
    list: 'units',
    events: ['flow-engine.unit-occupancy-changed'],
    idOf: (unit: UnitOccupancyData) => unit.unit,
    orderOf: versionOf,
  },
  alert: {
    list: 'alerts',
    events: ['alerting.alert-changed'],
    idOf: (alert: AlertData) => alert.id,
    endedAt: (alert: AlertData) => alert.resolvedAt,
    orderOf: versionOf,
    keptMs: 3_600_000,
  },
  conflict: {
    list: 'conflicts',
    events: ['admissions.conflict-changed', 'bed-management.conflict-changed'],
    idOf: (conflict: ConflictData) => conflict.id,
    endedAt: (conflict: ConflictData) => conflict.closedAt,
    orderOf: versionOf,
  },
  feed: {
    list: 'feeds',
    events: ['admissions.feed-heard', 'bed-management.feed-heard', 'department-coordination.feed-heard'],
    // Two services may hear one sender; each keeps its own word.
    idOf: (feed: FeedView) => `${feed.owner}/${feed.feed}`,
    orderOf: (feed: FeedView) => feed.lastReceivedAt,
  },
  request: {
    list: 'requests',
    events: ['department-coordination.bed-request-changed'],
    idOf: (request: BedRequestData) => request.id,
    endedAt: ({ status, occupiedAt, cancelledAt }: BedRequestData, told: string) =>
      status === 'occupied' || status === 'cancelled' ? (occupiedAt ?? cancelledAt ?? told) : null,
    orderOf: versionOf,
  },
  plan: {
    list: 'plans',
    events: ['department-coordination.discharge-plan-changed'],
    idOf: (plan: DischargePlanData) => plan.encounterId,
    endedAt: ({ status, departedAt, cancelledAt }: DischargePlanData, told: string) =>
      status === 'departed' || status === 'cancelled' ? (departedAt ?? cancelledAt ?? told) : null,
    orderOf: versionOf,
  },
  encounter: {
    list: 'encounters',
    events: ['admissions.encounter-changed'],
    idOf: (encounter: EncounterView) => encounter.encounterId,
    endedAt: ({ status }: EncounterView, told: string) =>
      status === 'discharged' || status === 'cancelled' ? told : null,
  },
  certainty: {
    list: 'certainties',
    events: ['bed-management.certainty-changed'],
    idOf: (certainty: CertaintyView) => certainty.owner,
    endedAt: ({ notCertainSince }: CertaintyView, told: string) => (notCertainSince === null ? told : null),
  },
} as const satisfies Readonly<Record<string, BoardEntity<never>>>;

/** What a facility has many of on its board. */
export type ListedKind = keyof typeof boardEntities;
/** What the stream says of one of a kind. */
export type ViewOf<K extends ListedKind> = Parameters<(typeof boardEntities)[K]['idOf']>[0];
export const listedKinds = Object.keys(boardEntities) as ListedKind[];

/** What is known of a kind, for code that is the same for all of them. */
export const entityOf = (kind: ListedKind): BoardEntity<unknown> => boardEntities[kind] as BoardEntity<unknown>;

/** The facility itself: one in a snapshot, under this name. */
export const facilityEntity = {
  events: ['bed-management.facility-configured'],
  idOf: (facility: FacilityData) => facility.id,
} as const;
