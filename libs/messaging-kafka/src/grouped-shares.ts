import { shareOf } from '@wardstream/messaging';

/** For every member the partitions of each topic it is to hold, decided by partition number alone. */
export function groupedShares(
  memberIds: readonly string[],
  partitions: ReadonlyMap<string, readonly number[]>,
): { memberId: string; assignment: Record<string, number[]> }[] {
  const numbers = [...new Set([...partitions.values()].flat())];
  return memberIds.map((memberId) => {
    const share = new Set(shareOf(memberIds, memberId, numbers));
    const assignment: Record<string, number[]> = {};
    for (const [topic, ids] of partitions) {
      const own = ids.filter((id) => share.has(id));
      if (own.length > 0) assignment[topic] = own;
    }
    return { memberId, assignment };
  });
}
