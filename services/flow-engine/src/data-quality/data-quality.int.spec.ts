import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  admissionsFeedHeard,
  bedConflictChanged,
  cleaningJobChanged,
  delayBounds,
  encounterConflictChanged,
  senderCounted,
  toEnvelope,
  type AnyEventDefinition,
  type BottleneckData,
  type CleaningJobData,
  type EventEnvelope,
} from '@wardstream/events';
import { at, configuration, FACILITY, Hospital, START } from '@wardstream/flow-model/simulated-hospital';
import { FixedClock } from '@wardstream/kernel';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { Ticker } from '../bottleneck-ticks/ticker.js';
import { databases, FlowEngineUnderTest } from '../flow-engine.fixture.spec.js';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shapes are what the tests are about
type Report = Record<string, any>;

let postgres: TestPostgres;
const engines: FlowEngineUnderTest[] = [];
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  for (const engine of engines) await engine.stop();
  await postgres?.stop();
});

async function start(own: readonly [string, string], clock: FixedClock): Promise<FlowEngineUnderTest> {
  const engine = await FlowEngineUnderTest.start(own[0], own[1], clock);
  engines.push(engine);
  return engine;
}
async function stop(engine: FlowEngineUnderTest): Promise<void> {
  engines.splice(engines.indexOf(engine), 1);
  await engine.stop();
}
const ms = (minute: number) => START + minute * 60_000;
const minuteHour = (minute: number) => new Date(Math.floor(ms(minute) / 3_600_000) * 3_600_000).toISOString();

function event(
  definition: AnyEventDefinition,
  subject: string,
  version: number,
  minute: number,
  data: object,
  facility = FACILITY,
): EventEnvelope {
  const time = { time: at(minute), recordedAt: at(minute) };
  return toEnvelope({ definition, subject, aggregateVersion: version, facility, ...time, data });
}
function heard(minute: number, usualGapSeconds: number | null = 600): EventEnvelope {
  const data = {
    facility: FACILITY,
    feed: 'NGH-ADT',
    name: 'Admissions',
    received: 100 + minute,
    lastReceivedAt: at(minute),
  };
  return event(admissionsFeedHeard, `${FACILITY}/NGH-ADT`, 100 + minute, minute, { ...data, usualGapSeconds });
}
function counted(minute: number, counts: object, facility = FACILITY): EventEnvelope {
  const none = { received: 0, processed: 0, unplaced: 0, notActedOn: 0, quarantined: 0, refused: 0, repeats: 0 };
  const times = { controlIdsReused: 0, timed: 0, recordedAhead: 0, eventInFuture: 0, eventLongPast: 0 };
  const data = {
    ...{ facility, sender: 'NGH-ADT', name: 'Admissions', version: 100 + minute },
    ...{ firstReceivedAt: at(0), lastReceivedAt: at(minute) },
    hours: [{ at: minuteHour(minute), ...none, ...times, ...counts }],
    delays: [...delayBounds, 0].map(() => 0),
    usual: { from: minuteHour(minute), perHour: [12] },
    unknownPlaces: { messages: 3, codes: 2 },
  };
  return event(senderCounted, `${facility}/NGH-ADT`, 100 + minute, minute, data, facility);
}
function cleaning(version: number, change: Partial<CleaningJobData>): EventEnvelope {
  const none = {
    claimedAt: null,
    claimedBy: null,
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    cancelReason: null,
  };
  const job = {
    id: 'J1',
    facility: FACILITY,
    version,
    bedId: 'W1-2',
    unit: 'W1',
    status: 'started',
    kind: 'standard',
    priority: 'normal',
  };
  return event(cleaningJobChanged, 'J1', version, 0, { ...job, requestedAt: at(30), ...none, ...change });
}

/** Sets the time and polls; a first poll, and one after a change of its own, may only take note of where a facility stands. */
async function poll(engine: FlowEngineUnderTest, clock: FixedClock, minute: number, polls = 1): Promise<void> {
  clock.set(ms(minute));
  for (let i = 0; i < polls; i += 1) await engine.service.get(Ticker).tick();
}
async function report(engine: FlowEngineUnderTest): Promise<Report> {
  const { status, body } = await engine.get<Report>(`${FACILITY}/data-quality`);
  expect(status).toBe(200);
  return body;
}
/** Appends, and waits until the report says so. */
async function take(
  engine: FlowEngineUnderTest,
  events: readonly EventEnvelope[],
  until: (r: Report) => void,
): Promise<void> {
  await engine.append(events);
  await eventually(async () => until(await report(engine)));
}
const told = (engine: FlowEngineUnderTest, rule: BottleneckData['rule']) =>
  engine
    .of<BottleneckData>('bottleneck-changed')
    .filter((e) => e.data.rule === rule)
    .map((e) => e.data);

