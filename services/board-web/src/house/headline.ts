import type { LevelOfCare, UnitConfiguration } from '@wardstream/events';
import { houseTotals, isUnheard, type HouseTotals } from '@wardstream/flow-model';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';
import { minutesSince } from '../time/duration.js';
import { t } from '../texts/texts.js';

/** The house's totals at the facility's minute, by the flow model's definitions. */
export function totalsOf(state: BoardState, minute: number): HouseTotals {
  return houseTotals(facilityView(state), [...state.units.values()], minute * 60_000);
}

/** Every bed of the counted units, staffed or not. */
export const allBeds = (t: HouseTotals): number => t.denominator + t.blocked + t.closed + t.surge;

/** 'ED bays, recovery slots': what the inpatient figure leaves out, in words; '' if nothing. */
export function notCounted(units: readonly UnitConfiguration[]): string {
  return units
    .filter((u) => !u.inpatient)
    .map((u) => `${u.levelOfCare === 'ed' ? u.id : u.name.toLowerCase()} ${u.placesAre}`)
    .join(', ');
}

const forWhom: Readonly<Record<LevelOfCare, string>> = {
  ward: t('house.forAdult'),
  'step-down': t('house.forAdult'),
  icu: t('house.forAdult'),
  ed: t('house.forEmergency'),
  recovery: t('house.forRecovery'),
  maternity: t('house.forMaternity'),
  neonatal: t('house.forNeonatal'),
};

/** Available inpatient beds by whom they are for; the parts add up to the total. */
export function availableParts(state: BoardState): readonly string[] {
  const parts = new Map<string, number>();
  for (const unit of state.facility?.units ?? []) {
    const counts = state.units.get(unit.id);
    if (!unit.inpatient || counts === undefined || isUnheard(counts)) continue;
    const group = forWhom[unit.levelOfCare];
    parts.set(group, (parts.get(group) ?? 0) + counts.available);
  }
  return [...parts].map(([group, n]) => `${n} ${group}`);
}

/** Whether there are beds and nothing was heard of any that would be counted. */
export function hasNoData({ denominator, unheard }: Pick<HouseTotals, 'denominator' | 'unheard'>): boolean {
  return denominator === 0 && unheard > 0;
}

/** What stands where a rate would. */
export const noRateWord = (hasData: boolean): string => (hasData ? t('house.notApplicable') : t('house.noData'));

/** Why there is no rate of occupancy. */
export const noRate = (hasData: boolean): string =>
  hasData ? t('house.noStaffedUnblockedBeds') : t('house.nothingWasHeardOfItYet');

export interface OldestDirty {
  readonly bedId: string;
  readonly minutes: number;
  readonly target: number | null;
}

/** How long the inpatient bed that has been dirty longest has waited for a crew, against its target. */
export function oldestDirty(state: BoardState, totals: HouseTotals, minute: number): OldestDirty | null {
  if (totals.oldestDirty === null) return null;
  const { bedId, since } = totals.oldestDirty;
  const clock = state.beds.get(bedId)?.clocks.find((c) => c.name === 'dirty');
  return { bedId, minutes: minutesSince(clock?.since ?? since, minute), target: clock?.targetMinutes ?? null };
}

/** Who is expected in inpatient units, by where they come from, on two lines; the parts add up to the total. */
export function pendingInParts(totals: HouseTotals): readonly [string, string] {
  const { ED = 0, Theatre = 0, Move = 0, Plan = 0 } = totals.pendingInBy;
  const other = totals.pendingIn - ED - Theatre - Move - Plan;
  return [t('house.edTheatreMoves', { ED, Theatre, Move }), t('house.plannedOther', { Plan, other })];
}

export const BOARDING_CRITICAL_MINUTES = 480;

export type BoarderTone = '' | 'is-high' | 'is-critical';

/** Boarding is a matter for somebody once one patient is over the target, and critical once one waits 8 hours. */
export function boarderTone(totals: HouseTotals, minute: number): BoarderTone {
  const { longest, overTarget } = totals.boarders;
  if (longest !== null && minutesSince(longest.since, minute) >= BOARDING_CRITICAL_MINUTES) return 'is-critical';
  return overTarget > 0 ? 'is-high' : '';
}

/** 'bay 12' where the unit is said beside it. */
export const shortPlace = (words: string): string => words.replace(/^\S+ (?=bay|bed|slot)/, '');
