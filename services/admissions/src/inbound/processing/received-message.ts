import type { Verdict } from '../interpretation/verdict.js';

/** A stored message on its way to be processed. */
export interface ReceivedMessage {
  readonly id: string;
  /** Order of intake; grows with every message stored. */
  readonly position: string;
  readonly receivedAt: string;
  readonly verdict: Verdict;
  /** Its control id had been used for another message of its sender. */
  readonly reused: boolean;
  /** What the database says of it is older than the verdict. */
  readonly reinterpreted: boolean;
}

/** One that was just stored. */
export interface InterpretedMessage extends ReceivedMessage {
  /** In which it is processed. */
  readonly lane: number;
}
