import type { RecordMeta } from '../record-codec.js';

/** An event (or a record that could not be read as one) that was put aside, with its cause. */
export interface DeadLetter {
  readonly id: string;
  /** `retrying`: it will be tried again by itself. `dead`: it waits for a person. */
  readonly state: 'retrying' | 'dead';
  readonly cause: {
    /** `unreadable-record`, `unknown-event`, `invalid-data`, `permanent-failure`, `attempts-exhausted`, or `failed` while retrying. */
    readonly code: string;
    /** Name of the error, e.g. `PermanentFailure`. */
    readonly name: string;
    readonly message: string;
  };
  readonly event: RecordMeta;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly attempts: number;
  readonly parkedAt: string;
  readonly lastAttemptAt: string | null;
  readonly nextAttemptAt: string | null;
  /** Later events of the same aggregate that wait behind it. */
  readonly waiting: number;
}

export interface DeadLetterFilter {
  /** Code of the cause, exactly. */
  readonly cause?: string | undefined;
  /** Type of the event, exactly. */
  readonly type?: string | undefined;
  readonly facility?: string | undefined;
  /** Part of the type, the facility, the topic, or of the code or name of the cause. */
  readonly search?: string | undefined;
}

/** What a bulk command came to. */
export interface Bulk {
  readonly done: number;
  /** How many of those that match are left: more were asked for than are taken at once. */
  readonly left: number;
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
  abstract redriveAll(filter: DeadLetterFilter): Promise<Bulk>;
  /** As `discard` for all dead ones that match, in the same way; what waits behind them is not discarded but goes on. */
  abstract discardAll(filter: DeadLetterFilter, by: string, reason: string): Promise<Bulk>;
}
