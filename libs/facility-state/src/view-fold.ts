import type { AnyEventDefinition, EventEnvelope } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { LogPosition } from './places.js';

/** What is written of one lane (a partition number with all facilities in it) at once. */
export interface LaneWrite {
  readonly partition: number;
  /** Keys, as `fold` gave them, of what changed since the last write. */
  readonly keys: readonly string[];
}

/**
 * A service's state that is folded from events. Every replica of the service holds all of it; what has changed is written behind by the
 * one replica that holds the lane. Nothing but `load`, `write`, `taken` and `recall` may wait for anything.
 */
export interface ViewFold {
  readonly consumes: readonly AnyEventDefinition[];

  /** Reads back what was written. Called once, before the first event. Positions of rows count only where they are of this log. */
  load(tx: Tx, log: string): Promise<void>;

  /**
   * Takes over into its rows what a version before this one kept in another way. Called before `load` as long as nothing was stored of this
   * log, also by several replicas at once.
   */
  carryOver?(tx: Tx): Promise<void>;

  /**
   * Takes an event into memory. It must be harmless to repeat and to come in any order: an event carries the whole state of its aggregate,
   * and only a higher version changes anything. Answers the keys of what is to be written; none for what changed nothing. Where it
   * throws it must have changed nothing: the event becomes a dead letter, and the others go on.
   */
  fold(event: EventEnvelope, at: LogPosition): readonly string[];

  /**
   * Writes what these keys stand for as it is in memory now, in the transaction that also stores how far the log was read. What it
   * publishes belongs into the same transaction. May write more than was asked, and the same again after a crash. What it answers is
   * called after the commit.
   */
  write(tx: Tx, lanes: readonly LaneWrite[], log: string): Promise<void | (() => void)>;

  /** Lanes came to this replica: called in the transaction of their first write, before it. */
  taken?(tx: Tx, partitions: readonly number[]): Promise<void>;

  /** Another replica writes for these lanes from now on. */
  lost?(partitions: readonly number[]): void;

  /** Reads back from its row what this event is about, where memory has let go of it: the event is older than what was read since. */
  recall?(tx: Tx, event: EventEnvelope): Promise<void>;

  /** A batch of this lane was folded: whoever listens can be told. Nothing of it is written yet. */
  folded?(partition: number): void;

  /** What waits as dead letters, and so is missing from the state, has changed. */
  lettersChanged?(): void;
}
