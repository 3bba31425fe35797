import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConflictData, type DataOf, messageFailureChanged } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { a01, a02, a03, fact, smallHouse } from '@wardstream/encounter-model/testing';
import { ProcessBatch } from '../../inbound/processing/process-batch.js';
import { AdmissionsHouse, answered, type Sender, type Shown } from '../../testing/admissions-house.spec.js';
import { messageOf } from '../../testing/messages.spec.js';

let house: AdmissionsHouse;
let sender: Sender;
beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(() => house?.remove());

const items = async (path: string): Promise<Shown[]> => (await house.call('GET', path)).body['items'];

describe('what cannot be placed yet', () => {
  it('of an unknown facility is kept, and processed when it is configured', async () => {
    const ack = await sender.send(messageOf(a01, 'U1', { controlId: 'U1', facility: 'SOUTH' }));
    expect(answered(ack)).toBe('AA U1');
    expect(ack).toMatch(/ERR\|[^|]*\|MSH\^1\^4\|204[^|]*\|W\|/);
    expect(await items('messages?disposition=unplaced')).toMatchObject([
      { controlId: 'U1', cause: 'facility-unknown', sendingFacility: 'SOUTH', facility: null },
    ]);
    await house.configure({ ...smallHouse, id: 'SGH', aliases: ['SOUTH'] });
    await eventually(async () =>
      expect(await house.encounter('U1', 'SOUTH')).toMatchObject({ facility: 'SGH', location: { bedId: '4A-1' } }),
    );
    expect(await items('messages?disposition=unplaced')).toEqual([]);
  });

  it('in an unknown bed counts for its unit, and is placed when the bed is configured', async () => {
    const ack = await sender.send(messageOf(fact('admit', { at: '10:00', in: '4A^R1^9' }), 'U2', { controlId: 'U2' }));
    expect(ack).toMatch(/ERR\|[^|]*\|PV1\^1\^3\|204[^|]*\|W\|/);
    await house.drained();
    expect(await house.encounter('U2')).toMatchObject({ location: { unit: '4A', bedId: null, asSent: '4A^R1^9' } });
    expect(await items('messages?disposition=unplaced')).toMatchObject([
      { unknownPlace: { unit: '4A', room: 'R1', bed: '9' } },
    ]);
    const bed = { ...smallHouse.beds[4]!, id: '4A-9', room: '4A-R1', bed: '9' };
    await house.configure({ ...smallHouse, version: 2, beds: [...smallHouse.beds, bed] });
    await eventually(async () => expect(await house.encounter('U2')).toMatchObject({ location: { bedId: '4A-9' } }));
    await eventually(async () => expect(await items('messages?disposition=unplaced')).toEqual([]));
  });
});

describe('quarantine', () => {
  const broken = messageOf(a01, 'Q1', { controlId: 'Q1' }).replace(/EVN\|A01\|[\d+]+/, 'EVN|A01|20261399');

  it('keeps what is wrong with its cause, without personal data in the list', async () => {
    const ack = await sender.send(broken);
    expect(answered(ack)).toBe('AE Q1');
    expect(ack).toMatch(/ERR\|[^|]*\|EVN\^1\^2\|102[^|]*\|E\|/);
    const listed = await house.call('GET', 'quarantine?search=q1');
    expect(listed.body['items']).toMatchObject([
      {
        controlId: 'Q1',
        trigger: 'A01',
        cause: 'invalid',
        causeText: 'EVN-2 has no such month',
        errors: [{ location: 'EVN^1^2', field: 'EVN-2', code: 102, severity: 'E' }],
      },
    ]);
    expect(listed.text).not.toMatch(/Ward|Ada|1956|P1-Q1/);
    expect(await items('quarantine?cause=too-large')).toEqual([]);
  });

  it('shows the text to administrators only', async () => {
    const [{ id }] = (await items('quarantine')) as [{ id: string }];
    const { body } = await house.call('GET', `quarantine/${id}`);
    expect(body).toMatchObject({ id, whole: true, text: broken });
    expect((await house.call('GET', `quarantine/${id}`, ['auditor'])).status).toBe(403);
    expect((await house.call('GET', 'quarantine', ['department-staff'])).status).toBe(403);
  });

  it('replays a corrected message once, and nothing that is still wrong', async () => {
    const [{ id }] = (await items('quarantine')) as [{ id: string }];
    const replay = (message: string) =>
      house.call('POST', `quarantine/${id}/replay`, ['administrator'], {
        payload: JSON.stringify({ message }),
        type: 'application/json',
      });
    const still = await replay(broken.replace('|Q1|', '|Q1b|'));
    expect(still).toMatchObject({ status: 400, body: { code: 'still-wrong', errors: [{ location: 'EVN^1^2' }] } });
    expect((await replay(broken.replace('20261399', '20260301100000+0000'))).body).toMatchObject({
      answer: 'AA',
      replayOf: id,
    });
    await house.drained();
    expect(await house.encounter('Q1')).toMatchObject({ status: 'in-progress', location: { bedId: '4A-1' } });
    expect(await replay(broken)).toMatchObject({ status: 409, body: { code: 'not-in-quarantine' } });
    expect(await items('quarantine')).toEqual([]);
    const conflicts = await house.rows<{ data: ConflictData }>('SELECT data FROM admissions.conflict');
    expect(conflicts.map((c) => c.data.kind)).not.toContain('control-id-reused');
  });

  it('takes an uncorrected message up again when what it lacked is there', async () => {
    const noVisit = `MSH|^~\\&|ADT1|NGH|W|NGH|20260301120000+0000||ADT^A02|Q2|P|2.5.1\rEVN|A02|20260301120000+0000\rPID|1||LATE\rPV1|1|I|4B^^1`;
    expect(answered(await sender.send(noVisit))).toBe('AA Q2');
    await house.drained();
    await house.waitInVain();
    await sender.send(messageOf(a01, 'Q3').replace(/PID\|1\|\|[^|]*\|/, 'PID|1||LATE|'));
    const [{ id }] = (await items('quarantine?cause=visit-missing')) as [{ id: string }];
    expect((await house.call('POST', `quarantine/${id}/replay`)).body).toMatchObject({
      answer: 'AA',
      disposition: 'processed',
    });
    await eventually(async () => expect(await house.encounter('Q3')).toMatchObject({ location: { bedId: '4B-1' } }));
  });
});

