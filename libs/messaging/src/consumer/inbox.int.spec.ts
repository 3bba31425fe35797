import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deterministicId, newId } from '@wardstream/kernel';
import { createDataSource, migrate, UnitOfWork, type DataSource } from '@wardstream/persistence';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import fc from 'fast-check';
import { messagingMigrations } from '../migrations.js';
import { idInPublication, placeInPublication } from '../publication.js';
import { admitToInbox, pruneInbox } from './inbox.js';
import type { Incoming } from './incoming-event.js';

const day = 24 * 3_600_000;

/** As much of a record that was read as the inbox looks at. */
function incomingOf(eventId: string, topic = 't1', key = 'NGH'): Incoming {
  const record = { topic, key, partition: 0, offset: '0', headers: {}, value: '', appendedAtMs: 0 };
  const place = placeInPublication(eventId);
  return { record, eventId, source: 'admissions', place, lane: `${topic} ${key} ${eventId}` } as Incoming;
}

describe('the inbox', () => {
  let postgres: TestPostgres;
  let dataSource: DataSource;
  let unitOfWork: UnitOfWork;

  beforeAll(async () => {
    postgres = await startPostgres();
    dataSource = createDataSource({ url: postgres.url, schema: 'inbox', poolSize: 4, applicationName: 'inbox test' });
    await dataSource.initialize();
    await migrate(dataSource, 'inbox', messagingMigrations);
    unitOfWork = new UnitOfWork(dataSource, 'inbox');
  }, 60_000);
  afterAll(async () => {
    await dataSource?.destroy();
    await postgres?.stop();
  });
  beforeEach(() => unitOfWork.query('TRUNCATE inbox, inbox_event, inbox_publication, parked_lane'));

  const admitted = (incoming: readonly Incoming[]): Promise<string[]> =>
    unitOfWork.run(async (tx) => (await admitToInbox(tx, incoming)).fresh.map(({ eventId }) => eventId));
  const rowsOf = async (table: string): Promise<number> =>
    (await unitOfWork.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]!.n;

  it('admits each event once and in order, whatever relays append again, batches cut and crashes take back', async () => {
    const topics = ['t1', 't2'];
    const step = fc.record({
      /** Rows of the outbox that a relay takes, and whether it is told that the log has them. */
      taken: fc.integer({ min: 1, max: 6 }),
      acknowledged: fc.boolean(),
      /** Topics that took their part of an append which failed for the others. */
      partly: fc.constantFrom(0, 0, 1, 2),
      /** Records of each topic that a batch takes, and what becomes of it. */
      batch: fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })),
      outcome: fc.constantFrom('committed', 'committed', 'rolled back', 'offsets lost', 'cut in two'),
    });
    const publications = fc.array(
      fc.array(
        fc.record({
          topic: fc.constantFrom(...topics),
          key: fc.constantFrom('NGH', 'SGH'),
          givenId: fc.constantFrom(false, false, false, true),
          /** A version before this one has handled it. */
          former: fc.constantFrom(false, false, false, false, true),
        }),
        { minLength: 1, maxLength: 8 },
      ),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(publications, fc.array(step, { minLength: 3, maxLength: 25 }), async (committed, steps) => {
        await unitOfWork.query('TRUNCATE inbox, inbox_event, inbox_publication');
        const outbox: Incoming[] = [];
        const handled: string[] = [];
        // A version before this one had read so far: what it handled comes first of all in its topic and key.
        const seen = new Set<string>();
        for (const events of committed) {
          const publication = newId();
          for (const [place, { topic, key, givenId, former }] of events.entries()) {
            const id = givenId
              ? deterministicId('given', publication, String(place))
              : idInPublication({ publication, place });
            outbox.push(incomingOf(id, topic, key));
            if (!former || seen.has(`${topic} ${key}`)) seen.add(`${topic} ${key}`);
            else {
              await unitOfWork.query('INSERT INTO inbox (event_id, source) VALUES ($1, $2)', [id, 'admissions']);
              handled.push(id);
            }
          }
        }
        const all = [...outbox];
        const log = new Map<string, Incoming[]>(topics.map((topic) => [topic, []]));
        const cursors = new Map(topics.map((topic) => [topic, 0]));
        const append = (records: readonly Incoming[], to: readonly string[]) => {
          for (const each of records) if (to.includes(each.record.topic)) log.get(each.record.topic)!.push(each);
        };
        const consume = async (sizes: readonly number[], outcome: string) => {
          const batch = topics.flatMap((topic, i) => {
            const from = cursors.get(topic)!;
            return log.get(topic)!.slice(from, from + sizes[i]!);
          });
          const parts =
            outcome === 'cut in two'
              ? [batch.slice(0, Math.ceil(batch.length / 2)), batch.slice(Math.ceil(batch.length / 2))]
              : [batch];
          for (const part of parts) {
            const work = unitOfWork.run(async (tx) => {
              const { fresh } = await admitToInbox(tx, part);
              if (outcome === 'rolled back') throw new Error('rolled back');
              return fresh.map(({ eventId }) => eventId);
            });
            handled.push(...(await work.catch(() => [])));
          }
          if (outcome === 'rolled back') return;
          if (outcome === 'offsets lost') topics.forEach((topic) => cursors.set(topic, 0));
          else
            topics.forEach((topic, i) =>
              cursors.set(topic, Math.min(log.get(topic)!.length, cursors.get(topic)! + sizes[i]!)),
            );
        };
        for (const { taken, acknowledged, partly, batch, outcome } of steps) {
          const pass = outbox.slice(0, taken);
          if (partly > 0) append(pass, [topics[partly - 1]!]);
          else {
            append(pass, topics);
            if (acknowledged) outbox.splice(0, taken);
          }
          await consume(batch, outcome);
        }
        append(outbox, topics);
        while (topics.some((topic) => cursors.get(topic)! < log.get(topic)!.length)) await consume([7, 7], 'committed');

        expect([...handled].sort()).toEqual(all.map(({ eventId }) => eventId).sort());
        for (const topic of topics) {
          for (const key of ['NGH', 'SGH']) {
            const own = all.filter(({ record }) => record.topic === topic && record.key === key).map((e) => e.eventId);
            expect(handled.filter((id) => own.includes(id))).toEqual(own);
          }
        }
      }),
      { numRuns: Number(process.env['INBOX_RUNS'] ?? 30) },
    );
  }, 60_000);

  it('keeps one row for a publication in each topic and key, however many events it has', async () => {
    const publication = newId();
    const events = Array.from({ length: 300 }, (_, place) =>
      incomingOf(idInPublication({ publication, place }), `t${place % 2}`),
    );
    expect(await admitted(events)).toHaveLength(300);
    expect(await admitted(events)).toEqual([]);
    expect([await rowsOf('inbox_publication'), await rowsOf('inbox_event')]).toEqual([2, 0]);
  });

  it('lets two consumers of one partition wait for each other', async () => {
    const publication = newId();
    const ids = [0, 1, 2].map((place) => idInPublication({ publication, place }));
    const incoming = ids.map((id) => incomingOf(id));
    let second: Promise<string[]> | undefined;
    const first = await unitOfWork.run(async (tx) => {
      const { fresh } = await admitToInbox(tx, incoming.slice(0, 2));
      second = admitted(incoming);
      await eventually(async () => {
        const waiting = await unitOfWork.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
        expect(waiting).toHaveLength(1);
      });
      return fresh.map(({ eventId }) => eventId);
    });
    expect(first).toEqual(ids.slice(0, 2));
    expect(await second).toEqual(ids.slice(2));
  });

  it('says which lanes wait behind something that was put aside', async () => {
    const [one, other] = [incomingOf(newId()), incomingOf(newId())];
    await unitOfWork.query(
      `INSERT INTO parked_lane (lane, partition, state) VALUES ($1, 0, 'dead'), ('another', 0, 'dead')`,
      [one.lane],
    );
    const { blockedLanes } = await unitOfWork.run((tx) => admitToInbox(tx, [one, other]));
    expect([...blockedLanes]).toEqual([one.lane]);
  });

  it('forgets what is older than it is kept, and nothing that came late or lately', async () => {
    const idAt = (ms: number) =>
      `${ms
        .toString(16)
        .padStart(12, '0')
        .replace(/^(.{8})/, '$1-')}-7000-8000-000000000000`;
    const ago = (days: number) => Date.now() - days * day;
    const received = async (daysAgo: number, incoming: Incoming) => {
      await admitted([incoming]);
      await unitOfWork.query(
        `WITH p AS (UPDATE inbox_publication SET received_at = now() - $1 * interval '1 day' WHERE received_at > now() - interval '1 minute')
         UPDATE inbox_event SET received_at = now() - $1 * interval '1 day' WHERE received_at > now() - interval '1 minute'`,
        [daysAgo],
      );
    };
    const old = incomingOf(idInPublication({ publication: idAt(ago(11)), place: 0 }));
    const late = incomingOf(idInPublication({ publication: idAt(ago(12)), place: 0 }));
    const alone = incomingOf(deterministicId('alone'));
    const young = incomingOf(deterministicId('young'));
    await received(11, old);
    await received(2, late);
    await received(11, alone);
    await received(9, young);
    await unitOfWork.query(`INSERT INTO inbox VALUES ('x', 'y', now() - interval '11 days')`);
    expect(await pruneInbox(unitOfWork, 10 * day, new AbortController().signal)).toBe(3);
    expect(await admitted([old, late, alone, young])).toEqual([old, alone].map(({ eventId }) => eventId));
    expect(await rowsOf('inbox')).toBe(0);
  });
});
