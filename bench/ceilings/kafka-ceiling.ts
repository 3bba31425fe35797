// eslint-disable-next-line @typescript-eslint/no-restricted-imports -- the ceiling is kafkajs alone, without the product
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs';

export interface KafkaCeiling {
  readonly batch: number;
  readonly perSecond: number;
}

/** Events per second of `value` produced (acks=all) and consumed by kafkajs alone in one process, for `seconds` each. */
export async function measureKafkaCeiling(brokers: string[], value: string, seconds: number): Promise<KafkaCeiling[]> {
  const kafka = new Kafka({ clientId: 'bench', brokers, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const results: KafkaCeiling[] = [];
  for (const batch of [1, 50]) {
    const topic = `ceiling-${batch}-${Date.now()}`;
    await admin.createTopics({ topics: [{ topic, numPartitions: 8, replicationFactor: 1 }], waitForLeaders: true });
    const consumer = kafka.consumer({ groupId: topic });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    let consumed = 0;
    await consumer.run({
      eachBatch: async ({ batch: got }) => {
        consumed += got.messages.length;
      },
    });
    const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
    await producer.connect();
    const began = performance.now();
    const until = began + seconds * 1000;
    let produced = 0;
    await Promise.all(
      Array.from({ length: 4 }, async (_, lane) => {
        while (performance.now() < until) {
          await producer.send({
            topic,
            acks: -1,
            compression: CompressionTypes.None,
            messages: Array.from({ length: batch }, () => ({ key: `F${lane}`, value })),
          });
          produced += batch;
        }
      }),
    );
    while (consumed < produced && performance.now() < until + 10_000) await new Promise((r) => setTimeout(r, 5));
    results.push({ batch, perSecond: consumed / ((performance.now() - began) / 1000) });
    await producer.disconnect();
    await consumer.disconnect();
  }
  await admin.disconnect();
  return results;
}
