import type { ConflictData, MovementFact } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';

/** Who decided, by stable id, and why. */
export type Spokesperson = Pick<ConflictData, 'closedBy' | 'reason'>;

/** What a person decided, as facts. */
export interface Decision {
  readonly facility: string;
  /** The same for the same decision. */
  readonly controlId: string;
  readonly facts: readonly MovementFact[];
  readonly by: Spokesperson;
}

/** Where decisions are kept: among the messages, so that a replay of all messages comes to the same state. */
export abstract class DecisionMessages {
  /** Keeps a decision as a message of its own, and processes it in the caller's transaction. A repeat changes nothing. */
  abstract keep(tx: Tx, decision: Decision): Promise<void>;

  /** A decision that was kept; undefined where there is none. */
  abstract kept(
    tx: Tx,
    facility: string,
    controlId: string,
  ): Promise<{ readonly messageId: string; readonly facts: readonly MovementFact[] } | undefined>;
}
