import { bedStatusReported, topics, type EventEnvelope } from '@wardstream/events';
import {
  defaultTuning,
  encodeEvent,
  type LogRecord,
  messagingMigrations,
  noMetrics,
  silentLogger,
  ViewMessaging,
} from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { createDataSource, migrate, UnitOfWork, type DataSource, type Tx } from '@wardstream/persistence';
import {
  FollowedView,
  followedViewMigration,
  type FollowedViewOptions,
  type LaneWrite,
  type ViewFold,
} from './index.js';

/** What is known of a subject: its newest version. */
export type Things = ReadonlyMap<string, number>;

const at = '2026-03-01T08:00:00.000Z';

/** A report of version `version` about `subject`; `broken` ones match no schema, `refused` ones make the fold throw, `later` ones are of a version that is not understood. */
export function report(
  facility: string,
  subject: string,
  version: number,
  kind: 'sound' | 'broken' | 'refused' | 'later' = 'sound',
): LogRecord {
  const envelope: EventEnvelope = {
    id: `${facility}-${subject}-${version}`,
    type: bedStatusReported.type,
    version: bedStatusReported.version,
    source: 'admissions',
    subject,
    aggregateVersion: version,
    facility,
    time: at,
    recordedAt: at,
    data: {
      facility,
      place: { unit: '4A', room: '1', bed: '1', bedId: subject },
      code: 'U',
      cause: { kind: kind === 'refused' ? 'refused' : 'test', by: 'test', at, recordedAt: at, receivedAt: at },
    },
  };
  const record = encodeEvent(bedStatusReported, envelope);
  if (kind === 'later') return { ...record, value: record.value.replace('"code":"U"', '"code":"of-a-later-version"') };
  return kind === 'broken' ? { ...record, value: '{"facility":1}' } : record;
}

/** The newest version of each thing, kept in rows of its own. */
export class ThingsFold implements ViewFold {
  readonly consumes = [bedStatusReported];
  readonly things = new Map<string, number>();
  /** Called within the transaction of a write, before its rows. */
  beforeRows: (lanes: readonly LaneWrite[]) => Promise<void> = () => Promise.resolve();
  /** As many transactions of this replica as have written something. */
  writes = 0;
  lostLanes: number[] = [];

  async load(tx: Tx): Promise<void> {
    const rows = await tx.query<{ key: string; version: number }>('SELECT key, version FROM thing');
    for (const { key, version } of rows) this.things.set(key, version);
  }

  fold(event: EventEnvelope): readonly string[] {
    if ((event.data as { cause: { kind: string } }).cause.kind === 'refused') throw new Error('cannot be folded');
    const key = `${event.facility}/${event.subject}`;
    if (event.aggregateVersion <= (this.things.get(key) ?? 0)) return [];
    this.things.set(key, event.aggregateVersion);
    return [key];
  }

  async write(tx: Tx, lanes: readonly LaneWrite[]): Promise<() => void> {
    await this.beforeRows(lanes);
    const keys = lanes.flatMap((lane) => [...lane.keys]);
    await tx.query(
      `INSERT INTO thing AS t (key, version) SELECT * FROM unnest($1::text[], $2::int[])
       ON CONFLICT (key) DO UPDATE SET version = EXCLUDED.version WHERE t.version < EXCLUDED.version`,
      [keys, keys.map((key) => this.things.get(key)!)],
    );
    return () => (this.writes += 1);
  }

  lost(partitions: readonly number[]): void {
    this.lostLanes.push(...partitions);
  }
}

/** One replica of a service with nothing but a view, as a process of its own has it. */
export class Replica {
  private constructor(
    readonly fold: ThingsFold,
    readonly view: FollowedView,
    readonly log: PostgresEventLog,
    readonly unitOfWork: UnitOfWork,
    private readonly dataSource: DataSource,
    private readonly death: { dead: boolean },
  ) {}

  /** `beforeBatch` holds up what it reads of the log, and nothing else of it. */
  static async start(
    url: string,
    options: FollowedViewOptions = {},
    beforeBatch: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Replica> {
    const dataSource = createDataSource({ url, schema: 'things', poolSize: 6, applicationName: 'things' });
    await dataSource.initialize();
    await migrate(dataSource, 'things', [
      ...messagingMigrations,
      followedViewMigration,
      { name: 'things', up: () => ['CREATE TABLE thing (key text PRIMARY KEY, version integer NOT NULL)'] },
    ]);
    const unitOfWork = new UnitOfWork(dataSource, 'things');
    const log = new PostgresEventLog({ url, heartbeatMs: 100, closeGraceMs: 500 });
    const follow = log.follow.bind(log);
    log.follow = (options) =>
      follow({
        ...options,
        onBatch: async (batch) => {
          await beforeBatch();
          await options.onBatch(batch);
        },
      });
    await log.ensureTopics(topics);
    const fold = new ThingsFold();
    const death = { dead: false };
    const die = () => {
      if (death.dead) throw new Error('this process is dead');
    };
    const tuning = { ...defaultTuning, retryPollMs: 50, retryIdleMs: 50 };
    const server = { attach: () => undefined };
    const messaging = new ViewMessaging({
      ...{ service: 'things', log, metrics: noMetrics, logger: silentLogger, tuning, server },
      unitOfWork: {
        schema: 'things',
        run: (work: (tx: Tx) => Promise<unknown>) => {
          die();
          return unitOfWork.run(async (tx) => {
            const result = await work(tx);
            die();
            return result;
          });
        },
        read: (work: (tx: Tx) => Promise<unknown>) => unitOfWork.read(work),
        query: (sql: string, values?: unknown[]) => {
          die();
          return unitOfWork.query(sql, values);
        },
      } as unknown as UnitOfWork,
    });
    const view = new FollowedView(messaging, fold, { writeEveryMs: 20, beatMs: 50, leaseMs: 400, ...options });
    await view.begin();
    return new Replica(fold, view, log, unitOfWork, dataSource, death);
  }

  /** Ends it as the death of its process would: what it has not committed is gone, and its lease runs out by itself. */
  async kill(): Promise<void> {
    this.death.dead = true;
    this.fold.beforeRows = () => Promise.reject(new Error('this process is dead'));
    await this.view.close();
    await this.log.close();
    await this.dataSource.destroy();
  }

  async stop(): Promise<void> {
    await this.view.close();
    await this.log.close();
    await this.dataSource.destroy();
  }

  async rows(): Promise<Things> {
    const rows = await this.unitOfWork.query<{ key: string; version: number }>('SELECT key, version FROM thing');
    return new Map(rows.map(({ key, version }) => [key, version]));
  }
}

/** What it must all come to, whoever died when. */
export function foldOf(records: readonly LogRecord[]): Things {
  const things = new Map<string, number>();
  for (const { headers, value } of records) {
    if (!value.includes('"kind":"test"')) continue;
    const key = `${headers.ce_facility}/${headers.ce_subject}`;
    things.set(key, Math.max(things.get(key) ?? 0, Number(headers.ce_aggregateversion)));
  }
  return things;
}
