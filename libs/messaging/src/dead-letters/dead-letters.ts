import type { DeadLetter, DoneOnAll } from '@wardstream/api-contract';

export type { DeadLetter };

export interface DeadLetterFilter {
  /** Code of the cause, exactly. */
  readonly cause?: string | undefined;
  /** Type of the event, exactly. */
  readonly type?: string | undefined;
  readonly facility?: string | undefined;
  /** Part of the type, the facility, the topic, or of the code or name of the cause. */
  readonly search?: string | undefined;
}

export interface DeadLetterQuery extends DeadLetterFilter {
  /** Only these; `dead` alone unless told. */
  readonly states?: readonly DeadLetter['state'][];
  /** The most to answer; 100 unless told. */
  readonly limit?: number;
  /** Ids of a page begin after this one. */
  readonly after?: string;
}

/** What a person can do about events a service could not handle. Throws DomainError `not-found` for an unknown id. */
export abstract class DeadLetters {
  /** Oldest first. Payloads are not among it. */
  abstract list(query?: DeadLetterQuery): Promise<DeadLetter[]>;
  /**
   * Tries it again soon, with a fresh count of attempts, then the events that wait behind it, in order. `correctedData`
   * replaces its data after a check against its schema (DomainError `invalid`); the original is kept beside it.
   */
  abstract redrive(id: string, correctedData?: unknown): Promise<void>;
  /** Gives it up, keeping who and why on record, and lets the events behind it go on. */
  abstract discard(id: string, by: string, reason: string): Promise<void>;
  /**
   * As `redrive` for all dead ones that match, the oldest first, a thousand at most at once. Each is the first of its aggregate, and
   * those behind it follow in order, so the order within every aggregate is kept. A repeat finds only what is dead still.
   */
  abstract redriveAll(filter: DeadLetterFilter): Promise<DoneOnAll>;
  /** As `discard` for all dead ones that match, in the same way; what waits behind them is not discarded but goes on. */
  abstract discardAll(filter: DeadLetterFilter, by: string, reason: string): Promise<DoneOnAll>;
}
