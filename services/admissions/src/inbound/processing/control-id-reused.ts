import type { ConflictData } from '@wardstream/events';
import { deterministicId } from '@wardstream/kernel';
import type { ReceivedMessage } from './received-message.js';

/** Rule 1: one MSH-10 for two messages. One conflict for a sending application, at its first. */
export function controlIdReused({ id, verdict, receivedAt }: ReceivedMessage): ConflictData {
  const facility = verdict.facility!;
  const { application, controlId } = verdict;
  return {
    id: deterministicId('conflict', facility, 'control-id-reused', application),
    facility,
    version: 1,
    kind: 'control-id-reused',
    severity: 'low',
    subject: { type: 'message', id },
    unit: null,
    facts: [
      {
        source: application,
        says: `control id ${controlId.slice(0, 50)} came again with another content`,
        at: null,
        recordedAt: null,
        receivedAt,
      },
    ],
    openedAt: receivedAt,
    closedAt: null,
    closedBy: null,
    reason: null,
  };
}
