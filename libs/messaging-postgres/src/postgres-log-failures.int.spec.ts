import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newOpaqueId } from '@wardstream/kernel';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import fc from 'fast-check';
import pg from 'pg';
import { Collector, until } from '@wardstream/messaging/contract-suite';
import { type LogRecord, silentLogger } from '@wardstream/messaging';
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
    await database.commit([{ ...old!, group, next: 10 }]);
    expect(await committed()).toBe('0');
    await database.commit([{ ...heir!, group, next: 7 }]);
    expect(await committed()).toBe('7');
    await database.commit([{ ...heir!, group, next: 5 }]);
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

  describe('runs of records', () => {
    let database: LogDatabase;
    let id: number;
    beforeEach(async () => {
      await open();
      database = new LogDatabase(url, 2, silentLogger);
      id = (await admin.query<{ id: number }>('SELECT min(id) AS id FROM topic_partition')).rows[0]!.id;
    });
    afterEach(() => database.close());
    const rowsOfLog = async () =>
      (
        await admin.query<{ offset: string; records: number }>(
          'SELECT "offset", records FROM record ORDER BY topic_partition, "offset"',
        )
      ).rows;

    it('are one row for what is appended at once to a partition, and several where that is much', async () => {
      const log = await open();
      await log.append([...records(1, 3), ...records(4, 5).map((each) => ({ ...each, value: 'x'.repeat(200_000) }))]);
      await log.append(records(6, 206));
      expect((await rowsOfLog()).map(({ offset, records: n }) => [Number(offset), n])).toEqual([
        [3, 4],
        [4, 1],
        [104, 100],
        [204, 100],
        [205, 1],
      ]);
    });

    it.each([1, 16, 17, 60])('keep their order and offsets when one append has %i of them', async (runs) => {
      const log = await open();
      const all = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => records(1, 100 * Math.ceil(runs / 6), `hospital-${key}`));
      const mixed = all[0]!.flatMap((_, i) => all.map((own) => own[i]!)).slice(0, 100 * runs);
      await log.append(mixed.slice(0, 50));
      await log.append(mixed.slice(50));
      const ids = (
        await admin.query<{ id: number; next_offset: string }>('SELECT id, next_offset FROM topic_partition')
      ).rows;
      const found = await database.fetch(
        ids.map(({ id: of }) => ({ id: of, next: 0 })),
        100_000,
      );
      expect(found).toHaveLength(mixed.length);
      for (const { id: of, next_offset: next } of ids) {
        const own = found.filter((each) => each.id === of);
        expect(own.map(({ offset }) => offset)).toEqual([...Array(Number(next)).keys()]);
        for (const key of new Set(own.map((each) => each.key))) {
          expect(own.filter((each) => each.key === key).map(({ value }) => value)).toEqual(
            mixed.filter((each) => each.key === key).map(({ value }) => value),
          );
        }
      }
    });

    it('are read from any offset on, as many records as are asked for, beside rows of a version before', async () => {
      const appends = fc.array(fc.record({ count: fc.integer({ min: 1, max: 6 }), former: fc.boolean() }), {
        minLength: 1,
        maxLength: 8,
      });
      await fc.assert(
        fc.asyncProperty(appends, fc.nat({ max: 12 }), async (all, expired) => {
          await admin.query('TRUNCATE record');
          await admin.query('UPDATE topic_partition SET next_offset = 0');
          const values: string[] = [];
          const rowEnds: number[] = [];
          for (const { count: n, former } of all) {
            const some = Array.from({ length: n }, (_, i) => String(values.length + i));
            if (former) {
              await admin.query(`SELECT * FROM append($1::int[], $2::text[], $3::text[], $4::text[])`, [
                some.map(() => id),
                some.map((v) => `k${v}`),
                some.map((v) => `{"v":"${v}"}`),
                some,
              ]);
              some.forEach((_, i) => rowEnds.push(values.length + i));
            } else {
              const run = some.map((v) => ({ topic, key: `k${v}`, headers: { v }, value: v }));
              const [head] = await database.append(new Map([[id, run]]));
              expect(head).toMatchObject({ id, next: values.length + n });
              rowEnds.push(values.length + n - 1);
            }
            values.push(...some);
          }
          // Retention takes rows from the front.
          const gone = rowEnds.filter((end) => end < expired);
          await admin.query('DELETE FROM record WHERE "offset" < $1', [expired]);
          const begin = gone.length === 0 ? 0 : gone.at(-1)! + 1;
          for (let next = 0; next <= values.length; next += 1) {
            for (const limit of [1, 2, 5, 100]) {
              const found = await database.fetch([{ id, next }], limit);
              const from = Math.max(next, begin);
              const wanted = values.slice(from);
              expect(found).toEqual(
                wanted.slice(0, found.length).map((v) => ({
                  ...{ id, offset: Number(v), key: `k${v}`, headers: { v }, value: v },
                  appendedAtMs: expect.any(Number),
                })),
              );
              expect(found.length).toBeLessThanOrEqual(limit);
              expect(found.length > 0).toBe(wanted.length > 0);
            }
          }
        }),
        { numRuns: 15 },
      );
    });

    it('let a group that never read, and who follows, begin with the first record kept', async () => {
      const log = await open();
      await log.append(records(1, 5));
      await log.append(records(6, 8));
      await admin.query('DELETE FROM record WHERE "offset" = 4');
      const reader = await Collector.join(log, { group, topics: [topic] });
      const followed: string[] = [];
      const follower = await log.follow({
        group: `${group}.view`,
        topics: [topic],
        from: () => null,
        onBatch: async (batch) => void followed.push(...batch.records.map(({ value }) => value)),
      });
      await reader.has(3);
      await until(() => followed.length >= 3, 'what is followed');
      expect([reader.values, followed]).toEqual([count(6, 8), count(6, 8)]);
      expect(reader.lag).toBe(0);
      await follower.close();
    });

    it('give a reader of a version before nothing that it could take for a record or pass by', async () => {
      const log = await open();
      await log.append(records(1, 5));
      const { rows } = await admin.query(
        `SELECT headers, value FROM record WHERE "offset" >= 2 ORDER BY topic_partition, "offset"`,
      );
      expect(rows).toEqual([{ headers: null, value: null }]);
    });
  });

  describe('retention', () => {
    let database: LogDatabase;
    const never = new AbortController().signal;
    /** Each in a row of its own. */
    const appendSingly = async (log: PostgresEventLog, from: number, to: number) => {
      for (let n = from; n <= to; n += 1) await log.append(records(n, n));
    };
    /** Makes the records up to this value old; the offset of value 1 is 0. */
    const age = (value: number) =>
      admin.query(`UPDATE record SET appended_at = appended_at - interval '2 hours' WHERE "offset" < $1`, [value]);
    const kept = async () => {
      const { rows } = await admin.query<{ id: number }>('SELECT id FROM topic_partition ORDER BY id');
      const all = await database.fetch(
        rows.map(({ id }) => ({ id, next: 0 })),
        1_000,
      );
      return all.map(({ value }) => value);
    };
    /** A log with members looks once by itself when it begins, and may be the one that removes. */
    const expiredUntilLeft = (left: readonly string[]) =>
      eventually(async () => {
        await removeExpired(database, never);
        expect(await kept()).toEqual(left);
      });
    beforeEach(() => {
      database = new LogDatabase(url, 2, silentLogger);
    });
    afterEach(() => database.close());

    it('removes what is older than its topic keeps it', async () => {
      const log = await open();
      await appendSingly(log, 1, 10);
      await age(6);
      expect(await removeExpired(database, never)).toBe(6);
      expect(await kept()).toEqual(count(7, 10));
      expect(await removeExpired(database, never)).toBe(0);
    });

    it('keeps what a living group has not handled, and lets a new group begin at what is left', async () => {
      const log = await open();
      await appendSingly(log, 1, 10);
      const reader = await Collector.join(log, { group, topics: [topic], maxRecords: 4 }, (it) => {
        it.before = () => (it.batches.length === 1 ? new Promise<void>(() => undefined) : undefined);
      });
      await until(() => reader.values.length === 4 && reader.running === 1, 'one batch done and one that hangs');
      await eventually(async () => {
        const { rows } = await admin.query<{ n: string }>('SELECT max(next_offset) AS n FROM committed_offset');
        expect(rows[0]!.n).toBe('4');
      });
      await age(8);
      await expiredUntilLeft(count(5, 10));

      const late = await Collector.join(log, { group: `${group}.late`, topics: [topic] });
      await late.has(6);
      expect(late.values).toEqual(count(5, 10));
      expect(late.lag).toBe(0);
    });

    it('keeps a run of which a living group has handled a part, wholly', async () => {
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
      await age(10);
      expect(await removeExpired(database, never)).toBe(0);
      await admin.query('UPDATE committed_offset SET next_offset = 10 WHERE next_offset = 4');
      await expiredUntilLeft([]);
    });

    it('does not wait for a group that nobody has been in for a month, which goes on behind the gap', async () => {
      const log = await open();
      const reader = await Collector.join(log, { group, topics: [topic] });
      await appendSingly(log, 1, 2);
      await reader.has(2);
      await reader.leave();
      await appendSingly(log, 3, 10);
      await age(8);
      await admin.query(`UPDATE consumer_group SET seen_at = seen_at - interval '31 days'`);
      await expiredUntilLeft(count(9, 10));
      const again = await Collector.join(log, { group, topics: [topic] });
      await log.append(records(11, 11));
      await again.has(3);
      expect(again.values).toEqual(count(9, 11));
    });

    it('lets a group go on whose every missed record is gone', async () => {
      const log = await open();
      const reader = await Collector.join(log, { group, topics: [topic] });
      await appendSingly(log, 1, 2);
      await reader.has(2);
      await reader.leave();
      await appendSingly(log, 3, 10);
      await age(10);
      await admin.query(`UPDATE consumer_group SET seen_at = seen_at - interval '31 days'`);
      await expiredUntilLeft([]);
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