describe('a message that cannot be processed', () => {
  it('is put aside with its cause and stops no other', async () => {
    const batch = house.service.get(ProcessBatch);
    const process = batch.process.bind(batch);
    let together = 0;
    batch.process = async (tx, messages) => {
      together = Math.max(together, messages.length);
      const again = await process(tx, messages);
      if (messages.some((m) => m.verdict.controlId === 'POISON')) throw new TypeError('Ada Ward broke the rule');
      return again;
    };
    const ids = ['G1', 'G2', 'POISON', 'G3', 'G4'];
    const acks = await Promise.all(ids.map((id) => sender.send(messageOf(a01, `X${id}`, { controlId: id }))));
    expect(acks.map(answered)).toEqual(ids.map((id) => `AA ${id}`));
    await house.drained();
    batch.process = process;
    expect(together).toBeGreaterThan(1);
    for (const id of ['G1', 'G2', 'G3', 'G4'])
      expect(await house.encounter(`X${id}`)).toMatchObject({ status: 'in-progress' });
    expect(await house.encounter('XPOISON')).toBeUndefined();
    const [{ id, ...poison }] = (await items('quarantine?cause=processing-failed')) as [{ id: string }];
    expect(poison).toMatchObject({ controlId: 'POISON', causeText: 'Processing failed: TypeError' });
    // The bed it names is not certain until then: people are told by a conflict, the beds by an event.
    const failure = async () => {
      const [row] = await house.rows<{ data: ConflictData }>(
        `SELECT data FROM admissions.conflict WHERE data ->> 'kind' = 'message-not-processed' AND data -> 'subject' ->> 'id' = $1`,
        [id],
      );
      return row!.data;
    };
    expect(await failure()).toMatchObject({ severity: 'high', closedAt: null, subject: { type: 'message', id } });
    const told = () => house.events<DataOf<typeof messageFailureChanged>>(messageFailureChanged, id).at(-1)?.data;
    await eventually(() =>
      expect(told()).toMatchObject({ cause: 'processing-failed', beds: ['4A-1'], settledAt: null, version: 1 }),
    );
    expect((await house.call('POST', `quarantine/${id}/replay`)).status).toBe(200);
    await eventually(async () => expect(await house.encounter('XPOISON')).toMatchObject({ status: 'in-progress' }));
    await eventually(async () => expect((await failure()).closedAt).not.toBeNull());
    await eventually(() => expect(told()).toMatchObject({ version: 2, settledAt: expect.any(String) }));
  });

  it('and one that was stored but not processed is processed after a restart', async () => {
    const batch = house.service.get(ProcessBatch);
    batch.process = () => Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
    expect(answered(await sender.send(messageOf(a01, 'CRASH', { controlId: 'C1' })))).toBe('AA C1');
    expect(await house.encounter('CRASH')).toBeUndefined();
    await house.end();
    await house.begin();
    await house.drained();
    expect(await house.encounter('CRASH')).toMatchObject({ status: 'in-progress', location: { bedId: '4A-1' } });
    sender = await house.sender();
  });
});

describe('a database that is away', () => {
  it('costs no message: what was not durable is not acknowledged, and comes again', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `D${i}`);
    const messages = ids.map((id) => messageOf(a01, `D${id}`, { controlId: id }));
    const first = Promise.allSettled(messages.map((m) => sender.send(m)));
    await house.postgres.crash();
    await house.postgres.restart();
    const answeredFirst = (await first).filter((r) => r.status === 'fulfilled').length;
    const again = await eventually(
      async () => {
        const retry = await house.sender();
        return Promise.all(messages.map((m) => retry.send(m)));
      },
      { timeoutMs: 30_000 },
    );
    expect(again.map(answered)).toEqual(ids.map((id) => `AA ${id}`));
    expect(answeredFirst).toBeLessThanOrEqual(ids.length);
    await eventually(
      async () => {
        const [row] = await house.rows<{ n: string }>(
          "SELECT count(*) AS n FROM admissions.encounter WHERE visit_number LIKE 'DD%'",
        );
        expect(row?.n).toBe(String(ids.length));
      },
      { timeoutMs: 30_000 },
    );
    sender = await house.sender();
  });
});

