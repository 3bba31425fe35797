import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encounterConflictChanged, type ConflictData } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { a01, a02, fact, smallHouse } from '@wardstream/encounter-model/testing';
import { Directories } from '../../directory/directories.js';
import { ProcessBatch } from '../../inbound/processing/process-batch.js';
import { Processor } from '../../inbound/processing/processor.js';
import { AdmissionsHouse, answered, type Sender, type Shown } from '../../testing/admissions-house.spec.js';
import { messageOf } from '../../testing/messages.spec.js';
import { Replays } from './replays.js';

let house: AdmissionsHouse;
let sender: Sender;
beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(() => house?.remove());

const json = (payload: unknown) => ({ payload: JSON.stringify(payload), type: 'application/json' });
const start = (filter: unknown) => house.call('POST', 'quarantine/replays', ['administrator'], json(filter));
const finished = (id: string) =>
  eventually(async () => {
    const { body } = await house.call('GET', `quarantine/replays/${id}`, ['operations-manager']);
    expect(body['state']).toBe('done');
    return body;
  });
const results = async (id: string, query = ''): Promise<Shown[]> =>
  (await house.call('GET', `quarantine/replays/${id}/results${query}`)).body['items'];
/** Without a visit number: it belongs to its patient's only open visit. */
const withoutVisit = (controlId: string, patient: string, bed: string, minute: string) =>
  `MSH|^~\\&|ADT9|NGH|W|NGH|202603011${minute}00+0000||ADT^A02|${controlId}|P|2.5.1\rEVN|A02|202603011${minute}00+0000\rPID|1||${patient}\rPV1|1|I|${bed}`;

describe('a bulk replay', () => {
  it('takes up what is sound now in the order it came in, and says of the rest what is wrong', async () => {
    for (const [id, bed, minute] of [
      ['B1', '4B^^1', '100'],
      ['B2', '4B^^2', '200'],
      ['B3', '4A^^1', '300'],
    ] as const)
      expect(answered(await sender.send(withoutVisit(id, 'BULK', bed, minute)))).toBe(`AA ${id}`);
    expect(answered(await sender.send(withoutVisit('B4', 'NOBODY', '4B^^1', '400')))).toBe('AA B4');
    await house.drained();
    await house.waitInVain();
    await sender.send(messageOf(a01, 'V-BULK').replace(/PID\|1\|\|[^|]*\|/, 'PID|1||BULK|'));
    await house.drained();
    // What is in memory beside may be looked at once more, and is passed over.
    await house.service.get(Processor).drained();
    const processed: string[] = [];
    const batch = house.service.get(ProcessBatch);
    const process = batch.process.bind(batch);
    batch.process = async (tx, messages) => {
      const again = await process(tx, messages);
      processed.push(...messages.map((m) => m.verdict.controlId));
      return again;
    };
    const { status, body } = await start({ cause: 'visit-missing', sender: 'ADT9' });
    expect(status).toBe(202);
    expect(body).toMatchObject({ total: 4, filter: { cause: 'visit-missing', sender: 'ADT9' }, requestedBy: 'suite' });
    expect(await finished(body['id'])).toMatchObject({ done: 4, takenUp: 3, stillWrong: 1, passedOver: 0 });
    await house.drained();
    batch.process = process;
    expect(processed).toEqual(['B1', 'B2', 'B3']);
    expect((await results(body['id'])).map((r) => [r['controlId'], r['outcome'], r['disposition']])).toEqual([
      ['B1', 'taken-up', 'processed'],
      ['B2', 'taken-up', 'processed'],
      ['B3', 'taken-up', 'processed'],
      ['B4', 'still-wrong', 'quarantined'],
    ]);
    expect(await results(body['id'], '?outcome=still-wrong')).toMatchObject([{ errors: [{ field: 'PV1-19' }] }]);
    expect(await house.encounter('V-BULK')).toMatchObject({ location: { bedId: '4A-1' } });
    expect((await house.call('GET', `quarantine/replays/${body['id']}/results`)).text).not.toMatch(/BULK|NOBODY/);
  });

  it('is open to administrators, seen by operations managers, and refuses a filter it does not know', async () => {
    expect((await house.call('POST', 'quarantine/replays', ['operations-manager'], json({}))).status).toBe(403);
    expect((await house.call('GET', 'quarantine/replays', ['operations-manager'])).status).toBe(200);
    expect((await house.call('GET', 'quarantine/replays', ['department-staff'])).status).toBe(403);
    expect((await start({ patient: 'x' })).status).toBe(400);
    const unknown = await house.call('GET', 'quarantine/replays/0190c0de-0000-7000-8000-000000000000');
    expect(unknown).toMatchObject({ status: 404, body: { code: 'replay-not-found' } });
  });

  it('that is asked for twice is one, takes nothing up twice, and goes on after a restart', async () => {
    const directories = house.service.get(Directories);
    const broken = Array.from({ length: 230 }, (_, i) =>
      messageOf(fact('admit', { at: '10:00', in: '4A^^1' }), `M${i}`, { controlId: `M${i}` }).replace(
        /EVN\|A01\|[\d+]+/,
        'EVN|A01|20261399',
      ),
    );
    for (const message of broken) await sender.send(message);
    expect(directories.all()).toHaveLength(1);
    // The process ends between two steps.
    const replays = house.service.get(Replays) as unknown as { interpret(m: unknown[]): Promise<unknown> };
    const interpret = replays.interpret.bind(replays);
    let steps = 0;
    replays.interpret = async (messages) => {
      steps += 1;
      if (steps > 1) throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
      return interpret(messages);
    };
    const [first, second] = await Promise.all([
      start({ trigger: 'A01', search: 'M' }),
      start({ trigger: 'A01', search: 'M' }),
    ]);
    const id = first.body['id'] as string;
    expect(second.body['id']).toBe(id);
    await eventually(async () => {
      expect((await house.call('GET', `quarantine/replays/${id}`)).body).toMatchObject({ state: 'running', done: 100 });
    });
    await house.end();
    await house.begin();
    sender = await house.sender();
    expect(await finished(id)).toMatchObject({ total: 230, done: 230, stillWrong: 230 });
    const [row] = await house.rows<{ n: string }>(
      'SELECT count(*) AS n FROM admissions.replay_result WHERE replay_id = $1',
      [id],
    );
    expect(row!.n).toBe('230');
    expect((await house.call('POST', `quarantine/replays/${id}/cancel`)).body).toMatchObject({ state: 'done' });
  });
});

