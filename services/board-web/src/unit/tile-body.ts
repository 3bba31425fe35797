import type { BedView } from '@wardstream/api-contract';
import { originInWords, readySince } from '@wardstream/flow-model';
import { facilityView } from '../stream/facility-view.js';
import { minutesSince } from '../time/duration.js';
import type { LocalTime } from '../time/local-time.js';
import { initialsShown } from '../ui/labels.js';
import type { TileClock, TileGiven, TileModel, TileStay } from './tile-model.js';
import { t } from '../texts/texts.js';

export type TileBody = Pick<TileModel, 'patient' | 'needs' | 'stay' | 'lead' | 'marker' | 'clock' | 'progress'>;

/** From ready to move until in the bed; the usual target of the placement clocks. */
const READY_TARGET_MINUTES = 30;

const nothing: TileBody = {
  patient: null,
  needs: [],
  stay: null,
  lead: null,
  marker: null,
  clock: null,
  progress: null,
};

/** What stands in the lines of a tile, by the state of its bed. */
export function bodyOf(bed: BedView, given: TileGiven): TileBody {
  switch (bed.state) {
    case 'occupied':
      return occupied(bed, given);
    case 'reserved':
      return reserved(bed, given);
    case 'available':
      return {
        ...nothing,
        needs: bed.attributes,
        lead:
          bed.nothingHeard === true
            ? { first: t('unit.empty'), second: t('unit.noWordYet') }
            : { first: t('unit.cleanEmpty'), second: '' },
        clock: bed.nothingHeard === true ? null : clockOf(bed, 'idle', 'empty', given),
      };
    case 'dirty': {
      const since = bed.clocks.find((c) => c.name === 'dirty')?.since ?? bed.since;
      return {
        ...nothing,
        needs: bed.attributes,
        lead: {
          first: t('unit.since2', { at: near(since, given) }),
          second: heldFor(bed) ?? (bed.cleaningJobId === null ? t('unit.noJobYet') : t('unit.noCrewYet')),
        },
        clock: clockOf(bed, 'dirty', t('unit.toStart'), given),
      };
    }
    case 'cleaning':
      return cleaning(bed, given);
    case 'blocked':
      return {
        ...nothing,
        lead: {
          first:
            bed.notCertainSince !== undefined && bed.blocked?.since === bed.notCertainSince
              ? t('unit.mayBeTaken')
              : (bed.blocked?.note ?? bed.blocked?.reason ?? t('unit.blocked')),
          second: until(bed.blocked?.until, given),
        },
        clock: clockOf(bed, 'blocked', t('unit.soFar'), given),
      };
    case 'closed':
      return {
        ...nothing,
        lead: { first: bed.closed?.reason ?? t('unit.notStaffed'), second: until(bed.closed?.until, given) },
      };
    case 'surge':
      return { ...nothing, needs: bed.attributes, lead: { first: t('unit.notOpen'), second: t('unit.surgeBed') } };
  }
}

function occupied(bed: BedView, given: TileGiven): TileBody {
  const occupant = bed.occupants.find((o) => o.role === 'active') ?? bed.occupants[0];
  if (occupant === undefined)
    return { ...nothing, lead: { first: t('unit.occupied'), second: t('unit.noPatientKnown') } };
  const { state, minute } = given;
  const plan = state.plans.get(occupant.encounterId);
  const encounter = state.encounters.get(occupant.encounterId);
  const isEmergency = state.facility?.units.find((u) => u.id === bed.unit)?.levelOfCare === 'ed';
  const startedAt = (isEmergency ? encounter?.arrivedAt : null) ?? encounter?.startedAt ?? occupant.since;
  const dueAt = plan?.expectedAt ?? encounter?.expectedDischargeAt ?? null;
  // A sender's clock may be ahead: a stay that has not begun says when it does.
  const stay: TileStay =
    Date.parse(startedAt) >= (minute + 1) * 60_000
      ? { bar: null, words: t('unit.from', { at: near(startedAt, given) }), over: false }
      : stayOf(startedAt, dueAt, minute);
  const body = { ...nothing, patient: occupant.patient, needs: bed.needs, stay };
  if (plan?.status === 'confirmed' && plan.confirmedAt !== null) {
    return {
      ...body,
      marker: 'Confirmed',
      clock: {
        minutes: minutesSince(plan.confirmedAt, minute),
        target: plan.targetMinutes,
        note: plan.waitingFor ?? '',
      },
    };
  }
  if (plan?.status === 'pending' && plan.pendingAt !== null) {
    return {
      ...body,
      marker: 'Pending',
      clock: {
        minutes: minutesSince(plan.pendingAt, minute),
        target: null,
        note: plan.waitingFor ?? t('unit.announcedNote'),
      },
    };
  }
  if (encounter?.status === 'on-leave') return { ...body, marker: 'On leave' };
  return encounter?.inTransit === true ? { ...body, marker: 'Away' } : body;
}

