import { Inject, Injectable } from '@nestjs/common';
import { type ConflictData, messageFailureChanged } from '@wardstream/events';
import { type Clock, deterministicId, nowIso } from '@wardstream/kernel';
import { type AnyNewEvent, Outbox } from '@wardstream/messaging';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { subjectOf } from '../domain/identities.js';
import { Directories } from '../facilities/directories.js';
import { conflictsById, saveConflicts } from '../persistence/conflict.rows.js';
import { failuresToSettle, openFailures } from '../persistence/message-failure.rows.js';
import { closed, conflictEvent, opened } from './conflict-data.js';
import type { ReceivedMessage } from './received-message.js';

/** A sound message could not be processed: what it would change is not certain. */
export const MESSAGE_NOT_PROCESSED = 'message-not-processed';

/**
 * Tells which beds and visits a message that was taken and could not be processed speaks of, for as long as it waits for a person: a
 * conflict says so to people, an event to the beds. It is settled when the message leaves the quarantine, or when a person closes the
 * conflict with a reason. What is open is read from the conflicts, so it outlives a restart.
 */
@Injectable()
export class MessageFailures {
  /** Message ids by conflict, as far as this process knows of any; null until they were read. */
  private known: Set<string> | null = null;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** In the transaction that quarantines the message. */
  async open(tx: Tx, { id, receivedAt, verdict }: ReceivedMessage): Promise<void> {
    const { facility, application, facts, bedStatuses } = verdict;
    if (facility === null) return;
    const conflictId = deterministicId('conflict', facility, MESSAGE_NOT_PROCESSED, id);
    const encounterIds = [...new Set(facts.flatMap((fact) => subjectOf(facility, fact) ?? []))];
    const fact = { source: application, says: `a message (${verdict.trigger}) could not be processed`, receivedAt };
    const told = encounterIds.length === 0 ? [{}] : encounterIds.map((encounterId) => ({ encounterId }));
    const conflict = opened(
      {
        ...{
          id: conflictId,
          kind: MESSAGE_NOT_PROCESSED,
          severity: 'high',
          facility,
          subject: { type: 'message', id },
        },
        ...{ unit: null, facts: told.map((of) => ({ ...fact, at: null, recordedAt: null, ...of })) },
      },
      (await conflictsById(tx, [conflictId])).get(conflictId),
      nowIso(this.clock),
    );
    if (conflict === null) return;
    await saveConflicts(tx, [conflict]);
    const directory = this.directories.facility(facility);
    const places = [
      ...facts.flatMap((f) => [f.location, f.priorLocation, f.pendingLocation]),
      ...bedStatuses.map((s) => s.place),
    ].flatMap((sent) => (sent === null || directory === undefined ? [] : directory.resolve(sent)));
    const beds = [...new Set(places.flatMap((p) => p.bedId ?? []))];
    const units = [...new Set(places.flatMap((p) => (p.bedId === null ? (p.unit ?? []) : [])))];
    const concerned = { encounterIds, beds, units: beds.length > 0 ? [] : units };
    await this.outbox.publish(tx, [conflictEvent(conflict), failureEvent(conflict, receivedAt, concerned)]);
    this.known?.add(conflictId);
  }

  /** Settles what has left the quarantine. Costs nothing while nothing is open. */
  async settle(): Promise<void> {
    this.known ??= new Set(await this.unitOfWork.run((tx) => openFailures(tx, MESSAGE_NOT_PROCESSED)));
    if (this.known.size === 0) return;
    const ids = [...this.known];
    const over = await this.unitOfWork.run(async (tx) => {
      const { settled, gone } = await failuresToSettle(tx, ids);
      const now = nowIso(this.clock);
      const conflicts = settled.map((conflict) => closed(conflict, now));
      await saveConflicts(tx, conflicts);
      await this.outbox.publish(
        tx,
        conflicts.flatMap((c) => [conflictEvent(c), settledEvent(c)]),
      );
      return [...gone, ...settled.map((c) => c.id)];
    });
    for (const id of over) this.known.delete(id);
  }
}

/** A person closed the conflict about a failed message, or opened it again. Null of any other conflict. */
export function decidedFailure(conflict: ConflictData): AnyNewEvent | null {
  return conflict.kind === MESSAGE_NOT_PROCESSED ? settledEvent(conflict) : null;
}

const none = { encounterIds: [], beds: [], units: [] };

/** What it concerns is known by the event that opened it. */
function settledEvent(conflict: ConflictData): AnyNewEvent {
  return failureEvent(conflict, conflict.facts[0]?.receivedAt ?? conflict.openedAt, none);
}

function failureEvent(
  { facility, version, subject, openedAt, closedAt }: ConflictData,
  receivedAt: string,
  concerned: typeof none | { encounterIds: string[]; beds: string[]; units: string[] },
): AnyNewEvent {
  return {
    ...{ definition: messageFailureChanged, subject: subject.id, aggregateVersion: version, facility },
    ...{ time: closedAt ?? openedAt, recordedAt: closedAt ?? openedAt },
    data: { messageId: subject.id, facility, version, receivedAt, ...concerned, settledAt: closedAt },
  };
}
