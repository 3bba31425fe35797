import { Injectable } from '@nestjs/common';
import type { AlertData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import type { Alert } from '../domain/alert.js';

interface AlertRow {
  readonly bottleneck_id: string;
  readonly bottleneck_version: number;
  readonly data: AlertData;
}

const columns = 'bottleneck_id, bottleneck_version::float8 AS bottleneck_version, data';
const toAlert = (r: AlertRow): Alert => ({
  data: r.data,
  bottleneckId: r.bottleneck_id,
  bottleneckVersion: r.bottleneck_version,
});

/** Which alerts to list. */
export interface AlertQuery {
  readonly states: readonly AlertData['state'][];
  /** All unless told. */
  readonly facilities: readonly string[] | null;
  readonly limit: number;
}

@Injectable()
export class AlertStore {
  /** The latest alert of each bottleneck, those that are open locked until the transaction ends. */
  async latestOf(tx: Tx, bottleneckIds: readonly string[]): Promise<Map<string, Alert>> {
    await tx.query(
      `SELECT id FROM alert WHERE bottleneck_id = ANY($1) AND state <> 'resolved' ORDER BY id FOR UPDATE`,
      [bottleneckIds],
    );
    const rows = await tx.query<AlertRow>(
      `SELECT DISTINCT ON (bottleneck_id) ${columns}
       FROM alert WHERE bottleneck_id = ANY($1) ORDER BY bottleneck_id, bottleneck_version DESC`,
      [bottleneckIds],
    );
    return new Map(rows.map((r) => [r.bottleneck_id, toAlert(r)]));
  }

  /** One alert, locked until the transaction ends; null if there is none. */
  async lock(tx: Tx, id: string): Promise<Alert | null> {
    const rows = await tx.query<AlertRow>(`SELECT ${columns} FROM alert WHERE id = $1 FOR UPDATE`, [id]);
    return rows[0] === undefined ? null : toAlert(rows[0]);
  }

  async find(tx: Tx, id: string): Promise<AlertData | null> {
    const rows = await tx.query<{ data: AlertData }>('SELECT data FROM alert WHERE id = $1', [id]);
    return rows[0]?.data ?? null;
  }

  /** The latest first. */
  async list(tx: Tx, { states, facilities, limit }: AlertQuery): Promise<AlertData[]> {
    const rows = await tx.query<{ data: AlertData }>(
      `SELECT data FROM alert WHERE state = ANY($1) AND ($2::text[] IS NULL OR facility = ANY($2))
       ORDER BY fired_at DESC, id LIMIT $3`,
      [states, facilities, limit],
    );
    return rows.map((r) => r.data);
  }

  /** Writes each alert as it is now; one statement. Resolved ones come first: their place must be free for a new one. */
  async save(tx: Tx, alerts: readonly Alert[]): Promise<void> {
    if (alerts.length === 0) return;
    const sorted = [...alerts].sort(
      (a, b) => Number(b.data.state === 'resolved') - Number(a.data.state === 'resolved'),
    );
    await tx.query(
      `INSERT INTO alert (id, facility, rule, subject_type, subject_id, bottleneck_id, bottleneck_version, state, fired_at, data)
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                            $8::text[], $9::timestamptz[], $10::json[])
       ON CONFLICT (id) DO UPDATE
         SET bottleneck_version = excluded.bottleneck_version, state = excluded.state, fired_at = excluded.fired_at,
             data = excluded.data`,
      [
        sorted.map((a) => a.data.id),
        sorted.map((a) => a.data.facility),
        sorted.map((a) => a.data.rule),
        sorted.map((a) => a.data.subject.type),
        sorted.map((a) => a.data.subject.id),
        sorted.map((a) => a.bottleneckId),
        sorted.map((a) => a.bottleneckVersion),
        sorted.map((a) => a.data.state),
        sorted.map((a) => a.data.firedAt),
        sorted.map((a) => JSON.stringify(a.data)),
      ],
    );
  }
}
