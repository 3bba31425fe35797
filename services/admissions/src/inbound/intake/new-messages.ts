import type { CountedMessage } from '../monitoring/count-messages.js';
import { isForeign } from '../interpretation/verdict.js';
import type { HeardMessage } from '../monitoring/feed-monitor.js';
import type { NewMessage, StoredMessage } from '../persistence/message.rows.js';

export function heardOf(messages: readonly NewMessage[]): HeardMessage[] {
  // A person who corrects a message is not its sender, nor is whoever only bears its name.
  return messages.flatMap(({ verdict, receivedAt, replayOf }) => {
    const { facility, application } = verdict;
    return replayOf === null && !isForeign(verdict)
      ? [{ facility, application, receivedMs: Date.parse(receivedAt) }]
      : [];
  });
}

/** Each message once; one whose control id another message of the batch has, says so. */
export function distinct(messages: readonly NewMessage[]): NewMessage[] {
  const byId = new Map<string, NewMessage>();
  const firstOfControl = new Map<string, string>();
  for (const message of messages) {
    if (byId.has(message.id)) continue;
    const { controlKey, id } = message;
    const first = controlKey === null ? undefined : firstOfControl.get(controlKey);
    if (controlKey !== null && first === undefined) firstOfControl.set(controlKey, id);
    byId.set(id, first === undefined ? message : { ...message, reusedInBatch: true });
  }
  return [...byId.values()];
}

/** Every message that arrived; new is the first of those that were stored. */
export function counted(arrived: readonly NewMessage[], stored: readonly StoredMessage[]): CountedMessage[] {
  const fresh = new Map(stored.map((s) => [s.id, s]));
  return arrived.flatMap(({ id, receivedAt, verdict, replayOf }) => {
    // What is corrected and replayed here was not sent again.
    if (replayOf !== null) return [];
    const row = fresh.get(id);
    fresh.delete(id);
    return [{ receivedAt, verdict, repeat: row === undefined, reused: row?.reused ?? false }];
  });
}
