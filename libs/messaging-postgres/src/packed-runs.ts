import { cutForPacking, type LogRecord, packRecords } from '@wardstream/messaging';

/** The offset the next record of a partition will get. */
export interface Head {
  readonly id: number;
  readonly next: number;
}

/** What an append did to a partition: the offset after its records, and the time they were given. */
export interface Appended extends Head {
  readonly appendedAtMs: number;
}

/** Of records in one row: a reader that wants fewer has to read all of it. */
const mostOfRun = { mostRecords: 100, mostCharacters: 256 * 1024 };

/** Records by partition, each in the order given, as `append_packed` takes them. */
export class PackedRuns {
  /** Partition ids, how many records, the length of what they are packed in, and all of that, run after run. */
  readonly parameters: readonly [number[], number[], number[], Buffer];

  /** Partitions in the order of their ids: so locks are taken, and appends cannot deadlock. */
  constructor(byPartition: ReadonlyMap<number, readonly LogRecord[]>) {
    const runs = [...byPartition]
      .sort(([a], [b]) => a - b)
      .flatMap(([id, records]) => cutForPacking(records, mostOfRun).map((run) => ({ id, records: run })));
    const bodies = runs.map(({ records }) => packRecords(records));
    this.parameters = [
      runs.map(({ id }) => id),
      runs.map(({ records }) => records.length),
      bodies.map(({ length }) => length),
      Buffer.concat(bodies),
    ];
  }

  /** By what `append_packed` answered: of several runs of a partition the last says where it ends. */
  appended([microseconds, ...heads]: readonly string[]): Appended[] {
    // In this order of divisions it is the number that the server makes of the same time for those who read it from the table.
    const appendedAtMs = (Number(microseconds) / 1_000_000) * 1_000;
    const ids = this.parameters[0];
    return [...new Map(ids.map((id, i) => [id, { id, next: Number(heads[i]), appendedAtMs }])).values()];
  }
}
