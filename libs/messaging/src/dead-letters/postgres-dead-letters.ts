import { findEvent } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import type { Tx, UnitOfWork } from '@wardstream/persistence';
import { continueLane } from '../parking/parked-messages.js';
import { schemaFaults } from '../record-codec.js';
import { DeadLetters, type DeadLetter, type DeadLetterQuery } from './dead-letters.js';

interface Row {
  id: string;
  state: DeadLetter['state'];
  attempts: number;
  cause_code: string | null;
  cause_name: string | null;
  cause_message: string | null;
  event_id: string | null;
  event_type: string | null;
  event_version: string | null;
  event_source: string | null;
  event_subject: string | null;
  event_facility: string | null;
  event_time: string | null;
  topic: string;
  partition: number;
  offset: string;
  parked_at: Date;
  last_attempt_at: Date | null;
  next_attempt_at: Date | null;
  waiting: string;
}

const list = `
  SELECT m.*, l.state, l.attempts, l.next_attempt_at,
    (SELECT count(*) - 1 FROM parked_message w WHERE w.lane = l.lane AND w.discarded_at IS NULL) AS waiting
  FROM parked_lane l
  CROSS JOIN LATERAL (
    SELECT * FROM parked_message h WHERE h.lane = l.lane AND h.discarded_at IS NULL ORDER BY position LIMIT 1
  ) m
  WHERE l.state = ANY($1::text[])
    AND m.position > coalesce((SELECT position FROM parked_message WHERE id = $2), 0)
  ORDER BY m.position LIMIT $3`;

/** Dead letters in the service's own schema. */
export class PostgresDeadLetters extends DeadLetters {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly onReleased: () => void,
  ) {
    super();
  }

  async list({ states = ['dead'], limit = 100, after }: DeadLetterQuery = {}): Promise<DeadLetter[]> {
    const rows = await this.unitOfWork.query<Row>(list, [states, after ?? null, limit]);
    return rows.map(toDeadLetter);
  }

  async redrive(id: string, correctedData?: unknown): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const head = await lockHead(tx, id);
      if (correctedData !== undefined) {
        await tx.query(
          `UPDATE parked_message SET original_value = coalesce(original_value, value), value = $2 WHERE id = $1`,
          [id, checkedData(head, correctedData)],
        );
      }
      await continueLane(tx, head.lane);
    });
    this.onReleased();
  }

  async discard(id: string, by: string, reason: string): Promise<void> {
    await this.unitOfWork.run(async (tx) => {
      const head = await lockHead(tx, id);
      await tx.query(
        `UPDATE parked_message SET discarded_at = clock_timestamp(), discarded_by = $2, discard_reason = $3 WHERE id = $1`,
        [id, by, reason],
      );
      await continueLane(tx, head.lane);
    });
    this.onReleased();
  }
}

interface Head {
  readonly lane: string;
  readonly event_type: string | null;
  readonly event_version: string | null;
}

/** Locks the lane whose head is `id`. Waits for a try of it that is under way. */
async function lockHead(tx: Tx, id: string): Promise<Head> {
  const [found] = (await tx.query('SELECT lane FROM parked_message WHERE id = $1 AND discarded_at IS NULL', [id])) as {
    lane: string;
  }[];
  if (found !== undefined) {
    await tx.query('SELECT FROM parked_lane WHERE lane = $1 FOR UPDATE', [found.lane]);
    const [head] = (await tx.query(
      `SELECT id, lane, event_type, event_version FROM parked_message
       WHERE lane = $1 AND discarded_at IS NULL ORDER BY position LIMIT 1`,
      [found.lane],
    )) as (Head & { id: string })[];
    if (head?.id === id) return head;
    if (head !== undefined) {
      const [still] = (await tx.query('SELECT FROM parked_message WHERE id = $1', [id])) as object[];
      if (still !== undefined) {
        throw new DomainError('conflict', 'dead-letter-waits', 'It waits behind an earlier event of its aggregate', {
          behind: head.id,
        });
      }
    }
  }
  throw new DomainError('not-found', 'dead-letter-not-found', 'There is no such dead letter');
}

function checkedData(head: Head, data: unknown): string {
  const definition =
    head.event_type === null ? undefined : findEvent(head.event_type, Number(head.event_version ?? Number.NaN));
  if (definition === undefined) {
    throw new DomainError('invalid', 'dead-letter-unreadable', 'Its event type is not known, so data cannot mend it');
  }
  const checked = definition.schema.safeParse(data);
  if (!checked.success) {
    throw new DomainError('invalid', 'data-invalid', 'The corrected data does not match its schema', {
      errors: schemaFaults(checked.error),
    });
  }
  return JSON.stringify(checked.data);
}

function toDeadLetter(row: Row): DeadLetter {
  return {
    id: row.id,
    state: row.state,
    cause: {
      code: row.cause_code ?? 'waiting',
      name: row.cause_name ?? '',
      message: row.cause_message ?? '',
    },
    event: {
      id: row.event_id,
      type: row.event_type,
      version: row.event_version === null ? null : Number(row.event_version),
      source: row.event_source,
      subject: row.event_subject,
      facility: row.event_facility,
      time: row.event_time,
    },
    topic: row.topic,
    partition: row.partition,
    offset: row.offset,
    attempts: row.attempts,
    parkedAt: row.parked_at.toISOString(),
    lastAttemptAt: row.last_attempt_at?.toISOString() ?? null,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    waiting: Number(row.waiting),
  };
}
