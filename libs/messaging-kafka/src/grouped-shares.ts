import { shareOf } from '@wardstream/messaging';

/** For every member the partitions of each topic it is to hold, decided by partition number alone. */
export function groupedShares(
  memberIds: readonly string[],
  partitions: ReadonlyMap<string, readonly number[]>,
): { memberId: string; assignment: Record<string, number[]> }[] {
  const numbers = [...new Set([...partitions.values()].flat())];
  return memberIds.map((memberId) => {
    const share = new Set(shareOf(memberIds, memberId, numbers));
    // From entries, so that a topic named like something every object has is a topic all the same.
    const assignment = Object.fromEntries(
      [...partitions]
        .map(([topic, ids]): [string, number[]] => [topic, ids.filter((id) => share.has(id))])
        .filter(([, own]) => own.length > 0),
    );
    return { memberId, assignment };
  });
}