/** '3 of 5 d' with a bar, or '3 d' alone where nobody said when the stay should end. Days begun are counted. */
export function stayOf(startedAt: string, dueAt: string | null, minute: number): TileStay {
  const started = Math.floor(Date.parse(startedAt) / 60_000);
  const days = (minute - started) / 1440;
  const stayed = Math.max(0, Math.floor(days));
  const here = days < 1 ? `${Math.max(0, Math.floor(days * 24))} h` : `${stayed} d`;
  if (dueAt === null) return { bar: null, words: here, over: false };
  const expected = (Date.parse(dueAt) / 60_000 - started) / 1440;
  const whole = Math.max(1, Math.round(expected));
  const longer = Math.max(days, expected, 0.001);
  return {
    bar: { value: Math.max(0, days / longer), mark: Math.max(0, Math.min(expected / longer, 0.985)) },
    words: t('unit.ofD', { stayed, whole }),
    over: stayed > whole,
  };
}

function reserved(bed: BedView, given: TileGiven): TileBody {
  const hold = bed.reservedFor;
  if (hold === null) return { ...nothing, lead: { first: t('unit.held2'), second: '' } };
  const request = hold.bedRequestId === null ? undefined : given.state.requests.get(hold.bedRequestId);
  const from =
    request === undefined
      ? hold.plan !== undefined
        ? plannedWords[hold.plan]
        : hold.kind === 'assignment'
          ? t('unit.assigned')
          : t('unit.held2')
      : originInWords(facilityView(given.state), request);
  const readyAt = request === undefined ? null : readySince(request, facilityView(given.state).beds.get(bed.id));
  return {
    ...nothing,
    patient: hold.patient,
    needs: bed.needs,
    lead: { first: from, second: holdEnd(hold, given) },
    clock:
      readyAt === null
        ? clockOf(bed, 'reserved', 'held', given)
        : { minutes: minutesSince(readyAt, given.minute), target: READY_TARGET_MINUTES, note: t('unit.ready') },
  };
}

export const plannedWords = { admit: t('unit.admissionPlanned'), transfer: t('unit.movePlanned') } as const;

/** 'due 15:10'; 'was due' from that minute on. */
export function dueWords(expectedAt: string, minute: number, local: LocalTime): string {
  const nowMs = minute * 60_000;
  return `${Date.parse(expectedAt) <= nowMs ? t('unit.wasDue') : 'due'} ${local.near(expectedAt, nowMs)}`;
}

/** Until when a bed is kept; of a plan, when it was to be. */
function holdEnd({ until: end, expectedAt }: NonNullable<BedView['reservedFor']>, given: TileGiven): string {
  if (end === null) return t('unit.untilThePatientComes');
  if (expectedAt === undefined || expectedAt === null) return until(end, given);
  return dueWords(expectedAt, given.minute, given.local);
}

function cleaning(bed: BedView, given: TileGiven): TileBody {
  const clock = bed.clocks.find((c) => c.name === 'cleaning');
  const since = clock?.since ?? bed.since;
  const minutes = minutesSince(since, given.minute);
  const target = clock?.targetMinutes ?? null;
  const ready = target === null ? '' : near(new Date(Date.parse(since) + target * 60_000).toISOString(), given);
  return {
    ...nothing,
    needs: bed.attributes,
    lead: {
      first: t('unit.since2', { at: near(since, given) }),
      second:
        heldFor(bed) ??
        (target === null ? '' : minutes < target ? t('unit.ready2', { ready }) : t('unit.wasDue2', { ready })),
    },
    clock: { minutes, target, note: target === null ? '' : t('unit.of', { target }) },
    progress: target === null ? null : Math.max(0, Math.min(minutes / target, 1)),
  };
}

/** A bed may be promised before it is clean. */
function heldFor(bed: BedView): string | null {
  return bed.reservedFor === null ? null : t('unit.for2', { patient: initialsShown(bed.reservedFor.patient) });
}

function clockOf(bed: BedView, name: BedView['clocks'][number]['name'], note: string, given: TileGiven): TileClock {
  const clock = bed.clocks.find((c) => c.name === name);
  return {
    minutes: minutesSince(clock?.since ?? bed.since, given.minute),
    target: clock?.targetMinutes ?? null,
    note,
  };
}

const near = (iso: string, given: TileGiven): string => given.local.near(iso, given.minute * 60_000);

function until(iso: string | null | undefined, given: TileGiven): string {
  return iso === null || iso === undefined ? '' : t('unit.until4', { at: near(iso, given) });
}

/** What the tile says of a patient who leaves or is not there. */
export const markerLabel: Readonly<Record<NonNullable<TileModel['marker']>, string>> = {
  Pending: t('unit.markers.Pending'),
  Confirmed: t('unit.markers.Confirmed'),
  Away: t('unit.markers.Away'),
  'On leave': t('unit.markers.OnLeave'),
};
