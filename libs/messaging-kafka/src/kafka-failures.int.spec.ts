import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newOpaqueId } from '@wardstream/kernel';
import type { LogRecord, MessagingLogger, ReceivedRecord } from '@wardstream/messaging';
import { eventually, startKafka, type TestKafka } from '@wardstream/testing';
import kafkajs from 'kafkajs';
import { KafkaEventLog, type KafkaEventLogOptions } from './kafka-event-log.js';

/** What only this driver can do wrong; what every driver must do is in the contract suite. */
describe('KafkaEventLog under failure', () => {
  let kafka: TestKafka;
  let foreign: kafkajs.Kafka;
  let topic: string;
  let group: string;
  let logs: KafkaEventLog[];

  beforeAll(async () => {
    kafka = await startKafka();
    foreign = new kafkajs.Kafka({ brokers: kafka.brokers, clientId: 'foreign', logLevel: kafkajs.logLevel.NOTHING });
  }, 120_000);
  afterAll(() => kafka.stop(), 60_000);
  beforeEach(() => {
    const suffix = newOpaqueId();
    [topic, group, logs] = [`topic.${suffix}`, `group.${suffix}`, []];
  });
  afterEach(() => Promise.all(logs.map((log) => log.close())), 60_000);

  const open = async (over: Partial<KafkaEventLogOptions> = {}): Promise<KafkaEventLog> => {
    const log = new KafkaEventLog({
      brokers: kafka.brokers,
      clientId: 'test',
      sessionTimeoutMs: 6_000,
      closeGraceMs: 1_000,
      ...over,
    });
    logs.push(log);
    await log.ensureTopics([{ name: topic, partitions: 4, retentionMs: 3_600_000 }]);
    return log;
  };
  const records = (from: number, to: number): LogRecord[] =>
    Array.from({ length: to - from + 1 }, (_, i) => ({
      topic,
      key: 'hospital-1',
      headers: {},
      value: String(from + i),
    }));
  const collect = async (log: KafkaEventLog): Promise<ReceivedRecord[]> => {
    const seen: ReceivedRecord[] = [];
    await log.subscribe({
      group,
      topics: [topic],
      onBatch: async (batch) => {
        seen.push(...batch.records);
      },
    });
    return seen;
  };
  /** As the outbox relay does it. */
  const appendUntilTaken = async (log: KafkaEventLog, batch: LogRecord[]): Promise<void> => {
    await eventually(() => log.append(batch), { timeoutMs: 60_000, everyMs: 100 });
  };

  it('loses nothing when the broker is killed and comes back', async () => {
    const log = await open();
    const seen = await collect(log);
    await log.append(records(1, 50));
    await eventually(() => expect(seen).toHaveLength(50));
    const writing = (async () => {
      for (let n = 51; n <= 300; n += 10) await appendUntilTaken(log, records(n, n + 9));
    })();
    await kafka.killBroker(0);
    await eventually(async () => expect(await log.health()).toMatchObject({ ok: false }), { timeoutMs: 20_000 });
    await kafka.restartBroker(0);
    await writing;
    await eventually(() => expect(new Set(seen.map(({ value }) => value)).size).toBe(300), { timeoutMs: 60_000 });
    // A batch may have come twice; what comes for the first time comes in order.
    const first = [...new Set(seen.map(({ value }) => Number(value)))];
    expect(first).toEqual([...first].sort((a, b) => a - b));
    expect(await log.health()).toEqual({ ok: true });
  }, 180_000);

  it('hands up records of foreign producers as they are, and the ones behind them', async () => {
    const log = await open();
    const seen = await collect(log);
    const producer = foreign.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    await producer.send({
      topic,
      messages: [
        { key: 'hospital-1', value: Buffer.from([0xff, 0x00]) },
        { key: 'hospital-1', value: null },
        { key: 'hospital-1', value: 'not json', headers: { ce_id: ['a', 'b'] } },
      ],
    });
    await producer.disconnect();
    await log.append(records(1, 1));
    await eventually(() => expect(seen).toHaveLength(4));
    expect(seen.map(({ value }) => value)).toEqual(['/wA=', '', 'not json', '1']);
    expect(new Set(seen.map(({ partition }) => partition)).size).toBe(1);
  });

  it('takes a batch and a record that are larger than a broker takes at once by default', async () => {
    const log = await open();
    const seen = await collect(log);
    await log.append(records(1, 300).map((each) => ({ ...each, value: each.value.padEnd(12_000) })));
    await log.append([{ ...records(301, 301)[0]!, value: '301'.padEnd(4_000_000) }, ...records(302, 302)]);
    await eventually(() => expect(seen).toHaveLength(302), { timeoutMs: 20_000 });
    expect(seen.map(({ value }) => Number(value))).toEqual(Array.from({ length: 302 }, (_, i) => i + 1));
  });

  it('refuses a topic with another number of partitions', async () => {
    const log = await open();
    await expect(log.ensureTopics([{ name: topic, partitions: 8, retentionMs: 1_000 }])).rejects.toThrow(
      `Topic ${topic} has 4 partitions where 8 are needed`,
    );
  });

  it('says so when its consumer has ended for good', async () => {
    let lost = 0;
    const errors: string[] = [];
    const logger: MessagingLogger = {
      info: () => undefined,
      warn: () => undefined,
      error: (_fields, message) => void errors.push(message),
    };
    const log = await open({ onLost: () => (lost += 1), logger });
    // A group whose members share partitions by another protocol cannot be joined, and no retry mends that.
    const other = foreign.consumer({ groupId: group });
    await other.connect();
    await other.subscribe({ topics: [topic] });
    const joined = new Promise((resolve) => other.on(other.events.GROUP_JOIN, resolve));
    await other.run({ eachMessage: async () => undefined });
    await joined;

    await expect(collect(log)).rejects.toThrow();
    expect(lost).toBe(1);
    expect(errors).toContain('The Kafka consumer ended and will not start again');
    expect(await log.health()).toEqual({
      ok: false,
      reason: 'A Kafka consumer has ended and will not start again',
    });
    await other.disconnect();
  });
});
