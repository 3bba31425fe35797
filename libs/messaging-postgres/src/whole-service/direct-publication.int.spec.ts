import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bedStatusReported } from '@wardstream/events';
import { newOpaqueId } from '@wardstream/kernel';
import { Transaction, type Tx } from '@wardstream/persistence';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import pg from 'pg';
import { type EventLog, type LogRecord, Outbox, silentLogger } from '@wardstream/messaging';
import { Gate } from '@wardstream/messaging/contract-suite';
import {
  bedReport,
  startService,
  type ServiceOptions,
  type ServiceUnderTest,
} from '@wardstream/messaging/service-harness';
import { LogDatabase } from '../log-database.js';
import { PostgresEventLog } from '../postgres-event-log.js';

/** Hospitals whose events are in several partitions. */
const hospitals = Array.from({ length: 12 }, (_, i) => `H${i}`);

describe('publishing where the log is in the database of the service', () => {
  let postgres: TestPostgres;
  let admin: pg.Client;
  let name: string;
  let url: string;
  let logs: EventLog[];
  let log: PostgresEventLog;
  let services: ServiceUnderTest[];
  let read: string[];

  beforeAll(async () => {
    postgres = await startPostgres();
    admin = new pg.Client({ connectionString: postgres.url });
    await admin.connect();
  }, 60_000);
  afterAll(async () => {
    await admin.end();
    await postgres.stop();
  });
  beforeEach(async () => {
    name = `d${newOpaqueId().replaceAll('-', '').slice(0, 12)}`;
    url = await postgres.createDatabase(name);
    logs = [];
    log = openLog();
    services = [];
    read = [];
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await Promise.all(logs.map((each) => each.close()));
  }, 30_000);

  const openLog = (at = url): PostgresEventLog => {
    const opened = new PostgresEventLog({ url: at, heartbeatMs: 200, closeGraceMs: 500 });
    logs.push(opened);
    return opened;
  };
  const start = async (over: Partial<ServiceOptions> = {}): Promise<ServiceUnderTest> => {
    const service = await startService({ name: 'alpha', url, log, publishes: [bedStatusReported], ...over });
    services.push(service);
    return service;
  };
  const follow = (from: EventLog = log) =>
    from.follow({
      group: 'suite',
      topics: [bedStatusReported.topic],
      from: () => null,
      onBatch: async ({ records }) =>
        void read.push(...records.map(({ headers }) => `${headers.ce_subject} v${headers.ce_aggregateversion}`)),
    });
  /** Rows that the outbox ever had; those of transactions that rolled back count. */
  const everStored = async ({ unitOfWork }: ServiceUnderTest): Promise<number> => {
    const [row] = await unitOfWork.query<{ n: string | null }>(
      `SELECT pg_sequence_last_value(pg_get_serial_sequence('outbox', 'position')) AS n`,
    );
    return Number(row!.n ?? 0);
  };
  const kept = async ({ unitOfWork }: ServiceUnderTest): Promise<{ records: number; heads: number }> => {
    const [row] = await unitOfWork.query<{ records: number; heads: number }>(
      `SELECT (SELECT coalesce(sum(records), 0)::int FROM event_log.record) AS records,
              (SELECT sum(next_offset)::int FROM event_log.topic_partition) AS heads`,
    );
    return row!;
  };
  const note = (tx: Tx, subject: string) => tx.query('INSERT INTO effect (subject) VALUES ($1)', [subject]);

  it('appends with the transaction and leaves the outbox alone', async () => {
    const service = await start();
    await follow();
    await service.publish(bedReport('a', 1), bedReport('b', 1));
    await service.unitOfWork.run(async (tx) => {
      await service.outbox.publish(tx, [bedReport('a', 2)]);
      await service.outbox.publish(tx, [bedReport('b', 2)]);
    });
    // It is there as soon as the transaction is, read or not.
    expect(await kept(service)).toEqual({ records: 4, heads: 4 });
    await eventually(() => expect(read).toEqual(['a v1', 'b v1', 'a v2', 'b v2']));
    expect(service.metrics.counts.published).toBe(4);
    expect(await everStored(service)).toBe(0);
  });

  it('appends nothing of a transaction that rolled back, and of savepoints what was kept', async () => {
    const service = await start();
    await follow();
    const failing = service.unitOfWork.run(async (tx) => {
      await service.outbox.publish(tx, [bedReport('never', 1)]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await kept(service)).toEqual({ records: 0, heads: 0 });
    await service.unitOfWork.run(async (tx) => {
      await service.outbox.publish(tx, [bedReport('a', 1)]);
      const inner = tx.savepoint(async (within) => {
        await service.outbox.publish(within, [bedReport('never', 1)]);
        throw new Error('back to the savepoint');
      });
      await expect(inner).rejects.toThrow('back to the savepoint');
      await tx.savepoint((within) => service.outbox.publish(within, [bedReport('a', 2)]));
    });
    await eventually(() => expect(read).toEqual(['a v1', 'a v2']));
    expect(service.metrics.counts.published).toBe(2);
  });

  it('fails the transaction whose events the log does not take', async () => {
    const service = await start();
    await service.publish(bedReport('a', 1));
    const { rows } = await onDatabase(url, 'SELECT id FROM event_log.log_identity');
    await onDatabase(url, 'UPDATE event_log.log_identity SET id = gen_random_uuid()');
    const failing = service.unitOfWork.run(async (tx) => {
      await note(tx, 'a');
      await service.outbox.publish(tx, [bedReport('a', 2)]);
    });
    await expect(failing).rejects.toThrow('is not the one to append to');
    expect(await service.unitOfWork.query('SELECT FROM effect')).toEqual([]);
    await onDatabase(url, `UPDATE event_log.log_identity SET id = '${(rows[0] as { id: string }).id}'`);
    await service.publish(bedReport('a', 2));
    expect(await kept(service)).toEqual({ records: 2, heads: 2 });
  });

  it.each(['its own process', 'another process'])(
    'is found by readers in %s where the publisher died between its commit and saying so',
    async (where) => {
      const service = await start();
      const publisher = where === 'its own process' ? log : openLog();
      const appender = (await publisher.appenderWithin(service.unitOfWork, 'false'))!;
      await follow();
      const record: LogRecord = {
        topic: bedStatusReported.topic,
        key: 'NGH',
        headers: { ce_subject: 'a', ce_aggregateversion: '1' },
        value: '{}',
      };
      // What is to be called after the commit never is.
      await service.unitOfWork.run(async (tx) => void (await appender.append(tx, [record])));
      await eventually(() => expect(read).toEqual(['a v1']));
      await service.publish(bedReport('a', 2));
      await eventually(() => expect(read).toEqual(['a v1', 'a v2']));
    },
  );

  it('lets transactions publish to several partitions in any order, side by side', async () => {
    const service = await start();
    const other = await start();
    await follow();
    for (let round = 1; round <= 20; round += 1) {
      const [first, second] = [new Gate(), new Gate()];
      const publishAll = (of: ServiceUnderTest, bed: string, order: readonly string[], own: Gate, others: Gate) =>
        of.unitOfWork.run(async (tx) => {
          for (const hospital of order) await of.outbox.publish(tx, [bedReport(bed, round, hospital)]);
          // Both have published all of it before either goes on to its commit.
          own.open();
          await others.wait();
        });
      await Promise.all([
        publishAll(service, 'a', hospitals, first, second),
        publishAll(other, 'b', hospitals.toReversed(), second, first),
      ]);
    }
    await eventually(() => expect(read).toHaveLength(2 * 20 * hospitals.length));
    for (const bed of ['a', 'b']) {
      const versions = read.filter((each) => each.startsWith(bed));
      expect(versions.filter((each) => each === `${bed} v20`)).toHaveLength(hospitals.length);
    }
  });

  it('waits for nobody while the transaction still works, and holds up nobody', async () => {
    const service = await start();
    await note(new Transaction(service.dataSource.manager), 'a bed');
    const [published, locked] = [new Gate(), new Gate()];
    const lock = (tx: Tx) => tx.query(`SELECT FROM effect WHERE subject = 'a bed' FOR UPDATE`);
    const waits = service.unitOfWork.run(async (tx) => {
      await service.outbox.publish(tx, [bedReport('a', 2)]);
      published.open();
      await locked.wait();
      await lock(tx);
    });
    await service.unitOfWork.run(async (tx) => {
      await lock(tx);
      locked.open();
      await published.wait();
      await service.outbox.publish(tx, [bedReport('a', 1)]);
    });
    await waits;
    await follow();
    await eventually(() => expect(read).toEqual(['a v1', 'a v2']));
  });

  it('goes behind what stands in the outbox, and past it again once that is empty', async () => {
    const relay = new pg.Client({ connectionString: url });
    await relay.connect();
    // No relay comes to work while another has its lock.
    const lock = `hashtextextended('wardstream:relay:alpha', 0)`;
    await relay.query(`SELECT pg_advisory_lock(${lock})`);
    const service = await start();
    const before = new Outbox([bedStatusReported], () => undefined);
    await service.unitOfWork.run((tx) => before.publish(tx, [bedReport('a', 1)]));
    await service.publish(bedReport('a', 2));
    await service.publish(bedReport('b', 1));
    expect(await kept(service)).toEqual({ records: 0, heads: 0 });
    await follow();
    await relay.query(`SELECT pg_advisory_unlock(${lock})`);
    await eventually(() => expect(read).toEqual(['a v1', 'a v2', 'b v1']));
    await eventually(async () => expect(await service.unitOfWork.query('SELECT FROM outbox')).toEqual([]));
    expect(await everStored(service)).toBe(3);
    await service.publish(bedReport('a', 3));
    await eventually(() => expect(read).toEqual(['a v1', 'a v2', 'b v1', 'a v3']));
    expect(await everStored(service)).toBe(3);
    await relay.end();
  });

  it('relays what a process of a version before left, whose notification never came', async () => {
    const service = await start({ tuning: { relayRarePollMs: 100 } });
    await follow();
    await service.publish(bedReport('a', 1));
    const before = new Outbox([bedStatusReported], () => undefined);
    await service.unitOfWork.run((tx) => before.publish(tx, [bedReport('a', 2)]));
    await eventually(() => expect(read).toEqual(['a v1', 'a v2']));
  });

  it('is by the outbox where the log is in another database', async () => {
    const elsewhere = openLog(await postgres.createDatabase(`${name}_log`));
    const service = await start({ log: elsewhere });
    await follow(elsewhere);
    await service.publish(bedReport('a', 1));
    await eventually(() => expect(read).toEqual(['a v1']));
    expect(await everStored(service)).toBe(1);
  });

  it('does not take a copy of the log for the log', async () => {
    await log.ensureTopics([{ name: bedStatusReported.topic, partitions: 4, retentionMs: 3_600_000 }]);
    await log.close();
    const copy = new URL(url);
    copy.pathname += '_copy';
    const [source, target] = [url, copy.href].map((each) => new URL(each).pathname.slice(1));
    await admin.query(`CREATE DATABASE ${target} TEMPLATE ${source}`);
    const original = openLog();
    const service = await start({ url: copy.href, log: original });
    await follow(original);
    await service.publish(bedReport('a', 1));
    await eventually(() => expect(read).toEqual(['a v1']));
    expect(await kept(service)).toEqual({ records: 0, heads: 0 });
    expect(await everStored(service)).toBe(1);
    await Promise.all(services.splice(0).map((each) => each.stop()));
    await admin.query(`DROP DATABASE ${target} WITH (FORCE)`);
  });

  it('is by the outbox where the service may not write to the log', async () => {
    await start();
    const database = new LogDatabase(url, 1, silentLogger);
    const role = `${name}_reader`;
    await onDatabase(url, `CREATE ROLE ${role}`);
    const asked = new pg.Client({ connectionString: url });
    await asked.connect();
    const connection = {
      query: async <Row>(sql: string, parameters: unknown[]) => (await asked.query(sql, parameters)).rows as Row[],
    };
    expect(await database.isReachedBy(connection)).toBe(true);
    await asked.query(`SET ROLE ${role}`);
    expect(await database.isReachedBy(connection)).toBe(false);
    await onDatabase(url, `GRANT USAGE ON SCHEMA event_log TO ${role}`);
    expect(await database.isReachedBy(connection)).toBe(false);
    await onDatabase(url, `GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA event_log TO ${role}`);
    expect(await database.isReachedBy(connection)).toBe(true);
    await asked.end();
    await database.close();
    await onDatabase(url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });
});

async function onDatabase(url: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}
