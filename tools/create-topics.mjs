// Makes the topics of the published language on KAFKA_BROKERS, as @wardstream/events lists them. Harmless to repeat.
import { topics } from '@wardstream/events';
import { KafkaEventLog } from '@wardstream/messaging-kafka';

const brokers = (process.env.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
if (brokers.length === 0) {
  console.error('KAFKA_BROKERS is not set: name the brokers, host:port, comma-separated');
  process.exit(1);
}
const logger = {
  info: () => undefined,
  warn: (fields, message) => console.warn(message, JSON.stringify(fields)),
  error: (fields, message) => console.error(message, JSON.stringify(fields)),
};
const log = new KafkaEventLog({ brokers, clientId: 'wardstream-topics', logger, onLost: () => process.exit(1) });
try {
  await log.ensureTopics(topics);
  for (const { name, partitions } of topics) console.log(`${name} with ${partitions} partitions`);
} finally {
  await log.close();
}
