import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, type Type } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { admissionsFeedHeard, bedStatusReported, type EventEnvelope } from '@wardstream/events';
import { newOpaqueId } from '@wardstream/kernel';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { openSeverableProxy, serverOf, type SeverableProxy } from '@wardstream/messaging/contract-suite';
import { encodeEvent, type EventContext, type LogRecord, PermanentFailure } from '@wardstream/messaging';
import { PostgresEventLog } from '../postgres-event-log.js';
import { toEnvelope } from '@wardstream/events';
import {
  bedReport,
  effectsOf,
  feedHeard,
  type ServiceOptions,
  type ServiceUnderTest,
  startService,
} from '@wardstream/messaging/service-harness';

/** What the handlers under test do with an event, by its subject; set by each test. */
type Behaviour = (event: EventEnvelope, context: EventContext) => Promise<void> | void;
let behaviour: Behaviour = () => undefined;
let calls: { subjects: string[]; versions: number[] }[] = [];

async function effect(event: EventEnvelope, { tx }: EventContext, note: string | null = null): Promise<void> {
  await tx.query('INSERT INTO effect (event_id, subject, version, note) VALUES ($1, $2, $3, $4)', [
    event.id,
    event.subject,
    event.aggregateVersion,
    note,
  ]);
}

@Controller()
class BedBatches {
  @EventPattern<string>(bedStatusReported.pattern, { batch: true })
  async on(@Payload() events: EventEnvelope[], @Ctx() context: EventContext): Promise<void> {
    calls.push({ subjects: events.map((e) => e.subject), versions: events.map((e) => e.aggregateVersion) });
    for (const event of events) {
      await behaviour(event, context);
      await effect(event, context);
    }
  }
}

@Controller()
class BedOneByOne {
  @EventPattern<string>(bedStatusReported.pattern)
  async on(@Payload() event: EventEnvelope, @Ctx() context: EventContext): Promise<void> {
    calls.push({ subjects: [event.subject], versions: [event.aggregateVersion] });
    await behaviour(event, context);
    await effect(event, context);
  }
}

