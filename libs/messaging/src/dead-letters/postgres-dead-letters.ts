import type { DoneOnAll } from '@wardstream/api-contract';
import { findEvent } from '@wardstream/events';
import { DomainError } from '@wardstream/kernel';
import type { Tx, UnitOfWork } from '@wardstream/persistence';
import { continueLane } from '../parking/parked-messages.js';
import { schemaFaults } from '../record-codec.js';
import { DeadLetters, type DeadLetter, type DeadLetterFilter, type DeadLetterQuery } from './dead-letters.js';

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

/** Lanes in these states ($1) with their heads, as far as those match ($2 to $5). */
const heads = `
  FROM parked_lane l
  CROSS JOIN LATERAL (
    SELECT * FROM parked_message h WHERE h.lane = l.lane AND h.discarded_at IS NULL ORDER BY position LIMIT 1
  ) m
  WHERE l.state = ANY($1::text[])
    AND ($2::text IS NULL OR m.cause_code = $2) AND ($3::text IS NULL OR m.event_type = $3)
    AND ($4::text IS NULL OR m.event_facility = $4)
    AND ($5::text IS NULL OR concat_ws(' ', m.event_type, m.event_facility, m.topic, m.cause_code, m.cause_name) ILIKE $5)`;

const list = `
  SELECT m.*, l.state, l.attempts, l.next_attempt_at,
    (SELECT count(*) - 1 FROM parked_message w WHERE w.lane = l.lane AND w.discarded_at IS NULL) AS waiting
  ${heads}
    AND m.position > coalesce((SELECT position FROM parked_message WHERE id = $6), 0)
  ORDER BY m.position LIMIT $7`;

/** Letters that a bulk command takes at once. */
const MOST_AT_ONCE = 1_000;

/** Dead letters in the service's own schema. */
export class PostgresDeadLetters extends DeadLetters {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly onReleased: () => void,
  ) {
    super();
  }

  async list({ states = ['dead'], limit = 100, after, ...filter }: DeadLetterQuery = {}): Promise<DeadLetter[]> {
    const rows = await this.unitOfWork.query<Row>(list, [states, ...matching(filter), after ?? null, limit]);
    return rows.map(toDeadLetter);
  }

  redriveAll(filter: DeadLetterFilter): Promise<DoneOnAll> {
    return this.all(filter, async () => undefined);
  }

  discardAll(filter: DeadLetterFilter, by: string, reason: string): Promise<DoneOnAll> {
    return this.all(filter, async (tx, ids) => {
      await tx.query(
        `UPDATE parked_message SET discarded_at = clock_timestamp(), discarded_by = $2, discard_reason = $3
         WHERE id = ANY($1::uuid[])`,
        [ids, by, reason],
      );
    });
  }

  /** Does something to the dead heads that match and lets their lanes go on, in one transaction. */
  private async all(
    filter: DeadLetterFilter,
    act: (tx: Tx, ids: readonly string[]) => Promise<void>,
  ): Promise<DoneOnAll> {
    const dead = [['dead'], ...matching(filter)];
    const bulk = await this.unitOfWork.run(async (tx) => {
      const found = await tx.query<{ lane: string }>(
        `SELECT l.lane ${heads} ORDER BY m.position LIMIT ${MOST_AT_ONCE}`,
        dead,
      );
      // Always in the same order, so that two who ask at once cannot wait for each other.
      await tx.query('SELECT FROM parked_lane WHERE lane = ANY($1::text[]) ORDER BY lane FOR UPDATE', [
        found.map((f) => f.lane),
      ]);
      // What it was before the lock may have changed until then.
      const taken = await tx.query<{ lane: string; id: string }>(
        `SELECT l.lane, m.id ${heads} AND l.lane = ANY($6::text[])`,
        [...dead, found.map((f) => f.lane)],
      );
      await act(
        tx,
        taken.map((t) => t.id),
      );
      for (const { lane } of taken) await continueLane(tx, lane);
      const [left] = await tx.query<{ n: number }>(`SELECT count(*)::int AS n ${heads}`, dead);
      return { done: taken.length, left: left!.n };
    });
    if (bulk.done > 0) this.onReleased();
    return bulk;
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

function matching({ cause, type, facility, search }: DeadLetterFilter): (string | null)[] {
  const part = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  return [cause ?? null, type ?? null, facility ?? null, part];
}

interface Head {
  readonly lane: string;
  readonly event_type: string | null;
  readonly event_version: string | null;
}

/** Locks the lane whose head is `id`. Waits for a try of it that is under way. */
async function lockHead(tx: Tx, id: string): Promise<Head> {
  const [found] = await tx.query<{ lane: string }>(
    'SELECT lane FROM parked_message WHERE id = $1 AND discarded_at IS NULL',
    [id],
  );
  if (found !== undefined) {
    await tx.query('SELECT FROM parked_lane WHERE lane = $1 FOR UPDATE', [found.lane]);
    const [head] = await tx.query<Head & { id: string }>(
      `SELECT id, lane, event_type, event_version FROM parked_message
       WHERE lane = $1 AND discarded_at IS NULL ORDER BY position LIMIT 1`,
      [found.lane],
    );
    if (head?.id === id) return head;
    if (head !== undefined) {
      const [still] = await tx.query<object>('SELECT FROM parked_message WHERE id = $1 AND discarded_at IS NULL', [id]);
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
