import { KafkaEventLog } from '@wardstream/messaging-kafka';
import { foreignProducer, startKafka } from '@wardstream/testing';
import { AdmissionsHouse } from '../../testing/admissions-house.spec.js';
import { movementRecords } from './movement-records.suite.spec.js';

movementRecords('the topic of the departments on Kafka', async () => {
  const kafka = await startKafka();
  const house = await AdmissionsHouse.start(
    {},
    () => new KafkaEventLog({ brokers: kafka.brokers, clientId: 'admissions' }),
  );
  const producer = await foreignProducer(kafka.brokers);
  return {
    house,
    anyBytes: true,
    send: (topic, records) => producer.send(topic, records),
    close: async () => {
      await producer.close();
      await house.remove();
      await kafka.stop();
    },
  };
});