describe('EventServer', () => {
  let postgres: TestPostgres;
  let url: string;
  let log: PostgresEventLog;
  let services: ServiceUnderTest[];
  let proxies: SeverableProxy[];
  let name: string;

  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    // A log of its own for each test: the topics are those of the published language, so their names cannot differ.
    name = `t${newOpaqueId().replaceAll('-', '').slice(0, 12)}`;
    url = await postgres.createDatabase(name);
    log = new PostgresEventLog({ url, heartbeatMs: 200, closeGraceMs: 2_000 });
    services = [];
    proxies = [];
    behaviour = () => undefined;
    calls = [];
  });
  afterEach(async () => {
    await Promise.all(services.map((service) => service.stop()));
    await log.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  }, 30_000);

  const start = async (consumers: Type[], over: Partial<ServiceOptions> = {}): Promise<ServiceUnderTest> => {
    const service = await startService({
      name: 'alpha',
      url,
      log,
      consumers,
      publishes: [bedStatusReported, admissionsFeedHeard],
      consumes: [bedStatusReported],
      ...over,
    });
    services.push(service);
    return service;
  };
  const stop = async (service: ServiceUnderTest): Promise<void> => {
    services = services.filter((each) => each !== service);
    await service.stop();
  };
  const effects = async (service: ServiceUnderTest): Promise<string[]> =>
    (await effectsOf(service)).map(({ subject, version }) => `${subject} v${version}`);
  const versions = (bed: string, from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, i) => bedReport(bed, from + i));

  describe('serves @EventPattern methods', () => {
    it('hands single events to an ordinary method', async () => {
      const service = await start([BedOneByOne]);
      await service.publish(bedReport('4A-01', 1), bedReport('4A-02', 1));
      await eventually(async () => expect(await effects(service)).toEqual(['4A-01 v1', '4A-02 v1']));
      expect(calls.every(({ subjects }) => subjects.length === 1)).toBe(true);
      await eventually(() => expect(service.metrics.counts).toMatchObject({ published: 2, consumed: 2 }));
    });

    it('hands consecutive events to a batch method in one call, in the order of the log', async () => {
      const service = await start([BedBatches]);
      await service.publish(...versions('4A-01', 1, 50));
      await eventually(async () => expect(await effectsOf(service)).toHaveLength(50));
      expect(calls).toHaveLength(1);
      expect(calls[0]!.versions).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    });

    it('calls every method of a pattern in one transaction', async () => {
      const service = await start([BedOneByOne, BedBatches]);
      await service.publish(bedReport('4A-01', 1));
      await eventually(async () => expect(await effects(service)).toEqual(['4A-01 v1', '4A-01 v1']));
      await eventually(() => expect(service.metrics.counts.consumed).toBe(1));
    });

    it('skips and counts events of its topics that it has no method for', async () => {
      const service = await start([BedBatches], { consumes: [bedStatusReported, admissionsFeedHeard] });
      await service.publish(feedHeard('ADT', 1), bedReport('4A-01', 1));
      await eventually(async () => expect(await effects(service)).toEqual(['4A-01 v1']));
      await eventually(() => expect(service.metrics.counts.skipped).toBe(1));
    });

    it('refuses to start with a method for an event the service does not declare', async () => {
      await expect(start([BedBatches], { consumes: [admissionsFeedHeard] })).rejects.toThrow(
        'alpha handles admissions.bed-status-reported.v1 and does not declare that it consumes it',
      );
    });

    it('runs callbacks after the commit, and none of a transaction that rolled back', async () => {
      const seen: string[] = [];
      let failures = 1;
      behaviour = (event, context) => {
        context.afterCommit(async () => {
          const [row] = await service.unitOfWork.query<{ n: string }>('SELECT count(*) AS n FROM effect');
          seen.push(`${event.subject} with ${row!.n} effects`);
          throw new Error('a callback that fails harms nothing');
        });
        if (failures-- > 0) throw new Error('once');
      };
      const service = await start([BedBatches]);
      await service.publish(bedReport('4A-01', 1));
      await eventually(() => expect(seen).toEqual(['4A-01 with 1 effects']));
    });
  });

  describe('takes effect once', () => {
    it('recognises events the log brings twice', async () => {
      const service = await start([BedBatches]);
      const records = versions('4A-01', 1, 5).map((event) => encodeEvent(event.definition, toEnvelope(event)));
      await log.append([...records, ...records]);
      await log.append(records);
      await eventually(() => expect(service.metrics.counts.duplicates).toBe(10));
      expect(await effects(service)).toEqual([1, 2, 3, 4, 5].map((n) => `4A-01 v${n}`));
    });

    it('survives a crash between its commit and the commit of its offsets', async () => {
      const service = await start([BedBatches]);
      await service.publish(...versions('4A-01', 1, 20));
      await eventually(async () => expect(await effectsOf(service)).toHaveLength(20));
      await stop(service);
      const again = await start([]);
      await again.unitOfWork.query('UPDATE event_log.committed_offset SET next_offset = 0');
      await stop(again);

      const after = await start([BedBatches]);
      await after.publish(bedReport('4A-01', 21));
      await eventually(async () => expect(await effectsOf(after)).toHaveLength(21));
      // Counted once the commit is answered, which may be after others see what it wrote.
      await eventually(() => expect(after.metrics.counts.duplicates).toBe(20));
    });

    it('repeats a batch whose connection broke under the handler', async () => {
      let killed = false;
      behaviour = async (event, { tx }) => {
        if (event.aggregateVersion !== 7 || killed) return;
        killed = true;
        await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
      };
      const service = await start([BedBatches]);
      await service.publish(...versions('4A-01', 1, 10));
      await eventually(async () =>
        expect(await effects(service)).toEqual(Array.from({ length: 10 }, (_, i) => `4A-01 v${i + 1}`)),
      );
      expect(service.metrics.counts.parked ?? 0).toBe(0);
      expect(await service.deadLetters.list({ states: ['dead', 'retrying'] })).toEqual([]);
    });

    it('makes no dead letters of a database that is away', async () => {
      const proxy = await openSeverableProxy(serverOf(url));
      proxies.push(proxy);
      const away = await start([BedBatches], {
        url: proxy.through(url),
        tuning: { retryNowMs: [1], retryLaterMs: [1] },
      });
      proxy.sever();
      await log.append(versions('4A-01', 1, 30).map((event) => encodeEvent(event.definition, toEnvelope(event))));
      // Long enough for all tries that a failing handler would have been given.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect(calls).toEqual([]);
      proxy.mend();
      await eventually(async () => expect(await effectsOf(away)).toHaveLength(30));
      expect(await away.deadLetters.list({ states: ['dead', 'retrying'] })).toEqual([]);
    });

    it('goes on by itself when the whole server was killed and comes back', async () => {
      const service = await start([BedBatches], { tuning: { relayBatch: 20 } });
      behaviour = () => new Promise((resolve) => setTimeout(resolve, 1));
      await service.publish(...versions('4A-01', 1, 200));
      await eventually(() => expect(calls.length).toBeGreaterThan(0));
      await postgres.crash();
      await postgres.restart();
      await eventually(async () => expect(await effectsOf(service)).toHaveLength(200), { timeoutMs: 30_000 });
      await service.publish(bedReport('4A-01', 201));
      await eventually(async () =>
        expect(await effects(service)).toEqual(Array.from({ length: 201 }, (_, i) => `4A-01 v${i + 1}`)),
      );
      expect(await service.deadLetters.list({ states: ['dead', 'retrying'] })).toEqual([]);
      expect(await log.health()).toEqual({ ok: true });
    });

    it('does not lose events whose handler swallowed the error of a statement', async () => {
      behaviour = async (event, { tx }) => {
        if (event.aggregateVersion === 3) await tx.query('SELECT 1 / 0').catch(() => undefined);
      };
      @Controller()
      class Swallower {
        @EventPattern<string>(bedStatusReported.pattern)
        async on(@Payload() event: EventEnvelope, @Ctx() context: EventContext): Promise<void> {
          await behaviour(event, context);
          await effect(event, context).catch(() => undefined);
        }
      }
      const service = await start([Swallower], { tuning: { retryLaterMs: [] } });
      await service.publish(...versions('4A-01', 1, 2), bedReport('4A-02', 3));
      await eventually(async () => expect(await service.deadLetters.list()).toHaveLength(1));
      expect(await effects(service)).toEqual(['4A-01 v1', '4A-01 v2']);
    });
  });

  describe('isolates what fails', () => {
    it('puts a poison event aside at once, and the rest of its batch goes on', async () => {
      behaviour = ({ subject }) => {
        if (subject === 'poison') throw new PermanentFailure('no such bed in the directory');
      };
      const service = await start([BedBatches]);
      const beds = Array.from({ length: 40 }, (_, i) => bedReport(`4A-${i}`, 1));
      await service.publish(...beds.slice(0, 20), bedReport('poison', 1), ...beds.slice(20));
      await eventually(async () => expect(await effectsOf(service)).toHaveLength(40));
      const [letter, ...others] = await service.deadLetters.list();
      expect(others).toEqual([]);
      expect(letter).toMatchObject({
        state: 'dead',
        cause: { code: 'permanent-failure', name: 'PermanentFailure', message: 'no such bed in the directory' },
        event: { type: 'admissions.bed-status-reported', version: 1, subject: 'poison', facility: 'NGH' },
        waiting: 0,
      });
      expect(service.metrics.causes).toEqual(['permanent-failure']);
    });

    it('tries a passing failure again at once', async () => {
      let failures = 2;
      behaviour = () => {
        if (failures-- > 0) throw new Error('just now');
      };
      const service = await start([BedBatches]);
      await service.publish(bedReport('4A-01', 1));
      await eventually(async () => expect(await effects(service)).toEqual(['4A-01 v1']));
      expect(service.metrics.counts.parked ?? 0).toBe(0);
    });

    it('parks what goes on failing with the later events of its aggregate behind it, and keeps their order', async () => {
      let failing = true;
      behaviour = ({ subject, aggregateVersion }) => {
        if (failing && subject === 'slow' && aggregateVersion === 2) throw new Error('still not');
      };
      const service = await start([BedBatches], { tuning: { retryLaterMs: Array<number>(200).fill(30) } });
      await service.publish(bedReport('slow', 1), bedReport('slow', 2), bedReport('slow', 3), bedReport('other', 1));
      await eventually(async () => expect(await effects(service)).toEqual(['slow v1', 'other v1']));
      await service.publish(bedReport('slow', 4), bedReport('other', 2));
      await eventually(async () => expect(await effects(service)).toEqual(['slow v1', 'other v1', 'other v2']));
      await eventually(async () => {
        const [letter] = await service.deadLetters.list({ states: ['retrying'] });
        expect(letter).toMatchObject({ state: 'retrying', waiting: 2, cause: { code: 'failed', name: 'Error' } });
        expect(letter!.attempts).toBeGreaterThan(1);
      });
      failing = false;
      await eventually(async () =>
        expect((await effects(service)).slice(3)).toEqual(['slow v2', 'slow v3', 'slow v4']),
      );
      await service.publish(bedReport('slow', 5));
      await eventually(async () => expect((await effects(service)).at(-1)).toBe('slow v5'));
      expect(await service.deadLetters.list({ states: ['retrying', 'dead'] })).toEqual([]);
    });

    it('makes a dead letter of what fails after the last attempt', async () => {
      let tries = 0;
      behaviour = ({ subject }) => {
        if (subject !== 'hopeless') return;
        tries += 1;
        throw new TypeError('undefined is not a bed');
      };
      const service = await start([BedBatches]);
      await service.publish(bedReport('hopeless', 1), bedReport('hopeless', 2), bedReport('fine', 1));
      await eventually(async () => {
        const [letter] = await service.deadLetters.list();
        expect(letter).toMatchObject({
          cause: { code: 'attempts-exhausted', name: 'TypeError', message: 'undefined is not a bed' },
          waiting: 1,
          attempts: 3,
        });
      });
      expect(tries).toBeGreaterThanOrEqual(1 + 2 + 3);
      expect(await effects(service)).toEqual(['fine v1']);
    });

    it('does not stand still for each event when all of them fail, and all go through later', async () => {
      let away = true;
      let tries = 0;
      behaviour = () => {
        tries += 1;
        if (away) throw new Error('the directory is away');
      };
      const service = await start([BedBatches], { tuning: { retryNowMs: [1, 1, 1], retryLaterMs: [60_000] } });
      await service.publish(...Array.from({ length: 32 }, (_, i) => bedReport(`4A-${i}`, 1)));
      await eventually(async () => expect(await service.deadLetters.list({ states: ['retrying'] })).toHaveLength(32));
      // 63 tries until each is alone, and three more for the first three.
      expect(tries).toBe(63 + 9);
      away = false;
      await service.unitOfWork.query('UPDATE parked_lane SET next_attempt_at = now()');
      await eventually(async () => expect(await effectsOf(service)).toHaveLength(32));
    });

    it('keeps the same bed of two hospitals apart', async () => {
      behaviour = ({ facility }) => {
        if (facility === 'NGH') throw new PermanentFailure('not this one');
      };
      const service = await start([BedBatches]);
      await service.publish(bedReport('4A-14', 1, 'NGH'));
      await eventually(async () => expect(await service.deadLetters.list()).toHaveLength(1));
      await service.publish(bedReport('4A-14', 1, 'SGH'));
      await eventually(async () => expect(await effects(service)).toEqual(['4A-14 v1']));
    });
  });

  describe('dead letters', () => {
    const withOneDead = async (): Promise<{ service: ServiceUnderTest; id: string; mend: () => void }> => {
      let broken = true;
      behaviour = ({ subject, aggregateVersion }) => {
        if (broken && subject === 'bad' && aggregateVersion === 1) throw new PermanentFailure('broken');
      };
      const service = await start([BedBatches]);
      await service.publish(...versions('bad', 1, 6));
      await eventually(async () => expect((await service.deadLetters.list())[0]?.waiting).toBe(5));
      const [letter] = await service.deadLetters.list();
      return { service, id: letter!.id, mend: () => (broken = false) };
    };

    it('goes through on redrive, and what waited behind it follows in order', async () => {
      const { service, id, mend } = await withOneDead();
      mend();
      await service.deadLetters.redrive(id);
      await eventually(async () => expect(await effects(service)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `bad v${n}`)));
      expect(await service.deadLetters.list({ states: ['dead', 'retrying'] })).toEqual([]);
    });

    it('is dead again if the redrive fails, and what waits still waits', async () => {
      const { service, id } = await withOneDead();
      await service.deadLetters.redrive(id);
      await eventually(async () => {
        expect(await service.deadLetters.list()).toMatchObject([{ id, waiting: 5, state: 'dead' }]);
      });
      expect(await effects(service)).toEqual([]);
    });

    it('lets what waited go on when it is discarded, and keeps who and why', async () => {
      const { service, id } = await withOneDead();
      await service.deadLetters.discard(id, 'user-7', 'sender sent it twice');
      await eventually(async () => expect(await effects(service)).toEqual([2, 3, 4, 5, 6].map((n) => `bad v${n}`)));
      const kept = await service.unitOfWork.query(
        'SELECT discarded_by, discard_reason, value IS NOT NULL AS has_value FROM parked_message',
      );
      expect(kept).toEqual([{ discarded_by: 'user-7', discard_reason: 'sender sent it twice', has_value: true }]);
      await expect(service.deadLetters.redrive(id)).rejects.toMatchObject({ code: 'dead-letter-not-found' });
    });

    it('answers precisely for an unknown id and for one that waits', async () => {
      const { service } = await withOneDead();
      await expect(service.deadLetters.redrive(newOpaqueId())).rejects.toMatchObject({
        refusal: 'not-found',
        code: 'dead-letter-not-found',
      });
      const [waiting] = await service.unitOfWork.query<{ id: string }>(
        'SELECT id FROM parked_message ORDER BY position DESC LIMIT 1',
      );
      await expect(service.deadLetters.discard(waiting!.id, 'me', 'no')).rejects.toMatchObject({
        refusal: 'conflict',
        code: 'dead-letter-waits',
      });
    });

    it('lists by pages, oldest first', async () => {
      behaviour = () => {
        throw new PermanentFailure('all');
      };
      const service = await start([BedBatches]);
      await service.publish(...['a', 'b', 'c', 'd', 'e'].map((bed) => bedReport(bed, 1)));
      await eventually(async () => expect(await service.deadLetters.list()).toHaveLength(5));
      const first = await service.deadLetters.list({ limit: 2 });
      const second = await service.deadLetters.list({ limit: 10, after: first[1]!.id });
      expect([...first, ...second].map(({ event }) => event.subject)).toEqual(['a', 'b', 'c', 'd', 'e']);
    });
  });

  describe('records that are no events', () => {
    const sound = (bed: string, n: number): LogRecord => {
      const event = bedReport(bed, n);
      return encodeEvent(event.definition, toEnvelope(event));
    };
    const header = (record: LogRecord, headers: Record<string, string>): LogRecord => ({
      ...record,
      headers: { ...record.headers, ...headers },
    });

    it('of a later version that are not understood are ignored and counted, and are no dead letters', async () => {
      const service = await start([BedBatches]);
      const later = sound('later', 1);
      await log.append([
        { ...later, value: JSON.stringify({ ...JSON.parse(later.value), code: 'of-a-later-version' }) },
        { ...sound('more', 1), value: JSON.stringify({ ...JSON.parse(sound('more', 1).value), ofALaterVersion: 1 }) },
        sound('later', 2),
      ]);
      await eventually(async () => expect((await effects(service)).sort()).toEqual(['later v2', 'more v1']));
      await eventually(() => expect(service.metrics.counts['ignored']).toBe(1));
      expect(await service.deadLetters.list()).toEqual([]);
    });

    it('become dead letters with their cause and text, and the next record is untouched', async () => {
      const service = await start([BedBatches]);
      await log.append([
        { ...sound('a', 1), headers: {} },
        { ...sound('b', 1), value: '{"not json' },
        header(sound('c', 1), { ce_type: 'nobody.knows' }),
        header(sound('d', 1), { ce_typeversion: '99' }),
        { ...sound('e', 1), value: '{"facility":"NGH","code":"Smith"}' },
        sound('fine', 1),
      ]);
      await eventually(async () => expect(await effects(service)).toEqual(['fine v1']));
      const letters = await service.deadLetters.list();
      expect(letters.map(({ cause }) => cause.code)).toEqual([
        'unreadable-record',
        'unreadable-record',
        'unknown-event',
        'unknown-event',
        'invalid-data',
      ]);
      expect(letters[4]!.cause.message).toBe(
        'The data does not match its schema at place: invalid_type; code: invalid_value; cause: invalid_type',
      );
      const [raw] = await service.unitOfWork.query<{ value: string }>(
        'SELECT value FROM parked_message WHERE id = $1',
        [letters[1]!.id],
      );
      expect(raw!.value).toBe('{"not json');
    });

    it('with data that does not match hold up their own aggregate until they are corrected', async () => {
      const service = await start([BedBatches]);
      await log.append([{ ...sound('e', 1), value: '{}' }, sound('e', 2), sound('f', 1)]);
      await eventually(async () => expect(await effects(service)).toEqual(['f v1']));
      const [letter] = await service.deadLetters.list();
      expect(letter).toMatchObject({ waiting: 1 });
      await expect(service.deadLetters.redrive(letter!.id, { code: 'U' })).rejects.toMatchObject({
        refusal: 'invalid',
        code: 'data-invalid',
      });
      await service.deadLetters.redrive(letter!.id, bedReport('e', 1).data);
      await eventually(async () => expect(await effects(service)).toEqual(['f v1', 'e v1', 'e v2']));
    });

    it('of an unknown type hold up nobody', async () => {
      const service = await start([BedBatches]);
      await log.append([header(sound('a', 1), { ce_type: 'nobody.knows' }), sound('a', 2)]);
      await eventually(async () => expect(await effects(service)).toEqual(['a v2']));
    });
  });

  describe('stops in peace', () => {
    it('finishes the running handler, commits it and relays what it published', async () => {
      let entered = () => undefined as void;
      const running = new Promise<void>((resolve) => (entered = resolve));
      behaviour = async (_event, { tx }) => {
        entered();
        await new Promise((resolve) => setTimeout(resolve, 300));
        await service.outbox.publish(tx, [feedHeard('ADT', 1)]);
      };
      const service = await start([BedBatches]);
      await service.publish(bedReport('4A-01', 1));
      await running;
      await stop(service);
      const other = await start([]);
      const [{ offset }] = (await other.unitOfWork.query<{ offset: string }>(
        `SELECT max("offset") AS "offset" FROM event_log.record r JOIN event_log.topic_partition p
         ON p.id = r.topic_partition WHERE p.topic = $1`,
        [admissionsFeedHeard.topic],
      )) as [{ offset: string }];
      expect(offset).toBe('0');
      expect(await effectsOf(other)).toHaveLength(1);
      expect(await other.unitOfWork.query('SELECT FROM outbox')).toEqual([]);
    });
  });
});
