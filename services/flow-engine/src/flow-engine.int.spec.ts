import type { Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BottleneckData, EventEnvelope, UnitOccupancyData } from '@wardstream/events';
import { emptyFacility, facilityOccupancy, foldEvents, type ProcessClock } from '@wardstream/flow-model';
import {
  at,
  configuration,
  FACILITY,
  Hospital,
  interleaved,
  randomHospital,
  START,
} from '@wardstream/flow-model/simulated-hospital';
import { FixedClock, newId, seededRandom } from '@wardstream/kernel';
import { DeadLetters } from '@wardstream/messaging';
import { openSeverableProxy, serverOf } from '@wardstream/messaging/contract-suite';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { Ticker } from './bottleneck-ticks/ticker.js';
import { databases, FlowEngineUnderTest } from './flow-engine.fixture.spec.js';
import { FlowView } from './flow-writes/flow-view.js';
import type { OccupancyAnswer } from './occupancy/facility-occupancy.js';

interface Items<T> {
  readonly items: T[];
}

let postgres: TestPostgres;
const engines: FlowEngineUnderTest[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  for (const engine of engines) await engine.stop();
  await postgres?.stop();
});

async function start(
  [database, log]: readonly [string, string],
  clock: FixedClock,
  values: Record<string, string> = {},
): Promise<FlowEngineUnderTest> {
  const engine = await FlowEngineUnderTest.start(database, log, clock, values);
  engines.push(engine);
  return engine;
}

async function stop(engine: FlowEngineUnderTest): Promise<void> {
  engines.splice(engines.indexOf(engine), 1);
  await engine.stop();
}

/** Two polls: the first of a new process only takes note of where a facility stands. */
async function tick(engine: FlowEngineUnderTest): Promise<void> {
  const ticker = engine.service.get(Ticker);
  await ticker.tick();
  await ticker.tick();
}

function figures(events: readonly EventEnvelope[], now: number) {
  return facilityOccupancy(foldEvents(emptyFacility(FACILITY), events, now), now);
}

