import { instant, sentPlace } from '@wardstream/events';
import { z } from 'zod';
import type { Answer } from '../answer.js';
import { limitOf, nextPage, position, requestInstant } from '../fields.js';

export const dispositions = ['processed', 'unplaced', 'not-acted-on', 'quarantined', 'refused', 'replayed'] as const;

/** Why a message was not simply processed. */
export const messageCauses = [
  'not-hl7',
  'too-large',
  'unsupported-type',
  'invalid',
  'visit-missing',
  'visit-awaited',
  'facility-unknown',
  'place-unknown',
  'code-unknown',
  'trigger-ignored',
  'trigger-refused',
  'processing-id-refused',
  'sender-not-allowed',
  'facility-refused',
  'no-rule',
  'nothing-new',
  'processing-failed',
] as const;

const name = z.string().min(1).max(100);

/** What messages can be filtered by, in lists and in bulk replays. */
const filter = {
  cause: z.enum(messageCauses).optional(),
  /** Sending application (MSH-3), exactly. */
  sender: name.optional(),
  /** Of the facility, or whose sender names it so. */
  facility: name.optional(),
  trigger: z.string().min(1).max(20).optional(),
  /** Received at or after this time. */
  from: requestInstant.optional(),
  /** Received before this time. */
  to: requestInstant.optional(),
  /** Part of the sender's name, control id or trigger. */
  search: name.optional(),
};
/** `before`: `next` of the page before. */
const page = { before: position.optional(), limit: limitOf(500, 100) };

export const messageQuery = z.object({ disposition: z.enum(dispositions).optional(), ...filter, ...page });
export type MessageQuery = z.output<typeof messageQuery>;

export const quarantineQuery = z.object({ ...filter, ...page });
export type QuarantineQuery = z.output<typeof quarantineQuery>;

/** What is wrong with a message: a field and words, never what stands in it. */
export const messageFault = z
  .object({
    /** As ERR-2 says it, or a path into a message of another format. */
    location: z.string(),
    field: z.string(),
    code: z.union([z.string(), z.number()]),
    /** E: the message was not taken. W: it was taken, and somebody should look. */
    severity: z.enum(['E', 'W']),
    text: z.string(),
  })
  .meta({ id: 'MessageFault' });
export type MessageFault = Answer<typeof messageFault>;

/** A message and what became of it. No personal data. */
export const message = z
  .object({
    id: z.string(),
    receivedAt: instant,
    transport: z.string(),
    format: z.string(),
    sendingApplication: z.string(),
    sendingFacility: z.string(),
    controlId: z.string(),
    controlIdReused: z.boolean(),
    messageType: z.string(),
    trigger: z.string(),
    facility: z.string().nullable(),
    disposition: z.enum(dispositions),
    cause: z.enum(messageCauses).nullable(),
    causeText: z.string().nullable(),
    /** AA, AE or AR. */
    answer: z.string(),
    errors: z.array(messageFault),
    unknownPlace: sentPlace.partial({ facility: true }).nullable(),
    /** Bytes as it came. */
    length: z.int(),
    /** It waits to be processed. */
    waiting: z.boolean(),
    /** The message that it corrects. */
    replayOf: z.string().nullable(),
  })
  .meta({ id: 'Message' });
export type Message = Answer<typeof message>;

/** The latest first. */
export const messageList = z.object({ items: z.array(message), next: nextPage }).meta({ id: 'MessageList' });
export type MessageList = Answer<typeof messageList>;

/** The latest first; `total` is how many match. */
export const quarantineList = messageList.extend({ total: z.int() }).meta({ id: 'QuarantineList' });
export type QuarantineList = Answer<typeof quarantineList>;

/** A message with its text, to correct it. Holds personal data. */
export const openedMessage = message
  .extend({
    /** The whole message is there, not only its head. */
    whole: z.boolean(),
    text: z.string(),
  })
  .meta({ id: 'OpenedMessage' });
export type OpenedMessage = Answer<typeof openedMessage>;

/** A corrected message; without it the message is taken up as it is. */
export const replayMessage = z.object({ message: z.string().min(1).max(4_000_000).optional() });

/** What became of a replayed message. */
export const replayedMessage = z
  .object({ id: z.string(), replayOf: z.string(), answer: z.literal('AA'), disposition: z.enum(dispositions) })
  .meta({ id: 'ReplayedMessage' });

export const startReplay = z.strictObject(filter).default({});
export type StartReplay = z.output<typeof startReplay>;

const replayOutcome = z.enum(['taken-up', 'still-wrong', 'passed-over']);

/** `after`: `next` of the page before. */
export const replayResultQuery = z.object({
  outcome: replayOutcome.optional(),
  after: position.default('0'),
  limit: limitOf(500, 100),
});
export type ReplayResultQuery = z.output<typeof replayResultQuery>;

/** A bulk replay: what was asked for, and how far it is. */
export const replay = z
  .object({
    id: z.string(),
    state: z.enum(['running', 'done', 'cancelled']),
    filter: z.object({
      cause: z.enum(messageCauses).optional(),
      sender: name.optional(),
      facility: name.optional(),
      trigger: z.string().optional(),
      from: instant.optional(),
      to: instant.optional(),
      search: name.optional(),
    }),
    /** Stable id of the person. */
    requestedBy: z.string(),
    requestedAt: instant,
    finishedAt: instant.nullable(),
    /** Messages that matched when it was asked for. */
    total: z.int(),
    takenUp: z.int(),
    stillWrong: z.int(),
    /** Were no longer in quarantine when their turn came. */
    passedOver: z.int(),
    /** The three together. */
    done: z.int(),
  })
  .meta({ id: 'Replay' });
export type Replay = Answer<typeof replay>;

export const replayList = z.object({ items: z.array(replay) }).meta({ id: 'ReplayList' });
export type ReplayList = Answer<typeof replayList>;

/** How a message came out of a replay. `disposition` and `waiting` tell what it is now. */
export const replayResult = z
  .object({
    messageId: z.string(),
    outcome: replayOutcome,
    controlId: z.string(),
    trigger: z.string(),
    sendingApplication: z.string(),
    disposition: z.enum(dispositions),
    waiting: z.boolean(),
    errors: z.array(messageFault),
  })
  .meta({ id: 'ReplayResult' });
export type ReplayResult = Answer<typeof replayResult>;

/** In intake order. */
export const replayResultList = z
  .object({ items: z.array(replayResult), next: nextPage })
  .meta({ id: 'ReplayResultList' });
export type ReplayResultList = Answer<typeof replayResultList>;
