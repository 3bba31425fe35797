import type { PatientBrief } from './vocabulary.js';

interface VisitInBed {
  readonly encounterId: string;
  readonly patient: PatientBrief;
}

/** What of a bed tells who is in it, or is to come. */
export interface BedWithVisits {
  readonly occupants: readonly VisitInBed[];
  readonly reservedFor: VisitInBed | null;
}

/**
 * Encounters of one unit whose patients cannot be told apart by initials, decade of age and sex: each is shown with the number of
 * its visit. `beds`: all beds of the unit. Nobody whose initials are not known is taken for another.
 */
export function nameAlerts(beds: Iterable<BedWithVisits>): ReadonlySet<string> {
  const alike = new Map<string, Set<string>>();
  for (const { occupants, reservedFor } of beds) {
    for (const { encounterId, patient } of reservedFor === null ? occupants : [...occupants, reservedFor]) {
      const { initials, ageBand, sex } = patient;
      if (initials === '' || initials === '?') continue;
      const key = JSON.stringify([initials.replaceAll('.', ''), ageBand, sex]);
      alike.set(key, (alike.get(key) ?? new Set()).add(encounterId));
    }
  }
  return new Set([...alike.values()].flatMap((ids) => (ids.size > 1 ? [...ids] : [])));
}

/** A bed with `nameAlert` on those of its visits that another of the unit may be taken for. */
export function withNameAlerts<T extends BedWithVisits>(bed: T, alerts: ReadonlySet<string>): T {
  if (alerts.size === 0) return bed;
  const marked = <V extends VisitInBed>(visit: V): V =>
    alerts.has(visit.encounterId) ? { ...visit, nameAlert: true } : visit;
  return {
    ...bed,
    occupants: bed.occupants.map(marked),
    reservedFor: bed.reservedFor === null ? null : marked(bed.reservedFor),
  };
}
