import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appended, type AuditFault, chainList, emptyChain, SealChecker, sealingKey } from '@wardstream/audit-model';
import { type ActData, actRecorded, NO_FACILITY, toEnvelope, topics } from '@wardstream/events';
import { newId, seededRandom } from '@wardstream/kernel';
import { encodeEvent } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { UnitOfWork } from '@wardstream/persistence';
import {
  createEnvironment,
  createService,
  type Facilities,
  issueToken,
  type Role,
  type RunningService,
} from '@wardstream/service-kit';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { faultsByR4 } from '@wardstream/testing/r4-schema';
import { auditService } from './audit.service.js';
import { lockChainList, lockChains, saveEnds } from './persistence/chain.rows.js';
import { addEntries } from './persistence/entry.rows.js';
import { boundsOf, makePartition, monthOf } from './persistence/partitions.js';
import { Retention } from './retention/retention.js';
import { type KnownEnd, verifyAudit } from './verification/verify-audit.js';

const secret = 'a secret for this suite and nothing else';
const newKey = () =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
const key = newKey();
const checker = new SealChecker([sealingKey(key).publicPem]);

let acts = 0;
const act = (of: Partial<ActData> = {}): ActData => ({
  ...{ id: newId(), act: 'bed.reserve', outcome: 'done', code: null, at: '2026-03-01T08:00:00.000Z', facility: 'NGH' },
  ...{ subject: `u${(acts += 1) % 4}`, roles: ['bed-manager'], from: '10.0.0.1', service: 'bed-management' },
  ...{ encounters: [`e${acts}`], bed: '4A-14', about: null, step: null, shown: null },
  ...of,
});

