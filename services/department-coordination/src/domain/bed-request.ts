import type { BedNeeds, BedRequestData, Place } from '@wardstream/events';
import { instantOf } from '@wardstream/kernel';
import { unknownPatient, type KnownBed, type KnownEncounter, type KnownHold } from './known.js';

/** What departments said of a request. Never changed, only added to. */
export interface RequestFacts {
  readonly id: string;
  readonly facility: string;
  readonly encounterId: string;
  readonly visitNumber: string;
  readonly source: BedRequestData['source'];
  readonly toUnit: string | null;
  readonly priority: BedRequestData['priority'];
  readonly needs: BedNeeds;
  readonly decisionToAdmitAt: number | null;
  readonly requestedAt: number;
  readonly readyToMoveAt: number | null;
  readonly cancelled: { readonly at: number; readonly reason: string } | null;
}

/** The bed that was kept for the request last, and still while and after the patient came to it. */
export interface RememberedBed {
  readonly bedId: string;
  readonly heldSince: number;
  readonly isClean: boolean;
  /** When it was ready last before the patient came. */
  readonly cleanAt: number | null;
}

/** Everything a request's state follows from. */
export interface RequestInput {
  readonly facts: RequestFacts;
  readonly encounter: KnownEncounter | null;
  readonly bed: RememberedBed | null;
  readonly targetMinutes: number;
}

/** A request as it stands, without its version. */
export type RequestState = Omit<BedRequestData, 'version'> & { readonly cancelReason: string | null };

/**
 * Derives where a request stands: a pure function of what departments said and what is known of the encounter and the beds. So
 * a transfer that is taken back opens the request again, and a late fact changes the clocks it concerns and nothing else.
 */
export function deriveRequest(input: RequestInput): RequestState {
  const { facts, encounter, bed } = input;
  const met = stayThatMeets(facts, encounter, bed);
  const end = met === null ? endWithoutBed(facts, encounter) : null;
  const bedId = met?.place.bedId ?? (end === null ? (bed?.bedId ?? null) : null);
  const kept = bed !== null && bed.bedId === bedId ? bed : null;
  const cleanAt = kept !== null && (met !== null || kept.isClean) ? kept.cleanAt : null;
  return {
    id: facts.id,
    facility: facts.facility,
    encounterId: facts.encounterId,
    visitNumber: encounter?.visitNumber ?? facts.visitNumber,
    patient: encounter?.patient ?? unknownPatient,
    status: met !== null ? 'occupied' : end !== null ? 'cancelled' : bed !== null ? 'assigned' : 'requested',
    source: facts.source,
    from: placeBefore(encounter, met?.from ?? null),
    toUnit: facts.toUnit,
    priority: facts.priority,
    needs: facts.needs,
    assignedBedId: bedId,
    readyToMove: facts.readyToMoveAt !== null,
    targetMinutes: input.targetMinutes,
    decisionToAdmitAt: isoOrNull(facts.decisionToAdmitAt),
    requestedAt: iso(facts.requestedAt),
    assignedAt: isoOrNull(kept?.heldSince ?? null),
    bedCleanAt: isoOrNull(cleanAt),
    readyToMoveAt: isoOrNull(facts.readyToMoveAt),
    occupiedAt: met === null ? null : iso(met.from),
    cancelledAt: end === null ? null : iso(end.at),
    cancelReason: end?.reason ?? null,
  };
}

interface Met {
  readonly place: Place;
  readonly from: number;
}

/**
 * The stay that gives the patient what was asked for: in the bed that was kept, else in the unit asked for, else, where any will
 * do, in a bed of another unit than the one they waited in. It began after the request; in the kept bed itself it may have
 * begun before, where the request was recorded late: its clocks are negative then, and so not valid.
 */
function stayThatMeets(facts: RequestFacts, encounter: KnownEncounter | null, bed: RememberedBed | null): Met | null {
  if (facts.cancelled !== null || encounter === null || encounter.status === 'cancelled') return null;
  const inBeds = encounter.stays.filter((s) => s.holdsBed && s.place.bedId !== null);
  const waitedIn = encounter.stays.find(
    (s) => s.from <= facts.requestedAt && (s.to === null || s.to > facts.requestedAt),
  );
  const meets = (s: (typeof inBeds)[number]): boolean => {
    if (s.place.bedId === bed?.bedId) return s.to === null || s.to > facts.requestedAt;
    if (s.from <= facts.requestedAt) return false;
    if (facts.toUnit !== null) return s.place.unit === facts.toUnit;
    return s.place.unit !== waitedIn?.place.unit;
  };
  const stay = inBeds.find(meets);
  return stay === undefined ? null : { place: stay.place, from: stay.from };
}

function endWithoutBed(
  facts: RequestFacts,
  encounter: KnownEncounter | null,
): { readonly at: number; readonly reason: string } | null {
  if (facts.cancelled !== null) return facts.cancelled;
  if (encounter?.status === 'discharged')
    return { at: encounter.dischargedAt ?? facts.requestedAt, reason: 'The patient was discharged.' };
  if (encounter?.status === 'cancelled')
    return { at: encounter.cancelledAt ?? facts.requestedAt, reason: 'The visit was cancelled.' };
  return null;
}

/** Where the patient waits, or waited last before coming to the bed. */
function placeBefore(encounter: KnownEncounter | null, metFrom: number | null): Place | null {
  if (encounter === null) return null;
  if (metFrom === null) return encounter.location ?? encounter.stays.at(-1)?.place ?? null;
  return encounter.stays.filter((s) => s.from < metFrom).at(-1)?.place ?? null;
}

/**
 * What is remembered after a bed was derived anew. A bed that is kept for the request is; one that is given up is forgotten,
 * unless the patient is in it or had been (`metThere`): then the moments before stay as they were.
 */
export function rememberBed(
  before: RememberedBed | null,
  request: RequestFacts,
  bed: KnownBed,
  metThere: boolean,
): RememberedBed | null {
  const known = { bedId: bed.id, isClean: bed.isClean, cleanAt: bed.cleanAt };
  if (bed.hold !== null && isFor(bed.hold, request)) return { ...known, heldSince: bed.hold.since };
  if (before === null || before.bedId !== bed.id) return before;
  if (bed.occupants.includes(request.encounterId)) return { ...before, ...known };
  return metThere ? before : null;
}

function isFor(hold: KnownHold, request: RequestFacts): boolean {
  return hold.bedRequestId === null ? hold.encounterId === request.encounterId : hold.bedRequestId === request.id;
}

const iso = instantOf;

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}
