import { startLocalKafka } from '@wardstream/deploy/local-kafka';
import { kafkaNotReady, OFFSETS_PARTITIONS } from '@wardstream/deploy/local-kafka/readiness';
import { dockerAnswers, startContainer } from './docker.js';
import { ServerMissing, testEnvironment } from './environment.js';
import { eventually } from './eventually.js';

export interface TestKafka {
  /** `host:port` of every broker. */
  readonly brokers: string[];
  /** Kills a broker as by kill -9; its data and address stay. Rejects for a cluster that is not ours. */
  killBroker(index: number): Promise<void>;
  /** Starts a broker again on its data and waits until the brokers that run are ready. */
  restartBroker(index: number): Promise<void>;
  stop(): Promise<void>;
}

export interface TestKafkaOptions {
  /** One broker (the default), or three that replicate everything and survive the loss of one. */
  brokers?: 1 | 3;
}

/**
 * A Kafka that is ready for work, without topics of ours: WARDSTREAM_TEST_KAFKA_BROKERS where it is set, a container
 * where a Docker engine answers (one broker only), else the brokers of deploy/local-kafka. Topics are never made by
 * themselves. Stops with this process, however it ends.
 */
export async function startKafka({ brokers = 1 }: TestKafkaOptions = {}): Promise<TestKafka> {
  if (testEnvironment.kafkaBrokers)
    return runningKafka(testEnvironment.kafkaBrokers.split(',').map((each) => each.trim()));
  if (brokers === 1 && (await dockerAnswers())) return containerKafka();
  try {
    const kafka = await startLocalKafka({ brokers });
    return {
      brokers: kafka.brokers,
      killBroker: (index) => kafka.kill(index),
      restartBroker: (index) => kafka.restart(index),
      stop: () => kafka.stop(),
    };
  } catch (error) {
    throw new ServerMissing('Kafka', `${(error as Error).message} (WARDSTREAM_TEST_KAFKA_BROKERS names another)`);
  }
}

function runningKafka(brokers: string[]): TestKafka {
  const notOurs = (): Promise<never> =>
    Promise.reject(
      new ServerMissing(
        'Kafka of our own',
        'unset WARDSTREAM_TEST_KAFKA_BROKERS to have one whose brokers may be killed',
      ),
    );
  return { brokers, killBroker: notOurs, restartBroker: notOurs, stop: () => Promise.resolve() };
}

async function containerKafka(): Promise<TestKafka> {
  const container = await startContainer({
    image: 'apache/kafka:4.3.0',
    environment: (port) => ({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:29093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENERS: `PLAINTEXT://0.0.0.0:${port},CONTROLLER://localhost:29093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: String(OFFSETS_PARTITIONS),
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    }),
  });
  const ready = (): Promise<void> =>
    eventually(
      async () => {
        const reason = await kafkaNotReady([container.port]);
        if (reason !== undefined) throw new Error(reason);
      },
      { timeoutMs: 90_000, everyMs: 100, what: 'Kafka in its container' },
    );
  await ready();
  return {
    brokers: [`127.0.0.1:${container.port}`],
    killBroker: () => container.kill(),
    async restartBroker() {
      await container.restart();
      await ready();
    },
    stop: () => container.stop(),
  };
}
