import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { deterministicId, newOpaqueId } from '@wardstream/kernel';
import { createDataSource, migrate, UnitOfWork, type DataSource } from '@wardstream/persistence';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { messagingMigrations, silentLogger } from '@wardstream/messaging';
import type { AttemptOutcome, NewDelivery } from './delivery.js';
import { DeliveryDispatcher, type DeliveryTarget } from './delivery-dispatcher.js';
import { deliveriesMigration } from './delivery-migration.js';
import { DeliveryQueue } from './delivery-queue.js';

const delivered = { kind: 'delivered' } as const;

/** A destination that answers as it is told and notes what it was sent. */
class Outside implements DeliveryTarget {
  readonly got: string[] = [];
  readonly longestAttemptMs = 500;
  readonly pausesMs = [20, 50] as const;
  lingerMs = 0;
  inFlight = 0;
  mostInFlight = 0;
  rests = 0;
  answer: (about: string, times: number) => AttemptOutcome | null | Promise<AttemptOutcome | null> = () => delivered;
  constructor(readonly name: string) {}

  async attempt({ about, content }: { about: string; content: Buffer }): Promise<AttemptOutcome | null> {
    expect(content.toString()).toBe(`content of ${about}`);
    this.mostInFlight = Math.max(this.mostInFlight, ++this.inFlight);
    this.got.push(about);
    await new Promise((resolve) => setImmediate(resolve));
    const outcome = await this.answer(about, this.got.filter((g) => g === about).length);
    this.inFlight -= 1;
    return outcome;
  }

  rest(): void {
    this.rests += 1;
  }
}

