import type { Tx } from './unit-of-work.js';

/**
 * The lock of each facility in one service: makes changes of one facility happen one after another, until the transaction ends:
 * consumers, commands and the passing of time alike. The facility is the unit of order; with one lock there is no order of locks to get
 * wrong, and what is read after it stays true until the commit. Every writer takes it before it reads.
 */
export class FacilityLocks {
  /** `service`: whose locks they are; services that share a database do not wait for each other. */
  constructor(private readonly service: string) {}

  /** Takes the locks in one order, whatever order they are named in; waits for those that others have. */
  async lock(tx: Tx, facilities: Iterable<string>): Promise<void> {
    await tx.query(
      `SELECT pg_advisory_xact_lock(hashtextextended($2 || ':' || f, 0))
         FROM (SELECT f FROM unnest($1::text[]) AS f ORDER BY f) AS t`,
      [[...new Set(facilities)], this.service],
    );
  }

  /** Takes the locks that nobody else has now; gives their facilities. Waits for none, so it may be called with any number. */
  async lockFree(tx: Tx, facilities: Iterable<string>): Promise<Set<string>> {
    const rows = await tx.query<{ facility: string }>(
      `SELECT f AS facility FROM unnest($1::text[]) AS t (f)
        WHERE pg_try_advisory_xact_lock(hashtextextended($2 || ':' || f, 0))`,
      [[...new Set(facilities)], this.service],
    );
    return new Set(rows.map(({ facility }) => facility));
  }
}
