import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { admissionsFeedHeard, bedStatusReported, toEnvelope } from '@wardstream/events';
import { newOpaqueId } from '@wardstream/kernel';
import { createDataSource, migrate, UnitOfWork, type DataSource, type Tx } from '@wardstream/persistence';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { openSeverableProxy, serverOf } from '../contract-suite/severable-proxy.js';
import type { EventLog, LogRecord } from '../event-log.js';
import { defaultTuning, messagingMigrations, Outbox, silentLogger } from '../index.js';
import { bedReport, CountingMetrics, feedHeard } from '../service-harness/index.js';
import { placeInPublication } from '../publication.js';
import { decodeRecord, encodeEvent } from '../record-codec.js';
import { OutboxRelay } from './outbox-relay.js';

/** A log that keeps what it is given and fails as often as it is told. */
class KeptLog {
  readonly records: LogRecord[] = [];
  readonly sizes: number[] = [];
  failures = 0;
  /** What an append waits for. */
  hold: Promise<void> = Promise.resolve();
  readonly port = {
    append: async (records: readonly LogRecord[]) => {
      await this.hold;
      if (this.failures > 0) {
        this.failures -= 1;
        throw new Error('the log is away');
      }
      this.sizes.push(records.length);
      this.records.push(...records);
    },
  } as unknown as EventLog;
  get subjects(): string[] {
    return this.records.map(({ headers }) => `${headers.ce_subject} v${headers.ce_aggregateversion}`);
  }
}

