import type { EncounterData } from '@wardstream/events';
import type { Leave } from './bed-facts.js';

/** The leaves of a visit that fall into one of its stays, from `from` to `to` (milliseconds; null while it goes on). */
export function leavesOfStay(leaves: EncounterData['leaves'], from: number, to: number | null): Leave[] {
  return (leaves ?? [])
    .map((l) => ({ from: Date.parse(l.from), to: l.to === null ? null : Date.parse(l.to) }))
    .filter((l) => l.from < (to ?? Infinity) && (l.to ?? Infinity) > from);
}