describe('the audit', () => {
  let postgres: TestPostgres;
  let log: PostgresEventLog;
  const replicas: RunningService[] = [];

  const start = async (): Promise<RunningService> => {
    const values = {
      ...{ DATABASE_URL: postgres.url, WARDSTREAM_AUTH_SECRET: secret, WARDSTREAM_LOG_LEVEL: 'silent' },
      WARDSTREAM_AUDIT_KEY: key,
    };
    const service = await createService(auditService, createEnvironment(values, log));
    await service.start();
    replicas.push(service);
    return service;
  };
  beforeAll(async () => {
    postgres = await startPostgres();
    log = new PostgresEventLog({ url: postgres.url });
    await log.ensureTopics(topics);
    await start();
    await start();
  });
  afterAll(async () => {
    for (const service of replicas) await service.stop();
    await log?.close();
    await postgres?.stop();
  });

  const work = (): UnitOfWork => replicas[0]!.get(UnitOfWork);
  const sql = <T = { n: number }>(text: string, values?: unknown[]): Promise<T[]> => work().query<T>(text, values);
  const recordOf = (data: ActData, id = data.id) => {
    const facility = data.facility ?? NO_FACILITY;
    const event = {
      definition: actRecorded,
      subject: data.id,
      aggregateVersion: 1,
      facility,
      time: data.at,
      recordedAt: data.at,
      data,
    };
    return encodeEvent(actRecorded, toEnvelope({ ...event, id }));
  };
  const publish = (...all: ActData[]): Promise<void> => log.append(all.map((data) => recordOf(data)));
  const kept = async (ids: readonly string[]): Promise<void> => {
    await eventually(async () => {
      const [row] = await sql('SELECT count(*)::int AS n FROM audit_entry WHERE id = ANY($1)', [ids]);
      expect(row!.n).toBe(ids.length);
    });
  };
  const record = async (...all: ActData[]): Promise<void> => {
    await publish(...all);
    await kept(all.map(({ id }) => id));
  };
  const verified = (known: readonly KnownEnd[] = []) => work().read((tx) => verifyAudit(tx, checker, known));
  const get = async (path: string, role: Role = 'auditor', facilities: Facilities = null, subject = 'suite') => {
    const user = { subject, roles: [role], facilities };
    const token = await issueToken({ secret, issuer: 'wardstream', audience: 'wardstream' }, user, 60);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await replicas[0]!.fastify.inject({ method: 'GET', url: path, headers });
    const { statusCode: status, body: text } = answer;
    return {
      status,
      text,
      headers: answer.headers,
      body: JSON.parse(text.startsWith('{') ? text : '{}') as Record<string, unknown>,
    };
  };
  const found = async (query: string, ...of: [Role?, Facilities?]) =>
    (await get(`/api/v1/audit?${query}`, ...of)).body['items'] as unknown as (ActData & {
      seq: number;
      does: string;
    })[];

  it('has every act once, in one chain for each facility, whoever of two replicas appends it', async () => {
    const all = Array.from({ length: 120 }, (_, n) =>
      act({ facility: n % 3 === 0 ? 'SGH' : n % 10 === 1 ? null : 'NGH' }),
    );
    await Promise.all([publish(...all.slice(0, 40)), publish(...all.slice(40, 80)), publish(...all.slice(80))]);
    await kept(all.map(({ id }) => id));
    const { chains, faults } = await verified();
    expect(faults).toEqual([]);
    const count = (facility: string | null) => all.filter((a) => a.facility === facility).length;
    expect(chains.map(({ facility, entries, seq }) => [facility, entries, seq])).toEqual([
      [NO_FACILITY, count(null), count(null)],
      ['NGH', count('NGH'), count('NGH')],
      ['SGH', count('SGH'), count('SGH')],
    ]);
  });

  it('takes an act that is delivered again for the one that it has', async () => {
    const one = act();
    await log.append([recordOf(one, one.id)]);
    await kept([one.id]);
    await log.append([recordOf(one, one.id)]);
    await record(act());
    expect(await sql('SELECT count(*)::int AS n FROM audit_entry WHERE id = $1', [one.id])).toEqual([{ n: 1 }]);
  });

  it('keeps what an act of a later version says', async () => {
    const one = act({ act: 'bed.paint', outcome: 'half-done' });
    await record(one);
    expect(await found('act=bed.paint')).toMatchObject([{ id: one.id, outcome: 'half-done', does: 'bed.paint' }]);
  });

  it.each([
    ['changed', `UPDATE audit_entry SET subject = 'x'`],
    ['removed', 'DELETE FROM audit_entry'],
    ['emptied', 'TRUNCATE audit_entry'],
    ['emptied month by month', `TRUNCATE audit_entry_${monthOf(new Date().toISOString())}`],
    ['robbed of seals', 'DELETE FROM audit_seal'],
    ['given other seals', `UPDATE audit_seal SET hash = ''`],
  ])('cannot be %s', async (_, text) => {
    await expect(sql(text)).rejects.toThrow(/is only added to/);
  });

  describe('as it is searched', () => {
    const at = (minute: number) => `2026-04-01T08:${String(minute).padStart(2, '0')}:00.000Z`;
    const mine = [
      act({ at: at(1), subject: 'nora', encounters: ['x1', 'x2'], bed: 'X-1', act: 'patient.look', shown: 'names' }),
      act({ at: at(2), subject: 'nora', encounters: [], bed: 'X-2', act: 'bed.block' }),
      act({ at: at(3), subject: 'omar', encounters: ['x2'], bed: null, outcome: 'refused', code: 'role-missing' }),
      act({ at: at(4), subject: 'omar', facility: 'SGH', bed: 'X-1', about: 'alert/7', act: 'alert.take' }),
      act({
        at: at(5),
        subject: null,
        facility: null,
        act: 'session.refuse',
        outcome: 'refused',
        code: 'password-wrong',
      }),
    ];
    beforeAll(() => record(...mine));
    const window = `from=${at(0)}&to=${at(30)}`;
    const ids = async (query: string, ...of: [Role?, Facilities?]) =>
      (await found(`${window}&${query}`, ...of)).map(({ id }) => mine.findIndex((a) => a.id === id) + 1);

    it.each([
      ['all, the latest first', '', [5, 4, 3, 2, 1]],
      ['a person', 'person=nora', [2, 1]],
      ['an encounter', 'encounter=x2', [3, 1]],
      ['a bed', 'bed=X-1', [4, 1]],
      ['a facility', 'facility=SGH', [4]],
      ['what belongs to none', 'facility=-', [5]],
      ['an act', 'act=bed.block', [2]],
      ['a group of acts', 'act=session.', [5]],
      ['what was refused', 'outcome=refused', [5, 3]],
      ['all of it together', 'person=omar&bed=X-1&facility=SGH', [4]],
      ['nothing', 'person=nobody', []],
    ])('finds %s', async (_, query, expected) => expect(await ids(query)).toEqual(expected));

    it('shows an auditor of some facilities those alone', async () => {
      expect(await ids('', 'auditor', ['SGH'])).toEqual([4]);
      expect((await get('/api/v1/audit?facility=NGH', 'auditor', ['SGH'])).status).toBe(403);
      expect((await get('/api/v1/audit?facility=-', 'auditor', ['SGH'])).status).toBe(403);
      expect((await get('/api/v1/audit', 'bed-manager')).status).toBe(403);
    });

    it('is shown in pages, each once', async () => {
      const pages: number[][] = [];
      for (let after = ''; ;) {
        const { body } = await get(`/api/v1/audit?${window}&limit=2${after}`);
        const items = body['items'] as unknown as ActData[];
        pages.push(items.map(({ id }) => mine.findIndex((a) => a.id === id) + 1));
        if (body['next'] === null) break;
        after = `&after=${body['next'] as string}`;
      }
      expect(pages).toEqual([[5, 4], [3, 2], [1]]);
      expect(await get('/api/v1/audit?after=nonsense')).toMatchObject({
        status: 400,
        body: { code: 'validation-failed', detail: 'after: is no `next` of a page of the audit' },
      });
    });

    it('is taken as CSV whose cells are no formulas, with where it goes on', async () => {
      await record(act({ at: at(40), subject: '=1+1', bed: '+4"A', encounters: ['a', 'b'] }));
      const { text, headers } = await get(`/api/v1/audit/export?from=${at(40)}&to=${at(41)}`);
      expect(headers['content-type']).toBe('text/csv; charset=utf-8');
      const [head, row] = text.split('\r\n');
      expect(head).toMatch(/^facility,seq,at,arrivedAt,act,does,outcome/);
      expect(row).toContain(`,'=1+1,bed-manager,`);
      expect(row).toContain(`,"'+4""A",`);
      const { headers: paged } = await get(`/api/v1/audit/export?${window}&limit=2`);
      const further = /^<(.*)>; rel="next"$/.exec(String(paged['link']))![1]!;
      expect((await get(further)).text.split('\r\n')).toHaveLength(4);
    });

    it('is FHIR R4 by its schema, in pages', async () => {
      const { body, headers } = await get(`/fhir/R4/AuditEvent?${window}&_count=3`);
      expect(headers['content-type']).toBe('application/fhir+json; charset=utf-8');
      const { entry, link } = body as unknown as {
        entry: { resource: { resourceType: string; id: string; outcome: string } }[];
        link: { relation: string; url: string }[];
      };
      expect(entry.map(({ resource }) => [resource.id, resource.outcome])).toEqual([
        [mine[4]!.id, '4'],
        [mine[3]!.id, '0'],
        [mine[2]!.id, '4'],
      ]);
      expect(entry.flatMap(({ resource }) => faultsByR4(resource))).toEqual([]);
      const next = new URL(link.find(({ relation }) => relation === 'next')!.url);
      const { body: second } = await get(next.pathname + next.search);
      expect((second['entry'] as unknown as unknown[]).length).toBe(2);
      expect(faultsByR4(body as never)).toEqual([]);
      expect(faultsByR4((await get(`/fhir/R4/AuditEvent?person=nobody`)).body as never)).toEqual([]);
    });

    it('has the searches in it', async () => {
      await get('/api/v1/audit?person=nora&facility=NGH', 'auditor', null, 'rita');
      await eventually(async () =>
        expect(await found('person=rita&act=audit.search')).toMatchObject([{ about: 'user/nora', facility: 'NGH' }]),
      );
    });
  });

  it('gives its signed ends to be kept elsewhere', async () => {
    const { body } = await get('/api/v1/audit/heads');
    const pem = body['publicKey'] as string;
    const items = body['items'] as unknown as (KnownEnd & { key: string; signature: string; arrivedAt: string })[];
    const own = new SealChecker([pem]);
    expect(items.map((item) => own.faultOf({ ...item, kind: 'end' }))).toEqual(items.map(() => null));
    expect((await verified(items)).faults).toEqual([]);
    expect(((await get('/api/v1/audit/heads', 'auditor', ['SGH'])).body['items'] as unknown as KnownEnd[]).length).toBe(
      1,
    );
  });

  describe('whoever has the database', () => {
    /** Does something without the guards, sees what is found, and takes it back. */
    const tampered = async (...statements: [string, unknown[]?][]): Promise<readonly AuditFault[]> => {
      class TakenBack extends Error {}
      let faults: readonly AuditFault[] = [];
      await work()
        .run(async (tx) => {
          await tx.query(`SET LOCAL session_replication_role = 'replica'`);
          for (const [text, values] of statements) await tx.query(text, values);
          ({ faults } = await verifyAudit(tx, checker));
          throw new TakenBack();
        })
        .catch((error: unknown) => {
          if (!(error instanceof TakenBack)) throw error;
        });
      return faults;
    };
    const one = 'WHERE facility = $1 AND seq = $2';
    const copied = (change: string) =>
      `INSERT INTO audit_entry SELECT (jsonb_populate_record(e, ${change})).* FROM audit_entry e ${one}`;
    const tamperings: readonly ((seq: number, other: number) => [string, unknown[]?][])[] = [
      ...[
        `subject = subject || 'x'`,
        'subject = NULL',
        `act = 'bed.release'`,
        `outcome = 'failed'`,
        `code = 'x'`,
        `at = at + interval '1 microsecond'`,
        `arrived_at = arrived_at + interval '1 microsecond'`,
        `roles = array_append(roles, 'auditor')`,
        `roles = '{}'`,
        `from_address = '10.9.9.9'`,
        `service = 'board'`,
        `encounters = array_append(encounters, 'e0')`,
        `bed = coalesce(bed, '') || '5'`,
        `about = 'alert/1'`,
        `step = 'start'`,
        `shown = 'brief'`,
        `id = id || 'x'`,
        `hash = md5(hash)`,
      ].map((set) => (seq: number): [string, unknown[]][] => [[`UPDATE audit_entry SET ${set} ${one}`, ['NGH', seq]]]),
      (seq) => [[`DELETE FROM audit_entry ${one}`, ['NGH', seq]]],
      (seq) => [[`DELETE FROM audit_entry WHERE facility = $1 AND seq >= $2`, ['NGH', seq]]],
      (seq) => [[`DELETE FROM audit_entry WHERE facility = $1 AND seq <= $2`, ['NGH', seq]]],
      (seq) => [[copied(`jsonb_build_object('arrived_at', arrived_at + interval '1 ms')`), ['NGH', seq]]],
      (seq) => [[copied(`jsonb_build_object('seq', 1000000)`), ['NGH', seq]]],
      (seq) => [[copied(`jsonb_build_object('facility', 'XGH')`), ['NGH', seq]]],
      (seq, other) => [
        [`UPDATE audit_entry SET seq = -seq - 1 ${one}`.replace('-seq - 1', '900001'), ['NGH', seq]],
        [`UPDATE audit_entry SET seq = $3 ${one}`, ['NGH', other, seq]],
        [`UPDATE audit_entry SET seq = $3 ${one}`, ['NGH', 900_001, other]],
      ],
      () => [[`DELETE FROM audit_chain WHERE facility = 'NGH'`]],
      () => [
        [`DELETE FROM audit_chain WHERE facility = 'SGH'`],
        [`DELETE FROM audit_entry WHERE facility = 'SGH'`],
        [`DELETE FROM audit_seal WHERE facility = 'SGH'`],
      ],
      () => [[`UPDATE audit_chain SET hash = md5(hash) WHERE facility = 'NGH'`]],
      (seq) => [
        [`DELETE FROM audit_entry WHERE facility = $1 AND seq > $2`, ['NGH', seq]],
        [
          `UPDATE audit_chain c SET seq = e.seq, hash = e.hash, arrived_at = e.arrived_at FROM audit_entry e
            WHERE e.facility = $1 AND e.seq = $2 AND c.facility = e.facility`,
          ['NGH', seq],
        ],
        [`DELETE FROM audit_seal WHERE facility = $1 AND seq > $2`, ['NGH', seq]],
      ],
    ];

    it('is found out each of 50 times', async () => {
      expect((await verified()).faults).toEqual([]);
      const [{ n: length } = { n: 0 }] = await sql(`SELECT max(seq)::int AS n FROM audit_entry WHERE facility = 'NGH'`);
      const random = seededRandom(50);
      const missed: string[] = [];
      for (let round = 0; round < 50; round += 1) {
        const seq = 1 + Math.floor(random() * (length - 1));
        const other = seq === length ? 1 : seq + 1;
        const statements = tamperings[round % tamperings.length]!(seq, other);
        const faults = await tampered(...statements);
        if (faults.length === 0) missed.push(JSON.stringify(statements));
      }
      expect(missed).toEqual([]);
      expect((await verified()).faults).toEqual([]);
    });

    it('is told where', async () => {
      const faults = await tampered([`UPDATE audit_entry SET subject = 'x' ${one}`, ['NGH', 17]]);
      expect(faults).toMatchObject([{ facility: 'NGH', seq: 17, kind: 'changed' }]);
    });
  });

  describe('of what is older than it is kept', () => {
    const OLD = Date.UTC(2019, 4, 20);

    it('keeps a chain that can be verified from where it was cut', async () => {
      // What arrived in an old month, as if it had: a chain of its own.
      const old = monthOf(new Date(OLD).toISOString());
      await work().run((tx) => makePartition(tx, old));
      const retention = replicas[0]!.get(Retention);
      await work().run(async (tx) => {
        const first = appended(emptyChain('OLD'), [act(), act()], OLD);
        await lockChains(tx, ['OLD']);
        await addEntries(tx, first.entries);
        const own = sealingKey(key);
        await saveEnds(tx, [own.seal({ ...first.head, kind: 'end' }), own.seal(chainList(await lockChainList(tx)))]);
      });
      await record(act({ facility: 'OLD' }));
      expect((await verified()).faults).toEqual([]);

      const justBefore = Date.parse(boundsOf(old)[1]) + 2_192 * 24 * 3_600_000 - 1;
      expect(await retention.pass(justBefore)).toEqual([]);
      expect(
        await Promise.all([retention.pass(justBefore + 1), replicas[1]!.get(Retention).pass(justBefore + 1)]),
      ).toContainEqual([old]);
      const { faults, chains } = await verified();
      expect(faults).toEqual([]);
      expect(chains).toContainEqual(expect.objectContaining({ facility: 'OLD', entries: 1, seq: 3 }));
      expect(await sql(`SELECT kind, seq::int FROM audit_seal WHERE facility = 'OLD' AND kind = 'cut'`)).toEqual([
        { kind: 'cut', seq: 2 },
      ]);
    });
  });
});
