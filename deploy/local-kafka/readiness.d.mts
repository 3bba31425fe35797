/** Partitions of the topic of offsets in the clusters we start. */
export const OFFSETS_PARTITIONS: number;

/**
 * Why the brokers on these ports of 127.0.0.1 are not ready for work yet, or undefined when they are: every one knows all
 * of them, topics can be made, producer ids are handed out, and every group coordinator has loaded. Never rejects.
 */
export function kafkaNotReady(ports: number[]): Promise<string | undefined>;
