import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newOpaqueId } from '@wardstream/kernel';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import pg from 'pg';
import { Collector, until } from '../contract-suite/collector.js';
import type { LogRecord } from '../event-log.js';
import { silentLogger } from '../messaging-logger.js';
import { LogDatabase } from './log-database.js';
import { PostgresEventLog } from './postgres-event-log.js';
import { removeExpired } from './retention.js';

/** What only this driver can do wrong; what every driver must do is in the contract suite. */
describe('PostgresEventLog under failure', () => {
  let postgres: TestPostgres;
  let url: string;
  let admin: pg.Client;
  let topic: string;
  let group: string;
  let logs: PostgresEventLog[];

  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    const suffix = newOpaqueId().replaceAll('-', '').slice(0, 12);
    [topic, group] = [`topic.${suffix}`, `group.${suffix}`];
    url = await postgres.createDatabase(`log_${suffix}`);
    admin = new pg.Client({ connectionString: url, options: '-c search_path=event_log,public' });
    await admin.connect();
    logs = [];
  });
  afterEach(async () => {
    await Promise.all(logs.map((log) => log.close()));
    await admin.end();
  }, 30_000);

  const open = async (heartbeatMs = 200): Promise<PostgresEventLog> => {
    const log = new PostgresEventLog({ url, heartbeatMs, closeGraceMs: 500 });
    logs.push(log);
    await log.ensureTopics([{ name: topic, partitions: 4, retentionMs: 3_600_000 }]);
    return log;
  };
  const records = (from: number, to: number, key = 'hospital-1'): LogRecord[] =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ topic, key, headers: {}, value: String(from + i) }));
  const count = (from: number, to: number): string[] =>
    Array.from({ length: to - from + 1 }, (_, i) => String(from + i));
  const killSessions = () =>
    admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'wardstream log session' AND datname = current_database()`,
    );

  it('shows a reader nothing behind an append whose transaction is still open', async () => {
    const log = await open();
    const reader = await Collector.join(log, { group, topics: [topic] });
    await log.append(records(1, 2));
    await reader.has(2);
    const partition = reader.records[0]!.partition;

    await admin.query('BEGIN');
    await admin.query(
      `SELECT * FROM append(ARRAY[(SELECT id FROM topic_partition WHERE topic = $1 AND partition = $2)],
                            ARRAY['hospital-1'], ARRAY['{}'], ARRAY['3'])`,
      [topic, partition],
    );
    const later = log.append(records(4, 5));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(reader.values).toEqual(['1', '2']);
    await admin.query('COMMIT');
    await later;
    await until(() => reader.values.length === 5, 'all five');
    expect(reader.values).toEqual(count(1, 5));
  });

  it('lets appends of several topics and partitions pass each other without a deadlock', async () => {
    const log = await open();
    const other = await open();
    const keys = Array.from({ length: 16 }, (_, i) => `hospital-${i}`);
    const many = (order: readonly string[]): LogRecord[] => order.flatMap((key) => records(1, 3, key));
    const reader = await Collector.join(log, { group, topics: [topic] });
    await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        (i % 2 === 0 ? log : other).append(many(i % 3 ? keys : [...keys].reverse())),
      ),
    );
    await reader.has(30 * 16 * 3);
  });

  it('finds what no notification told it of', async () => {
    const log = await open();
    const reader = await Collector.join(log, { group, topics: [topic] });
    await admin.query(
      `SELECT * FROM append(ARRAY[(SELECT min(id) FROM topic_partition)], ARRAY['k'], ARRAY['{}'], ARRAY['unheard of'])`,
    );
    await until(() => reader.values.includes('unheard of'), 'the record');
  });

  it('goes on after its session was killed, and no record is handled twice at the same time', async () => {
    const log = await open();
    const reader = await Collector.join(log, { group, topics: [topic] });
    let running = 0;
    let most = 0;
    reader.before = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
    };
    for (let n = 0; n < 10; n += 1) {
      await log.append(records(n * 10 + 1, n * 10 + 10));
      if (n % 3 === 1) await killSessions();
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await until(
      () => new Set(reader.values).size === 100,
      'all records',
      () => new Set(reader.values).size,
    );
    expect(most).toBe(1);
    expect(await log.health()).toEqual({ ok: true });
  });

  it('ignores the late commit of a member whose partition another has claimed since', async () => {
    await open();
    const database = new LogDatabase(url, 2, silentLogger);
    const committed = async () =>
      (await admin.query<{ n: string }>('SELECT sum(next_offset) AS n FROM committed_offset')).rows[0]!.n;
    const { rows } = await admin.query<{ id: number }>('SELECT id FROM topic_partition ORDER BY id LIMIT 1');
    const [old] = await database.claim(group, [rows[0]!.id]);
    const [heir] = await database.claim(group, [rows[0]!.id]);
    await database.commit(group, [{ ...old!, next: 10 }]);
    expect(await committed()).toBe('0');
    await database.commit(group, [{ ...heir!, next: 7 }]);
    expect(await committed()).toBe('7');
    await database.commit(group, [{ ...heir!, next: 5 }]);
    expect(await committed()).toBe('7');
    await database.close();
  });

  it('ends the session of a member that says nothing any more', async () => {
    const log = await open(50);
    const mute = new pg.Client({ connectionString: url, options: '-c search_path=event_log,public' });
    mute.on('error', () => undefined);
    await mute.connect();
    await mute.query(
      `INSERT INTO member (group_name, member_id, backend_pid, backend_start, seen_at)
       SELECT $1, 'mute', pid, backend_start, clock_timestamp() FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
      [group],
    );
    await mute.query(
      `SELECT pg_advisory_lock(hashtextextended('wardstream:log:' || $1 || ':' || p, 0)) FROM generate_series(0, 3) p`,
      [group],
    );
    const reader = await Collector.join(log, { group, topics: [topic] });
    expect(reader.partitions).toEqual([]);
    await until(
      () => reader.partitions.length === 4,
      'all partitions',
      () => reader.partitions,
    );
  });

  it('brings a group the earlier records of a topic it adds later', async () => {
    const log = await open();
    const added = `${topic}.added`;
    await log.ensureTopics([{ name: added, partitions: 4, retentionMs: 3_600_000 }]);
    await log.append([...records(1, 3), ...records(10, 12).map((each) => ({ ...each, topic: added }))]);
    const before = await Collector.join(log, { group, topics: [topic] });
    await before.has(3);
    await before.leave();
    const after = await Collector.join(log, { group, topics: [topic, added] });
    await after.has(3);
    expect(after.values).toEqual(count(10, 12));
  });

  describe('retention', () => {
    let database: LogDatabase;
    const never = new AbortController().signal;
    const age = (value: string) =>
      admin.query(`UPDATE record SET appended_at = appended_at - interval '2 hours' WHERE value::int <= $1::int`, [
        value,
      ]);
    const kept = async () =>
      (await admin.query<{ value: string }>('SELECT value FROM record ORDER BY "offset"')).rows.map((r) => r.value);
    beforeEach(() => {
      database = new LogDatabase(url, 2, silentLogger);
    });
    afterEach(() => database.close());

    it('removes what is older than its topic keeps it', async () => {
      const log = await open();
      await log.append(records(1, 10));
      await age('6');
      expect(await removeExpired(database, never)).toBe(6);
      expect(await kept()).toEqual(count(7, 10));
      expect(await removeExpired(database, never)).toBe(0);
    });

    it('keeps what a living group has not handled, and lets a new group begin at what is left', async () => {
      const log = await open();
      await log.append(records(1, 10));
      const reader = await Collector.join(log, { group, topics: [topic], maxRecords: 4 }, (it) => {
        it.before = () => (it.batches.length === 1 ? new Promise<void>(() => undefined) : undefined);
      });
      await until(() => reader.values.length === 4 && reader.running === 1, 'one batch done and one that hangs');
      await eventually(async () => {
        const { rows } = await admin.query<{ n: string }>('SELECT max(next_offset) AS n FROM committed_offset');
        expect(rows[0]!.n).toBe('4');
      });
      await age('8');
      expect(await removeExpired(database, never)).toBe(4);
      expect(await kept()).toEqual(count(5, 10));

      const late = await Collector.join(log, { group: `${group}.late`, topics: [topic] });
      await late.has(6);
      expect(late.values).toEqual(count(5, 10));
      expect(late.lag).toBe(0);
    });

    it('does not wait for a group that nobody has been in for a month, which goes on behind the gap', async () => {
      const log = await open();
      const reader = await Collector.join(log, { group, topics: [topic] });
      await log.append(records(1, 2));
      await reader.has(2);
      await reader.leave();
      await log.append(records(3, 10));
      await age('8');
      await admin.query(`UPDATE consumer_group SET seen_at = seen_at - interval '31 days'`);
      expect(await removeExpired(database, never)).toBe(8);
      const again = await Collector.join(log, { group, topics: [topic] });
      await log.append(records(11, 11));
      await again.has(3);
      expect(again.values).toEqual(count(9, 11));
    });

    it('lets a group go on whose every missed record is gone', async () => {
      const log = await open();
      const reader = await Collector.join(log, { group, topics: [topic] });
      await log.append(records(1, 2));
      await reader.has(2);
      await reader.leave();
      await log.append(records(3, 10));
      await age('10');
      await admin.query(`UPDATE consumer_group SET seen_at = seen_at - interval '31 days'`);
      await removeExpired(database, never);
      const again = await Collector.join(log, { group, topics: [topic] });
      await until(
        () => again.partitions.length === 4 && again.lag === 0,
        'no lag',
        () => again.lag,
      );
      await log.append(records(11, 12));
      await again.has(2);
      expect(again.values).toEqual(count(11, 12));
    });
  });
});
