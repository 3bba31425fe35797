import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bedChanged, type BedData } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { a01, smallHouse } from '@wardstream/encounter-model/testing';
import pg from 'pg';
import { AdmissionsHouse } from '../../testing/admissions-house.spec.js';
import { FhirClient, type FhirReply, issues } from '../../testing/fhir-client.spec.js';
import { messageOf } from '../../testing/messages.spec.js';
import { faultsByR4 } from '@wardstream/testing/r4-schema';

interface Called {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A subscriber's endpoint. */
class Endpoint {
  readonly called: Called[] = [];
  answer: (call: Called, times: number) => number | 'none' = () => 200;
  headers: Record<string, string> = {};
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        const call = { method: request.method!, url: request.url!, headers: request.headers, body };
        this.called.push(call);
        const status = this.answer(call, this.called.filter((c) => c.url === call.url && c.body === body).length);
        if (status !== 'none') response.writeHead(status, this.headers).end('a body that nobody reads');
      });
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}

interface EncounterNotice {
  readonly id: string;
  readonly meta: { readonly versionId: string };
  readonly subject?: { readonly reference: string };
  readonly location: readonly { readonly location: { readonly reference: string } }[];
}

let house: AdmissionsHouse;
let endpoint: Endpoint;
let client: FhirClient;

const start = async (settings: Record<string, string> = {}): Promise<void> => {
  house = await AdmissionsHouse.start({
    WARDSTREAM_SUBSCRIPTION_HTTP: 'true',
    WARDSTREAM_SUBSCRIPTION_NETWORKS: '127.0.0.0/8',
    WARDSTREAM_SUBSCRIPTION_BACKOFF_MS: '50',
    WARDSTREAM_SUBSCRIPTION_TIMEOUT_MS: '500',
    ...settings,
  });
  await house.configure(smallHouse);
  client = new FhirClient(house, { roles: ['department-system'], subject: 'EHR' });
};
beforeEach(async () => {
  endpoint = await new Endpoint().start();
});
afterEach(async () => {
  await house?.remove();
  await endpoint.stop();
});

const wanted = (criteria: string, channel: object = {}): Record<string, unknown> => ({
  resourceType: 'Subscription',
  status: 'requested',
  reason: 'The EHR shows it',
  criteria,
  channel: {
    type: 'rest-hook',
    endpoint: `http://127.0.0.1:${endpoint.port}/hooks?site=1`,
    payload: 'application/fhir+json',
    header: ['Authorization: Bearer a secret of the EHR'],
    ...channel,
  },
});
const subscribe = async (criteria: string, channel: object = {}): Promise<string> => {
  const reply = await client.post('Subscription', wanted(criteria, channel));
  expect(reply.status).toBe(201);
  return String(reply.body['id']);
};
const admit = async (visit: string, ...more: string[]): Promise<void> => {
  const sender = await house.sender();
  await Promise.all([messageOf(a01, visit, { controlId: `C${visit}` }), ...more].map((text) => sender.send(text)));
  await house.drained();
};
const bed = (id: string, version: number, state: BedData['state']): BedData => ({
  ...{ id, facility: 'NGH', version, unit: '4A', room: '4A-R1', bed: id.slice(-1), staffed: true, surge: false },
  ...{
    attributes: [],
    state,
    since: '2026-03-01T12:00:00.000Z',
    occupants: [],
    reservedFor: null,
    needs: [],
    clocks: [],
  },
  ...{ blocked: null, closed: null, cleaningJobId: null, conflicts: [], asOf: '2026-03-01T12:00:01.000Z' },
  history: { from: '2026-03-01T12:00:00.000Z', segments: [] },
  cause: {
    ...{ kind: 'cleaning', by: 'ward', at: '2026-03-01T12:00:00.000Z' },
    ...{ recordedAt: '2026-03-01T12:00:00.500Z', receivedAt: '2026-03-01T12:00:01.000Z' },
  },
});
const tellBeds = (...beds: BedData[]): Promise<void> =>
  house.tell(
    bedChanged,
    beds.map((data) => ({ facility: data.facility, subject: data.id, version: data.version, data })),
  );
const read = (id: string): Promise<FhirReply> => client.get(`Subscription/${id}`);

