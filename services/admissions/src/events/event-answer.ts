import { readInboundEvent } from '@wardstream/events/inbound';
import { isHl7Fault } from '../domain/message-fault.js';
import type { Answer } from '../intake/intake.js';

/** What became of one event. */
export interface EventAnswer {
  /** Its place in the batch, from 0. */
  readonly index: number;
  /** As for one event alone: 200, 400 or 413. */
  readonly status: 200 | 400 | 413;
  /**
   * `accepted`: it is durable and will be acted on. `unplaced`: it is durable and waits for its facility, unit or bed to be known
   * here. `repeat`: it was taken before, and counts once. `wrong`: it is in quarantine; to send it again is of no use.
   */
  readonly outcome: 'accepted' | 'unplaced' | 'repeat' | 'wrong';
  /** Stable: `taken`, `event-wrong` or `event-too-large`. */
  readonly code: string;
  /** As the sender gave them; empty where they could not be read. */
  readonly source: string;
  readonly id: string;
  /** Under which it is found in `/api/v1/messages` and `/api/v1/quarantine`. */
  readonly messageId: string;
  /** What is wrong (severity E) or should be looked at (W), each with a JSON pointer into the event in JSON form. */
  readonly errors: readonly { path: string; code: string; severity: 'E' | 'W'; text: string }[];
}

export function eventAnswer(index: number, event: unknown, answer: Answer): EventAnswer {
  const { source, id } = readInboundEvent(event).head;
  const errors = answer.faults.map((fault) => {
    const { severity, text } = fault;
    if (isHl7Fault(fault)) return { path: '', code: String(fault.code), severity, text };
    return { path: fault.path, code: fault.code, severity, text };
  });
  const tooLarge = errors.some(({ code }) => code === 'too-large');
  const outcome = outcomeOf(answer);
  return {
    index,
    status: outcome !== 'wrong' ? 200 : tooLarge ? 413 : 400,
    outcome,
    code: outcome !== 'wrong' ? 'taken' : tooLarge ? 'event-too-large' : 'event-wrong',
    source,
    id,
    messageId: answer.id,
    errors,
  };
}

function outcomeOf({ code, repeat, disposition }: Answer): EventAnswer['outcome'] {
  if (code !== 'AA') return 'wrong';
  if (repeat) return 'repeat';
  return disposition === 'unplaced' ? 'unplaced' : 'accepted';
}
