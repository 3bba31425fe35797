import './kafkajs-repairs.js';
import { errorFields, type MessagingLogger } from '@wardstream/messaging';
import kafkajs, { type Kafka, type KafkaConfig, type LogEntry, type RetryOptions } from 'kafkajs';

export interface KafkaConnection {
  /** host:port of some brokers. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly ssl?: KafkaConfig['ssl'];
  readonly sasl?: KafkaConfig['sasl'];
  readonly socketFactory?: KafkaConfig['socketFactory'];
}

/** All of kafkajs's retry settings, so that none depends on NODE_ENV. Times in ms. */
export const clientRetry: Required<Omit<RetryOptions, 'restartOnFailure'>> = {
  initialRetryTime: 100,
  maxRetryTime: 5_000,
  factor: 0.2,
  multiplier: 2,
  retries: 8,
};

export function kafkaClient(connection: KafkaConnection, logger: MessagingLogger): Kafka {
  return new kafkajs.Kafka({
    brokers: [...connection.brokers],
    clientId: connection.clientId,
    ...(connection.ssl === undefined ? {} : { ssl: connection.ssl }),
    ...(connection.sasl === undefined ? {} : { sasl: connection.sasl }),
    ...(connection.socketFactory === undefined ? {} : { socketFactory: connection.socketFactory }),
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    enforceRequestTimeout: true,
    retry: clientRetry,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => (entry) => pass(entry, logger),
  });
}

/**
 * kafkajs's warnings and errors as ours: what happened and where, never the objects it attaches. It calls every answer that
 * is no success an error, although it goes on by itself; what it cannot go on from is told by the CRASH event.
 */
function pass({ namespace, log }: LogEntry, logger: MessagingLogger): void {
  const error: unknown = log.error;
  const fields = {
    kafka: namespace,
    groupId: log.groupId as unknown,
    broker: log.broker as unknown,
    ...(error instanceof Error ? errorFields(error) : { error }),
  };
  const expected = /rebalanc/i.test(`${log.message} ${String(fields.error)}`);
  if (expected) logger.info(fields, log.message);
  else logger.warn(fields, log.message);
}
