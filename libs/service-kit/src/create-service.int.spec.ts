import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '@wardstream/kernel';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { startPostgres, type TestPostgres } from '@wardstream/testing';
import { z } from 'zod';
import { Allow, CurrentUser, KeepsToFacilities, Public, type User } from './access/allow.js';
import { issueToken } from './access/tokens.js';
import { Answers } from './http/answers.js';
import { TakesBody } from './http/body-limit.js';
import { ReadsOwnBody } from './http/storable.guard.js';
import { createService, type RunningService } from './create-service.js';
import { createEnvironment } from './environment.js';
import { defineService } from './service-definition.js';

const order = z.object({ bed: z.string().min(1), until: z.iso.datetime() });

const openAnswer = z.object({ open: z.boolean() }).meta({ id: 'OpenAnswer' });

@Controller('api/v1/sample')
class SampleController {
  @Get('open')
  @Answers(openAnswer)
  @Public()
  open() {
    return { open: true };
  }
  @Get('forgotten')
  forgotten() {
    return { never: true };
  }
  @Get('mine')
  @Allow('bed.read-history')
  @KeepsToFacilities('none')
  mine(@CurrentUser() user: User) {
    return user;
  }
  @Post('orders')
  @Allow('conflict.settle')
  order(@Body({ schema: order }) body: z.infer<typeof order>) {
    return body;
  }
  @Post('own')
  @ReadsOwnBody()
  @Allow('conflict.settle')
  own(@Body() body: unknown) {
    return { own: typeof body };
  }
  @Post('raw')
  @TakesBody('resource')
  @Allow('message.send')
  raw(@Body() body: Buffer) {
    return { bytes: body.length };
  }
  @Get('refused/:how')
  @Public()
  refused(@Param('how') how: string) {
    if (how === 'conflict')
      throw new DomainError('conflict', 'bed-taken', 'The bed was reserved 2 s ago.', { version: 7 });
    throw new Error('password=hunter2 in a stack');
  }
}

@Module({ controllers: [SampleController] })
class SampleModule {}

const definition = defineService({
  name: 'sample',
  schema: 'sample',
  summary: 'A service for this suite.',
  owns: 'nothing',
  port: 0,
  routes: ['/api/v1/sample'],
  memory: 128,
  module: SampleModule,
  settings: {},
  migrations: [],
  publishes: [],
  consumes: [],
});
const secret = 'a secret for this suite and nothing else';
const trust = { secret, issuer: 'wardstream', audience: 'wardstream' };

