import type { BedView } from '@wardstream/api-contract';
import type { BedRequestData, Sex } from '@wardstream/events';
import {
  fitOnBoard,
  type FreeBed,
  freeBeds,
  isHard,
  isOpenRequest,
  type KeptBed,
  type Misfit,
  waitSince,
} from '@wardstream/flow-model';
import type { BoardState } from '../stream/board-state.js';
import { minutesSince } from '../time/duration.js';
import { requestNeeds } from '../unit/request-needs.js';

/** A bed for a patient, with what speaks for and against it. Whoever ranks the beds answers in this shape. */
export interface PlacementOption {
  readonly bed: BedView;
  readonly why: FreeBed['why'];
  /** When it can take the patient; null where nobody said. */
  readonly at: string | null;
  readonly late: boolean;
  /** Rules that refuse it unless a person says why it is right all the same. */
  readonly breaks: readonly Misfit[];
  /** What would be better. */
  readonly costs: readonly Misfit[];
}

export interface PlacementOptions {
  /** What suits, best first. */
  readonly possible: readonly PlacementOption[];
  /** What is free and does not suit by a hard rule: only with a reason. */
  readonly withOverride: readonly PlacementOption[];
  /** Of the beds that were looked at. */
  readonly looked: number;
}

/** As many as have a key of their own. */
const MOST_POSSIBLE = 9;
const MOST_WITH_OVERRIDE = 5;
/** Beds that are ready later than this are no option now. */
const WITHIN_MINUTES = 240;

/**
 * Beds for the patient of a request, by the rules of fit that the service decides by: those that suit before those that do not; of
 * these the free ones, then by when; then those of which less speaks against. A bed that is kept for somebody is no option.
 */
export function placementOptions(state: BoardState, request: BedRequestData, minute: number): PlacementOptions {
  const { facility } = state;
  if (facility === null) return { possible: [], withOverride: [], looked: 0 };
  const beds = new Map<string, KeptBed>([...state.beds].map(([id, bed]) => [id, { ...bed, history: [] }]));
  const { needs, patient, toUnit } = request;
  const sex: Sex = needs.sex === 'any' ? patient.sex : needs.sex;
  const wish = {
    sex: sex === 'female' || sex === 'male' ? sex : null,
    levelOfCare: needs.levelOfCare,
    specialty: needs.specialty,
    unit: toUnit,
    needs: requestNeeds(request),
  };
  const { plans, encounters } = state;
  const inSight = freeBeds({ configuration: facility, plans, encounters, beds }, wish, minute * 60_000, WITHIN_MINUTES);
  const options = inSight.flatMap(({ bedId, why, at, late }): PlacementOption[] => {
    const bed = state.beds.get(bedId);
    if (bed === undefined || why === 'reserved-until' || at === null) return [];
    const misfits = fitOnBoard(facility, state.beds, bedId, request);
    return [{ bed, why, at, late, breaks: misfits.filter(isHard), costs: misfits.filter((m) => !isHard(m)) }];
  });
  const ranked = options.sort(inOrder);
  return {
    possible: ranked.filter(({ breaks }) => breaks.length === 0).slice(0, MOST_POSSIBLE),
    withOverride: ranked.filter(({ breaks, why }) => breaks.length > 0 && why === 'free').slice(0, MOST_WITH_OVERRIDE),
    looked: state.beds.size,
  };
}

function inOrder(a: PlacementOption, b: PlacementOption): number {
  const later = ({ why }: PlacementOption): number => Number(why !== 'free');
  return (
    a.breaks.length - b.breaks.length ||
    // Of one that nobody has told of yet it is not known that it is free: never before one that is.
    Number(a.bed.nothingHeard === true) - Number(b.bed.nothingHeard === true) ||
    later(a) - later(b) ||
    (later(a) === 1 ? (a.at ?? '').localeCompare(b.at ?? '') : 0) ||
    a.costs.length - b.costs.length ||
    a.bed.id.localeCompare(b.bed.id, 'en', { numeric: true })
  );
}

export interface WaitingRequest {
  readonly request: BedRequestData;
  /** Since a bed was needed; null where the patient is not here yet. */
  readonly minutes: number | null;
}

/** Open requests, those without a bed first, of these the one furthest over its target. */
export function waitingRequests(state: BoardState, minute: number): WaitingRequest[] {
  return [...state.requests.values()]
    .filter(isOpenRequest)
    .map((request) => {
      const since = waitSince(request);
      return { request, minutes: since === null ? null : minutesSince(since, minute) };
    })
    .sort(
      (a, b) =>
        Number(a.request.assignedBedId !== null) - Number(b.request.assignedBedId !== null) ||
        share(b) - share(a) ||
        a.request.id.localeCompare(b.request.id),
    );
}

const share = ({ minutes, request }: WaitingRequest): number => (minutes ?? -1) / Math.max(request.targetMinutes, 1);

/** The next time the facility's clock shows 'HH:MM' (24 hours); null where it never does. */
export function nextTimeOf(clock: string, nowMs: number, timeZone: string): string | null {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const first = (Math.floor(nowMs / 60_000) + 1) * 60_000;
  for (let at = first; at < first + 86_400_000; at += 60_000)
    if (format.format(at) === clock) return new Date(at).toISOString();
  return null;
}

/** 'HH:MM' (24 hours) of a moment by the facility's clock, as a field for time takes it. */
export function clockOf(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    ms,
  );
}
