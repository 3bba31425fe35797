import type { Tx } from '@wardstream/persistence';

/**
 * Makes changes of one facility happen one after another, until the transaction ends: consumers and commands
 * alike. The facility is the unit of order; with one lock there is no order of locks to get wrong, and what is read after
 * it stays true until the commit. Every writer takes it before it reads.
 */
export async function lockFacilities(tx: Tx, facilities: Iterable<string>): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended('department-coordination:' || f, 0))
       FROM (SELECT f FROM unnest($1::text[]) AS f ORDER BY f) AS t`,
    [[...new Set(facilities)]],
  );
}