describe('a service', () => {
  let postgres: TestPostgres;
  let log: PostgresEventLog;
  let service: RunningService;

  beforeAll(async () => {
    postgres = await startPostgres();
    log = new PostgresEventLog({ url: postgres.url });
    const values = { DATABASE_URL: postgres.url, WARDSTREAM_AUTH_SECRET: secret, WARDSTREAM_LOG_LEVEL: 'silent' };
    service = await createService(definition, createEnvironment(values, log));
    await service.start();
  });
  afterAll(async () => {
    await service?.stop();
    await log?.close();
    await postgres?.stop();
  });

  const call = async (
    method: 'GET' | 'POST',
    path: string,
    options: { roles?: User['roles']; token?: string; body?: string | Buffer; type?: string } = {},
  ) => {
    const token =
      options.token ?? (options.roles && (await issueToken(trust, { subject: 'u', roles: options.roles }, 60)));
    const answer = await service.fastify.inject({
      method,
      url: `/api/v1/${path}`,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(options.type === undefined ? {} : { 'content-type': options.type }),
      },
      ...(options.body === undefined ? {} : { payload: options.body }),
    });
    return {
      status: answer.statusCode,
      type: answer.headers['content-type'],
      body: answer.json<Record<string, unknown>>(),
    };
  };

  it('opens a route to anyone only where it says so', async () => {
    expect((await call('GET', 'sample/open')).status).toBe(200);
    expect((await call('GET', 'sample/mine')).status).toBe(401);
    expect(await call('GET', 'sample/forgotten', { roles: ['administrator'] })).toMatchObject({
      status: 403,
      body: { code: 'route-closed' },
    });
  });

  it('opens a route to the roles of the permission that it names', async () => {
    expect(await call('GET', 'sample/mine', { roles: ['auditor'] })).toMatchObject({
      status: 200,
      body: { subject: 'u' },
    });
    expect(await call('GET', 'sample/mine', { roles: ['department-system'] })).toMatchObject({
      status: 403,
      body: { code: 'role-missing' },
    });
  });

  it.each<[string, string, object | string, string, string]>([
    ['U+0000 in a text', 'sample/orders', { bed: 'a\0b' }, 'text-not-storable', 'bed'],
    ['half of a surrogate pair', 'sample/orders', { bed: { x: ['\ud83d'] } }, 'text-not-storable', 'bed.x.0'],
    ['U+0000 in a name', 'sample/orders', { 'a\0b': 1 }, 'text-not-storable', ''],
    ['U+0000 in the query', 'sample/orders?of=%00', {}, 'text-not-storable', 'of'],
    ['a body beyond all depth', 'sample/orders', '['.repeat(5000) + ']'.repeat(5000), 'body-too-deep', '0.0'],
  ])('refuses %s before any handler sees it, and says where', async (_, path, body, code, where) => {
    const answer = await call('POST', path, {
      ...{
        roles: ['bed-manager'],
        type: 'application/json',
        body: typeof body === 'string' ? body : JSON.stringify(body),
      },
    });
    expect(answer).toMatchObject({ status: 400, body: { code } });
    const [error] = answer.body['errors'] as { path: string }[];
    expect(error!.path.startsWith(where)).toBe(true);
  });

  it('refuses a path that cannot be kept, and lets a reader of its own have any body', async () => {
    expect(await call('GET', 'sample/refused/%00')).toMatchObject({ status: 400, body: { code: 'text-not-storable' } });
    const own = { roles: ['bed-manager'] as const, type: 'application/json', body: '{"a":"\\u0000"}' };
    expect(await call('POST', 'sample/own', own)).toMatchObject({ status: 201, body: { own: 'object' } });
  });

  it.each([
    [
      'signed with another secret',
      () =>
        issueToken(
          { ...trust, secret: 'another secret of the right length' },
          { subject: 'u', roles: ['auditor'] },
          60,
        ),
    ],
    [
      'for another audience',
      () => issueToken({ ...trust, audience: 'elsewhere' }, { subject: 'u', roles: ['auditor'] }, 60),
    ],
    ['expired', () => issueToken(trust, { subject: 'u', roles: ['auditor'] }, -60)],
    ['unsigned', async () => 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1Iiwicm9sZXMiOlsiYXVkaXRvciJdfQ.'],
  ])('refuses a token that is %s, without repeating it', async (_, make) => {
    const token = await make();
    const answer = await call('GET', 'sample/mine', { token });
    expect(answer).toMatchObject({ status: 401, body: { code: 'token-refused' } });
    expect(JSON.stringify(answer.body)).not.toContain(token);
  });

  it('refuses a body by field, as problem+json', async () => {
    const answer = await call('POST', 'sample/orders', {
      roles: ['bed-manager'],
      body: JSON.stringify({ bed: '', until: 'tonight' }),
      type: 'application/json',
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation-failed', status: 400 } });
    expect(answer.type).toContain('application/problem+json');
    expect((answer.body['errors'] as { path: string }[]).map((e) => e.path)).toEqual(['bed', 'until']);
  });

  it('answers broken JSON, an unknown path and a refusal as problem+json', async () => {
    const broken = await call('POST', 'sample/orders', {
      roles: ['bed-manager'],
      body: '{"bed":',
      type: 'application/json',
    });
    expect(broken).toMatchObject({ status: 400, body: { status: 400 } });
    expect(broken.type).toContain('application/problem+json');
    const nowhere = await call('GET', 'sample/nowhere', { roles: ['auditor'] });
    expect(nowhere).toMatchObject({ status: 404, body: { code: 'not-found' } });
    expect(nowhere.type).toContain('application/problem+json');
    expect(await call('GET', 'sample/refused/conflict')).toMatchObject({
      status: 409,
      body: { code: 'bed-taken', detail: 'The bed was reserved 2 s ago.', version: 7 },
    });
  });

  it.each([
    ['malformed percent-encoding', 'GET', '/api/v1/sample/refused/%zz', 400, 'url-malformed'],
    ['bytes that are no UTF-8', 'GET', '/api/v1/sample/refused/%ff', 400, 'url-malformed'],
    ['a parameter beyond all length', 'GET', `/api/v1/sample/refused/${'a'.repeat(200)}`, 414, 'url-too-long'],
    ['a route that is none', 'POST', '/api/v1/sample/nowhere', 404, 'not-found'],
    ['another method of a route', 'DELETE', '/api/v1/sample/open', 404, 'not-found'],
    ['what is not read without a token', 'POST', '/api/v1/sample/orders', 401, 'token-missing'],
  ] as const)('answers %s as problem+json, whoever asks', async (_, method, url, status, code) => {
    const payload = method === 'GET' ? {} : { payload: 'x'.repeat(100_000), headers: { 'content-type': 'text/plain' } };
    const answer = await service.fastify.inject({ method, url, ...payload });
    expect([answer.statusCode, answer.headers['content-type'], answer.json()]).toMatchObject([
      status,
      expect.stringContaining('application/problem+json'),
      { status, code },
    ]);
  });

  it.each([
    ['sample/orders', 65_536],
    ['sample/raw', 1024 * 1024],
  ])('limits the body of %s', async (path, limit) => {
    const roles = ['bed-manager', 'department-system'] as const;
    const send = (bytes: number) =>
      call('POST', path, { roles, body: Buffer.alloc(bytes, 32), type: 'application/hl7-v2' });
    expect((await send(limit)).status).not.toBe(413);
    expect(await send(limit + 1)).toMatchObject({ status: 413, body: { code: 'too-large', limit } });
  });

  it('tells nothing of what it did not foresee', async () => {
    const answer = await call('GET', 'sample/refused/bug');
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } });
    expect(JSON.stringify(answer.body)).not.toContain('hunter2');
  });

  it('hands a message on as its bytes', async () => {
    const body = Buffer.from([0x4d, 0x53, 0x48, 0xe4]);
    expect(
      await call('POST', 'sample/raw', { roles: ['department-system'], body, type: 'application/hl7-v2' }),
    ).toMatchObject({
      status: 201,
      body: { bytes: 4 },
    });
  });

  it('lists and keeps closed its dead letters, and describes its interface', async () => {
    expect(await call('GET', 'dead-letters/sample', { roles: ['administrator'] })).toMatchObject({
      status: 200,
      body: [],
    });
    expect((await call('GET', 'dead-letters/sample', { roles: ['bed-manager'] })).status).toBe(403);
    const paths = Object.keys(service.openApi().paths);
    expect(paths).toContain('/api/v1/sample/orders');
    expect(JSON.stringify(service.openApi().paths['/api/v1/sample/orders'])).toContain('until');
  });

  it('describes what a route answers by its schema, open to more fields, and how any route refuses', () => {
    const { paths, components } = service.openApi();
    const answered = (name: string) => ({ schema: { $ref: `#/components/schemas/${name}` } });
    const refusal = { content: { 'application/problem+json': answered('Problem') } };
    expect(paths['/api/v1/sample/open']?.get?.responses).toMatchObject({
      200: { content: { 'application/json': answered('OpenAnswer') } },
      default: refusal,
    });
    expect(paths['/api/v1/sample/orders']?.post?.responses).toMatchObject({ default: refusal });
    expect(components?.schemas?.['OpenAnswer']).toEqual({
      ...{ type: 'object', properties: { open: { type: 'boolean' } }, required: ['open'] },
    });
    expect(components?.schemas?.['Problem']).toMatchObject({ required: expect.arrayContaining(['status', 'code']) });
  });

  it('is ready while its database and its log answer', async () => {
    for (const { check } of service.checks) await check();
  });
});
