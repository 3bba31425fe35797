/**
 * A part of a FROM list: the rows that `select` finds for each row before it, under the name `as`. The server asks an index for each.
 * Joined plainly it may read a whole index instead and compare, by a plan from when the table was small, at a cost that grows
 * with the table. OFFSET 0 is what keeps the two apart.
 */
export function forEach(select: string, as: string): string {
  return `CROSS JOIN LATERAL (${select} OFFSET 0) AS ${as}`;
}
