import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventEnvelope, UnitOccupancyData } from '@wardstream/events';
import {
  emptyFacility,
  facilityOccupancy,
  foldEvents,
  nothingHeard,
  withoutClosed,
  type FacilityState,
} from '@wardstream/flow-model';
import { FACILITY, interleaved, randomHospital } from '@wardstream/flow-model/simulated-hospital';
import { FixedClock } from '@wardstream/kernel';
import { messagingMigrations, type AnyNewEvent, type Outbox } from '@wardstream/messaging';
import { createDataSource, migrate, UnitOfWork, type Tx } from '@wardstream/persistence';
import { startPostgres, type TestPostgres } from '@wardstream/testing';
import fc from 'fast-check';
import type { ConfigOf } from '@wardstream/service-kit';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';
import { flowEngineService } from '../flow-engine.service.js';
import type { flowEngineSettings } from '../flow-engine.settings.js';
import { BedSegments } from '../persistence/bed-segments.js';
import { FacilityStore } from '../persistence/facility-store.js';
import { QualityStore } from '../persistence/quality-store.js';
import { FlowWriter } from './flow-writer.js';

const now = Date.parse('2026-01-13T00:00:00.000Z');
const clock = new FixedClock(now);
const poll = { quality: nothingHeard, newHour: false, scope: 'all', despite: false, at: null } as const;

let postgres: TestPostgres;
let dataSource: ReturnType<typeof createDataSource>;
let unitOfWork: UnitOfWork;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase('behind');
  dataSource = createDataSource({ url, schema: 'flow_engine', poolSize: 4, applicationName: 'suite' });
  await dataSource.initialize();
  await migrate(dataSource, 'flow_engine', [...messagingMigrations, ...flowEngineService.migrations]);
  unitOfWork = new UnitOfWork(dataSource, 'flow_engine');
  await unitOfWork.query('CREATE TABLE log_position (next integer NOT NULL)');
  await unitOfWork.query('CREATE TABLE told (place serial, subject text, version integer, data json)');
});
afterAll(async () => {
  await dataSource?.destroy();
  await postgres?.stop();
});

/** How a write ends: it commits; it fails; or it commits and its process dies, or loses the connection, before it hears of that. */
type Ending = 'committed' | 'failed' | 'unheard';

/** One process that folds a log and writes, as a view does that follows one: what it has not written it knows by key and place. */
class Replica {
  readonly known: FacilityRegistry;
  private readonly writer: FlowWriter;
  private readonly unwritten = new Map<string, number>();
  private next = 0;
  private isFresh = true;

  private constructor(private readonly log: readonly EventEnvelope[]) {
    const [store, quality] = [new FacilityStore(), new QualityStore()];
    const outbox = { publish } as unknown as Outbox;
    const config = { rules: [] } as unknown as ConfigOf<typeof flowEngineSettings>;
    this.known = new FacilityRegistry(store, quality, clock);
    this.writer = new FlowWriter(store, new BedSegments(), quality, outbox, clock, config);
  }

  static async start(log: readonly EventEnvelope[]): Promise<Replica> {
    const replica = new Replica(log);
    await unitOfWork.read(async (tx) => {
      replica.next = await stored(tx);
      await replica.known.load(tx);
    });
    return replica;
  }

  fold(count: number): void {
    for (const event of this.log.slice(this.next, this.next + count)) {
      const key = this.known.fold(event, { topic: 'log', offset: this.next });
      if (key !== null) this.unwritten.set(key, this.next);
      this.next += 1;
    }
  }

  /** Does nothing where another has written further than this one has read. */
  async write(ending: Ending): Promise<void> {
    let settle: () => void = () => undefined;
    const [keys, upTo] = [[...this.unwritten.keys()], this.next];
    const facility = this.known.of(FACILITY);
    const failure = new Error('the transaction fails');
    const isWritten = await unitOfWork
      .run(async (tx) => {
        const at = await stored(tx, 'FOR UPDATE');
        if (at > this.next) return false;
        if (this.isFresh) await this.writer.take(tx, [facility]);
        settle = await this.writer.write(tx, [{ facility, keys, poll }]);
        await tx.query('UPDATE log_position SET next = $1', [upTo]);
        if (ending === 'failed') throw failure;
        return true;
      })
      .catch((error: unknown) => {
        if (error !== failure) throw error;
        return false;
      });
    if (!isWritten || ending !== 'committed') return;
    this.isFresh = false;
    settle();
    for (const key of keys) if (this.unwritten.get(key)! < upTo) this.unwritten.delete(key);
  }
}