describe('the flow engine', () => {
  it('counts what the events tell, whatever their order across topics, repeats and restarts', async () => {
    const hospital = randomHospital(11, 400);
    const clock = new FixedClock(hospital.nowMs);
    const own = await databases(postgres, 'order');
    let engine = await start(own, clock);
    const shuffled = interleaved(hospital.events, 3).map((e, i, all) =>
      // A repeat in the log has the id it had; an older state may also come under a new id.
      all.indexOf(e) < i && i % 2 === 0 ? { ...e, id: newId() } : e,
    );
    const half = Math.floor(shuffled.length / 2);
    await engine.append(shuffled.slice(0, half));
    await eventually(() => expect(engine.published.length).toBeGreaterThan(0));
    await stop(engine);
    engine = await start(own, clock);
    await engine.append(shuffled.slice(half));
    await eventually(async () => {
      const { body } = await engine.get<OccupancyAnswer>(`${FACILITY}/occupancy`);
      expect(body.units).toEqual(figures(hospital.events, hospital.nowMs));
    });
  });

  it('tells which beds are free or will be, for what is needed, and of nobody in them', async () => {
    const hospital = new Hospital(configuration({ W1: 3, W2: 3 }));
    hospital.bed('W1-1', 'dirty');
    hospital.bed('W1-3', 'occupied', ['E1']);
    hospital.plan('E1', { status: 'pending', expectedAt: at(120) });
    hospital.bed('W2-3', 'reserved', [], 'E2');
    const engine = await start(await databases(postgres, 'free'), new FixedClock(hospital.nowMs));
    await engine.append(hospital.events);
    const asked = `${FACILITY}/free-beds?sex=female&isolation=contact&unit=W1`;
    await eventually(async () => {
      const { body } = await engine.get<Items<{ bedId: string; why: string; misfits: { code: string }[] }>>(asked);
      expect(body).toMatchObject({ facility: FACILITY, counts: { free: 1, soon: 2, unsuitable: 2 } });
      expect(body.items.map((b) => [b.bedId, b.why, b.misfits.map((m) => m.code)])).toEqual([
        ['W2-1', 'free', ['other-unit']],
        ['W1-1', 'dirty', []],
        ['W1-3', 'discharge-pending', []],
        ['W1-2', 'free', ['room-sex']],
        ['W2-2', 'free', ['room-sex', 'other-unit']],
      ]);
      expect(JSON.stringify(body)).not.toMatch(/E1|E2|A\.B\./);
    });
    const { status } = await engine.get(`${FACILITY}/free-beds?equipment=telemetry,jacuzzi`);
    expect(status).toBe(400);
  });

  it('publishes a unit only when something in it changed, with growing versions', async () => {
    const hospital = new Hospital(configuration({ ED: 2, W1: 3, W2: 3 }));
    const engine = await start(await databases(postgres, 'publish'), new FixedClock(hospital.nowMs));
    await engine.append(hospital.events);
    const latest = (unit: string) =>
      engine.of<UnitOccupancyData>('unit-occupancy-changed').filter((e) => e.data.unit === unit);
    await eventually(() => expect(latest('W1').at(-1)?.data).toMatchObject({ available: 3, denominator: 3 }));
    const before = { w1: latest('W1').length, w2: latest('W2').length };

    const told = hospital.events.length;
    hospital.bed('W1-1', 'occupied', ['P1']);
    hospital.bed('W1-2', 'occupied', ['P2']);
    hospital.encounter('P1', { location: { unit: 'W1', room: null, bed: '1', bedId: 'W1-1' } });
    await engine.append(hospital.events.slice(told));
    await eventually(() => expect(latest('W1').at(-1)?.data).toMatchObject({ occupied: 2, occupancyRate: 0.6667 }));
    await engine.append(hospital.events.slice(told).map((e) => ({ ...e, id: newId() })));
    hospital.bed('W1-3', 'dirty');
    await engine.append(hospital.events.slice(-1));
    await eventually(() => expect(latest('W1').at(-1)?.data).toMatchObject({ dirty: 1 }));

    expect(latest('W2')).toHaveLength(before.w2);
    // One for each batch at most: the repeats changed nothing, and an encounter in a known bed is no news of the unit.
    expect(latest('W1').length - before.w1).toBeLessThanOrEqual(3);
    const versions = latest('W1').map((e) => e.aggregateVersion);
    expect(versions).toEqual(versions.map((_, i) => i + 1));
  });

  it('keeps clocks and bottlenecks over a restart without reading a single event again', async () => {
    const hospital = new Hospital(configuration({ ED: 3, W1: 4 }));
    hospital.bed('W1-1', 'dirty');
    hospital.bed('ED-1', 'occupied', ['P1']);
    hospital.encounter('P1', { class: 'E', location: { unit: 'ED', room: null, bed: '1', bedId: 'ED-1' } });
    hospital.request('R1', { encounterId: 'P1', toUnit: 'W1', decisionToAdmitAt: at(0) });
    const clock = new FixedClock(hospital.nowMs);
    const [database, log] = await databases(postgres, 'restart');
    let engine = await start([database, log], clock);
    await engine.append(hospital.events);
    await eventually(async () => {
      expect((await engine.get<Items<ProcessClock>>(`${FACILITY}/clocks`)).body.items).toHaveLength(5);
    });
    clock.set(START + 130 * 60_000);
    await tick(engine);
    const clocks = (await engine.get<Items<ProcessClock>>(`${FACILITY}/clocks`)).body.items;
    const bottlenecks = (await engine.get<Items<BottleneckData>>(`${FACILITY}/bottlenecks`)).body.items;
    expect(bottlenecks.map((b) => [b.rule, b.severity])).toEqual(
      expect.arrayContaining([
        ['dirty-not-started', 'high'],
        ['ed-boarding', 'warn'],
        ['request-unassigned', 'high'],
      ]),
    );
    await eventually(() => expect(engine.of('bottleneck-changed')).toHaveLength(3));
    await stop(engine);

    // The restarted process is given an empty log: what it knows can only come from its rows.
    engine = await start([database, await postgres.createDatabase('restart_empty_log')], clock);
    expect((await engine.get<Items<ProcessClock>>(`${FACILITY}/clocks`)).body.items).toEqual(clocks);
    expect((await engine.get<Items<BottleneckData>>(`${FACILITY}/bottlenecks`)).body.items).toEqual(bottlenecks);
    await tick(engine);
    clock.set(START + 241 * 60_000);
    await engine.service.get(Ticker).tick();
    // Boarding is high from four hours on; the others go on as they are, with the figures of now.
    await eventually(() =>
      expect(
        engine
          .of<BottleneckData>('bottleneck-changed')
          .map((e) => [e.data.rule, e.data.severity, e.data.version, e.data.id])
          .sort(),
      ).toEqual(bottlenecks.map((b) => [b.rule, 'high', 2, b.id]).sort()),
    );
  });

  it('tells a bottleneck once, clears it by its fact, and goes on in version when it comes again', async () => {
    const hospital = new Hospital(configuration({ W1: 4 }));
    const clock = new FixedClock(hospital.nowMs);
    const engine = await start(await databases(postgres, 'bottleneck'), clock);
    const told = () => engine.of<BottleneckData>('bottleneck-changed').map((e) => [e.data.state, e.data.version]);
    const dirty = async (minute: number, state: 'dirty' | 'available') => {
      const known = hospital.events.length;
      hospital.minute = minute;
      hospital.bed('W1-2', state);
      await engine.append(hospital.events.slice(minute === 0 ? 0 : known));
      await eventually(async () => {
        const { body } = await engine.get<OccupancyAnswer>(`${FACILITY}/occupancy`);
        expect(body.units[0]!.dirty).toBe(state === 'dirty' ? 1 : 0);
      });
    };
    await dirty(0, 'dirty');
    clock.set(START + 40 * 60_000);
    await tick(engine);
    await tick(engine);
    await eventually(() => expect(told()).toEqual([['active', 1]]));
    await dirty(41, 'available');
    clock.set(START + 42 * 60_000);
    await tick(engine);
    await eventually(() =>
      expect(told()).toEqual([
        ['active', 1],
        ['cleared', 2],
      ]),
    );
    expect((await engine.get<Items<BottleneckData>>(`${FACILITY}/bottlenecks`)).body.items).toEqual([]);
    await dirty(50, 'dirty');
    clock.set(START + 90 * 60_000);
    await tick(engine);
    await eventually(() =>
      expect(told()).toEqual([
        ['active', 1],
        ['cleared', 2],
        ['active', 3],
      ]),
    );
  });

  it('moves the trend on at the full hour', async () => {
    const hospital = new Hospital(configuration({ W1: 4 }));
    hospital.bed('W1-1', 'occupied', ['P1']);
    const clock = new FixedClock(START);
    const engine = await start(await databases(postgres, 'hour'), clock);
    await engine.append(hospital.events);
    const trends = () => engine.of<UnitOccupancyData>('unit-occupancy-changed').map((e) => e.data.trend.slice(-3));
    await eventually(() => expect(trends().at(-1)).toEqual([null, null, 0.25]));
    await tick(engine);
    const before = trends().length;
    clock.set('2026-01-12T07:00:00.000Z');
    await tick(engine);
    clock.set('2026-01-12T07:00:00.001Z');
    await tick(engine);
    await tick(engine);
    await eventually(() => expect(trends()).toHaveLength(before + 1));
    expect(trends().at(-1)).toEqual([null, 0.25, 0.25]);
  });

  it('answers as of any time from the history, corrections included', async () => {
    const hospital = randomHospital(23, 600, 12);
    const engine = await start(await databases(postgres, 'asof'), new FixedClock(hospital.nowMs));
    await engine.append(hospital.events);
    await eventually(async () => {
      const { body } = await engine.get<OccupancyAnswer>(`${FACILITY}/occupancy`);
      expect(body.units).toEqual(figures(hospital.events, hospital.nowMs));
    });
    const random = seededRandom(5);
    const beds = [...hospital.beds.values()];
    for (let i = 0; i < 60; i += 1) {
      const when = new Date(START + Math.floor(random() * (hospital.nowMs - START))).toISOString();
      const { body } = await engine.get<OccupancyAnswer>(`${FACILITY}/occupancy?at=${when}`);
      expect(body.asOf).toBe(when);
      for (const unit of body.units) {
        const covering = beds
          .filter((b) => b.data.unit === unit.unit)
          .map((b) => b.segments.find((s) => s.from <= when && (s.to === null || s.to > when))?.state);
        const count = (state: string) => covering.filter((s) => s === state).length;
        expect(unit).toMatchObject({
          occupied: count('occupied'),
          reserved: count('reserved'),
          dirty: count('dirty'),
          cleaning: count('cleaning'),
          blocked: count('blocked'),
          closed: count('closed'),
          surge: count('surge'),
          available: count('available'),
        });
        expect(unit.trend.at(-1)).toBe(unit.occupancyRate);
      }
    }
    // The trend of an earlier time is what had been counted then.
    const mark = new Date(Math.floor(hospital.nowMs / 3_600_000) * 3_600_000).toISOString();
    const then = (await engine.get<OccupancyAnswer>(`${FACILITY}/occupancy?at=${mark}`)).body.units;
    const now = (await engine.get<OccupancyAnswer>(`${FACILITY}/occupancy`)).body.units;
    expect(now.map((u) => u.trend[22])).toEqual(then.map((u) => u.trend[23]));
    expect(now.map((u) => u.trend.slice(0, 22))).toEqual(then.map((u) => u.trend.slice(1, 23)));
  });

  it('refuses a facility that it does not know and a time ahead, precisely', async () => {
    const engine = await start(await databases(postgres, 'refuse'), new FixedClock(START));
    expect(await engine.get('NOWHERE/occupancy')).toMatchObject({ status: 404, body: { code: 'facility-unknown' } });
    expect(await engine.get('NOWHERE/clocks')).toMatchObject({ status: 404 });
    expect(await engine.get(`${FACILITY}/occupancy?at=${at(60)}`)).toMatchObject({
      status: 400,
      body: { code: 'time-ahead' },
    });
    expect(await engine.get(`${FACILITY}/occupancy?at=yesterday`)).toMatchObject({ status: 400 });
    const longAgo = await engine.get(`${FACILITY}/occupancy?at=${at(-400 * 24 * 60 - 1)}`);
    expect(longAgo).toMatchObject({ status: 400, body: { code: 'time-too-long-ago', earliest: at(-400 * 24 * 60) } });
  });

  it('puts a poisonous event aside and keeps its memory true', async () => {
    const hospital = new Hospital(configuration({ W1: 3 }));
    hospital.bed('W1-1', 'occupied', ['P1']);
    const engine = await start(await databases(postgres, 'poison'), new FixedClock(START));
    const good = [...hospital.events];
    const known = hospital.events.length;
    hospital.minute = 1;
    hospital.bed('W1-2', 'occupied', ['P2']);
    const poison = structuredClone(hospital.events[known]!) as {
      data: { history: { segments: unknown[] } };
    } & EventEnvelope;
    poison.data.history.segments.push(poison.data.history.segments.at(-1)!);
    hospital.bed('W1-3', 'occupied', ['P3']);
    await engine.append([...good, poison, hospital.events.at(-1)!]);
    await eventually(async () => {
      const { body } = await engine.get<OccupancyAnswer>(`${FACILITY}/occupancy`);
      expect(body.units[0]).toMatchObject({ occupied: 2, denominator: expect.any(Number) });
    });
    const letters = await eventually(async () => {
      const found = await engine.service.get(DeadLetters as Type<DeadLetters>).list({ states: ['retrying', 'dead'] });
      expect(found).toHaveLength(1);
      return found;
    });
    expect(letters[0]!.event.subject).toBe('W1-2');
    // What could not be counted is not counted as free, and is once a person has given the event up.
    const counts = async (expected: object) => {
      const { body } = await engine.get<OccupancyAnswer>(`${FACILITY}/occupancy`);
      expect(body.units[0]).toMatchObject(expected);
      expect(engine.of<object>('unit-occupancy-changed').at(-1)?.data).toMatchObject(expected);
    };
    await eventually(() =>
      counts({ occupied: 2, available: 0, blocked: 1, notCertain: 1, denominator: 2, staffed: 3 }),
    );
    await engine.service.get(DeadLetters as Type<DeadLetters>).discard(letters[0]!.id, 'suite', 'a test');
    await eventually(() => counts({ occupied: 2, available: 1, blocked: 0, notCertain: 0, denominator: 3 }));
  });

  it('works in two processes at once', async () => {
    const hospital = randomHospital(31, 300);
    const clock = new FixedClock(hospital.nowMs);
    const own = await databases(postgres, 'two');
    const [one, two] = [await start(own, clock), await start(own, clock)];
    await one.append(hospital.events);
    for (const engine of [one, two]) {
      await eventually(async () => {
        const { body } = await engine.get<OccupancyAnswer>(`${FACILITY}/occupancy`);
        expect(body.units).toEqual(figures(hospital.events, hospital.nowMs));
      });
    }
    await Promise.all([tick(one), tick(two)]);
    await stop(one);
    await eventually(async () => {
      await two.service.get(Ticker).tick();
      const { body } = await two.get<Items<BottleneckData>>(`${FACILITY}/bottlenecks`);
      expect(body.items.length).toBeGreaterThan(0);
      const told = two.of<BottleneckData>('bottleneck-changed').map((e) => `${e.data.id}/${e.data.version}`);
      expect(told.length).toBe(body.items.length);
      expect(new Set(told).size).toBe(told.length);
    });
  });

  it('goes on in another process where one is cut off, and neither loses anything nor tells it twice', async () => {
    const hospital = randomHospital(37, 300);
    const clock = new FixedClock(hospital.nowMs);
    const [database, log] = await databases(postgres, 'cut');
    const proxies = await Promise.all([1, 2].map(() => openSeverableProxy(serverOf(database))));
    const both: FlowEngineUnderTest[] = [];
    for (const proxy of proxies) both.push(await start([proxy.through(database), log], clock));
    const holds = (engine: FlowEngineUnderTest) =>
      engine.service
        .get(FlowView)
        .held()
        .some((f) => f.id === FACILITY);
    const holder = () => both.findIndex(holds);
    const probe = both[0]!;
    const half = Math.floor(hospital.events.length / 2);
    await probe.append(hospital.events.slice(0, half));
    await eventually(() => expect(holder()).not.toBe(-1));
    const [cut, left] = [holder(), 1 - holder()];
    proxies[cut]!.sever();
    await probe.append(hospital.events.slice(half));
    await eventually(() => expect(holds(both[left]!)).toBe(true), { timeoutMs: 30_000 });

    const whole = figures(hospital.events, hospital.nowMs);
    const told = () => probe.of<UnitOccupancyData>('unit-occupancy-changed');
    const expectAllTold = () => {
      for (const unit of whole) {
        const own = told().filter((e) => e.data.unit === unit.unit);
        expect(own.at(-1)?.data).toMatchObject(unit);
        expect(own.map((e) => e.aggregateVersion)).toEqual(own.map((_, i) => i + 1));
      }
    };
    await eventually(expectAllTold, { timeoutMs: 30_000 });
    // Back again it hears that another writes, and tells nothing anew.
    proxies[cut]!.mend();
    await eventually(() => expect(both.filter(holds)).toHaveLength(1), { timeoutMs: 30_000 });
    const { body } = await both[cut]!.get<OccupancyAnswer>(`${FACILITY}/occupancy`);
    expect(body.units).toEqual(whole);
    for (const engine of both) await stop(engine);
    expectAllTold();
    for (const proxy of proxies) await proxy.close();
  }, 120_000);
});
