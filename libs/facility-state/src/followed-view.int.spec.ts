import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PostgresDeadLetters } from '@wardstream/messaging';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import fc from 'fast-check';
import { foldOf, Replica, report } from './replica.harness.js';

describe('a view that follows the log', () => {
  let postgres: TestPostgres;
  let databases = 0;
  let living: Replica[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(living.splice(0).map((replica) => replica.stop()));
  });
  afterAll(async () => {
    await postgres?.stop();
  });

  const database = () => postgres.createDatabase(`view_${++databases}`);
  const start = async (...args: Parameters<typeof Replica.start>): Promise<Replica> => {
    const replica = await Replica.start(...args);
    living.push(replica);
    return replica;
  };
  const kill = async (replica: Replica): Promise<void> => {
    living = living.filter((each) => each !== replica);
    await replica.kill();
  };
  const facilities = ['NGH', 'SGH', 'EAST', 'WEST', 'F5', 'F6'];

  it('ends equal to the pure fold, in memory and in rows, whichever replica dies between fold and write', async () => {
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('start' as const) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('kill' as const),
          which: fc.nat(),
          // In the middle of its next write, or wherever it is.
          inWrite: fc.boolean(),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('stop' as const), which: fc.nat() }) },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 120 }) }) },
    );
    const thing = fc.tuple(
      fc.constantFrom(...facilities),
      fc.integer({ min: 0, max: 8 }),
      fc.integer({ min: 1, max: 30 }),
      fc.constantFrom(
        'sound' as const,
        'sound' as const,
        'sound' as const,
        'sound' as const,
        'broken' as const,
        'refused' as const,
      ),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 4, maxLength: 12 }),
        fc.array(thing, { minLength: 40, maxLength: 120 }),
        async (steps, things) => {
          const url = await database();
          const told = things.map(([f, s, version, kind]) => report(f, `bed-${s}`, version, kind));
          const appended: typeof told = [];
          const writer = await start(url);
          let next = 0;
          for (const action of steps) {
            const victim =
              'which' in action && living.length > 1 ? living[1 + (action.which % (living.length - 1))]! : undefined;
            if (action.kind === 'append') {
              const batch = Array.from({ length: action.count }, () => told[next++ % told.length]!);
              await writer.log.append(batch);
              appended.push(...batch);
            } else if (action.kind === 'start') {
              if (living.length < 4) await start(url);
            } else if (action.kind === 'wait') await sleep(action.ms);
            else if (victim !== undefined && action.kind === 'stop') {
              living = living.filter((each) => each !== victim);
              await victim.stop();
            } else if (victim !== undefined) {
              if (action.kind === 'kill' && action.inWrite) {
                victim.fold.beforeRows = () => Promise.reject(new Error('killed in its write'));
                await sleep(30);
              }
              await kill(victim);
            }
          }
          const wanted = foldOf(appended);
          const last = await start(url);
          for (const replica of living) await eventually(() => expect(replica.fold.things).toEqual(wanted));
          await eventually(async () => expect(await last.rows()).toEqual(wanted), { timeoutMs: 15_000 });
          // Each record that could not be taken is kept once.
          const poison = appended.length - appended.filter((r) => r.value.includes('"kind":"test"')).length;
          await eventually(async () => {
            const [row] = await last.unitOfWork.query<{ n: number; places: number }>(
              'SELECT count(*)::int AS n, count(DISTINCT (topic, partition, "offset"))::int AS places FROM parked_message',
            );
            expect(row).toEqual({ n: poison, places: poison });
          });
          // And from the rows alone.
          await Promise.all(living.splice(0).map((replica) => replica.stop()));
          const anew = await start(url);
          expect(anew.fold.things).toEqual(wanted);
          await Promise.all(living.splice(0).map((replica) => replica.stop()));
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  }, 240_000);

  it('writes coalesced, and only from one replica for a lane', async () => {
    const url = await database();
    const [one, two] = [await start(url, { writeEveryMs: 100 }), await start(url, { writeEveryMs: 100 })];
    await eventually(() => {
      const held = (replica: Replica) => replica.view.partitions().filter((p) => replica.view.holds(p));
      expect(held(one).length + held(two).length).toBe(one.view.partitions().length);
      expect(held(one).filter((p) => held(two).includes(p))).toEqual([]);
      expect(held(one).length).toBeGreaterThan(0);
      expect(held(two).length).toBeGreaterThan(0);
    });
    for (let version = 1; version <= 200; version += 1) await one.log.append([report('NGH', 'bed', version)]);
    await eventually(async () => expect((await one.rows()).get('NGH/bed')).toBe(200));
    expect(two.fold.things.get('NGH/bed')).toBe(200);
    expect(one.fold.writes + two.fold.writes).toBeLessThan(100);
  });

  it('does not write any more once its lease was taken by another, and finds what is to be written when it gets it back', async () => {
    const url = await database();
    // It never says again that it lives.
    const stalled = await start(url, { beatMs: 600_000, leaseMs: 500 });
    await eventually(() => expect(stalled.view.partitions().every((p) => stalled.view.holds(p))).toBe(true));
    await stalled.log.append(facilities.map((f) => report(f, 'bed', 1)));
    await eventually(async () => expect((await stalled.rows()).size).toBe(facilities.length));
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const other = await start(url);
    await eventually(() => expect(other.view.partitions().every((p) => other.view.holds(p))).toBe(true));
    other.fold.beforeRows = () => opened;
    const before = stalled.fold.writes;
    await stalled.log.append(facilities.map((f) => report(f, 'bed', 2)));
    await eventually(() => expect(stalled.fold.lostLanes.length).toBeGreaterThan(0));
    expect(stalled.fold.writes).toBe(before);
    expect([...(await other.rows()).values()].every((version) => version === 1)).toBe(true);
    open();
    await eventually(async () =>
      expect([...(await other.rows()).values()].every((version) => version === 2)).toBe(true),
    );
  });

  it('goes on where a replica died, within the lease, with nothing lost', async () => {
    const url = await database();
    const [first, second] = [await start(url), await start(url)];
    await eventually(() => expect(second.view.partitions().some((p) => second.view.holds(p))).toBe(true));
    second.fold.beforeRows = () => Promise.reject(new Error('killed in its write'));
    await first.log.append(facilities.map((f) => report(f, 'bed', 1)));
    await eventually(() => expect(second.fold.things.size).toBe(facilities.length));
    await kill(second);
    await eventually(async () => expect(await first.rows()).toEqual(first.fold.things));
    expect(first.fold.things.size).toBe(facilities.length);
  });

  it('keeps a dead letter once where it takes over a lane of which it has read less than was written', async () => {
    const url = await database();
    const first = await start(url, { beatMs: 600_000, leaseMs: 600_000 });
    await eventually(() => expect(first.view.partitions().every((p) => first.view.holds(p))).toBe(true));
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    const behind = await start(url, { beatMs: 30_000, leaseMs: 120_000 }, () => opened);
    await first.log.append([report('NGH', 'bed', 1, 'broken'), report('NGH', 'bed', 2, 'refused')]);
    const kept = async () =>
      (await behind.unitOfWork.query<{ n: number }>('SELECT count(*)::int AS n FROM parked_message'))[0]!.n;
    await eventually(async () => expect(await kept()).toBe(2));
    await first.stop();
    living = living.filter((each) => each !== first);
    behind.view.lookForDueEvents();
    const ends = behind.view.partitions();
    await eventually(async () => {
      const [row] = await behind.unitOfWork.query<{ n: number }>(
        'SELECT count(*)::int AS n FROM view_lane WHERE holder IS NOT NULL',
      );
      expect(row!.n).toBe(ends.length);
    });
    await behind.log.append([report('NGH', 'bed', 3), ...facilities.map((f) => report(f, 'other', 1))]);
    open();
    await eventually(async () => expect(await behind.rows()).toEqual(behind.fold.things));
    expect(behind.fold.things.get('NGH/bed')).toBe(3);
    expect(await kept()).toBe(2);
    expect(behind.view.letters()).toHaveLength(2);
  });

  it('reads past what a later version published and it does not understand', async () => {
    const one = await start(await database());
    await one.log.append([report('NGH', 'bed', 1), report('NGH', 'bed', 2, 'later'), report('NGH', 'other', 1)]);
    await eventually(async () =>
      expect(Object.fromEntries(await one.rows())).toEqual({ 'NGH/bed': 1, 'NGH/other': 1 }),
    );
    await eventually(() => expect(one.view.lag().every(({ lag }) => lag === 0)).toBe(true));
    expect(one.view.letters()).toEqual([]);
  });

  it('isolates a change that cannot be written, and one that cannot be folded; redriven they are taken in every replica', async () => {
    const url = await database();
    const [one, two] = [await start(url), await start(url)];
    await one.unitOfWork.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN IF NEW.key = 'NGH/bad' AND NEW.version = 2 THEN RAISE EXCEPTION 'no'; END IF; RETURN NEW; END $$`,
    );
    await one.unitOfWork.query('CREATE TRIGGER refuse BEFORE INSERT ON thing FOR EACH ROW EXECUTE FUNCTION refuse()');
    await one.log.append([
      report('NGH', 'bad', 2),
      ...facilities.map((f) => report(f, 'good', 1)),
      report('NGH', 'broken', 1, 'broken'),
      report('NGH', 'broken', 2, 'refused'),
    ]);
    await eventually(async () => expect((await one.rows()).size).toBe(facilities.length));
    const letters = new PostgresDeadLetters(one.unitOfWork, () => one.view.lookForDueEvents());
    const listed = await eventually(async () => {
      const found = await letters.list();
      expect(found.map((l) => [l.event.subject, l.cause.code, l.waiting]).sort()).toEqual([
        ['bad', 'permanent-failure', 0],
        ['broken', 'invalid-data', 1],
      ]);
      for (const { view } of [one, two])
        expect(
          view
            .letters()
            .map((l) => l.subject)
            .sort(),
        ).toEqual(['bad', 'broken', 'broken']);
      return found;
    });
    await one.unitOfWork.query('DROP TRIGGER refuse ON thing');
    await letters.redrive(listed.find((l) => l.event.subject === 'bad')!.id);
    await eventually(async () => expect((await one.rows()).get('NGH/bad')).toBe(2));
    await letters.redrive(
      listed.find((l) => l.event.subject === 'broken')!.id,
      JSON.parse(report('NGH', 'broken', 1).value),
    );
    for (const replica of [one, two]) {
      await eventually(() => expect(replica.fold.things.get('NGH/broken')).toBe(1));
      await eventually(() =>
        expect(replica.view.letters().map((l) => [l.subject, l.version])).toEqual([['broken', 2]]),
      );
    }
    expect((await one.rows()).get('NGH/broken')).toBe(1);
    const [rest] = await letters.list();
    await letters.discard(rest!.id, 'suite', 'a test');
    for (const { view } of [one, two]) await eventually(() => expect(view.letters()).toEqual([]));
  });
});
