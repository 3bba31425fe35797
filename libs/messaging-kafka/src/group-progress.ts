import type { GroupProgress } from '@wardstream/messaging';
import type { Admin } from 'kafkajs';

/** What a broker tells of a partition in which a group has committed nothing. */
const NOTHING_COMMITTED = '-1';

/** How far a group is in topics. What it committed is asked first: a record that is appended meanwhile counts as not handled. */
export async function groupProgress(admin: Admin, group: string, topics: readonly string[]): Promise<GroupProgress[]> {
  const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
  const heads = await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)));
  return topics.flatMap((topic, i) => {
    const offsets = committed.find((c) => c.topic === topic)?.partitions ?? [];
    const handled = new Map(offsets.map(({ partition, offset }) => [partition, offset]));
    return heads[i]!.map(({ partition, high }): GroupProgress => {
      const offset = handled.get(partition) ?? NOTHING_COMMITTED;
      return { topic, partition, head: Number(high), handled: offset === NOTHING_COMMITTED ? null : Number(offset) };
    });
  });
}
