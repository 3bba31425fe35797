import type { Tx } from '@wardstream/persistence';
import type { ReceivedMessage } from './received-message.js';

/** Who is told of messages that were processed. */
export abstract class MessageListener {
  /**
   * In the transaction that processes them, in their order: what it writes is written if and only if that is committed. A message that
   * is read anew comes again.
   */
  abstract messages(tx: Tx, messages: readonly ReceivedMessage[]): Promise<void>;
}