describe('data quality', () => {
  it('tells a silent feed once, over a restart of the engine, and clears it when it was heard for a while', async () => {
    const hospital = new Hospital(configuration({ W1: 2, W2: 2 }));
    const clock = new FixedClock(START);
    const own = await databases(postgres, 'silent');
    let engine = await start(own, clock);
    await poll(engine, clock, 0, 2);
    await take(engine, [...hospital.events, heard(1)], (r) => expect(r['senders']).toHaveLength(1));
    await poll(engine, clock, 10, 2);
    await poll(engine, clock, 20);
    expect((await report(engine))['senders']).toMatchObject([
      {
        state: 'late',
        silentMinutes: 19,
        usualGapMinutes: 10,
        alertAfterMinutes: 20,
        heardBy: 'admissions',
        counted: null,
      },
    ]);
    await poll(engine, clock, 21);
    await poll(engine, clock, 22);
    await eventually(() =>
      expect(told(engine, 'feed-silent')).toMatchObject([{ severity: 'warn', since: at(1), usual: 10 }]),
    );
    expect((await report(engine))['senders']).toMatchObject([{ state: 'silent' }]);
    await stop(engine);

    engine = await start(own, clock);
    await poll(engine, clock, 23, 3);
    expect((await report(engine))['senders']).toMatchObject([{ state: 'silent', silentMinutes: 22 }]);
    await take(engine, [heard(30)], (r) => expect(r['senders'][0].lastReceivedAt).toBe(at(30)));
    await poll(engine, clock, 30, 2);
    await poll(engine, clock, 34);
    expect((await report(engine))['senders']).toMatchObject([{ state: 'silent' }]);
    await poll(engine, clock, 35, 2);
    await eventually(() =>
      expect(told(engine, 'feed-silent').map((b) => [b.state, b.version])).toEqual([
        ['active', 1],
        ['cleared', 2],
      ]),
    );
    expect((await report(engine))['senders']).toMatchObject([{ state: 'normal' }]);
  });

  it('alarms nobody after a stop of the engine, nor of a feed that was heard only a few times', async () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    const clock = new FixedClock(START);
    const own = await databases(postgres, 'stopped');
    let engine = await start(own, clock);
    await take(engine, [...hospital.events, heard(1)], (r) => expect(r['senders']).toHaveLength(1));
    await poll(engine, clock, 2, 3);
    await stop(engine);
    engine = await start(own, clock);
    await poll(engine, clock, 600, 3);
    await poll(engine, clock, 610);
    expect((await report(engine))['bottlenecks']).toEqual([]);
    await take(engine, [heard(611, null)], (r) => expect(r['senders']).toMatchObject([{ state: 'learning' }]));
    await poll(engine, clock, 5_000);
    expect((await report(engine))['bottlenecks']).toEqual([]);
  });

  it('does not take the past for read in because a feed was heard just now', async () => {
    const hospital = new Hospital(configuration({ W1: 4 }));
    hospital.bed('W1-2', 'dirty');
    const clock = new FixedClock(ms(24 * 60));
    const engine = await start(await databases(postgres, 'backlog'), clock);
    const past = [...hospital.events, heard(24 * 60)];
    await take(engine, past, (r) => expect(r['senders']).toHaveLength(1));
    await poll(engine, clock, 24 * 60);
    hospital.bed('W1-3', 'dirty');
    await engine.append([...hospital.events.slice(-1), heard(24 * 60 + 1)]);
    await eventually(async () => expect((await report(engine))['senders'][0].lastReceivedAt).toBe(at(24 * 60 + 1)));
    await poll(engine, clock, 24 * 60 + 1);
    expect(told(engine, 'dirty-not-started')).toEqual([]);
  });

  it('reports senders with shares and rates, those without a facility, and conflicts by kind', async () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    const clock = new FixedClock(ms(5));
    const engine = await start(await databases(postgres, 'report'), clock);
    const conflict = (definition: AnyEventDefinition, id: string, version: number, closed: boolean) =>
      event(definition, id, version, version, {
        ...{
          id,
          facility: FACILITY,
          version,
          kind: 'bed-disputed',
          severity: 'high',
          subject: { type: 'bed', id: 'W1-1' },
        },
        ...{ unit: 'W1', facts: [], openedAt: at(0), closedAt: closed ? at(1) : null, closedBy: null, reason: null },
      });
    await take(
      engine,
      [
        ...hospital.events,
        heard(4),
        counted(4, { received: 40, processed: 30, quarantined: 6, refused: 2, unplaced: 2, timed: 30 }),
        counted(4, { received: 25, unplaced: 25 }, '-'),
        conflict(bedConflictChanged, 'C1', 1, false),
        conflict(bedConflictChanged, 'C2', 1, false),
        conflict(encounterConflictChanged, 'C3', 1, false),
        conflict(encounterConflictChanged, 'C3', 2, true),
      ],
      (r) => {
        expect(r['conflicts']).toMatchObject({ open: 2, byKind: [{ kind: 'bed-disputed', open: 2, oldestAt: at(0) }] });
        expect(r['unattributed']).toMatchObject([
          { sender: 'NGH-ADT', counted: { counts: { received: 25, unplaced: 25 } } },
        ]);
        expect(r['senders'][0].counted).toMatchObject({
          ...{ usualThisHour: 12, lastHour: 40, unknownPlaces: { messages: 3, codes: 2 } },
          shares: { quarantined: 0.15, refused: 0.05, unplaced: 0.05, notActedOn: 0 },
        });
      },
    );
    // What came was of five minutes ago: a moment later it counts as the present.
    await eventually(async () => {
      await poll(engine, clock, 5);
      const raised = ((await report(engine))['bottlenecks'] as BottleneckData[]).map((b) => [
        b.rule,
        b.severity,
        b.subject.id,
      ]);
      expect(raised.sort()).toEqual([
        ['messages-quarantined', 'high', `${FACILITY}/NGH-ADT`],
        ['messages-unplaced', 'high', '-/NGH-ADT'],
        ['messages-unplaced', 'warn', `${FACILITY}/NGH-ADT`],
      ]);
    });
    for (const name of Object.keys(await report(engine))) {
      if (!['facility', 'asOf', 'senders', 'bottlenecks', 'definitions'].includes(name))
        expect(Object.keys((await report(engine))['definitions'])).toContain(name);
    }
  });

  it('remembers since when a bed is a ghost over a restart, and forgets it when its visit is known', async () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    const clock = new FixedClock(START);
    const own = await databases(postgres, 'ghost');
    let engine = await start(own, clock);
    hospital.bed('W1-1', 'occupied', ['P1']);
    await engine.append(hospital.events);
    await eventually(async () => {
      const { body } = await engine.get<Report>(`${FACILITY}/occupancy`);
      expect(body['units'][0].occupied).toBe(1);
    });
    await poll(engine, clock, 0, 2);
    expect((await report(engine))['ghosts']).toEqual([]);
    await poll(engine, clock, 2);
    expect((await report(engine))['ghosts']).toMatchObject([{ id: 'W1-1', since: at(0) }]);
    await stop(engine);
    engine = await start(own, clock);
    await poll(engine, clock, 61, 2);
    expect((await report(engine))['ghosts']).toMatchObject([
      { kind: 'bed-without-encounter', id: 'W1-1', since: at(0), minutes: 61 },
    ]);
    await eventually(() => expect(told(engine, 'ghost-bed')).toMatchObject([{ state: 'active', since: at(0) }]));
    hospital.encounter('P1', { location: { unit: 'W1', room: null, bed: '1', bedId: 'W1-1' } });
    await take(engine, hospital.events.slice(-1), (r) => expect(r['ghosts']).toEqual([]));
    await poll(engine, clock, 62, 2);
    await eventually(() => expect(told(engine, 'ghost-bed').map((b) => b.state)).toEqual(['active', 'cleared']));
  });

  it('keeps a clock as invalid as long as its facts say so', async () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    const clock = new FixedClock(ms(40));
    const engine = await start(await databases(postgres, 'invalid'), clock);
    hospital.encounter('P1', { status: 'discharged', admittedAt: at(60), dischargedAt: at(10) });
    const before = [...hospital.events, cleaning(1, { startedAt: at(20) })];
    await take(engine, before, (r) =>
      expect(r['invalidClocks'].byClock).toEqual(
        expect.arrayContaining([
          { clock: 'evs-response', count: 1 },
          { clock: 'stay', count: 1 },
        ]),
      ),
    );
    hospital.encounter('P1', { status: 'discharged', admittedAt: at(5), dischargedAt: at(10) });
    await take(engine, [hospital.events.at(-1)!, cleaning(2, { startedAt: at(20), completedAt: at(50) })], (r) =>
      expect(r['invalidClocks'].byClock).toEqual([{ clock: 'evs-response', count: 1 }]),
    );
    await take(engine, [cleaning(3, { startedAt: at(31), completedAt: at(50) })], (r) =>
      expect(r['invalidClocks']).toMatchObject({ count: 0, items: [] }),
    );
  });

  it('tells its figures as metrics, without anything of a patient', async () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    const clock = new FixedClock(ms(5));
    const engine = await start(await databases(postgres, 'metrics'), clock);
    hospital.bed('W1-1', 'occupied', ['P1']);
    await take(engine, [...hospital.events, heard(4), counted(4, { received: 40, refused: 2 })], (r) =>
      expect(r['senders']).toMatchObject([{ counted: { counts: { received: 40 } } }]),
    );
    // What came was of five minutes ago: a moment later it counts as the present.
    await eventually(async () => {
      await poll(engine, clock, 5);
      expect(await engine.metrics()).toContain(`wardstream_ghosts{facility="${FACILITY}"`);
    });
    const metrics = await engine.metrics();
    expect(metrics).toContain(
      `wardstream_feed_silence_seconds{facility="${FACILITY}",owner="admissions",feed="NGH-ADT"} 60`,
    );
    expect(metrics).toContain(
      `wardstream_sender_messages_24h{facility="${FACILITY}",sender="NGH-ADT",outcome="refused"} 2`,
    );
    expect(metrics).toContain(`wardstream_ghosts{facility="${FACILITY}",kind="bed-without-encounter"} 1`);
    expect(metrics).not.toContain('P1');
  });

  it('is closed to who has no business with it', async () => {
    const [engine] = engines;
    expect((await engine!.get(`${FACILITY}/data-quality`, 'department-staff')).status).toBe(403);
    expect((await engine!.get('NOWHERE/data-quality')).status).toBe(404);
  });
});
