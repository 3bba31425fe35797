import { interpretEvent } from './interpret-event.js';
import { interpretHl7Message, interpretOversize } from './interpret-hl7-message.js';
import { interpretNormalized, type NormalizedMessage } from './interpret-normalized.js';
import type { MessageFormat } from './message-format.js';
import type { Verdict } from './verdict.js';
import type { Knowledge } from '../../directory/names/index.js';

/** A message as it is kept. */
export interface InterpretableMessage {
  readonly format: MessageFormat;
  readonly bytes: Buffer;
  /** Its whole length; more than `bytes` where only its head was kept. */
  readonly length: number;
  /** What was read of it when it came, of a format whose text alone does not say it again. */
  readonly statement: NormalizedMessage | null;
  /** When it was received, ISO; of one that is replayed, when it first was. */
  readonly receivedAt: string;
}

/** Interprets a message of any format by what is known now. Never throws. `limit`: bytes that are taken at most. */
export function interpret(
  { format, bytes, length, statement, receivedAt }: InterpretableMessage,
  known: Knowledge,
  limit: number,
): Verdict {
  if (length > bytes.length)
    return format === 'hl7v2'
      ? interpretOversize(bytes, length, limit, known)
      : tooLarge(statement, length, limit, known, receivedAt);
  switch (format) {
    case 'hl7v2':
      return interpretHl7Message(bytes, known, receivedAt);
    case 'event':
      return interpretEvent(bytes, known, receivedAt);
    case 'decision':
      // No profile speaks of what persons say here.
      return statement === null ? unread : interpretNormalized(statement, withoutProfiles(known), receivedAt);
    case 'fhir':
      return statement === null ? unread : interpretNormalized(statement, known, receivedAt);
  }
}

function withoutProfiles(known: Knowledge): Knowledge {
  const { defaultTimeZone } = known;
  return { facility: (name) => known.facility(name), sender: () => undefined, defaultTimeZone };
}

/** Nothing could be read of it when it came: a person corrects it. */
const unread: Verdict = {
  message: null,
  answer: 'AE',
  faults: [{ path: '', code: 'invalid', severity: 'E', text: 'The message could not be read' }],
  disposition: 'quarantined',
  cause: 'invalid',
  ...{ application: '', senderFacility: '', controlId: '', messageType: '', trigger: '', facility: null },
  ...{ facts: [], bedStatuses: [], unknownPlace: null, profile: null, unknown: [] },
};

/** Only its head is kept; who sent it and as what, if it was read before it was cut. */
function tooLarge(
  statement: NormalizedMessage | null,
  length: number,
  limit: number,
  known: Knowledge,
  receivedAt: string,
): Verdict {
  const text = `The message has ${length} bytes; ${limit} are taken at most`;
  const head =
    statement === null ? unread : interpretNormalized({ ...statement, facts: [], bedStatuses: [] }, known, receivedAt);
  return {
    ...head,
    ...{ answer: 'AR', disposition: 'refused', cause: 'too-large' },
    faults: [{ path: '', code: 'too-large', severity: 'E', text }],
  };
}
