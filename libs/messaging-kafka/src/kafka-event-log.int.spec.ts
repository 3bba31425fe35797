import { connect, type Socket } from 'node:net';
import { eventLogContract } from '@wardstream/messaging/contract-suite';
import { startKafka } from '@wardstream/testing';
import { KafkaEventLog } from './kafka-event-log.js';

eventLogContract('Kafka', async () => {
  const kafka = await startKafka();
  let instances = 0;
  return {
    mayRepeat: true,
    async open() {
      const sockets = new Set<Socket>();
      let dead = false;
      instances += 1;
      const log = new KafkaEventLog({
        brokers: kafka.brokers,
        clientId: `contract-${instances}`,
        sessionTimeoutMs: 6_000,
        closeGraceMs: 1_000,
        socketFactory: ({ host, port, onConnect }) => {
          const socket = connect({ host, port }, onConnect);
          sockets.add(socket);
          if (dead) socket.destroy(new Error('this process is dead'));
          return socket;
        },
      });
      return {
        log,
        async crash() {
          dead = true;
          sockets.forEach((socket) => socket.destroy(new Error('this process is dead')));
        },
      };
    },
    stop: () => kafka.stop(),
  };
});
