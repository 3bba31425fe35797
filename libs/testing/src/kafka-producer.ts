import { Kafka, logLevel, type Message, Partitioners } from 'kafkajs';

/** A producer that knows nothing of the product: a department's own. */
export interface ExternalProducer {
  /** Resolves when the broker has the records. */
  send(topic: string, records: readonly Message[]): Promise<void>;
  close(): Promise<void>;
}

/** Connects kafkajs as anyone would, with its own defaults. */
export async function foreignProducer(brokers: readonly string[]): Promise<ExternalProducer> {
  const kafka = new Kafka({ clientId: 'a-department', brokers: [...brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  return {
    async send(topic, records) {
      await producer.send({ topic, messages: [...records] });
    },
    close: () => producer.disconnect(),
  };
}
