import { parseArgs } from 'node:util';
import { z } from 'zod';

const shape = z.object({
  speed: z.coerce.number().min(0.1).max(3600).optional(),
  feed: z.boolean(),
  hospital: z.string().optional(),
  senders: z.string().optional(),
  kafka: z.boolean(),
  at: z
    .string()
    .regex(/^([01]?\d|2[0-3]):[0-5]\d$/, 'an hour of the day, as 14:30')
    .optional(),
  backfillDays: z.coerce.number().min(0).max(60).default(1),
  seed: z.coerce.number().int().default(1),
});

/** What `npm start` was told. */
export interface StandaloneOptions {
  /** Hospital seconds in one real second. */
  readonly speed: number;
  /** Whether the demo hospital's departments play. */
  readonly feed: boolean;
  /** A hospital file of one's own. */
  readonly hospital: string | undefined;
  /** Sender profiles of one's own: a file, or a folder of them. */
  readonly senders: string | undefined;
  /** Events on a real Kafka instead of the PostgreSQL log. */
  readonly kafka: boolean;
  /** The hour of the hospital's day at which the demo begins, or to which it goes forward, in hours; undefined: as it is, 14:30 when new. */
  readonly at: number | undefined;
  readonly backfillDays: number;
  readonly seed: number;
}

export const usage = `npm start -- [options]
  --speed N          demo hospital runs N times as fast as real time (default 10; 1 without the feed)
  --no-feed          no demo departments: an empty hospital that waits for your messages
  --hospital FILE    your hospital's units, rooms and beds (YAML; see docs/hospital-file.md)
  --senders FILE     your sender profiles (YAML, a file or a folder; see docs/integration.md)
  --kafka            events on Kafka: KAFKA_BROKERS, or a local one (needs Java 17 and Maven)
  --at HH:MM         the demo begins at this hour of its day (14:30 unless told); one that ran before goes forward to it,
                     and goes on where it was when it is told the same hour again
  --backfill-days N  days of history the demo begins with (default 1)
  --seed N           another course of the demo`;

/** Reads the command line. Throws with one line that says what is wrong. */
export function readOptions(argv: readonly string[]): StandaloneOptions {
  const { values } = parseArgs({
    args: [...argv],
    allowNegative: true,
    options: {
      speed: { type: 'string' },
      feed: { type: 'boolean', default: true },
      hospital: { type: 'string' },
      senders: { type: 'string' },
      kafka: { type: 'boolean', default: false },
      at: { type: 'string' },
      'backfill-days': { type: 'string' },
      seed: { type: 'string' },
    },
  });
  const parsed = shape.safeParse({ ...values, backfillDays: values['backfill-days'] });
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new Error(`--${issue.path.join('.')}: ${issue.message}`);
  }
  const { speed, feed, hospital, senders, kafka, at, backfillDays, seed } = parsed.data;
  if (feed && hospital !== undefined) {
    throw new Error('--hospital needs --no-feed: the demo departments only know the demo hospital');
  }
  if (!feed && at !== undefined) throw new Error('--at is of the demo: with --no-feed the hospital lives in real time');
  const [hours = 0, minutes = 0] = (at ?? '').split(':').map(Number);
  return {
    ...{ speed: speed ?? (feed ? 10 : 1), feed, hospital, senders, kafka, backfillDays, seed },
    at: at === undefined ? undefined : hours + minutes / 60,
  };
}
