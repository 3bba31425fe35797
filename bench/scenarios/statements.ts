import type { BenchHouse } from '../flow/bench-house.js';
import type { Pace } from '../flow/load.js';
import type { StatementUse, TableRows } from '../measures/house-database.js';
import { line, n } from '../report/lines.js';

/** How much of a statement is printed. */
const SHOWN = 140;

/** Statements a message, with those that take the most of the server's time; `most` of them and of the tables are listed. */
export async function countStatements(bench: BenchHouse, pace: Pace, most: number): Promise<number> {
  const rowsBefore = await bench.database.tableRows();
  await bench.database.countStatementsAnew();
  const { sent } = await bench.load.run(pace);
  const statements = await bench.database.statements();
  await bench.database.settledWrites();
  const rows = await bench.database.tableRows();
  const calls = statements.reduce((sum, s) => sum + s.calls, 0);
  const each = (of: (s: StatementUse) => number): string => n(statements.reduce((sum, s) => sum + of(s), 0) / sent, 2);
  const title = pace.rate === undefined ? 'as fast as it goes' : `${pace.rate} messages/s`;
  line(
    `  ${title}: ${n(calls / sent, 2)} statements a message, ${statements.length} different ones (${sent} messages)`,
  );
  line(
    `    ${each((s) => s.ms * 1000)} us in carrying them out, ${each((s) => s.planMs * 1000)} us in ${each((s) => s.plans)} plans`,
  );
  for (const each of statements.slice(0, most)) line(`    ${describe(each, sent)}`);
  if (most > 0) for (const each of busiest(rowsBefore, rows).slice(0, most)) line(`    ${describeTable(each, sent)}`);
  return calls / sent;
}

function describe({ statement, calls, rows, ms, plans, planMs, walBytes }: StatementUse, messages: number): string {
  const text = statement.replaceAll(/\s+/g, ' ').slice(0, SHOWN);
  return (
    `${n((ms * 1000) / messages, 1)} us (${n((planMs * 1000) / messages, 1)} in ${n(plans / messages, 3)} plans), ${n(calls / messages, 3)} calls, ${n(rows / messages, 2)} rows, ` +
    `${n(walBytes / messages)} bytes of WAL a message: ${text}`
  );
}

/** What each table was written between two looks, the busiest first. */
function busiest(before: readonly TableRows[], after: readonly TableRows[]): TableRows[] {
  const had = new Map(before.map((t) => [t.table, t]));
  return after
    .map((t) => {
      const then = had.get(t.table);
      return {
        table: t.table,
        inserted: t.inserted - (then?.inserted ?? 0),
        updated: t.updated - (then?.updated ?? 0),
        hot: t.hot - (then?.hot ?? 0),
        deleted: t.deleted - (then?.deleted ?? 0),
        sequentialScans: t.sequentialScans - (then?.sequentialScans ?? 0),
      };
    })
    .sort((a, b) => b.inserted + b.updated + b.deleted - (a.inserted + a.updated + a.deleted));
}

function describeTable(
  { table, inserted, updated, hot, deleted, sequentialScans }: TableRows,
  messages: number,
): string {
  const each = (value: number): string => n(value / messages, 3);
  return (
    `${table}: ${each(inserted)} inserted, ${each(updated)} updated (${n((100 * hot) / Math.max(updated, 1))} % on their page), ` +
    `${each(deleted)} deleted, ${each(sequentialScans)} sequential scans a message`
  );
}
