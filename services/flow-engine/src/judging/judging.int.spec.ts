import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { admissionsFeedHeard, type BottleneckData, type EventEnvelope } from '@wardstream/events';
import { at, configuration, FACILITY, Hospital, START } from '@wardstream/flow-model/simulated-hospital';
import { FixedClock, newId } from '@wardstream/kernel';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { Ticker } from '../bottleneck-ticks/ticker.js';
import { databases, FlowEngineUnderTest } from '../flow-engine.fixture.spec.js';
import type { NotJudged } from './judging.js';

const MINUTE = 60_000;

interface Listed {
  readonly items: BottleneckData[];
  readonly notJudged?: NotJudged;
}

let postgres: TestPostgres;
let engine: FlowEngineUnderTest | undefined;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(async () => {
  await engine?.stop();
  await postgres?.stop();
});

const tick = (): Promise<void> => engine!.service.get(Ticker).tick();
const list = async (): Promise<Listed> => (await engine!.get<Listed>(`${FACILITY}/bottlenecks`)).body;
/** Every change of a bottleneck that was published, in order. */
const told = () =>
  engine!.of<BottleneckData>('bottleneck-changed').map(({ data }) => [data.rule, data.where, data.state]);

const of = (rule: string) => told().filter(([each]) => each === rule);

/** Looks until the facility is judged. */
async function judged(): Promise<void> {
  await eventually(
    async () => {
      await tick();
      expect((await list()).notJudged).toBeUndefined();
    },
    { timeoutMs: 20_000, everyMs: 200 },
  );
}

/** A feed that is usually heard every minute. */
function heard(minute: number): EventEnvelope {
  const { type, version } = admissionsFeedHeard;
  const data = {
    facility: FACILITY,
    feed: 'ADT',
    name: 'ADT',
    received: 100 + minute,
    lastReceivedAt: at(minute),
    usualGapSeconds: 60,
  };
  const times = { time: at(minute), recordedAt: at(minute) };
  const of = { subject: `${FACILITY}/ADT`, aggregateVersion: 100 + minute, facility: FACILITY };
  return { id: newId(), type, version, source: 'admissions', ...of, ...times, data };
}

describe('a facility of which a backlog is read', () => {
  const hospital = new Hospital(configuration({ W1: 8, W2: 2 }));
  const clock = new FixedClock(START);
  let own: [string, string];
  let appended = 0;
  /** Appends what happened since. */
  const append = async (...more: EventEnvelope[]): Promise<void> => {
    await engine!.append([...hospital.events.slice(appended), ...more]);
    appended = hospital.events.length;
  };

  it('is judged at once while all is of the present', async () => {
    own = await databases(postgres, 'judging');
    engine = await FlowEngineUnderTest.start(...own, clock);
    hospital.bed('W2-1', 'dirty');
    await append(heard(0), heard(40));
    await eventually(async () => expect((await list()).items).toEqual([]));
    await tick();
    clock.set(START + 40 * MINUTE);
    await tick();
    await eventually(() => expect(told()).toEqual([['dirty-not-started', 'W2-1', 'active']]));
  });

  it('raises, changes and clears nothing meanwhile, and says so; then what is true is raised once', async () => {
    // An outage of six hours: the beds were left and cleaned many times, and W2-1 was clean soon after it began.
    clock.set(START + 400 * MINUTE);
    hospital.minute = 45;
    hospital.bed('W2-1', 'available');
    for (let minute = 50; minute < 350; minute += 10) {
      for (const bed of ['W1-1', 'W1-2', 'W1-3', 'W1-4']) {
        hospital.minute = minute;
        hospital.bed(bed, (minute / 10) % 2 === 0 ? 'available' : 'dirty');
        if (bed === 'W1-2' && minute >= 330) hospital.bed(bed, 'dirty');
      }
      await append();
      await tick();
    }
    hospital.bed('W1-1', 'available');
    hospital.bed('W1-3', 'available');
    hospital.bed('W1-4', 'available');
    await append();
    await eventually(async () => {
      await tick();
      expect((await list()).notJudged).toMatchObject({ because: 'source', since: at(400) });
    });
    const health = JSON.stringify(engine!.service.details.report());
    expect(health).toContain('notJudged');
    expect(health).toContain(FACILITY);
    // That the feed has been silent is told all the same.
    expect(of('dirty-not-started')).toHaveLength(1);
    await eventually(() => expect(of('feed-silent')).toEqual([['feed-silent', 'ADT', 'active']]));
    await judged();
    await eventually(() =>
      expect(of('dirty-not-started').slice(1).sort()).toEqual([
        ['dirty-not-started', 'W1-2', 'active'],
        ['dirty-not-started', 'W2-1', 'cleared'],
      ]),
    );
    expect(JSON.stringify(engine!.service.details.report())).not.toContain('notJudged');
  });

  it('nor after a start of its own, until senders that are overdue were heard', async () => {
    for (const minute of [401, 407]) {
      clock.set(START + minute * MINUTE);
      await append(heard(minute));
      await eventually(async () => {
        const { body } = await engine!.get<{ senders: object[] }>(`${FACILITY}/data-quality`);
        expect(body.senders).toMatchObject([{ lastReceivedAt: at(minute) }]);
      });
      await eventually(async () => {
        await tick();
        expect(of('feed-silent').at(-1)).toEqual(['feed-silent', 'ADT', minute === 407 ? 'cleared' : 'active']);
      });
    }
    hospital.minute = 407;
    hospital.bed('W1-5', 'dirty');
    await append();
    await engine!.stop();
    // Two hours later: what was known then would be two alarms, and the bed has been clean for long.
    clock.set(START + 520 * MINUTE);
    engine = await FlowEngineUnderTest.start(...own, clock);
    for (let i = 0; i < 5; i += 1) await tick();
    expect((await list()).notJudged).toMatchObject({ because: 'feeds-awaited' });
    hospital.minute = 415;
    hospital.bed('W1-5', 'available');
    hospital.bed('W1-2', 'available');
    await append(heard(520));
    await judged();
    await eventually(async () => expect((await list()).items.map((b) => b.rule)).toEqual([]));
    expect(of('dirty-not-started').filter(([, where]) => where === 'W1-5')).toEqual([]);
  });
});