describe('OutboxRelay', () => {
  let postgres: TestPostgres;
  let url: string;
  let schema: string;
  let dataSource: DataSource;
  let unitOfWork: UnitOfWork;
  let log: KeptLog;
  let metrics: CountingMetrics;
  let relays: OutboxRelay[];

  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase('relay');
  }, 60_000);
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    schema = `s${newOpaqueId().replaceAll('-', '').slice(0, 12)}`;
    dataSource = createDataSource({ url, schema, poolSize: 10, applicationName: 'relay test' });
    await dataSource.initialize();
    await migrate(dataSource, schema, messagingMigrations);
    unitOfWork = new UnitOfWork(dataSource, schema);
    log = new KeptLog();
    metrics = new CountingMetrics();
    relays = [];
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    await dataSource.destroy();
  });

  const relay = (over: { url?: string; log?: KeptLog; tuning?: Partial<typeof defaultTuning> } = {}): OutboxRelay => {
    const made = new OutboxRelay({
      service: schema,
      database: { url: over.url ?? url, schema },
      unitOfWork,
      log: (over.log ?? log).port,
      metrics,
      logger: silentLogger,
      tuning: { ...defaultTuning, relayPollMs: 50, leadershipPollMs: 50, drainMs: 1_000, ...over.tuning },
    });
    relays.push(made);
    made.start();
    return made;
  };
  const outbox = (kicked?: OutboxRelay) =>
    new Outbox([bedStatusReported, admissionsFeedHeard], (committed) => kicked?.kick(committed));
  const publish = (bed: string, from: number, to = from) =>
    unitOfWork.run((tx) =>
      outbox().publish(
        tx,
        Array.from({ length: to - from + 1 }, (_, i) => bedReport(bed, from + i)),
      ),
    );
  const rows = async () => Number((await unitOfWork.query<{ n: string }>('SELECT count(*) AS n FROM outbox'))[0]!.n);
  const killRelays = () =>
    unitOfWork.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()`,
      [`${schema} relay`],
    );

  it('brings what was committed to the log in order, and empties the outbox', async () => {
    relay();
    await publish('a', 1, 3);
    await unitOfWork.run((tx) => outbox().publish(tx, [bedReport('b', 1), feedHeard('ADT', 1), bedReport('a', 4)]));
    await eventually(() => expect(log.subjects).toEqual(['a v1', 'a v2', 'a v3', 'b v1', 'ADT v1', 'a v4']));
    expect(log.records[4]).toMatchObject({ topic: admissionsFeedHeard.topic, key: 'NGH' });
    await eventually(async () => expect(await rows()).toBe(0));
    expect(metrics.counts).toMatchObject({ published: 6 });
    await eventually(() => expect(metrics.counts.relayLag).toBe(0));
  });

  it('says nothing of a transaction that rolled back', async () => {
    relay();
    const failing = unitOfWork.run(async (tx) => {
      await outbox().publish(tx, [bedReport('never', 1)]);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    await publish('a', 1);
    await eventually(() => expect(log.subjects).toEqual(['a v1']));
  });

  it('is woken by the commit, not before and not by a poll', async () => {
    const woken = relay({ tuning: { relayPollMs: 60_000 } });
    await eventually(() => expect(woken.isLeader).toBe(true));
    await unitOfWork.run((tx) => outbox(woken).publish(tx, [bedReport('a', 1)]));
    await eventually(() => expect(log.subjects).toEqual(['a v1']));
  });

  it('is woken by a commit in another process', async () => {
    const leader = relay({ tuning: { relayPollMs: 60_000 } });
    await eventually(() => expect(leader.isLeader).toBe(true));
    const standby = relay({ tuning: { relayPollMs: 60_000 } });
    await eventually(async () => {
      const found = await unitOfWork.query('SELECT FROM pg_stat_activity WHERE application_name = $1', [
        `${schema} relay`,
      ]);
      expect(found).toHaveLength(2);
    });
    await unitOfWork.run((tx) => outbox(standby).publish(tx, [bedReport('a', 1)]));
    await eventually(() => expect(log.subjects).toEqual(['a v1']));
  });

  it('works in batches', async () => {
    await publish('a', 1, 250);
    relay({ tuning: { relayBatch: 100 } });
    await eventually(() => expect(log.records).toHaveLength(250));
    expect(log.sizes).toEqual([100, 100, 50]);
  });

  it('keeps what is published at once as one row, and what is very much as several', async () => {
    const many = Array.from({ length: 1_001 }, (_, i) => bedReport('many', i + 1));
    await publish('few', 1, 300);
    await unitOfWork.run((tx) => outbox().publish(tx, many));
    expect(await unitOfWork.query('SELECT events FROM outbox ORDER BY position')).toEqual([
      { events: 300 },
      { events: 1_000 },
      { events: 1 },
    ]);
    relay();
    await eventually(() => expect(log.records).toHaveLength(1_301));
    const ids = log.records.map(({ headers }) => placeInPublication(headers.ce_id!)!);
    expect(ids.slice(0, 300).map(({ place }) => place)).toEqual([...Array(300).keys()]);
    expect(ids.slice(300).map(({ place }) => place)).toEqual([...Array(1_001).keys()]);
    expect(new Set(ids.map(({ publication }) => publication)).size).toBe(2);
    await eventually(async () => expect(await rows()).toBe(0));
  });

  it('brings rows of a version before, one for each event, in their place among the others', async () => {
    const former = async (version: number) => {
      const { topic, key, headers, value } = encodeEvent(bedStatusReported, toEnvelope(bedReport('a', version)));
      await unitOfWork.query(
        `INSERT INTO outbox (id, aggregatetype, aggregateid, type, topic, key, headers, payload)
         VALUES ($1, $2, 'a', $3, $2, $4, $5, $6)`,
        [headers.ce_id, topic, headers.ce_type, key, headers, value],
      );
    };
    await former(1);
    await publish('a', 2, 3);
    await former(4);
    await publish('a', 5);
    relay();
    await eventually(() => expect(log.subjects).toEqual([1, 2, 3, 4, 5].map((n) => `a v${n}`)));
    for (const { topic, key, headers, value } of log.records) {
      expect({ topic, key }).toEqual({ topic: bedStatusReported.topic, key: 'NGH' });
      expect(decodeRecord({ topic, key, headers, value })).toMatchObject({ kind: 'event' });
    }
    await eventually(async () => expect(await rows()).toBe(0));
  });

  it('lets no relay of a version before pass by or garble what it cannot read', async () => {
    await publish('a', 1, 2);
    // What such a relay reads.
    const [row] = await unitOfWork.query('SELECT topic, key, headers, payload FROM outbox ORDER BY position');
    expect(row).toEqual({ topic: null, key: null, headers: null, payload: null });
    await expect(unitOfWork.query(`INSERT INTO outbox (id, topic) VALUES ('x', 't')`)).rejects.toThrow(
      'outbox_has_events',
    );
  });

  it('neither skips a slow transaction nor waits for it', async () => {
    relay();
    const slow = await heldTransaction(unitOfWork, (tx) => outbox().publish(tx, [bedReport('slow', 1)]));
    await publish('quick', 1);
    await eventually(() => expect(log.subjects).toEqual(['quick v1']));
    await slow.commit();
    await eventually(() => expect(log.subjects).toEqual(['quick v1', 'slow v1']));
  });

  it('keeps the order of an aggregate when the later transaction was the first to begin', async () => {
    const late = await heldTransaction(unitOfWork, async (tx) => {
      await tx.query(`INSERT INTO inbox (event_id, source) VALUES ('gives this transaction its id', '')`);
    });
    await publish('a', 1);
    await late.also((tx) => outbox().publish(tx, [bedReport('a', 2)]));
    await late.commit();
    relay();
    await eventually(() => expect(log.subjects).toEqual(['a v1', 'a v2']));
  });

  it('loses nothing while many publish at once', async () => {
    relay({ tuning: { relayBatch: 50 } });
    await Promise.all(
      Array.from({ length: 8 }, async (_, w) => {
        for (let n = 1; n <= 40; n += 1) await publish(`w${w}`, n);
      }),
    );
    await eventually(() => expect(log.records).toHaveLength(320));
    for (let w = 0; w < 8; w += 1) {
      const own = log.subjects.filter((subject) => subject.startsWith(`w${w} `));
      expect(own).toEqual(Array.from({ length: 40 }, (_, i) => `w${w} v${i + 1}`));
    }
  });

  it('repeats until the log takes it, in the same order', async () => {
    log.failures = 3;
    relay();
    await publish('a', 1, 5);
    await eventually(() => expect(log.subjects).toEqual([1, 2, 3, 4, 5].map((n) => `a v${n}`)));
    expect(log.failures).toBe(0);
  });

  it('has one leader; another takes over when it stops', async () => {
    const first = relay();
    await eventually(() => expect(first.isLeader).toBe(true));
    const second = relay();
    await publish('a', 1);
    await eventually(() => expect(log.subjects).toEqual(['a v1']));
    expect(second.isLeader).toBe(false);
    await first.stop();
    await eventually(() => expect(second.isLeader).toBe(true));
    await publish('a', 2);
    await eventually(() => expect(log.subjects).toEqual(['a v1', 'a v2']));
  });

  it('gets the lead again after its connection was killed', async () => {
    const only = relay();
    await eventually(() => expect(only.isLeader).toBe(true));
    await killRelays();
    await publish('a', 1, 3);
    await eventually(() => expect(log.subjects).toEqual(['a v1', 'a v2', 'a v3']));
    expect(only.isLeader).toBe(true);
  });

  it('appends again what it could not delete because its connection died, and nothing is lost', async () => {
    let release: () => void = () => undefined;
    log.hold = new Promise((resolve) => (release = resolve));
    const only = relay();
    await publish('a', 1, 3);
    await eventually(() => expect(only.isLeader).toBe(true));
    await eventually(async () => expect((await killRelays()).length).toBe(1));
    await new Promise((resolve) => setTimeout(resolve, 100));
    release();
    await eventually(async () => expect(await rows()).toBe(0));
    expect([...new Set(log.subjects)]).toEqual(['a v1', 'a v2', 'a v3']);
  });

  it('gives the lead up when the network parts it from the database, so that another may lead', async () => {
    const proxy = await openSeverableProxy(serverOf(url));
    const parted = relay({ url: proxy.through(url) });
    await eventually(() => expect(parted.isLeader).toBe(true));
    const other = relay();
    proxy.sever();
    await eventually(() => expect([parted.isLeader, other.isLeader]).toEqual([false, true]));
    await publish('a', 1);
    await eventually(() => expect(log.subjects).toEqual(['a v1']));
    await parted.stop();
    await proxy.close();
  });

  it('makes last passes when it stops', async () => {
    const only = relay({ tuning: { relayPollMs: 60_000 } });
    await eventually(() => expect(only.isLeader).toBe(true));
    await publish('a', 1, 1_200);
    await only.stop();
    expect(log.records).toHaveLength(1_200);
    expect(await rows()).toBe(0);
  });

  it('refuses events the service does not say it publishes, and data that does not match', async () => {
    const narrow = new Outbox([admissionsFeedHeard], () => undefined);
    await expect(unitOfWork.run((tx) => narrow.publish(tx, [bedReport('a', 1)]))).rejects.toThrow(
      'admissions.bed-status-reported.v1 is not among the events this service publishes',
    );
    const wrong = { ...bedReport('a', 1), data: { code: 'nonsense' } };
    await expect(unitOfWork.run((tx) => outbox().publish(tx, [wrong]))).rejects.toThrow();
    expect(await rows()).toBe(0);
  });
});

interface HeldTransaction {
  also(work: (tx: Tx) => Promise<void>): Promise<void>;
  commit(): Promise<void>;
}

/** A transaction that stays open after its first work until it is told to commit. */
async function heldTransaction(unitOfWork: UnitOfWork, first: (tx: Tx) => Promise<void>): Promise<HeldTransaction> {
  let commit: () => void = () => undefined;
  const told = new Promise<void>((resolve) => (commit = resolve));
  let open: (tx: Tx) => void = () => undefined;
  const opened = new Promise<{ tx: Tx }>((resolve) => (open = (tx) => resolve({ tx })));
  const done = unitOfWork.run(async (tx) => {
    await first(tx);
    open(tx);
    await told;
  });
  const { tx } = await opened;
  return {
    also: (work) => work(tx),
    async commit() {
      commit();
      await done;
    },
  };
}
