import type { UnitOfWork } from '@wardstream/persistence';
import { interpret } from '../interpretation/interpret.js';
import type { Verdict } from '../interpretation/verdict.js';
import type { Directories } from '../../directory/index.js';
import {
  isToBeProcessed,
  interpretable,
  type KeptMessage,
  type PendingMessage,
  takePending,
  updateVerdicts,
} from '../persistence/message.rows.js';
import type { ReceivedMessage } from './received-message.js';

/** What is read from the database is interpreted by what is known now. A message that turns out not to be processed says so. */
export async function interpretPending(
  unitOfWork: UnitOfWork,
  directories: Directories,
  pending: readonly PendingMessage[],
): Promise<ReceivedMessage[]> {
  const received: ReceivedMessage[] = [];
  const unprocessed: { id: string; verdict: Verdict }[] = [];
  for (const message of pending) {
    const verdict = interpret(interpretable(message), directories, message.raw.length);
    const { id, position, reused, fresh } = message;
    if (isToBeProcessed(verdict) || hasFacts(message)) {
      const reinterpreted = !fresh || !isSameVerdict(message, verdict);
      received.push({
        id,
        position,
        reused,
        verdict,
        receivedAt: message.receivedAt.toISOString(),
        reinterpreted: reinterpreted,
      });
    } else unprocessed.push({ id, verdict });
  }
  if (unprocessed.length > 0) {
    await unitOfWork.run(async (tx) => {
      await takePending(
        tx,
        unprocessed.map((s) => s.id),
      );
      await updateVerdicts(tx, unprocessed);
    });
  }
  return received;
}

/** Whether what the database says of a message is what is known of it now. */
function isSameVerdict({ disposition, cause, facility, profile }: PendingMessage, verdict: Verdict): boolean {
  const isSame = disposition === verdict.disposition && cause === verdict.cause;
  return isSame && facility === verdict.facility && profile === verdict.profile;
}

/** Whether facts were taken from it before: then what is read of it now takes their place, also if that is nothing. */
function hasFacts({ disposition, cause }: KeptMessage): boolean {
  return disposition === 'processed' || (disposition === 'unplaced' && cause !== 'facility-unknown');
}