describe('deliveries', () => {
  let postgres: TestPostgres;
  let url: string;
  let dataSource: DataSource;
  let unitOfWork: UnitOfWork;
  let dispatchers: DeliveryDispatcher[];

  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase('deliveries');
  }, 60_000);
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    const schema = `s${newOpaqueId().replaceAll('-', '').slice(0, 12)}`;
    dataSource = createDataSource({ url, schema, poolSize: 10, applicationName: 'deliveries test' });
    await dataSource.initialize();
    await migrate(dataSource, schema, [...messagingMigrations, deliveriesMigration]);
    unitOfWork = new UnitOfWork(dataSource, schema);
    dispatchers = [];
  });
  afterEach(async () => {
    await Promise.all(dispatchers.map((d) => d.stop()));
    await dataSource.destroy();
  });

  const begin = (...targets: DeliveryTarget[]): { queue: DeliveryQueue; dispatcher: DeliveryDispatcher } => {
    const queue = new DeliveryQueue(unitOfWork);
    const dispatcher = new DeliveryDispatcher({ queue, logger: silentLogger, targets: () => targets, pollMs: 50 });
    dispatchers.push(dispatcher);
    dispatcher.start();
    return { queue, dispatcher };
  };
  const idOf = (destination: string, about: string): string => deterministicId('delivery', destination, about);
  const delivery = (destination: string, about: string): NewDelivery => ({
    ...{ id: idOf(destination, about), destination, kind: 'test', facility: null, about },
    ...{ content: Buffer.from(`content of ${about}`), details: { about } },
  });
  const add = (queue: DeliveryQueue, destination: string, ...about: string[]): Promise<void> =>
    unitOfWork.run((tx) =>
      queue.add(
        tx,
        about.map((a) => delivery(destination, a)),
      ),
    );
  const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `m${from + i}`);
  const states = async (queue: DeliveryQueue, name: string): Promise<string[]> =>
    (await queue.list(name, { limit: 100 })).reverse().map((d) => `${d.about} ${d.state}`);

  it('arrive in order, one at a time, each once where nothing goes wrong', async () => {
    const ehr = new Outside('ehr');
    const { queue } = begin(ehr);
    for (let i = 0; i < 10; i += 1) await add(queue, 'ehr', ...numbers(i * 5, i * 5 + 5));
    await eventually(() => ehr.got.length === 50);
    expect(ehr.got).toEqual(numbers(0, 50));
    expect(ehr.mostInFlight).toBe(1);
  });

  it('are none where the transaction rolled back, and one where it was asked for twice', async () => {
    const ehr = new Outside('ehr');
    const { queue } = begin(ehr);
    await expect(
      unitOfWork.run(async (tx) => {
        await queue.add(tx, [delivery('ehr', 'gone')]);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    await add(queue, 'ehr', 'm1');
    await add(queue, 'ehr', 'm1', 'm2');
    await eventually(() => ehr.got.includes('m2'));
    await add(queue, 'ehr', 'm1', 'm3');
    await eventually(() => ehr.got.includes('m3'));
    expect(ehr.got).toEqual(['m1', 'm2', 'm3']);
  });

  it('that fail are tried until they arrive, and hold back their own destination alone', async () => {
    const [dead, well] = [new Outside('dead'), new Outside('well')];
    let down = true;
    dead.answer = () => (down ? { kind: 'failed', cause: 'ECONNREFUSED' } : delivered);
    const { queue } = begin(dead, well);
    await add(queue, 'dead', 'm1', 'm2');
    await add(queue, 'well', 'm1', 'm2');
    await eventually(() => well.got.length === 2 && dead.got.length > 3);
    expect(new Set(dead.got)).toEqual(new Set(['m1']));
    expect((await queue.standings(['dead']))[0]).toMatchObject({
      ...{ pending: 2, rejected: 0, headCause: 'ECONNREFUSED', lastDeliveredAt: null },
    });
    down = false;
    await eventually(() => dead.got.includes('m2'));
    expect(await states(queue, 'dead')).toEqual(['m1 delivered', 'm2 delivered']);
    expect(well.got).toEqual(['m1', 'm2']);
  });

  it('that are refused are set aside after so many times, and the next one follows', async () => {
    const ehr = new Outside('ehr');
    ehr.answer = (about) => (about === 'm2' ? { kind: 'refused', cause: 'AE', most: 3 } : delivered);
    const { queue } = begin(ehr);
    await add(queue, 'ehr', 'm1', 'm2', 'm3');
    await eventually(() => ehr.got.includes('m3'));
    expect(ehr.got).toEqual(['m1', 'm2', 'm2', 'm2', 'm3']);
    await eventually(async () =>
      expect(await states(queue, 'ehr')).toEqual(['m1 delivered', 'm2 rejected', 'm3 delivered']),
    );
    // A person resends it, once it is mended.
    ehr.answer = () => delivered;
    expect(await queue.resend('ehr', idOf('ehr', 'm2'), 'ada')).toBe(true);
    await eventually(async () =>
      expect(await states(queue, 'ehr')).toEqual(['m1 delivered', 'm2 delivered', 'm3 delivered']),
    );
    expect(ehr.got.at(-1)).toBe('m2');
  });

  it('are given up after a time where the destination says so', async () => {
    const ehr = new Outside('ehr');
    ehr.answer = (about) => (about === 'm1' ? { kind: 'failed', cause: 'gone', giveUpAfterMs: 30 } : delivered);
    const { queue } = begin(ehr);
    await add(queue, 'ehr', 'm1', 'm2');
    await eventually(async () => expect(await states(queue, 'ehr')).toEqual(['m1 rejected', 'm2 delivered']));
    expect((await queue.list('ehr', { state: 'rejected', limit: 1 }))[0]).toMatchObject({
      lastCause: 'given up: gone',
    });
  });

  it('can be skipped, paused and resumed', async () => {
    const ehr = new Outside('ehr');
    let down = true;
    ehr.answer = () => (down ? { kind: 'failed', cause: 'down' } : delivered);
    const { queue } = begin(ehr);
    await add(queue, 'ehr', 'm1', 'm2');
    await eventually(() => ehr.got.length > 0);
    expect(await queue.skip('ehr', idOf('ehr', 'm1'), 'ada', 'the EHR knows it')).toBe(true);
    expect(await queue.skip('ehr', idOf('ehr', 'm1'), 'ada', 'again')).toBe(false);
    await eventually(() => ehr.got.includes('m2'));
    await queue.pause('ehr', 'ada', 'maintenance');
    await queue.pause('ehr', 'bob', 'again');
    expect((await queue.standings(['ehr']))[0]).toMatchObject({ pausedBy: 'ada', pauseReason: 'maintenance' });
    down = false;
    await eventually(() => ehr.inFlight === 0);
    expect(await queue.waiting(['ehr'])).toEqual([]);
    expect(await queue.next('ehr')).toBeNull();
    const before = ehr.got.length;
    await queue.resume('ehr');
    await eventually(async () => expect(await states(queue, 'ehr')).toEqual(['m1 skipped', 'm2 delivered']));
    expect(ehr.got.length).toBeLessThanOrEqual(before + 1);
    expect((await queue.list('ehr', { state: 'skipped', limit: 1 }))[0]).toMatchObject({
      ...{ settledBy: 'ada', reason: 'the EHR knows it' },
    });
  });

  it('are sent by one of several processes, in order, and taken over when that one stops amid an attempt', async () => {
    const [one, two] = [new Outside('ehr'), new Outside('ehr')];
    one.lingerMs = two.lingerMs = 60_000;
    const first = begin(one);
    await add(first.queue, 'ehr', 'm0');
    await eventually(() => one.got.length === 1);
    begin(two);
    let stuck = false;
    one.answer = (about) => {
      if (about !== 'm7') return delivered;
      stuck = true;
      return new Promise((resolve) => setTimeout(() => resolve(null), 100));
    };
    await add(first.queue, 'ehr', ...numbers(1, 15));
    await eventually(() => stuck);
    expect(two.got).toEqual([]);
    await first.dispatcher.stop();
    expect(one.rests).toBe(1);
    await eventually(() => two.got.includes('m14'));
    expect([...one.got, ...two.got.slice(1)]).toEqual(numbers(0, 15));
    expect(two.got[0]).toBe('m7');
  });

  it('are taken over from a process that is gone without a word', async () => {
    const ehr = new Outside('ehr');
    const dead = new DeliveryQueue(unitOfWork);
    await add(dead, 'ehr', 'm1');
    expect(await dead.hold('ehr', 0.3)).toBe(true);
    const { queue } = begin(ehr);
    expect(await queue.hold('ehr', 10)).toBe(false);
    await eventually(() => ehr.got.length === 1);
  });

  it('are forgotten in two steps: first what was said, much later that it was', async () => {
    const ehr = new Outside('ehr');
    const { queue, dispatcher } = begin(ehr);
    await add(queue, 'ehr', 'm1');
    await eventually(async () => expect(await states(queue, 'ehr')).toEqual(['m1 delivered']));
    await unitOfWork.query(`UPDATE delivery SET settled_at = now() - interval '31 days'`);
    await queue.prune(30, 400);
    expect((await queue.read('ehr', idOf('ehr', 'm1')))!.content).toBeNull();
    expect(await queue.resend('ehr', idOf('ehr', 'm1'), 'ada')).toBe(false);
    await add(queue, 'ehr', 'm1');
    expect(await states(queue, 'ehr')).toEqual(['m1 delivered']);
    await unitOfWork.query(`UPDATE delivery SET settled_at = now() - interval '401 days'`);
    await queue.prune(30, 400);
    expect(await states(queue, 'ehr')).toEqual([]);
    await dispatcher.stop();
  });

  it('of names with a beginning are found by it', async () => {
    const queue = new DeliveryQueue(unitOfWork);
    for (const name of ['a/1', 'a/2', 'a/2', 'b/1']) await add(queue, name, newOpaqueId());
    expect(await queue.destinations('a/')).toEqual(['a/1', 'a/2']);
    expect(await queue.destinations('c/')).toEqual([]);
  });

  it('ask the database nothing while there is nobody to send to', async () => {
    let queries = 0;
    const counted = { query: () => Promise.resolve(void queries++) } as unknown as UnitOfWork;
    const queue = new DeliveryQueue(counted);
    const dispatcher = new DeliveryDispatcher({ queue, logger: silentLogger, targets: () => [], pollMs: 5 });
    dispatchers.push(dispatcher);
    dispatcher.start();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(queries).toBe(0);
  });
});
