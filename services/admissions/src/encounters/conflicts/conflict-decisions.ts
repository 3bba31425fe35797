import type { ConflictData } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';

/** What `closedBy` says of a conflict that later facts ended. */
export const BY_FACTS = 'later facts';

/** A person wants a conflict closed. */
export interface ClosingRequest {
  readonly reason: string;
  /** The version they saw. */
  readonly version: number;
  /** Stable id of the person. */
  readonly closedBy: string;
  /** ISO. */
  readonly now: string;
  /** What closing it does beside. */
  readonly decided?: ConflictData['decided'];
}

/**
 * The conflict as it is after a person closed it; the very same where they had closed it so already (a repeat).
 *
 * @throws DomainError 'conflict-already-closed' with who was first, 'conflict-moved-on' where it is another version now
 */
export function closedByPerson(conflict: ConflictData, request: ClosingRequest): ConflictData {
  const { version, closedAt, closedBy, reason, decided } = conflict;
  if (closedAt !== null) {
    const isSame = closedBy === request.closedBy && reason === request.reason && decided === request.decided;
    if (version === request.version + 1 && isSame) return conflict;
    throw new DomainError('conflict', 'conflict-already-closed', 'The conflict is closed already.', {
      ...{ version, closedAt, closedBy, reason },
    });
  }
  if (version !== request.version) throw movedOn(version);
  const { now: at, ...by } = request;
  return {
    ...{ ...conflict, version: version + 1, closedAt: at, closedBy: by.closedBy, reason: by.reason },
    ...(by.decided === undefined ? {} : { decided: by.decided }),
  };
}

/**
 * The conflict as it is after a person's closing was taken back; the very same where it was already (a repeat). `stillFound`:
 * whether the facts disagree as they did.
 *
 * @throws DomainError 'conflict-not-decided' (open, or closed by later facts), 'conflict-moved-on', 'undo-too-late'
 */
export function reopenedByPerson(conflict: ConflictData, version: number, stillFound: boolean): ConflictData {
  if (conflict.closedAt === null && conflict.version === version + 1) return conflict;
  if (conflict.closedAt === null || conflict.closedBy === BY_FACTS)
    throw new DomainError('conflict', 'conflict-not-decided', 'No person has closed the conflict.', {
      version: conflict.version,
    });
  if (conflict.version !== version) throw movedOn(conflict.version);
  if (!stillFound)
    throw new DomainError('conflict', 'undo-too-late', 'The facts have changed since; nothing is left to take back.');
  const { decided: _takenBack, ...found } = conflict;
  return { ...found, version: version + 1, closedAt: null, closedBy: null, reason: null };
}

function movedOn(version: number): DomainError {
  return new DomainError('conflict', 'conflict-moved-on', 'The conflict has changed since it was looked at.', {
    version,
  });
}
