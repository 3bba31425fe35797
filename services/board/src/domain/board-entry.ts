import type {
  AlertData,
  BedData,
  BedRequestData,
  BedView,
  CertaintyData,
  CertaintyView,
  ConflictData,
  DischargePlanData,
  EncounterData,
  EncounterView,
  EventEnvelope,
  FacilityData,
  FeedData,
  FeedView,
  UnitOccupancyData,
} from '@wardstream/events';

/** What a row of the board is about; also the name of its event on the stream. */
export const entryKinds = [
  'facility',
  'bed',
  'unit',
  'alert',
  'conflict',
  'feed',
  'request',
  'plan',
  'encounter',
  'certainty',
] as const;
export type EntryKind = (typeof entryKinds)[number];

/** One thing people see, as it is now. `body` is sent as it stands: it is serialized once for every reader. */
export interface BoardEntry {
  readonly facility: string;
  readonly kind: EntryKind;
  /** Unique in its kind and facility. */
  readonly id: string;
  /** Only a higher one replaces what is known. */
  readonly version: number;
  /** When it was over (resolved, closed, met, left), ISO; null while it is open. */
  readonly endedAt: string | null;
  readonly body: string;
}

/** How an event of one type becomes a row. */
export type ToEntry<T> = (event: EventEnvelope<T>) => BoardEntry;

function entry(event: EventEnvelope, kind: EntryKind, id: string, endedAt: string | null, body: unknown): BoardEntry {
  return {
    facility: event.facility,
    kind,
    id,
    version: event.aggregateVersion,
    endedAt,
    body: JSON.stringify(body),
  };
}

export const facilityEntry: ToEntry<FacilityData> = (event) =>
  entry(event, 'facility', event.facility, null, event.data);

/** Without its history, which nobody looks at on a board. */
export const bedEntry: ToEntry<BedData> = (event) => {
  const { history: _, ...view } = event.data;
  // Not listed any more, and left: it is sent once more, and is in no snapshot.
  const isGone = view.notListedSince !== undefined && view.state !== 'occupied';
  return entry(event, 'bed', view.id, isGone ? view.asOf : null, view satisfies BedView);
};

export const unitEntry: ToEntry<UnitOccupancyData> = (event) => entry(event, 'unit', event.data.unit, null, event.data);

export const alertEntry: ToEntry<AlertData> = (event) =>
  entry(event, 'alert', event.data.id, event.data.resolvedAt, event.data);

export const conflictEntry: ToEntry<ConflictData> = (event) =>
  entry(event, 'conflict', event.data.id, event.data.closedAt, event.data);

/** Two services may hear one sender; each keeps its own word. */
export const feedEntry: ToEntry<FeedData> = (event) => {
  const view: FeedView = { ...event.data, owner: event.source };
  return entry(event, 'feed', `${event.source}/${event.data.feed}`, null, view);
};

export const requestEntry: ToEntry<BedRequestData> = (event) => {
  const { data } = event;
  const over = data.status === 'occupied' || data.status === 'cancelled';
  return entry(event, 'request', data.id, over ? (data.occupiedAt ?? data.cancelledAt ?? event.time) : null, data);
};

export const planEntry: ToEntry<DischargePlanData> = (event) => {
  const { data } = event;
  const over = data.status === 'departed' || data.status === 'cancelled';
  const endedAt = over ? (data.departedAt ?? data.cancelledAt ?? event.time) : null;
  return entry(event, 'plan', data.encounterId, endedAt, data);
};

/**
 * Of an encounter only what a tile needs. The view has no version of its own, so that the many changes that a tile does
 * not show (an address, an attending) leave it equal and are not sent.
 */
export const encounterEntry: ToEntry<EncounterData> = (event) => {
  const { data } = event;
  const expected = data.pendings.find((p) => p.kind === 'discharge')?.expectedAt ?? null;
  const admission = data.status === 'planned' ? data.pendings.find((p) => p.kind === 'admit') : undefined;
  const heldBed = data.stays.find((s) => s.to === null && s.holdsBed)?.place.bedId ?? null;
  const over = data.status === 'discharged' || data.status === 'cancelled';
  const view: EncounterView = {
    encounterId: data.encounterId,
    facility: data.facility,
    visitNumber: data.visitNumber,
    status: data.status,
    class: data.class,
    ...(data.inNoBed === undefined ? {} : { inNoBed: data.inNoBed }),
    ...(over || heldBed !== null ? {} : { patient: data.patient }),
    specialty: data.specialty,
    location: data.location,
    inTransit: data.inTransit,
    heldBed,
    startedAt: data.admittedAt ?? data.registeredAt,
    arrivedAt: earliest(data.registeredAt, data.admittedAt),
    expectedDischargeAt: expected ?? data.expectedDischargeAt ?? null,
    ...(admission === undefined
      ? {}
      : { expectedAdmission: { place: admission.place, expectedAt: admission.expectedAt } }),
  };
  return entry(event, 'encounter', data.encounterId, over ? (data.dischargedAt ?? event.time) : null, view);
};

/** A line over the whole board; each service that cannot apply what it was told says its own. */
export const certaintyEntry: ToEntry<CertaintyData> = (event) =>
  certaintyOf(event.facility, event.source, event.aggregateVersion, event.data.notCertainSince, event.time);

export function certaintyOf(
  facility: string,
  owner: string,
  version: number,
  notCertainSince: string | null,
  now: string,
): BoardEntry {
  const body = JSON.stringify({ facility, owner, notCertainSince } satisfies CertaintyView);
  return { facility, kind: 'certainty', id: owner, version, endedAt: notCertainSince === null ? now : null, body };
}

/** A bed whose latest change could not be applied here, as it is shown until it is: never free. */
export function bedInDoubt(body: string, since: string): string {
  const bed = JSON.parse(body) as BedView;
  const marked: BedView = { ...bed, notCertainSince: bed.notCertainSince ?? since };
  if (bed.state !== 'available') return JSON.stringify(marked);
  const blocked = { reason: 'Not certain', note: null, since, until: null };
  const clocks: BedView['clocks'] = [{ name: 'blocked', since, targetMinutes: null }];
  return JSON.stringify({ ...marked, state: 'blocked', since, blocked, clocks } satisfies BedView);
}

function earliest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

/** The last word on each thing, in the order the last words were said. */
export function latestOfEach(entries: readonly BoardEntry[]): BoardEntry[] {
  const latest = new Map<string, BoardEntry>();
  for (const each of entries) {
    const key = `${each.facility}\n${each.kind}\n${each.id}`;
    const known = latest.get(key);
    if (known !== undefined && known.version > each.version) continue;
    latest.delete(key);
    latest.set(key, each);
  }
  return [...latest.values()];
}
