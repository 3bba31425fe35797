import type { EventAnswer } from '@wardstream/api-contract';
import { readInboundEvent } from '@wardstream/events/inbound';
import { isHl7Fault } from '../interpretation/message-fault.js';
import type { Answer } from '../intake/intake.js';

/** What became of one event, as its sender is told. */
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
