import { type BedStay, type EncounterRow, familyIn } from '../persistence/encounter.rows.js';
import type { EncounterData } from '@wardstream/events';
import { endOf, leavesOfStay, staysDifferFrom } from '@wardstream/bed-model';

/** An encounter as beds need it: its stays in beds the facility knows, of a class that holds a bed. */
export function toRow(data: EncounterData, before: EncounterRow | undefined): EncounterRow {
  const { encounterId, facility, visitNumber, version, status, patient } = data;
  const stays = data.stays.flatMap((s): BedStay[] => {
    if (!s.holdsBed || s.place.bedId === null) return [];
    const { movementId, leavesDirty, endedBy } = s;
    const to = s.to === null ? null : Date.parse(s.to);
    const from = Date.parse(s.from);
    const leaves = leavesOfStay(data.leaves, from, to);
    const known = before?.stays.find(
      (b) => b.movementId === movementId && b.bedId === s.place.bedId && b.from === from,
    );
    const stay = {
      ...{ encounterId, movementId, bedId: s.place.bedId, from, to, leavesDirty, endedBy },
      ...recording(data, to, known),
      ...familyIn({ person: data.person ?? null, mother: data.mother ?? null }),
    };
    return [leaves.length === 0 ? stay : { ...stay, leaves }];
  });
  const row = { id: encounterId, facility, visitNumber, version, status, patient, stays };
  return { ...row, class: data.class, endedAt: endOf(data, before), mergedInto: data.mergedInto ?? null };
}

/** Beds in which the two lists of stays tell something different, each from the earliest time on. */
export function bedsThatDiffer(
  before: readonly BedStay[],
  after: readonly BedStay[],
): { bedId: string; from: number }[] {
  const beds = new Set([...before, ...after].map((s) => s.bedId));
  return [...beds].flatMap((bedId) => {
    const here = (s: BedStay) => s.bedId === bedId;
    const from = staysDifferFrom(before.filter(here), after.filter(here));
    return from === null ? [] : [{ bedId, from }];
  });
}

/** What is new is recorded when its cause was; what was known keeps its own. */
function recording(
  { cause }: EncounterData,
  to: number | null,
  known: BedStay | undefined,
): Pick<BedStay, 'recordedAt' | 'endRecordedAt'> {
  const now = Date.parse(cause.recordedAt);
  const end = known !== undefined && known.to === to ? known.endRecordedAt : to === null ? undefined : now;
  return { recordedAt: known?.recordedAt ?? now, ...(end === undefined ? {} : { endRecordedAt: end }) };
}
