import { deterministicId, digest } from '@wardstream/kernel';
import type { Verdict } from './verdict.js';

/** What makes a message the same message again: its sender (MSH-3, MSH-4), its MSH-10, or what stands for it in another format, and all its bytes. */
export interface MessageIdentity {
  readonly id: string;
  /** The same for every message of this sender with this MSH-10; null without one. */
  readonly controlKey: string | null;
}

/** How a message's bytes end is the transport's business: some senders end the last segment, some do not. */
export function identify(
  bytes: Buffer,
  verdict: Pick<Verdict, 'application' | 'senderFacility' | 'controlId'>,
): MessageIdentity {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 0x0d || bytes[end - 1] === 0x0a)) end -= 1;
  const { application, senderFacility, controlId } = verdict;
  return {
    id: deterministicId('message', application, senderFacility, controlId, digest(bytes.subarray(0, end))),
    controlKey: controlId === '' ? null : controlKeyOf(application, senderFacility, controlId),
  };
}

/** The same for every message of this sender with this control id. */
export function controlKeyOf(application: string, senderFacility: string, controlId: string): string {
  return deterministicId('control', application, senderFacility, controlId);
}
