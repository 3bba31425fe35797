import { z } from 'zod';

/** What became of one event. */
export const eventAnswer = z
  .object({
    /** Its place in the batch, from 0. */
    index: z.int(),
    /** As for one event alone: 200, 400 or 413. */
    status: z.union([z.literal(200), z.literal(400), z.literal(413)]),
    /**
     * `accepted`: it is durable and will be acted on. `unplaced`: it is durable and waits for its facility, unit or bed to be known
     * here. `repeat`: it was taken before, and counts once. `wrong`: it is in quarantine; to send it again is of no use.
     */
    outcome: z.enum(['accepted', 'unplaced', 'repeat', 'wrong']),
    /** Stable: `taken`, `event-wrong` or `event-too-large`. */
    code: z.string(),
    /** As the sender gave them; empty where they could not be read. */
    source: z.string(),
    id: z.string(),
    /** Under which it is found in `/api/v1/messages` and `/api/v1/quarantine`. */
    messageId: z.string(),
    /** What is wrong (severity E) or should be looked at (W), each with a JSON pointer into the event in JSON form. */
    errors: z.array(z.object({ path: z.string(), code: z.string(), severity: z.enum(['E', 'W']), text: z.string() })),
  })
  .meta({ id: 'EventAnswer' });
export type EventAnswer = z.output<typeof eventAnswer>;

/** What became of the events of a batch, in their order. */
export const eventBatchAnswer = z
  .object({ taken: z.int(), wrong: z.int(), events: z.array(eventAnswer) })
  .meta({ id: 'EventBatchAnswer' });

/** What may be published: every type, what it says, and where its schema is. */
export const eventTypeList = z
  .object({
    asyncapi: z.string(),
    types: z.array(z.object({ type: z.string(), summary: z.string(), trigger: z.string(), schema: z.string() })),
  })
  .meta({ id: 'EventTypeList' });