/** What an outbox does: it is told where the transaction commits. */
async function publish(tx: Tx, events: readonly AnyNewEvent[]): Promise<void> {
  await tx.query('INSERT INTO told (subject, version, data) SELECT * FROM unnest($1::text[], $2::int[], $3::json[])', [
    events.map((e) => e.subject),
    events.map((e) => e.aggregateVersion),
    events.map((e) => JSON.stringify(e.data)),
  ]);
}

async function stored(tx: Tx, lock = ''): Promise<number> {
  const [row] = await tx.query<{ next: number }>(`SELECT next FROM log_position ${lock}`);
  return row!.next;
}

function contents({ configuration, beds, encounters, requests, plans }: FacilityState): unknown {
  const sorted = (map: ReadonlyMap<string, unknown>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return [configuration, sorted(beds), sorted(encounters), sorted(requests), sorted(plans)];
}

const replicas = 3;
const act = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('fold' as const), count: fc.integer({ min: 1, max: 40 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('write' as const),
      ending: fc.constantFrom<Ending>('committed', 'committed', 'failed', 'unheard'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('crash' as const) }) },
);
const step = fc.record({ who: fc.integer({ min: 0, max: replicas - 1 }), what: act });

describe('what is folded in memory and written behind', () => {
  it('ends equal to the pure fold, and no version is told twice, whichever process dies or is not heard when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.array(step, { minLength: 5, maxLength: 40 }),
        async (seed, steps) => {
          await unitOfWork.query(
            'TRUNCATE facility, aggregate, bed_segment, quality_fact, invalid_clock, told, log_position',
          );
          await unitOfWork.query('INSERT INTO log_position VALUES (0)');
          const hospital = randomHospital(seed, 80);
          const log = interleaved(hospital.events, seed);
          const all = await Promise.all(Array.from({ length: replicas }, () => Replica.start(log)));
          for (const { who, what } of steps) {
            if (what.act === 'fold') all[who]!.fold(what.count);
            else if (what.act === 'write') await all[who]!.write(what.ending);
            else all[who] = await Replica.start(log);
          }
          const last = all[0]!;
          last.fold(log.length);
          await last.write('committed');

          const whole = withoutClosed(foldEvents(emptyFacility(FACILITY), log, now));
          expect(contents(last.known.of(FACILITY).live.state)).toEqual(contents(whole));
          const { known } = await Replica.start(log);
          expect(contents(known.of(FACILITY).live.state)).toEqual(contents(whole));

          const segments = await unitOfWork.query(
            'SELECT bed_id, from_at, to_at, state FROM bed_segment ORDER BY bed_id, from_at',
          );
          const expected = [...hospital.beds].flatMap(([id, bed]) =>
            bed.segments.map(({ from, to, state }) => {
              return { bed_id: id, from_at: new Date(from), to_at: to === null ? null : new Date(to), state };
            }),
          );
          const inOrder = (a: (typeof expected)[0], b: (typeof expected)[0]) =>
            a.bed_id === b.bed_id ? a.from_at.getTime() - b.from_at.getTime() : a.bed_id < b.bed_id ? -1 : 1;
          expect([...(segments as typeof expected)].sort(inOrder)).toEqual(expected.sort(inOrder));
          await expectToldOnce(whole);
        },
      ),
      { numRuns: 25 },
    );
  }, 300_000);
});

/** Everything that was published: each thing in versions that grow by one, the last one as it is. */
async function expectToldOnce(state: FacilityState): Promise<void> {
  const rows = await unitOfWork.query<{ subject: string; version: number; data: UnitOccupancyData }>(
    'SELECT subject, version, data FROM told ORDER BY place',
  );
  const versions = new Map<string, number[]>();
  const figures = new Map<string, UnitOccupancyData>();
  for (const { subject, version, data } of rows) {
    versions.set(subject, [...(versions.get(subject) ?? []), version]);
    if (subject.startsWith(`${FACILITY}/`)) figures.set(data.unit, data);
  }
  for (const told of versions.values()) expect(told).toEqual(told.map((_, i) => i + 1));
  const whole = facilityOccupancy(state, now);
  expect([...figures.values()].map(({ version: _version, ...rest }) => rest).sort(byUnit)).toEqual(
    [...whole].sort(byUnit),
  );
}

function byUnit(a: { readonly unit: string }, b: { readonly unit: string }): number {
  return a.unit < b.unit ? -1 : 1;
}
