/** When a Kafka cluster is ready for work; an open port is long before that. */
import {
  fetchOffsetError,
  findCoordinator,
  initProducerIdError,
  metadata,
  oneGroupPerPartition,
} from './kafka-wire.mjs';

/** Partitions of the topic of offsets in the clusters we start; each has a coordinator that must have loaded. */
export const OFFSETS_PARTITIONS = 8;

/**
 * Why the brokers on these ports of 127.0.0.1 are not ready yet, or undefined when every one knows all of them, the
 * controller serves (it has made the topic of offsets and hands out producer ids), and every group coordinator has loaded.
 * @param {number[]} ports
 * @returns {Promise<string | undefined>}
 */
export async function kafkaNotReady(ports) {
  try {
    return await check(ports);
  } catch (error) {
    return error.message;
  }
}

async function check(ports) {
  for (const port of ports) {
    const { brokers, controllerId } = await metadata(port);
    const known = new Set(brokers.map((broker) => broker.port));
    if (!ports.every((each) => known.has(each))) return `the broker on ${port} knows ${known.size} brokers`;
    if (controllerId < 0) return 'no controller yet';
    const error = await initProducerIdError(port);
    if (error) return `the broker on ${port} hands out no producer ids: error ${error}`;
  }
  for (const group of oneGroupPerPartition(OFFSETS_PARTITIONS)) {
    const coordinator = await findCoordinator(ports[0], group);
    if (coordinator.error) return `no coordinator for ${group}: error ${coordinator.error}`;
    const error = await fetchOffsetError(coordinator.port, group);
    if (error) return `the coordinator of ${group} has not loaded: error ${error}`;
  }
  return undefined;
}
