import { Controller, Get, Injectable, Module, Param, Post } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type ActData, actRecorded, topics } from '@wardstream/events';
import { DomainError, FixedClock } from '@wardstream/kernel';
import { Outbox } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { defineMigration, UnitOfWork } from '@wardstream/persistence';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { Allow, type User } from '../access/allow.js';
import { issueToken } from '../access/tokens.js';
import { createService, type RunningService } from '../create-service.js';
import { createEnvironment } from '../environment.js';
import { defineService } from '../service-definition.js';
import { Act } from './act.js';
import { Acts } from './acts.js';
import { noteAct } from './current-act.js';

@Injectable()
class Desk {
  constructor(readonly unitOfWork: UnitOfWork) {}

  write(what: string, fails?: Error): Promise<string> {
    return this.unitOfWork.run(async (tx) => {
      noteAct({ facility: 'NGH', encounters: ['e1'] });
      await tx.query('INSERT INTO done (what) VALUES ($1)', [what]);
      if (fails !== undefined) throw fails;
      return what;
    });
  }
}

@Controller('api/v1/facilities/:facility/beds/:bedId')
class DeskController {
  constructor(private readonly desk: Desk) {}

  @Post('block')
  @Act('bed.block')
  @Allow('bed.block')
  block(@Param('bedId') bed: string) {
    return this.desk.write(bed);
  }
  @Post('unblock')
  @Act('bed.unblock')
  @Allow('bed.block')
  refused(@Param('bedId') bed: string) {
    return this.desk.write(bed, new DomainError('conflict', 'bed-not-blocked', 'It is not blocked.'));
  }
  @Post('close')
  @Act('bed.close')
  @Allow('bed.block')
  broken(@Param('bedId') bed: string) {
    return this.desk.write(bed, new Error('a fault'));
  }
  @Post('open')
  @Act('bed.open')
  @Allow('bed.block')
  async nothing(@Param('bedId') bed: string) {
    await this.desk.unitOfWork.run((tx) => tx.query('SELECT 1'));
    return bed;
  }
  @Post('twice')
  @Act('bed.open-surge')
  @Allow('bed.block')
  async twice(@Param('bedId') bed: string) {
    await this.desk.write(`${bed} 1`);
    return this.desk.write(`${bed} 2`);
  }
  @Get('patient')
  @Act('patient.look')
  @Allow('patient.read')
  look() {
    noteAct({ facility: 'NGH', encounters: ['e1', 'e2', 'e1'] });
    return { name: 'a name' };
  }
  @Post('malformed')
  @Act('bed.close-surge')
  @Allow('bed.block')
  malformed() {
    throw new DomainError('invalid', 'validation-failed', 'The body is nothing.');
  }
}

@Module({ controllers: [DeskController], providers: [Desk] })
class DeskModule {}

const definition = defineService({
  name: 'desk',
  schema: 'desk',
  summary: 'A service for this suite.',
  owns: 'nothing',
  port: 0,
  routes: ['/api/v1/facilities'],
  memory: 128,
  module: DeskModule,
  settings: {},
  migrations: [defineMigration({ name: '0001-done', up: () => ['CREATE TABLE done (what text NOT NULL)'] })],
  publishes: [],
  consumes: [],
});
const secret = 'a secret for this suite and nothing else';
const clock = new FixedClock('2026-03-01T08:00:00.000Z');

