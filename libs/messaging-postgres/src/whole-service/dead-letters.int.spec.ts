import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { bedStatusReported, type EventEnvelope } from '@wardstream/events';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { type EventContext, PermanentFailure } from '@wardstream/messaging';
import { PostgresEventLog } from '../postgres-event-log.js';
import { bedReport, effectsOf, type ServiceUnderTest, startService } from '@wardstream/messaging/service-harness';

let broken: (subject: string, version: number) => boolean = () => false;

@Controller()
class Beds {
  @EventPattern<string>(bedStatusReported.pattern)
  async on(@Payload() event: EventEnvelope, @Ctx() { tx }: EventContext): Promise<void> {
    const { subject, aggregateVersion } = event;
    if (broken(subject, aggregateVersion)) throw new PermanentFailure('not now');
    await tx.query('INSERT INTO effect (event_id, subject, version) VALUES ($1, $2, $3)', [
      ...[event.id, subject, aggregateVersion],
    ]);
  }
}

describe('dead letters in bulk', () => {
  let postgres: TestPostgres;
  let service: ServiceUnderTest;
  let log: PostgresEventLog;
  let databases = 0;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(async () => {
    await service?.stop();
    await log?.close();
    await postgres.stop();
  }, 60_000);
  beforeEach(async () => {
    await service?.stop();
    await log?.close();
    const url = await postgres.createDatabase(`bulk_${(databases += 1)}`);
    log = new PostgresEventLog({ url, heartbeatMs: 200, closeGraceMs: 2_000 });
    const of = { publishes: [bedStatusReported], consumes: [bedStatusReported] };
    service = await startService({ name: 'alpha', url, log, consumers: [Beds], ...of });
    broken = (_subject, version) => version === 1;
    const beds = ['a', 'b', 'c'];
    await service.publish(...[1, 2, 3].flatMap((version) => beds.map((bed) => bedReport(bed, version))));
    await eventually(async () => {
      const dead = await service.deadLetters.list();
      expect(dead.map((d) => d.waiting)).toEqual([2, 2, 2]);
    });
  }, 60_000);
  const effects = async () => (await effectsOf(service)).map(({ subject, version }) => `${subject}${version}`).sort();

  it('go through together, in order within every aggregate; a repeat finds nothing', async () => {
    broken = () => false;
    expect(await service.deadLetters.redriveAll({ cause: 'permanent-failure' })).toEqual({ done: 3, left: 0 });
    await eventually(async () => expect(await effects()).toHaveLength(9));
    for (const bed of ['a', 'b', 'c']) {
      const of = (await effectsOf(service)).filter((e) => e.subject === bed).map((e) => Number(e.version));
      expect(of).toEqual([1, 2, 3]);
    }
    expect(await service.deadLetters.redriveAll({})).toEqual({ done: 0, left: 0 });
  });

  it('are given up together; what waited behind them goes on', async () => {
    expect(await service.deadLetters.discardAll({ facility: 'NGH' }, 'user-7', 'sent by mistake')).toEqual({
      ...{ done: 3, left: 0 },
    });
    await eventually(async () => expect(await effects()).toEqual(['a2', 'a3', 'b2', 'b3', 'c2', 'c3']));
    const kept = await service.unitOfWork.query('SELECT DISTINCT discarded_by, discard_reason FROM parked_message');
    expect(kept).toEqual([{ discarded_by: 'user-7', discard_reason: 'sent by mistake' }]);
  });

  it.each([
    ['redriven singly', (id: string) => service.deadLetters.redrive(id)],
    ['given up singly', (id: string) => service.deadLetters.discard(id, 'user-7', 'sent by mistake')],
    ['redriven together', () => service.deadLetters.redriveAll({})],
    ['given up together', () => service.deadLetters.discardAll({}, 'user-7', 'sent by mistake')],
  ] as const)('are %s twenty times at once as by one', async (how, command) => {
    broken = () => false;
    const [first] = await service.deadLetters.list();
    const answers = await Promise.allSettled(Array.from({ length: 20 }, () => command(first!.id)));
    if (how.endsWith('together')) {
      const done = answers.map((a) => (a.status === 'fulfilled' ? (a.value as { done: number }).done : Number.NaN));
      expect(done.reduce((a, b) => a + b)).toBe(3);
    } else {
      // Who comes later finds it gone, or has it tried once more.
      expect(answers.some((a) => a.status === 'fulfilled')).toBe(true);
      for (const a of answers)
        if (a.status === 'rejected') expect(a.reason).toMatchObject({ code: 'dead-letter-not-found' });
    }
    const gone = how.startsWith('given up');
    const expected = how.endsWith('singly') ? (gone ? 2 : 3) : gone ? 6 : 9;
    await eventually(async () => expect(await effects()).toHaveLength(expected));
    const kept = await service.unitOfWork.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM parked_message WHERE discarded_at IS NOT NULL',
    );
    expect(kept[0]!.n).toBe(gone ? (how.endsWith('singly') ? 1 : 3) : 0);
  });

  it('are found by cause, type, facility, or part of them', async () => {
    const found = async (filter: Parameters<typeof service.deadLetters.redriveAll>[0]) =>
      (await service.deadLetters.list(filter)).length;
    expect(await found({ type: 'admissions.bed-status-reported', facility: 'NGH', search: 'Permanent' })).toBe(3);
    expect(await found({ search: 'bed-status' })).toBe(3);
    expect(await found({ search: '100%' })).toBe(0);
    expect(await found({ cause: 'attempts-exhausted' })).toBe(0);
    expect(await service.deadLetters.redriveAll({ cause: 'attempts-exhausted' })).toEqual({ done: 0, left: 0 });
  });
});
