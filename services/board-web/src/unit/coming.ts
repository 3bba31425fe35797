import type { BedView } from '@wardstream/api-contract';
import type { BedRequestData, PatientBrief } from '@wardstream/events';
import { expectedArrivals, isOpenRequest, originInWords, waitSince } from '@wardstream/flow-model';
import { counted } from '../ui/labels.js';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';
import { minutesSince } from '../time/duration.js';
import { plannedWords } from './tile-body.js';
import { t } from '../texts/texts.js';

type Hold = NonNullable<BedView['reservedFor']>;

/** A visit that is expected in a unit: by a request, by a bed that is kept for it, or by both. */
export interface Coming {
  readonly encounterId: string;
  readonly patient: PatientBrief;
  /** The one that waits longest, where there are several. */
  readonly request: BedRequestData | null;
  readonly hold: Hold | null;
  /** Beds of the unit that are kept for the visit. */
  readonly bedIds: readonly string[];
  /** Where the patient comes from, or why a bed is kept. */
  readonly what: string;
  readonly waitingSince: string | null;
  /** When a plan says the patient is to come. */
  readonly dueAt: string | null;
}

export interface ComingIn {
  /** As many as `pendingIn` of the unit: late ones first, then the longest wait, then by when they are due. */
  readonly coming: readonly Coming[];
  /** Those who are in the unit already and have a request for, or a bed kept in it; `pendingIn` has none of them. */
  readonly within: readonly Coming[];
}

/** Who is expected in `unit`, each visit once, with what says so. */
export function comingIn(state: BoardState, unit: string, minute: number): ComingIn {
  const view = facilityView(state);
  const counted = expectedArrivals(view, unit);
  const requests = new Map<string, BedRequestData[]>();
  const holds = new Map<string, { id: string; hold: Hold }[]>();
  for (const request of state.requests.values()) {
    const bed = request.assignedBedId === null ? undefined : state.beds.get(request.assignedBedId);
    if (isOpenRequest(request) && (bed?.unit ?? request.toUnit) === unit) add(requests, request.encounterId, request);
  }
  for (const { id } of state.facility?.beds ?? []) {
    const bed = state.beds.get(id);
    if (bed?.unit !== unit || bed.reservedFor === null) continue;
    add(holds, bed.reservedFor.encounterId, { id, hold: bed.reservedFor });
  }
  const entries = [...new Set([...requests.keys(), ...holds.keys()])].flatMap((encounterId): Coming[] => {
    const [request = null] = [...(requests.get(encounterId) ?? [])].sort(byWait);
    const kept = holds.get(encounterId) ?? [];
    const hold = kept.find((k) => k.hold.plan !== undefined)?.hold ?? kept[0]?.hold ?? null;
    const patient = request?.patient ?? hold?.patient;
    if (patient === undefined) return [];
    const beds = new Set(kept.map((k) => k.id));
    if (request !== null && request.assignedBedId !== null) beds.add(request.assignedBedId);
    return [
      {
        ...{ encounterId, patient, request, hold, bedIds: [...beds] },
        what: request !== null ? originInWords(view, request) : hold === null ? '' : holdWords(hold),
        waitingSince: request === null ? null : waitSince(request),
        dueAt: hold?.plan === undefined ? null : (hold.expectedAt ?? null),
      },
    ];
  });
  entries.sort((a, b) => compare(order(a, minute), order(b, minute)));
  return {
    coming: entries.filter((e) => counted.has(e.encounterId)),
    within: entries.filter((e) => !counted.has(e.encounterId)),
  };
}

/** A plan that was to be carried out by now. */
export function isLate({ dueAt }: Coming, minute: number): boolean {
  return dueAt !== null && minutesSince(dueAt, minute) >= 0;
}

/** '3 requests, 2 planned': parts that add up to those who are coming. */
export function comingParts(coming: readonly Coming[]): string {
  const requests = coming.filter((c) => c.request !== null).length;
  const planned = coming.filter((c) => c.request === null && c.hold?.plan !== undefined).length;
  const held = coming.length - requests - planned;
  return [
    counted(requests, 'request'),
    ...(planned === 0 ? [] : [t('unit.planned2', { planned })]),
    ...(held === 0 ? [] : [t('unit.held', { held })]),
  ].join(', ');
}

const holdWords = ({ plan, kind }: Hold): string =>
  plan !== undefined ? plannedWords[plan] : kind === 'assignment' ? t('unit.assigned') : t('unit.held2');

const byWait = (a: BedRequestData, b: BedRequestData): number =>
  compare([waitSince(a) ?? '9', a.id], [waitSince(b) ?? '9', b.id]);

function order(c: Coming, minute: number): readonly string[] {
  if (isLate(c, minute)) return ['0', c.dueAt ?? '', c.encounterId];
  if (c.waitingSince !== null) return ['1', c.waitingSince, c.encounterId];
  return ['2', c.dueAt ?? c.hold?.until ?? '9', c.encounterId];
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [i, word] of a.entries()) {
    const by = word.localeCompare(b[i] ?? '');
    if (by !== 0) return by;
  }
  return 0;
}

function add<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
