import { describe, expect, it } from '@jest/globals';
import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { eventually } from './eventually.js';
import { startKafka, type TestKafka } from './kafka.js';

const client = (kafka: TestKafka): Kafka =>
  new Kafka({ brokers: kafka.brokers, logLevel: logLevel.NOTHING, retry: { retries: 12, maxRetryTime: 1000 } });

async function send(kafka: TestKafka, topic: string, values: string[]): Promise<void> {
  const producer = client(kafka).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  try {
    await producer.send({ topic, acks: -1, messages: values.map((value) => ({ key: 'NGH', value })) });
  } finally {
    await producer.disconnect();
  }
}

async function count(kafka: TestKafka, topic: string): Promise<number> {
  const admin = client(kafka).admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  } finally {
    await admin.disconnect();
  }
}

async function createTopic(kafka: TestKafka, topic: string): Promise<void> {
  const admin = client(kafka).admin();
  await admin.connect();
  try {
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 4 }] });
  } finally {
    await admin.disconnect();
  }
}

describe('startKafka', () => {
  it('is ready at once for topics, producers and consumer groups, and keeps what it has over a kill', async () => {
    const kafka = await startKafka();
    try {
      await createTopic(kafka, 'ward');
      await send(kafka, 'ward', ['a', 'b']);

      const consumer = client(kafka).consumer({ groupId: 'suite' });
      const seen: string[] = [];
      await consumer.connect();
      await consumer.subscribe({ topic: 'ward', fromBeginning: true });
      await consumer.run({
        eachMessage: async ({ message }) => {
          seen.push(String(message.value));
        },
      });
      await eventually(() => expect(seen).toEqual(['a', 'b']));
      await consumer.disconnect();

      await kafka.killBroker(0);
      await kafka.restartBroker(0);
      expect(await count(kafka, 'ward')).toBe(2);
    } finally {
      await kafka.stop();
    }
  });

  it('makes no topic by itself', async () => {
    const kafka = await startKafka();
    try {
      await expect(send(kafka, 'nobody-made-this', ['a'])).rejects.toThrow();
    } finally {
      await kafka.stop();
    }
  });

  it('with three brokers goes on without one of them', async () => {
    const kafka = await startKafka({ brokers: 3 });
    try {
      expect(kafka.brokers).toHaveLength(3);
      await createTopic(kafka, 'ward');
      await send(kafka, 'ward', ['a']);
      await kafka.killBroker(1);
      await eventually(() => send(kafka, 'ward', ['b']), { timeoutMs: 40_000 });
      await kafka.restartBroker(1);
      expect(await count(kafka, 'ward')).toBe(2);
    } finally {
      await kafka.stop();
    }
  }, 120_000);
});
