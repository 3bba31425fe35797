import { Inject, Injectable } from '@nestjs/common';
import type { Place } from '@wardstream/events';
import { type Clock, deterministicId, nowIso } from '@wardstream/kernel';
import { type AnyNewEvent, Outbox } from '@wardstream/messaging';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { emptyDirectory, isPersonal, subjectOf } from '@wardstream/encounter-model';
import { isUnnumbered } from '@wardstream/encounter-model';
import { Directories } from '../../directory/index.js';
import {
  closed,
  conflictEvent,
  conflictsById,
  type FailureCause,
  failureEvent,
  lockFacilities,
  MESSAGE_NOT_PROCESSED,
  nobodyConcerned,
  opened,
  saveConflicts,
} from '../../encounters/index.js';
import { failuresOver } from '../persistence/message-failure.rows.js';
import type { ReceivedMessage } from './received-message.js';

const says: Readonly<Record<FailureCause, string>> = {
  'processing-failed': 'could not be processed',
  'visit-awaited': 'names no visit and waits for it',
};

/** Conflicts closed in one transaction. */
const AT_ONCE = 300;

/**
 * Tells which beds and visits a message speaks of that was taken and is not applied: one that could not be processed, or that waits for
 * its visit. A conflict says so to people, an event to the beds, for as long as it waits. It is settled when the message is processed,
 * corrected or found to be nothing to act on, or when a person closes the conflict with a reason. What is open is read from the
 * conflicts, so it outlives a restart, and whichever replica is left settles it.
 */
@Injectable()
export class MessageFailures {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directories: Directories,
    private readonly outbox: Outbox,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** In the transaction that quarantines the message. */
  async couldNotBeProcessed(tx: Tx, message: ReceivedMessage): Promise<void> {
    const { facility } = message.verdict;
    if (facility === null) return;
    await lockFacilities(tx, [facility]);
    await this.outbox.publish(tx, await this.open(tx, [message], 'processing-failed'));
  }

  /**
   * Events that say which beds are named by messages that wait for their visit; those that name none concern nobody. In the lock of
   * their facilities.
   */
  async waitForVisit(tx: Tx, messages: readonly ReceivedMessage[]): Promise<AnyNewEvent[]> {
    const waiting = messages.filter(
      (m) => m.verdict.facility !== null && this.concernedBy(m, 'visit-awaited').beds.length > 0,
    );
    return waiting.length === 0 ? [] : this.open(tx, waiting, 'visit-awaited');
  }

  /** Settles what waits no more; gives whether there may be more of it. One look at an index where nothing is open. */
  async settle(): Promise<boolean> {
    const over = await this.unitOfWork.run((tx) => failuresOver(tx, AT_ONCE));
    if (over.length === 0) return false;
    await this.unitOfWork.run(async (tx) => {
      // People decide about conflicts in the same lock.
      await lockFacilities(tx, [...new Set(over.map((c) => c.facility))]);
      const now = nowIso(this.clock);
      const conflicts = (
        await failuresOver(
          tx,
          AT_ONCE,
          over.map((c) => c.id),
        )
      ).map((conflict) => closed(conflict, now));
      await saveConflicts(tx, conflicts);
      await this.outbox.publish(
        tx,
        conflicts.flatMap((c) => [conflictEvent(c), failureEvent(c, nobodyConcerned)]),
      );
    });
    return over.length === AT_ONCE;
  }

  private async open(tx: Tx, messages: readonly ReceivedMessage[], cause: FailureCause): Promise<AnyNewEvent[]> {
    const idOf = ({ id, verdict }: ReceivedMessage) =>
      deterministicId('conflict', verdict.facility!, MESSAGE_NOT_PROCESSED, id);
    const known = await conflictsById(tx, messages.map(idOf));
    const found = messages.flatMap((message) => {
      const { verdict, receivedAt } = message;
      const { unit, ...concerned } = this.concernedBy(message, cause);
      const beds = concerned.beds.length === 0 ? '' : ` that names ${concerned.beds.join(', ')}`;
      const told = {
        ...{ source: verdict.application, says: `a message (${verdict.trigger})${beds} ${says[cause]}` },
        ...{ at: null, recordedAt: null, receivedAt },
      };
      const visits = concerned.visits.map((encounterId) => ({ ...told, encounterId }));
      const conflict = opened(
        {
          ...{ id: idOf(message), kind: MESSAGE_NOT_PROCESSED, facility: verdict.facility!, unit },
          severity: cause === 'processing-failed' ? 'high' : 'medium',
          subject: { type: 'message', id: message.id },
          facts: visits.length === 0 ? [told] : visits,
        },
        known.get(idOf(message)),
        nowIso(this.clock),
      );
      return conflict === null ? [] : [{ conflict, concerned }];
    });
    await saveConflicts(
      tx,
      found.map((f) => f.conflict),
    );
    return found.flatMap(({ conflict, concerned }) => [conflictEvent(conflict), failureEvent(conflict, concerned)]);
  }

  /** What of a message that waits for its visit is of a visit it names, is applied. */
  private concernedBy({ verdict }: ReceivedMessage, cause: FailureCause) {
    const facility = verdict.facility!;
    const directory = this.directories.facility(facility) ?? emptyDirectory;
    const facts = cause === 'visit-awaited' ? verdict.facts.filter(isUnnumbered) : verdict.facts;
    const statuses = cause === 'visit-awaited' ? [] : verdict.bedStatuses;
    const sent = [
      ...facts.flatMap((f) => [f.location, f.priorLocation, f.pendingLocation]),
      ...statuses.map((s) => s.place),
    ];
    const places = sent.flatMap((place): Place[] => (place === null ? [] : [directory.resolve(place)]));
    const beds = unique(places.map((p) => p.bedId));
    const units = unique(places.map((p) => p.unit));
    return {
      ...{ cause, beds, units: beds.length > 0 ? [] : units },
      encounterIds: unique(facts.map((fact) => subjectOf(facility, fact))),
      visits: unique(facts.map((fact) => (isPersonal(fact) ? null : subjectOf(facility, fact)))),
      unit: units.length === 1 ? units[0]! : null,
    };
  }
}

function unique(values: readonly (string | null)[]): string[] {
  return [...new Set(values)].filter((value) => value !== null);
}
