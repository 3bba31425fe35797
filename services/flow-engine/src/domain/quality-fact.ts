import {
  admissionsFeedHeard,
  bedConflictChanged,
  bedManagementFeedHeard,
  cleaningJobChanged,
  departmentFeedHeard,
  encounterConflictChanged,
  senderCounted,
  type ConflictData,
  type EventEnvelope,
  type FeedData,
  type SenderCountedData,
} from '@wardstream/events';
import type { CheckedClocks, FoundInvalidClock } from '@wardstream/flow-model';

/** What is known of the data itself. */
export const qualityEvents = [
  admissionsFeedHeard,
  bedManagementFeedHeard,
  departmentFeedHeard,
  senderCounted,
  encounterConflictChanged,
  bedConflictChanged,
  cleaningJobChanged,
] as const;

export type QualityKind = 'feed' | 'sender' | 'conflict';

/** The latest version of one thing that is known of a facility's data. */
export interface QualityFact {
  readonly facility: string;
  readonly kind: QualityKind;
  readonly id: string;
  readonly version: number;
  readonly closedAt: string | null;
  readonly data: unknown;
}

/** What is kept of a conflict. */
export type ConflictFact = Pick<ConflictData, 'kind' | 'severity' | 'openedAt'>;

/** Which clocks of one thing of a facility are invalid now, if any, and when each was found. */
export interface FacilityClocks extends CheckedClocks {
  readonly facility: string;
  readonly invalid: readonly FoundInvalidClock[];
}

/** What an event tells of the data itself: of a feed, a sender or a conflict; null for any other. */
export function qualityFactOf({ type, source, facility, aggregateVersion, data }: EventEnvelope): QualityFact | null {
  const version = aggregateVersion;
  switch (type) {
    case admissionsFeedHeard.type:
    case bedManagementFeedHeard.type:
    case departmentFeedHeard.type: {
      const feed = data as FeedData;
      const id = `${source}/${feed.feed}`;
      return { facility, kind: 'feed', id, version, closedAt: null, data: { ...feed, owner: source } };
    }
    case senderCounted.type: {
      const { sender } = data as SenderCountedData;
      return { facility, kind: 'sender', id: sender, version, closedAt: null, data };
    }
    case encounterConflictChanged.type:
    case bedConflictChanged.type: {
      const { id, kind, severity, openedAt, closedAt } = data as ConflictData;
      const kept: ConflictFact = { kind, severity, openedAt };
      return { facility, kind: 'conflict', id, version, closedAt, data: kept };
    }
    default:
      return null;
  }
}
