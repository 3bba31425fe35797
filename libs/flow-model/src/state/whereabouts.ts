import type { CountedEncounter } from './facility-state.js';

/** Classes that never hold a bed (pre-admitted, recurring, commercial, not applicable), where a stay does not say so itself. */
export const bedlessClasses = new Set(['P', 'R', 'C', 'N']);

/**
 * Where an open visit is, each in exactly one: in a configured bed; in a bed that is not listed any more; in a configured unit but
 * no bed of it that is known; in a unit that nobody knows; in the house, and no place was told; not here yet; or of a class that
 * holds no bed.
 */
export const whereabouts = [
  'bed',
  'unlisted-bed',
  'unit',
  'unknown-unit',
  'no-place',
  'ahead',
  'holds-no-bed',
] as const;
export type Whereabouts = (typeof whereabouts)[number];

/** What the beds and the configuration say of one visit. */
export interface PlaceEvidence {
  /** The unit of the configured bed that shows the visit; null if none does. */
  readonly bedUnit: string | null;
  /** Whether a bed that is not listed any more shows the visit. */
  readonly inUnlistedBed: boolean;
  /** Whether a person said that the visit is not in the bed its sender names. */
  readonly isSetAside: boolean;
  isUnit(unit: string): boolean;
  isBed(bedId: string): boolean;
}

/** Where a visit is that is neither over nor called off. */
export function whereaboutsOf(visit: CountedEncounter, evidence: PlaceEvidence): Whereabouts {
  const { bedUnit } = evidence;
  if (evidence.inUnlistedBed && bedUnit === null) return 'unlisted-bed';
  const unless = (elsewhere: Whereabouts): Whereabouts => (bedUnit === null ? elsewhere : 'bed');
  if (visit.status === 'planned') return unless('ahead');
  if (!holdsBed(visit)) return unless('holds-no-bed');
  const { location } = visit;
  if (location === null) return unless('no-place');
  // The bed shows the visit in a moment, if it does not yet.
  if (location.bedId !== null && !evidence.isSetAside && evidence.isBed(location.bedId)) return 'bed';
  if (location.unit === null) return unless(location.asSent === undefined ? 'no-place' : 'unknown-unit');
  // In a bed of another unit they may have been seen before they came where their sender puts them.
  if (bedUnit === location.unit) return 'bed';
  return evidence.isUnit(location.unit) ? 'unit' : 'unknown-unit';
}

/** Whether the visit holds a bed where it is in one: by its stay, which follows its sender's profile, else by its class. */
export function holdsBed({ class: patientClass, inNoBed, stays }: Omit<CountedEncounter, 'encounterId'>): boolean {
  if (inNoBed !== undefined) return !inNoBed;
  const stay = stays?.find((s) => s.to === null);
  // A stay in no bed that was named says nothing of the class.
  if (stay !== undefined && (stay.holdsBed || stay.place.bed !== null)) return stay.holdsBed;
  return !bedlessClasses.has(patientClass ?? '');
}