describe('a subscription that another process takes in', () => {
  const copySql = `INSERT INTO admissions.subscription (id, version, status, owner, updated_at, hook, headers)
    SELECT gen_random_uuid(), 1, status, owner, updated_at, jsonb_set(hook::jsonb, '{endpoint}', to_jsonb($1::text)), headers
      FROM admissions.subscription`;
  const elsewhere = async (work: (other: pg.Client) => Promise<void>): Promise<void> => {
    const other = new pg.Client({ connectionString: house.url });
    await other.connect();
    await work(other).finally(() => other.end());
  };
  const urls = (): string[] => endpoint.called.map(({ url }) => url.split('/')[1]!).sort();

  it('is told of what is committed from then on', async () => {
    await start();
    await subscribe('Encounter?location=NGH.site');
    await elsewhere(async (other) => {
      await other.query(copySql, [`http://127.0.0.1:${endpoint.port}/other`]);
      await admit('R1');
    });
    await eventually(() => expect(urls()).toEqual(['hooks', 'other']));
  });

  it('is waited for by what is committed after it', async () => {
    await start();
    await subscribe('Encounter?location=NGH.site');
    await elsewhere(async (other) => {
      await other.query('BEGIN');
      await other.query(copySql, [`http://127.0.0.1:${endpoint.port}/other`]);
      const admitted = admit('R2');
      await eventually(async () => {
        const waiting = await house.rows("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
        expect(waiting.length).toBeGreaterThan(0);
      });
      await other.query('COMMIT');
      await admitted;
    });
    await eventually(() => expect(urls()).toEqual(['hooks', 'other']));
  });
});

describe('a subscription to encounters', () => {
  it('is told of each change that fits, with the encounter, and without a name', async () => {
    await start();
    await subscribe('Encounter?status=in-progress&location=NGH.ward.4A');
    await admit('S1', messageOf(a01, 'S2', { controlId: 'CS2' }).replace('4A^', '4B^'));
    await eventually(() => endpoint.called.length === 1);
    const [call] = endpoint.called;
    const resource = JSON.parse(call!.body) as { resourceType: string; id: string };
    expect(faultsByR4(resource)).toEqual([]);
    expect(call).toMatchObject({
      method: 'PUT',
      url: `/hooks/Encounter/${resource.id}?site=1`,
      headers: { authorization: 'Bearer a secret of the EHR', 'content-type': 'application/fhir+json; charset=utf-8' },
    });
    expect(resource).toMatchObject({ status: 'in-progress', meta: { versionId: '1' }, identifier: [{ value: 'S1' }] });
    expect(call!.body).not.toMatch(/Ward,|Ada|1956/);
    // The secret is nowhere but where it is needed.
    expect(JSON.stringify(await house.rows('SELECT * FROM admissions.delivery'))).not.toContain('secret');
  });

  it('tells of an encounter what can be read of it then: same content, same version, references that are served', async () => {
    await start();
    await subscribe('Encounter?location=NGH.site');
    await admit('S13');
    type Notice = Record<string, unknown> & EncounterNotice;
    // A call whose answer comes late is made again, so it is found by its version and not by its number.
    const toldOf = (version: string): Notice | undefined =>
      endpoint.called.map(({ body }) => JSON.parse(body) as Notice).find(({ meta }) => meta.versionId === version);
    const compared = async (version: string): Promise<Record<string, unknown>> => {
      await eventually(() => toldOf(version) !== undefined);
      const told = toldOf(version)!;
      const served = await client.get(`Encounter/${told.id}`);
      expect([served.status, served.body, served.version]).toEqual([200, told, told.meta.versionId]);
      for (const reference of [told.subject, ...told.location.map((l) => l.location)].map((r) => r?.reference)) {
        expect([reference, (await client.get(reference!)).status]).toEqual([reference, 200]);
      }
      return told;
    };
    const before = await compared('1');
    // What is written by FHIR counts twice in the version: as a write and as what follows from it.
    house.clock.set('2026-03-02T01:00:00.000Z');
    const [{ value, system }] = before['identifier'] as [{ value: string; system: string }];
    const there = { location: { reference: 'Location/NGH.bed.4B-2' }, period: { start: '2026-03-01T14:00:00Z' } };
    const written = await client.put(`Encounter?identifier=${system}|${value}`, {
      ...{ resourceType: 'Encounter', identifier: [{ system, value }], status: 'in-progress', class: before['class'] },
      ...{ subject: before['subject'], location: [there], serviceProvider: before['serviceProvider'] },
    });
    expect([written.status, issues(written)]).toEqual([200, [expect.stringContaining('no OperationOutcome')]]);
    await compared('3');
  });

  it('without a payload is only told that there is something', async () => {
    await start();
    await subscribe('Encounter', { payload: undefined });
    await admit('S3');
    await eventually(() => endpoint.called.length === 1);
    expect(endpoint.called[0]).toMatchObject({ method: 'POST', url: '/hooks?site=1', body: '' });
  });

  it('is told in order, at least once, whatever its endpoint does meanwhile, and its status says so', async () => {
    await start();
    const id = await subscribe('Encounter');
    expect((await read(id)).body['status']).toBe('active');
    let down: number | 'none' = 503;
    endpoint.answer = () => down;
    await admit('S4', ...['S5', 'S6'].map((visit) => messageOf(a01, visit, { controlId: `C${visit}` })));
    await eventually(async () => {
      expect((await read(id)).body).toMatchObject({ status: 'error', error: 'answered 503' });
    });
    expect(new Set(endpoint.called.map((c) => c.url)).size).toBe(1);
    down = 'none';
    await eventually(async () => expect((await read(id)).body['error']).toBe('no answer in time'));
    down = 200;
    await eventually(async () => expect((await read(id)).body['status']).toBe('active'));
    await eventually(() => new Set(endpoint.called.map((c) => c.url)).size === 3);
    const visits = endpoint.called.map(
      (c) => (JSON.parse(c.body) as { identifier: [{ value: string }] }).identifier[0].value,
    );
    expect([...new Set(visits)]).toEqual(['S4', 'S5', 'S6']);
    expect((await read(id)).body['error']).toBeUndefined();
  });

  it('that is refused goes on with the next one; one whose endpoint is gone is over', async () => {
    await start();
    const id = await subscribe('Encounter');
    endpoint.answer = ({ body }) => (body.includes('"S7"') ? 422 : 200);
    await admit('S7', messageOf(a01, 'S8', { controlId: 'CS8' }));
    await eventually(() => endpoint.called.some((c) => c.body.includes('"S8"')));
    expect(endpoint.called.filter((c) => c.body.includes('"S7"'))).toHaveLength(1);
    endpoint.answer = () => 410;
    await admit('S9');
    await eventually(async () => {
      expect((await read(id)).body).toMatchObject({ status: 'off', error: 'answered 410' });
    });
    const before = endpoint.called.length;
    await admit('S10');
    expect(endpoint.called).toHaveLength(before);
  });

  it('follows no redirection', async () => {
    await start();
    const id = await subscribe('Encounter');
    endpoint.headers = { location: `http://127.0.0.1:${endpoint.port}/elsewhere` };
    endpoint.answer = () => 302;
    await admit('S11');
    await eventually(async () => expect((await read(id)).body).toMatchObject({ error: 'answered 302' }));
    expect(endpoint.called.map((c) => c.url.split('/')[1])).not.toContain('elsewhere');
  });

  it('survives a restart, and ends when its time is over', async () => {
    await start();
    const reply = await client.post('Subscription', { ...wanted('Encounter'), end: '2026-03-31T01:00:00Z' });
    expect(reply.body['status']).toBe('active');
    await house.end();
    await house.begin();
    await admit('S12');
    await eventually(() => endpoint.called.length === 1);
    house.clock.set('2026-03-31T02:00:00.000Z');
    await eventually(
      async () => {
        expect((await read(String(reply.body['id']))).body['status']).toBe('off');
      },
      { timeoutMs: 10_000 },
    );
  });
});

describe('a subscription to beds', () => {
  it('is told of the beds that fit', async () => {
    await start();
    await subscribe('Location?operational-status=U&physical-type=bd');
    await tellBeds(bed('4A-1', 1, 'occupied'), bed('4A-2', 1, 'available'));
    await tellBeds(bed('4A-1', 2, 'dirty'), bed('4A-1', 3, 'available'));
    await eventually(() => endpoint.called.length === 2);
    // Beds are told of in an order of their own each; what passes by within one batch is not told.
    expect(endpoint.called.map((c) => c.url).sort()).toEqual([
      '/hooks/Location/NGH.bed.4A-1?site=1',
      '/hooks/Location/NGH.bed.4A-2?site=1',
    ]);
    const resource = JSON.parse(endpoint.called.find((c) => c.url.includes('4A-1'))!.body) as { resourceType: string };
    expect(faultsByR4(resource)).toEqual([]);
    expect(resource).toMatchObject({ meta: { versionId: '3' }, operationalStatus: { code: 'U' } });
  });
});

describe('/fhir/R4/Subscription', () => {
  it('is created, read, changed, searched and deleted, and its headers are told to nobody', async () => {
    await start();
    const made = await client.post('Subscription', wanted('Encounter'));
    expect([made.status, made.version]).toEqual([201, '1']);
    const id = String(made.body['id']);
    expect(made.headers['location']).toBe(`http://wardstream.test/fhir/R4/Subscription/${id}/_history/1`);
    const one = await read(id);
    expect([one.status, one.version, one.body['status']]).toEqual([200, '1', 'active']);
    for (const reply of [made, one]) expect(JSON.stringify(reply)).not.toContain('secret');

    const changed = await client.put(`Subscription/${id}`, { ...wanted('Location'), id }, { 'if-match': 'W/"1"' });
    expect([changed.status, changed.version, changed.body['criteria']]).toEqual([200, '2', 'Location']);
    const stale = await client.put(`Subscription/${id}`, wanted('Encounter'), { 'if-match': 'W/"1"' });
    expect([stale.status, issues(stale)]).toEqual([412, ['error conflict']]);
    await subscribe('Encounter');
    expect((await client.get('Subscription')).body['entry']).toHaveLength(2);
    expect((await client.get(`Subscription?_id=${id}&status=active`)).body['entry']).toHaveLength(1);
    expect((await client.get('Subscription?status=off')).body['entry']).toBeUndefined();
    expect((await client.get('Subscription?contact=x')).status).toBe(400);
    const listed: string[] = [];
    for (let query: string | undefined = 'Subscription?_count=1'; query !== undefined;) {
      const { body } = await client.get(query);
      listed.push(...(body['entry'] as { resource: { id: string } }[]).map((e) => e.resource.id));
      const next = (body['link'] as { relation: string; url: string }[]).find((l) => l.relation === 'next');
      query = next?.url.replace('http://wardstream.test/fhir/R4/', '');
    }
    expect(new Set(listed).size).toBe(2);
    expect(listed).toHaveLength(2);

    const off = await client.put(`Subscription/${id}`, { ...wanted('Location'), status: 'off' });
    expect(off.body['status']).toBe('off');
    await tellBeds(bed('4A-1', 1, 'available'));
    await eventually(async () => (await house.rows('SELECT FROM admissions.bed')).length === 1);
    expect(endpoint.called).toEqual([]);
    expect((await client.send('DELETE', `Subscription/${id}`)).status).toBe(204);
    expect((await read(id)).status).toBe(410);
    expect(
      await house.rows(
        "SELECT headers FROM admissions.subscription WHERE deleted_at IS NOT NULL AND headers::text <> '[]'",
      ),
    ).toEqual([]);
  });

  it("is its owner's, and an administrator's", async () => {
    await start();
    const id = await subscribe('Encounter');
    expect((await client.get(`Subscription/${id}`, { subject: 'LAB' })).status).toBe(404);
    expect((await client.put(`Subscription/${id}`, wanted('Location'), {}, { subject: 'LAB' })).status).toBe(404);
    expect((await client.send('DELETE', `Subscription/${id}`, { subject: 'LAB' })).status).toBe(404);
    expect((await client.get('Subscription', { subject: 'LAB' })).body['entry']).toBeUndefined();
    expect((await client.get(`Subscription/${id}`, { subject: 'root', roles: ['administrator'] })).status).toBe(200);
    expect((await client.post('Subscription', wanted('Encounter'), {}, { roles: ['bed-manager'] })).status).toBe(403);
    expect((await read('nonsense')).status).toBe(404);
  });

  it('takes no endpoint within the house that is not allowed, by whatever name', async () => {
    await start({ WARDSTREAM_SUBSCRIPTION_NETWORKS: '10.20.0.0/16' });
    for (const endpoint of [
      ...[
        'http://127.0.0.1/',
        'http://localhost/',
        'http://[::1]/',
        'http://[::ffff:127.0.0.1]/',
        'http://2130706433/',
      ],
      ...['http://10.0.0.1/', 'http://192.168.1.1/', 'http://169.254.169.254/latest/meta-data/', 'http://0.0.0.0/'],
      ...['http://[fd00::1]/', 'http://[64:ff9b::7f00:1]/', 'http://0x7f.1/'],
    ]) {
      const reply = await client.post('Subscription', wanted('Encounter', { endpoint }));
      expect([endpoint, reply.status, issues(reply)]).toEqual([endpoint, 422, ['error forbidden']]);
    }
    expect((await client.post('Subscription', wanted('Encounter', { endpoint: 'http://10.20.1.1/' }))).status).toBe(
      201,
    );
    await house.remove();
    await start({ WARDSTREAM_SUBSCRIPTION_HTTP: 'false' });
    const plain = await client.post('Subscription', wanted('Encounter'));
    expect([plain.status, issues(plain)]).toEqual([400, ['error value']]);
  });

  it('refuses what is not done with an OperationOutcome', async () => {
    await start();
    const sms = await client.post('Subscription', wanted('Observation?code=1', { type: 'sms' }));
    expect([sms.status, issues(sms)]).toEqual([422, ['error not-supported', 'error not-supported']]);
    expect((await client.post('Subscription', { resourceType: 'Patient' })).status).toBe(400);
  });
});
