import { startKafka } from '@wardstream/testing';
import { journeys } from './journey-suite.js';

journeys('a hospital on one box with its events on Kafka', async () => {
  const kafka = await startKafka();
  return { mode: 'standalone-kafka', brokers: kafka.brokers.join(','), release: () => kafka.stop() };
});
