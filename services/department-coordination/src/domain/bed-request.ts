import type { BedNeeds, BedRequestData, LevelOfCare, Place } from '@wardstream/events';
import { levelGives, levelWanted } from '@wardstream/flow-model';
import { instantOf } from '@wardstream/kernel';
import { unknownPatient, type BedCopy, type EncounterCopy, type HoldCopy, type StayCopy } from './copies.js';

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
  /** From when on they are expected to be; left out where nobody said. */
  readonly readyToMoveExpectedAt?: number | null;
  readonly cancelled: { readonly at: number; readonly reason: string } | null;
}

/** The bed that was kept for the request last. */
export interface RememberedBed {
  readonly bedId: string;
  /** Not known of what was kept before this was. */
  readonly unit?: string;
  /** It is kept no more, and the patient is not in it; `at`: when it was given up, null where it ended with the request or the visit. */
  readonly gone?: { readonly at: number | null };
  readonly heldSince: number;
  readonly isClean: boolean;
  /** When it was ready last before the patient came. */
  readonly cleanAt: number | null;
}

/** Everything a request's state follows from. */
export interface RequestInput {
  readonly facts: RequestFacts;
  readonly encounter: EncounterCopy | null;
  readonly bed: RememberedBed | null;
  readonly targetMinutes: number;
  /** Of the units of the facility, by id. */
  readonly levels: ReadonlyMap<string, LevelOfCare>;
}

/** A request as it stands, without its version. */
export type RequestState = Omit<BedRequestData, 'version'> & { readonly cancelReason: string | null };

/**
 * Derives where a request stands: a pure function of what departments said and what is known of the encounter and the beds. So
 * a transfer that is taken back opens the request again, and a late fact changes the clocks it concerns and nothing else.
 */
export function deriveRequest(input: RequestInput): RequestState {
  const { facts, encounter } = input;
  const met = fulfillingStay(input);
  const end = met === null ? endWithoutBed(facts, encounter) : null;
  const bed = input.bed !== null && wasGiven(input.bed, met?.from ?? Infinity) ? input.bed : null;
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
    ...expectedReady(facts),
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
 * The stay that gives the patient what was asked for: in the bed that was given, or, after the request and outside the place it was
 * made from, in a bed of the unit asked for, of the unit of the bed that was given, or of a unit that gives the level of care. In
 * the given bed itself it may have begun before, where the request was recorded late: its clocks are negative then, and so not valid.
 */
function fulfillingStay({ facts, encounter, bed, levels }: RequestInput): Met | null {
  if (facts.cancelled !== null || encounter === null || encounter.status === 'cancelled') return null;
  const { requestedAt, toUnit, needs } = facts;
  const waitedIn = encounter.stays.find((s) => s.from <= requestedAt && (s.to === null || s.to > requestedAt))?.place;
  const wanted = levelWanted(needs.levelOfCare, toUnit === null ? null : levels.get(toUnit));
  const meets = ({ place, from, to }: StayCopy): boolean => {
    const given = bed !== null && wasGiven(bed, from) ? bed : null;
    if (place.bedId === given?.bedId) return to === null || to > requestedAt;
    if (from <= requestedAt || place.bedId === waitedIn?.bedId) return false;
    if (place.unit !== null && (place.unit === toUnit || place.unit === given?.unit)) return true;
    const level = place.unit === null || place.unit === waitedIn?.unit ? undefined : levels.get(place.unit);
    return level !== undefined && levelGives(level, wanted);
  };
  const stay = encounter.stays.find((s) => s.holdsBed && s.place.bedId !== null && meets(s));
  return stay === undefined ? null : { place: stay.place, from: stay.from };
}

/** Whether the bed was kept for the request at that time; Infinity for now. */
function wasGiven({ gone }: RememberedBed, at: number): boolean {
  if (gone === undefined) return true;
  return at < Infinity && (gone.at === null || at <= gone.at);
}

function endWithoutBed(
  facts: RequestFacts,
  encounter: EncounterCopy | null,
): { readonly at: number; readonly reason: string } | null {
  if (facts.cancelled !== null) return facts.cancelled;
  if (encounter?.status === 'discharged')
    return { at: encounter.dischargedAt ?? facts.requestedAt, reason: 'The patient was discharged.' };
  if (encounter?.status === 'cancelled')
    return { at: encounter.cancelledAt ?? facts.requestedAt, reason: 'The visit was cancelled.' };
  return null;
}

/** Where the patient waits, or waited last before coming to the bed. */
function placeBefore(encounter: EncounterCopy | null, metFrom: number | null): Place | null {
  if (encounter === null) return null;
  if (metFrom === null) return encounter.location ?? encounter.stays.at(-1)?.place ?? null;
  return encounter.stays.filter((s) => s.from < metFrom).at(-1)?.place ?? null;
}

/**
 * What is remembered after a bed was derived anew. A bed that is kept for the request is; of one that is kept no more it is remembered
 * until when it was, so that a move that is heard of only after the hold ended is seen as it would have been before.
 */
export function rememberBed(before: RememberedBed | null, request: RequestFacts, bed: BedCopy): RememberedBed | null {
  const known = { bedId: bed.id, unit: bed.unit, isClean: bed.isClean, cleanAt: bed.cleanAt };
  if (bed.hold !== null && isFor(bed.hold, request)) return { ...known, heldSince: bed.hold.since };
  if (before === null || before.bedId !== bed.id) return before;
  if (bed.occupants.includes(request.encounterId)) return { ...before, ...known };
  if (before.gone !== undefined) return before;
  const last = bed.lastHold ?? null;
  return { ...before, gone: { at: last !== null && isFor(last, request) ? last.givenUpAt : null } };
}

function isFor(hold: HoldCopy, request: RequestFacts): boolean {
  return hold.bedRequestId === null ? hold.encounterId === request.encounterId : hold.bedRequestId === request.id;
}

const iso = instantOf;

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : iso(ms);
}

/** Only while they are not ready: then that is known. */
function expectedReady(facts: RequestFacts): Pick<RequestState, 'readyToMoveExpectedAt'> {
  const { readyToMoveAt, readyToMoveExpectedAt: at = null } = facts;
  return readyToMoveAt !== null || at === null ? {} : { readyToMoveExpectedAt: instantOf(at) };
}
