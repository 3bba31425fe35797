import type { LetterPlace } from '@wardstream/messaging';
import { jsonTexts, unfolded, type Tx, type UnitOfWork } from '@wardstream/persistence';
import { Places } from './places.js';

export interface StoredLane {
  readonly partition: number;
  readonly holder: string | null;
  readonly positions: Places;
}

/** What a heartbeat hears. */
export interface Heard {
  /** Replicas that live, this one among them. */
  readonly replicas: readonly string[];
  readonly lanes: readonly StoredLane[];
  /** Changes whenever a dead letter comes or goes. */
  readonly letters: string;
}

/** A record that was a dead letter and was taken after all. */
export interface RedrivenRecord extends LetterPlace {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string;
}

interface LaneRow {
  readonly partition: number;
  readonly holder: string | null;
  readonly positions: Record<string, number>;
}

/** So long a letter that was taken after all is kept for replicas that have not heard of it. */
const REDRIVEN_KEPT = '1 day';

const lives = `EXISTS (SELECT FROM view_replica r WHERE r.id = l.holder AND r.seen_until > clock_timestamp())`;

const beatSql = (lettersPrint: string) => `
  WITH me AS (
    INSERT INTO view_replica (id, seen_until) VALUES ($1::uuid, clock_timestamp() + $2 * interval '1 millisecond')
    ON CONFLICT (id) DO UPDATE SET seen_until = EXCLUDED.seen_until
  )
  SELECT ${lettersPrint} AS letters,
    (SELECT coalesce(json_agg(id), '[]') FROM view_replica WHERE seen_until > clock_timestamp() AND id <> $1::uuid) AS replicas,
    (SELECT coalesce(json_agg(json_build_object('partition', partition, 'holder', holder, 'positions', positions)), '[]')
       FROM view_lane WHERE log = $3) AS lanes`;

/** Rows of the lanes of one view. `me` is this replica. */
export class LaneStore {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly me: string,
    lettersPrint: string,
  ) {
    this.beatText = beatSql(lettersPrint);
  }
  private readonly beatText: string;

  async lanes(tx: Tx, log: string): Promise<StoredLane[]> {
    const rows = await tx.query<LaneRow>('SELECT partition, holder, positions FROM view_lane WHERE log = $1', [log]);
    return rows.map(laneOf);
  }

  async ensure(log: string, partitions: readonly number[]): Promise<void> {
    await this.unitOfWork.query(
      'INSERT INTO view_lane (log, partition) SELECT $1, p FROM unnest($2::int[]) AS p ORDER BY p ON CONFLICT DO NOTHING',
      [log, partitions],
    );
  }

  /** Says that this replica lives for another `leaseMs`; hears how everything stands. */
  async beat(log: string, leaseMs: number): Promise<Heard> {
    const [row] = await this.unitOfWork.query<{ letters: string; replicas: string[]; lanes: LaneRow[] }>(
      this.beatText,
      [this.me, leaseMs, log],
    );
    const { letters, replicas, lanes } = row!;
    return { letters, replicas: [this.me, ...replicas], lanes: lanes.map(laneOf) };
  }

  /** Takes lanes that nobody living holds; answers those it got. */
  async take(log: string, partitions: readonly number[]): Promise<StoredLane[]> {
    const rows = await this.unitOfWork.query<LaneRow>(
      `UPDATE view_lane l SET holder = $1::uuid
        WHERE log = $2 AND partition = ANY($3::int[]) AND (holder IS NULL OR holder = $1::uuid OR NOT ${lives})
       RETURNING partition, holder, positions`,
      [this.me, log, partitions],
    );
    return rows.map(laneOf);
  }

  /** Gives lanes free for others. */
  async release(log: string, partitions: readonly number[]): Promise<void> {
    if (partitions.length === 0) return;
    await this.unitOfWork.query(
      'UPDATE view_lane SET holder = NULL WHERE log = $1 AND partition = ANY($2::int[]) AND holder = $3::uuid',
      [log, partitions, this.me],
    );
  }

  async leave(): Promise<void> {
    await this.unitOfWork.query(
      `DELETE FROM view_replica WHERE id = $1::uuid OR seen_until < clock_timestamp() - interval '1 hour'`,
      [this.me],
    );
  }

  /**
   * Stores positions and holds the lanes until the end of the transaction. Answers those that are this replica's: of the others nothing
   * may be written.
   */
  async advance(
    tx: Tx,
    log: string,
    lanes: readonly { readonly partition: number; readonly upTo: Places }[],
  ): Promise<Set<number>> {
    const rows = await tx.query<{ partition: number }>(
      `UPDATE view_lane l SET positions = i.positions::json
         FROM unnest($2::int[], ${unfolded('$3')}) AS i(partition, positions)
        WHERE l.log = $1 AND l.partition = i.partition AND l.holder = $4::uuid
       RETURNING l.partition`,
      [log, lanes.map((l) => l.partition), jsonTexts(lanes.map((l) => l.upTo)), this.me],
    );
    return new Set(rows.map((r) => r.partition));
  }

  /** Holds those of the lanes that are this replica's until the end of the transaction. */
  async hold(tx: Tx, log: string, partitions: readonly number[]): Promise<Set<number>> {
    const rows = await tx.query<{ partition: number }>(
      `SELECT partition FROM view_lane WHERE log = $1 AND partition = ANY($2::int[]) AND holder = $3::uuid
        ORDER BY partition FOR UPDATE`,
      [log, partitions, this.me],
    );
    return new Set(rows.map((r) => r.partition));
  }

  /** Tells the other replicas what was taken after all. */
  async noteRedriven(tx: Tx, records: readonly RedrivenRecord[]): Promise<void> {
    await tx.query(
      `INSERT INTO view_redriven (topic, partition, "offset", key, headers, value)
       SELECT * FROM unnest($1::text[], $2::int[], $3::text[], $4::text[], $5::json[], $6::text[])
       ON CONFLICT (topic, partition, "offset") DO UPDATE SET value = EXCLUDED.value, redriven_at = clock_timestamp()`,
      [
        records.map((r) => r.topic),
        records.map((r) => r.partition),
        records.map((r) => r.offset),
        records.map((r) => r.key),
        records.map((r) => JSON.stringify(r.headers)),
        records.map((r) => r.value),
      ],
    );
    await tx.query(`DELETE FROM view_redriven WHERE redriven_at < clock_timestamp() - interval '${REDRIVEN_KEPT}'`);
  }

  /** Those of these letters that were taken; what is not among them was given up. */
  async redriven(places: readonly LetterPlace[]): Promise<RedrivenRecord[]> {
    return this.unitOfWork.query<RedrivenRecord>(
      `SELECT v.topic, v.partition, v."offset", v.key, v.headers, v.value FROM view_redriven v
         JOIN unnest($1::text[], $2::int[], $3::text[]) AS t (topic, partition, "offset") USING (topic, partition, "offset")`,
      [places.map((p) => p.topic), places.map((p) => p.partition), places.map((p) => p.offset)],
    );
  }
}

function laneOf({ partition, holder, positions }: LaneRow): StoredLane {
  return { partition, holder, positions: Places.fromJSON(positions) };
}
