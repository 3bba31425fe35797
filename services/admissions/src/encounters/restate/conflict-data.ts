import { type ConflictData, encounterConflictChanged } from '@wardstream/events';
import type { AnyNewEvent } from '@wardstream/messaging';
import type { Disagreement, EncounterConflict } from '@wardstream/encounter-model';
import { BY_FACTS } from '../conflicts/conflict-decisions.js';
import type { SavedEncounter } from '../persistence/encounter.rows.js';

/** A derived conflict as it is kept and published; null where nothing new is to be said of it. */
export function encounterConflict(
  conflict: EncounterConflict,
  { encounterId, facility, derived }: SavedEncounter,
  known: ConflictData | undefined,
  now: string,
): ConflictData | null {
  const facts = conflict.sides.map((side) => ({ ...side, encounterId }));
  const { id, kind, severity } = conflict;
  const unit = derived.location?.unit ?? null;
  return opened(
    { id, kind, severity, facility, subject: { type: 'encounter', id: encounterId }, unit, facts },
    known,
    now,
  );
}

/** A disagreement as it is found now; null where it is known as it is, or a person decided it as it is. */
export function opened(disagreement: Disagreement, known: ConflictData | undefined, now: string): ConflictData | null {
  const isOpen = known !== undefined && known.closedAt === null;
  // A person's decision stands as long as the facts behind it do.
  const decided = known !== undefined && known.closedBy !== null && known.closedBy !== BY_FACTS;
  if ((isOpen || decided) && JSON.stringify(known.facts) === JSON.stringify(disagreement.facts)) return null;
  return {
    ...disagreement,
    version: (known?.version ?? 0) + 1,
    openedAt: isOpen ? known.openedAt : now,
    closedAt: null,
    closedBy: null,
    reason: null,
  };
}

/** The facts agree again. */
export function closed(conflict: ConflictData, now: string): ConflictData {
  return { ...conflict, version: conflict.version + 1, closedAt: now, closedBy: BY_FACTS, reason: null };
}

/** The event that says so. */
export function conflictEvent(conflict: ConflictData): AnyNewEvent {
  return {
    definition: encounterConflictChanged,
    subject: conflict.id,
    aggregateVersion: conflict.version,
    facility: conflict.facility,
    time: conflict.closedAt ?? conflict.openedAt,
    recordedAt: conflict.closedAt ?? conflict.openedAt,
    data: conflict,
  };
}