describe('reads', () => {
  beforeAll(async () => {
    for (const f of [a01, a02, a03]) await sender.send(messageOf(f, 'READ'));
    await house.drained();
  });

  it('show who the patient is only to whom it concerns', async () => {
    const { id } = (await house.encounter('READ'))!;
    const as = async (...roles: ('bed-manager' | 'department-staff' | 'operations-manager' | 'auditor')[]) =>
      (await house.call('GET', `encounters/${id}`, roles)).body['patient'];
    expect(await as('bed-manager')).toMatchObject({ family: 'Ward', given: 'Ada', initials: 'AW' });
    expect(await as('department-staff')).toMatchObject({ family: 'Ward' });
    expect(await as('operations-manager')).toEqual({ initials: 'AW', ageBand: '60s', sex: 'female' });
    expect(await as('auditor')).toEqual({ initials: 'AW', ageBand: '60s', sex: 'female' });
    expect((await house.call('GET', 'encounters/00000000-0000-8000-8000-000000000000')).status).toBe(404);
    expect((await house.call('GET', 'encounters/none')).status).toBe(400);
    expect((await house.call('GET', 'facilities/NOWHERE/encounters')).body).toMatchObject({
      code: 'facility-not-found',
    });
  });

  it('answer as of an event time, by unit, in pages', async () => {
    const at = async (time: string, unit = ''): Promise<Shown[]> =>
      (await items(`facilities/NGH/encounters?visitNumber=READ&at=2026-03-01T${time}:00Z${unit}`)) ?? [];
    expect(await at('09:59')).toEqual([]);
    expect(await at('10:00')).toMatchObject([
      { visitNumber: 'READ', location: { bedId: '4A-1' }, since: '2026-03-01T10:00:00.000Z' },
    ]);
    expect(await at('12:30')).toMatchObject([{ location: { bedId: '4B-1' } }]);
    expect(await at('12:30', '&unit=4A')).toEqual([]);
    expect(await at('12:30', '&unit=4B')).toHaveLength(1);
    expect(await at('15:00')).toEqual([]);

    const seen: string[] = [];
    for (let after = '', pages = 0; pages < 100; pages += 1) {
      const { body } = await house.call('GET', `facilities/NGH/encounters?status=in-progress&limit=7${after}`);
      seen.push(...(body['items'] as { id: string }[]).map((e) => e.id));
      if (body['next'] === null) break;
      after = `&after=${body['next'] as string}`;
    }
    const [row] = await house.rows<{ n: string }>(
      "SELECT count(*) AS n FROM admissions.encounter WHERE facility = 'NGH' AND status = 'in-progress'",
    );
    expect([seen.length, new Set(seen).size]).toEqual([Number(row?.n), Number(row?.n)]);
  });
});

describe('HTTP intake', () => {
  const post = (
    payload: string | Buffer,
    type = 'application/hl7-v2',
    roles: 'department-system'[] | 'auditor'[] = ['department-system'],
  ) => house.call('POST', 'adt', roles, { payload, type });

  it('takes the same message as the MLLP port, and answers with its acknowledgement', async () => {
    const message = messageOf(a01, 'H1', { controlId: 'H1' });
    for (const type of ['application/hl7-v2', 'text/plain']) {
      const answer = await post(message, type);
      expect([answer.status, answered(answer.text)]).toEqual([200, 'AA H1']);
      expect(answer.type).toContain('application/hl7-v2');
    }
    expect(answered(await sender.send(message))).toBe('AA H1');
    expect(await house.rows("SELECT FROM admissions.message WHERE control_id = 'H1'")).toHaveLength(1);
    await house.drained();
    expect(await house.encounter('H1')).toMatchObject({ status: 'in-progress' });
  });

  it('says what is wrong in the acknowledgement and by the status', async () => {
    const wrong = await post(messageOf(a01, 'H2').replace(/EVN\|A01\|\d+/, 'EVN|A01|2026ABC'));
    expect([wrong.status, answered(wrong.text).slice(0, 2)]).toEqual([400, 'AE']);
    const other = await post('MSH|^~\\&|LAB|NGH|W|NGH|20260113||ORU^R01|L1|P|2.5.1\rPID|1\r');
    expect([other.status, answered(other.text)]).toEqual([400, 'AR L1']);
    const large = await post(`${messageOf(a01, 'H3', { controlId: 'H3' })}\rNTE|${'x'.repeat(1_100_000)}`);
    expect([large.status, answered(large.text)]).toEqual([413, 'AR H3']);
    expect(await post('{"a": 1}', 'application/json')).toMatchObject({ status: 400, body: { code: 'hl7-expected' } });
    expect((await post(messageOf(a01, 'H4'), 'text/plain', ['auditor'])).status).toBe(403);
  });
});
