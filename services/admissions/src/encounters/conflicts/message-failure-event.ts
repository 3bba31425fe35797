import { type ConflictData, type DataOf, messageFailureChanged } from '@wardstream/events';
import type { AnyNewEvent } from '@wardstream/messaging';

type FailureData = DataOf<typeof messageFailureChanged>;
export type FailureCause = NonNullable<FailureData['cause']>;

/** What such a message speaks of. */
export type Concerned = Pick<FailureData, 'encounterIds' | 'beds' | 'units' | 'cause'>;

/** A message that was taken is not applied: what it would change is not certain. */
export const MESSAGE_NOT_PROCESSED = 'message-not-processed';

/** A person closed the conflict about a message that is not applied, or opened it again. Null of any other conflict. */
export function decidedFailure(conflict: ConflictData): AnyNewEvent | null {
  return conflict.kind === MESSAGE_NOT_PROCESSED ? failureEvent(conflict, nobodyConcerned) : null;
}

/** What it concerns was said when it was opened. */
export const nobodyConcerned: Concerned = { encounterIds: [], beds: [], units: [] };

/** The event that says what a message that is not applied concerns; a closed conflict says that it is settled. */
export function failureEvent(
  { facility, version, subject, openedAt, closedAt, facts }: ConflictData,
  { encounterIds, beds, units, cause }: Concerned,
): AnyNewEvent {
  const [time, messageId] = [closedAt ?? openedAt, subject.id];
  const data: FailureData = {
    ...{ messageId, facility, version, receivedAt: facts[0]?.receivedAt ?? openedAt, encounterIds, beds, units },
    ...{ settledAt: closedAt, ...(cause === undefined ? {} : { cause }) },
  };
  const of = { subject: messageId, aggregateVersion: version, facility, time, recordedAt: time };
  return { ...of, definition: messageFailureChanged, data };
}
