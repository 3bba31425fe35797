import type { BedView } from '@wardstream/api-contract';
import { nameAlerts } from '@wardstream/events';

/** Name alerts by unit, built once for each state of the board: every tile asks. */
const byBeds = new WeakMap<ReadonlyMap<string, BedView>, ReadonlyMap<string, ReadonlySet<string>>>();

/** Whether another patient of the unit has the same initials, decade of age and sex as this one in, or to come to, the bed. */
export function hasNameAlert(bed: BedView, encounterId: string, beds: ReadonlyMap<string, BedView>): boolean {
  let alerts = byBeds.get(beds);
  if (alerts === undefined) {
    const units = new Map<string, BedView[]>();
    for (const each of beds.values()) units.set(each.unit, [...(units.get(each.unit) ?? []), each]);
    alerts = new Map([...units].map(([unit, of]) => [unit, nameAlerts(of)]));
    byBeds.set(beds, alerts);
  }
  return alerts.get(bed.unit)?.has(encounterId) ?? false;
}
