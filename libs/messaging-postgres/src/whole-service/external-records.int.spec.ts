import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { PostgresEventLog } from '../postgres-event-log.js';
import { type ServiceUnderTest, startService } from '@wardstream/messaging/service-harness';
import { ExternalRecords } from '@wardstream/messaging';

const topic = 'wardstream.test.foreign.v1';
let postgres: TestPostgres;
let log: PostgresEventLog;
let service: ServiceUnderTest;
beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.createDatabase('foreign');
  log = new PostgresEventLog({ url });
  service = await startService({ name: 'reader', url, log });
});
afterAll(async () => {
  await service?.stop();
  await log?.close();
  await postgres?.stop();
});

it('puts a record aside that cannot be taken, as a dead letter with its cause, and goes on with the others', async () => {
  const taken: string[] = [];
  service.get(ExternalRecords).read({
    ...{ group: 'foreign', topic },
    take: (records) => {
      if (records.some(({ value }) => value === 'poison')) return Promise.reject(new Error('cannot be taken'));
      taken.push(...records.map(({ value }) => value));
      return Promise.resolve();
    },
  });
  await log.ensureTopics([{ name: topic, partitions: 8, retentionMs: 3_600_000 }]);
  const values = ['a', 'b', 'poison', 'c', 'd'];
  await log.append(values.map((value) => ({ topic, key: 'one key', headers: {}, value })));
  await eventually(() => expect([...new Set(taken)].sort()).toEqual(['a', 'b', 'c', 'd']));
  await eventually(async () =>
    expect(await service.deadLetters.list()).toMatchObject([
      { topic, state: 'dead', cause: { code: 'not-taken', message: 'cannot be taken' } },
    ]),
  );
  expect(service.metrics.causes).toEqual(['not-taken']);
});
