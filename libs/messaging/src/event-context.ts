import type { Tx } from '@wardstream/persistence';

/** What a handler of events is given beside them, by `@Ctx()`. */
export interface EventContext {
  /**
   * The transaction that also holds the inbox rows of these events: what is written here happens once for each event,
   * however often the log brings it. It commits after the handler resolved, with other events of the same batch.
   */
  readonly tx: Tx;
  /**
   * Runs after that transaction committed, in the order given; never if it rolled back. For what must not be seen
   * before: swapping a cache, fanning out. Not durable: a crash between commit and callback loses it. A callback that
   * throws is logged and harms nothing else.
   */
  afterCommit(callback: () => void | Promise<void>): void;
}
