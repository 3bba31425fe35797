import type { CloseBedConflict } from '@wardstream/api-contract';
import type { ConflictData } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import type { BedSetup, FactContent } from './bed-facts.js';
import type { BedFoldState } from './fold-state.js';
import { ConflictIds, conflictsIn, factsDigest } from './conflicts.js';
import { decisionsInForce, lastStatedBy } from './fold-decisions.js';

/** A person wants a conflict closed. */
export interface ClosingRequest extends CloseBedConflict {
  /** Stable id of the person. */
  readonly closedBy: string;
}

const DISPUTED = 'bed-disputed';
/** Somebody reported a patient whom no visit puts into the bed. */
const REPORTED_OCCUPIED: readonly string[] = ['occupied-without-encounter', 'patient-seen-after-leaving'];

/**
 * What closing comes to: 'closed' where it was closed so already (a repeat), else the fact to be recorded. `conflict` is as it
 * was kept last, `fold` the bed as it is now.
 *
 * @throws DomainError 'conflict-already-closed', 'conflict-moved-on', 'choice-needed' (a disputed bed needs to be told who is in
 * it: one of the two or both), 'choice-unknown' (that visit is not one of the two), 'no-choice' (this kind has no such choice)
 */
export function decideClosing(
  conflict: ConflictData,
  fold: BedFoldState,
  setup: BedSetup,
  request: ClosingRequest,
): 'closed' | FactContent {
  const { id, version, closedAt, closedBy, reason } = conflict;
  const repeated = version === request.version + 1 && closedBy === request.closedBy && reason === request.reason;
  if (closedAt !== null && repeated) return 'closed';
  if (closedAt !== null)
    throw new DomainError('conflict', 'conflict-already-closed', 'The conflict is closed already.', {
      ...{ version, closedAt, closedBy, reason },
    });
  const found = conflictsIn(fold, new ConflictIds(setup)).find((c) => c.id === id);
  if (version !== request.version || found === undefined || !fold.conflicts.some((c) => c.id === id))
    throw new DomainError('conflict', 'conflict-moved-on', 'The conflict has changed since it was looked at.', {
      version,
    });
  const decision = { conflictId: id, closedBy: request.closedBy, reason: request.reason };
  const { encounterId, bothInBed = false, nobodyInBed = false } = request;
  if (nobodyInBed && !REPORTED_OCCUPIED.includes(found.kind))
    throw new DomainError(
      'invalid',
      'no-choice',
      'A conflict of this kind is not about whether somebody is in the bed.',
    );
  const asTheyStand = { kind: 'conflict-closed', ...decision, facts: factsDigest(found) } as const;
  if (found.kind !== DISPUTED) {
    if (encounterId !== undefined || bothInBed)
      throw new DomainError('invalid', 'no-choice', 'Nobody can be chosen in a conflict of this kind.');
    if (nobodyInBed) return { kind: 'found-empty', ...decision };
    return asTheyStand;
  }
  const choices = found.facts.flatMap((f) => f.encounterId ?? []);
  if (bothInBed === (encounterId !== undefined))
    throw new DomainError(
      'invalid',
      'choice-needed',
      'Say which of the two patients is in the bed, or that both are.',
      {
        choices,
      },
    );
  if (encounterId === undefined) return asTheyStand;
  const other = fold.occupants.find((o) => o.encounterId !== encounterId && choices.includes(o.encounterId));
  if (!choices.includes(encounterId) || other === undefined)
    throw new DomainError('invalid', 'choice-unknown', 'That visit is not one of the two in the bed.', { choices });
  const notInBed = { encounterId: other.encounterId, movementId: lastStatedBy(other) };
  return { kind: 'occupant-chosen', ...decision, encounterId, notInBed };
}

/** A decision that is in force: the fact it is. */
export interface Standing {
  readonly factId: string;
  readonly at: number;
}

/**
 * Whether a decision can be taken back: 'open' where it was already (a repeat), else the decision that the bed is to be derived
 * without, as if it had never been made.
 *
 * @throws DomainError 'conflict-not-decided' (it is open), 'conflict-moved-on' (version), 'undo-too-late' (later facts closed it,
 * or have changed since so that the decision is without effect already)
 */
export function decideReopening(conflict: ConflictData, fold: BedFoldState, version: number): 'open' | Standing {
  const { id, closedAt } = conflict;
  if (closedAt === null && conflict.version === version + 1) return 'open';
  if (closedAt === null)
    throw new DomainError('conflict', 'conflict-not-decided', 'The conflict is open.', { version: conflict.version });
  if (conflict.version !== version)
    throw new DomainError('conflict', 'conflict-moved-on', 'The conflict has changed since it was looked at.', {
      version: conflict.version,
    });
  const standing = decisionsInForce(fold).find((s) => s.conflictId === id);
  if (standing === undefined)
    throw new DomainError('conflict', 'undo-too-late', 'The facts have changed since; nothing is left to take back.');
  return standing;
}