describe('an act', () => {
  let postgres: TestPostgres;
  let log: PostgresEventLog;
  let service: RunningService;
  const published: ActData[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
    log = new PostgresEventLog({ url: postgres.url });
    await log.ensureTopics(topics);
    const values = { DATABASE_URL: postgres.url, WARDSTREAM_AUTH_SECRET: secret, WARDSTREAM_LOG_LEVEL: 'silent' };
    service = await createService(definition, createEnvironment(values, log, { clock }));
    await service.start();
    await log.subscribe({
      group: 'suite',
      topics: [actRecorded.topic],
      onBatch: async ({ records }) => {
        published.push(...records.map(({ value }) => JSON.parse(String(value)) as ActData));
      },
    });
  });
  afterAll(async () => {
    await service?.stop();
    await log?.close();
    await postgres?.stop();
  });
  beforeEach(() => {
    published.length = 0;
  });

  const call = async (method: 'GET' | 'POST', path: string, of: Partial<User> = {}) => {
    const user = { subject: 'u7', roles: ['bed-manager'] as const, ...of } as User;
    const token = await issueToken({ secret, issuer: 'wardstream', audience: 'wardstream' }, user as never, 60);
    const answer = await service.fastify.inject({
      method,
      url: `/api/v1/facilities/NGH/beds/${path}`,
      headers: { authorization: `Bearer ${token}` },
      remoteAddress: '10.1.2.3',
    });
    return answer.statusCode;
  };
  const recorded = async (count: number): Promise<ActData[]> => {
    await eventually(() => expect(published).toHaveLength(count));
    return published;
  };
  const done = async () =>
    (await service.get(UnitOfWork).query<{ what: string }>('SELECT what FROM done')).map((r) => r.what);

  it('that is a command is recorded in its transaction, with who, where from, and what it was done to', async () => {
    expect(await call('POST', '4A-14/block')).toBe(201);
    expect(await recorded(1)).toEqual([
      {
        ...{ id: expect.any(String), act: 'bed.block', outcome: 'done', code: null, at: '2026-03-01T08:00:00.000Z' },
        ...{ facility: 'NGH', subject: 'u7', roles: ['bed-manager'], from: '10.1.2.3', service: 'desk' },
        ...{ encounters: ['e1'], bed: '4A-14', about: null, step: null, shown: null },
      },
    ]);
  });

  it('is recorded once, however many transactions it is', async () => {
    expect(await call('POST', '4A-15/twice')).toBe(201);
    expect(await recorded(1)).toMatchObject([{ act: 'bed.open-surge', bed: '4A-15' }]);
  });

  it('that changed nothing is recorded all the same', async () => {
    expect(await call('POST', '4A-16/open')).toBe(201);
    expect(await recorded(1)).toMatchObject([{ act: 'bed.open', outcome: 'done' }]);
  });

  it.each([
    ['was refused', 'unblock', 409, 'bed.unblock', 'refused', 'bed-not-blocked'],
    ['failed', 'close', 500, 'bed.close', 'failed', 'internal'],
  ])('that %s is recorded as that, and changes nothing', async (_, path, status, act, outcome, code) => {
    expect(await call('POST', `B-${path}/${path}`)).toBe(status);
    expect(await recorded(1)).toMatchObject([{ act, outcome, code }]);
    expect(await done()).not.toContain(`B-${path}`);
  });

  it.each([
    ['another role', { roles: ['auditor'] as const }, 'role-missing'],
    ['other facilities', { facilities: ['SGH'] }, 'facility-not-allowed'],
  ])('that is refused to somebody of %s is recorded', async (_, of, code) => {
    expect(await call('POST', '4A-17/block', of as Partial<User>)).toBe(403);
    expect(await recorded(1)).toMatchObject([{ outcome: 'refused', code, bed: '4A-17', facility: null }]);
  });

  it('of a look has whom it showed, each once, and how much of them', async () => {
    expect(await call('GET', '4A-14/patient')).toBe(200);
    expect(await call('GET', '4A-14/patient', { roles: ['operations-manager'] })).toBe(200);
    expect(await recorded(2)).toMatchObject([
      { act: 'patient.look', encounters: ['e1', 'e2'], shown: 'names' },
      { act: 'patient.look', encounters: ['e1', 'e2'], shown: 'initials' },
    ]);
  });

  it('takes no text from a path that may be anything', async () => {
    expect(await call('POST', 'Jane%20Doe/unblock')).toBe(409);
    expect(await recorded(1)).toMatchObject([{ bed: null, act: 'bed.unblock' }]);
  });

  it('is none where what was sent is malformed', async () => {
    expect(await call('POST', '4A-18/malformed')).toBe(400);
    expect(await call('POST', '4A-18/block')).toBe(201);
    expect(await recorded(1)).toMatchObject([{ act: 'bed.block' }]);
  });

  it('that cannot be recorded is not done, and shows nothing', async () => {
    const publish = jest.spyOn(service.get(Outbox), 'publish').mockRejectedValue(new Error('no room'));
    try {
      expect(await call('POST', '4A-19/block')).toBe(500);
      expect(await done()).not.toContain('4A-19');
      expect(await call('GET', '4A-19/patient')).toBe(503);
      expect(await call('POST', '4A-19/open')).toBe(503);
    } finally {
      publish.mockRestore();
    }
    expect(await call('GET', '4A-19/patient')).toBe(200);
    expect(await recorded(1)).toMatchObject([{ act: 'patient.look' }]);
  });

  it('may be recorded by whoever does it, in a transaction of theirs', async () => {
    const acts = service.get(Acts);
    const act = { act: 'session.refuse', subject: null, roles: [], from: '10.1.2.4', code: 'password-wrong' } as const;
    const work = service.get(UnitOfWork);
    await work.run((tx) => acts.record(tx, { ...act, outcome: 'refused' }));
    await work
      .run(async (tx) => {
        await acts.record(tx, act);
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    await Promise.all(Array.from({ length: 30 }, () => acts.recordAlone(act)));
    const all = await recorded(31);
    expect(all[0]).toMatchObject({ act: 'session.refuse', subject: null, facility: null, outcome: 'refused' });
    expect(new Set(all.map(({ id }) => id)).size).toBe(31);
  });
});