describe('a corrected message', () => {
  it('takes the place of the one it corrects in the order of what was received', async () => {
    const time = '20260301110000+0000';
    await sender.send(messageOf(a01, 'ORD'));
    const early = messageOf(a02, 'ORD', { controlId: 'O1' }).replace(/EVN\|A02\|[\d+]+/, 'EVN|A02|20261399');
    expect(answered(await sender.send(early))).toBe('AE O1');
    house.clock.advanceMs(60_000);
    // The same event time, and recorded at the same time: the later received counts.
    const later = messageOf(a02, 'ORD', { controlId: 'O2' })
      .replace(/EVN\|A02\|[\d+]+/, `EVN|A02|${time}`)
      .replace(/\|4B\^[^|]*\|/, '|4A^^2|');
    expect(answered(await sender.send(later))).toBe('AA O2');
    await house.drained();
    expect(await house.encounter('ORD')).toMatchObject({ location: { bedId: '4A-2' } });
    const [{ id }] = (await house.call('GET', 'quarantine?search=O1')).body['items'] as [{ id: string }];
    const corrected = early.replace('20261399', time);
    const answer = await house.call('POST', `quarantine/${id}/replay`, ['administrator'], json({ message: corrected }));
    expect(answer.status).toBe(200);
    await house.drained();
    expect(await house.encounter('ORD')).toMatchObject({ location: { bedId: '4A-2' } });
  });
});

describe('a conflict of an encounter', () => {
  it('is closed by a person with a reason, stays so, and can be taken back', async () => {
    await sender.send(messageOf(a02, 'CON'));
    await house.drained();
    const [open] = (await house.encounter('CON'))!['conflicts'] as ConflictData[];
    const decide = (what: string, body: unknown, role: 'bed-manager' | 'auditor' = 'bed-manager') =>
      house.call('POST', `encounter-conflicts/${open!.id}/${what}`, [role], json(body));
    const closing = { reason: 'Admitted on paper', version: open!.version };
    expect((await decide('close', closing, 'auditor')).status).toBe(403);
    const closed = await decide('close', closing);
    expect(closed).toMatchObject({ status: 200, body: { closedBy: 'suite', reason: 'Admitted on paper' } });
    expect((await decide('close', closing)).body).toEqual(closed.body);
    expect((await decide('close', { ...closing, reason: 'Another' })).body['code']).toBe('conflict-already-closed');
    await eventually(() =>
      expect(house.events<ConflictData>(encounterConflictChanged, open!.id).map((e) => e.data.closedBy)).toEqual([
        ...[null, 'suite'],
      ]),
    );
    // Derived anew: the same facts disagree, and the decision stands.
    await sender.send(messageOf(fact('leave', { at: '15:00' }), 'CON', { controlId: 'CON-L' }));
    await house.drained();
    expect((await house.encounter('CON'))!['conflicts']).toEqual([]);
    const version = closed.body['version'] as number;
    expect((await decide('reopen', { version })).body).toMatchObject({ closedAt: null, version: version + 1 });
    expect((await decide('reopen', { version: version + 7 })).body['code']).toBe('conflict-not-decided');
    expect((await house.encounter('CON'))!['conflicts']).toHaveLength(1);
  });
});
