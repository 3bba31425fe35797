import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bedStatusReported } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { a01, a02, smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, answered, type Sender, type Shown } from '../../testing/admissions-house.spec.js';
import { messageOf } from '../../testing/messages.spec.js';
import { SendersFile } from '../../testing/senders-file.spec.js';

let house: AdmissionsHouse;
let sender: Sender;
let senders: SendersFile;

beforeAll(async () => {
  senders = new SendersFile(
    [
      'senders:',
      '  - { match: { applications: ENH }, facility: NGH, acknowledgement: enhanced }',
      '  - { match: { applications: LIVE }, facility: NGH, processingIds: [P] }\n',
    ].join('\n'),
  );
  house = await AdmissionsHouse.start({ WARDSTREAM_SENDERS_FILE: senders.path });
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(async () => {
  await house?.remove();
  senders?.remove();
});

const hl7 = (payload: string) => ({ payload, type: 'application/hl7-v2' });
const post = (payload: string) => house.call('POST', 'adt', ['department-system'], hl7(payload));
const of = (application: string, text: string, more = ''): string =>
  text.replace(/^(MSH\|[^|]*\|)[^|]*/, `$1${application}`).replace('|P|2.5.1', `|P|2.5.1${more}`);

describe('a batch', () => {
  it('is taken message by message and answered by a batch, a repeat of it too', async () => {
    const wrong = messageOf(a01, 'BATCH-2', { controlId: 'BW' }).replace(/EVN\|A01\|[\d+]+/, 'EVN|A01|20261399');
    const messages = [
      messageOf(a01, 'BATCH-1', { controlId: 'B1' }),
      wrong,
      messageOf(a02, 'BATCH-1', { controlId: 'B2' }),
    ];
    const text = ['BHS|^~\\&|ADT1|NGH|WARDSTREAM|NGH|20260301||||F7', ...messages, 'BTS|3', ''].join('\r');
    for (const _ of [1, 2]) {
      const lines = (await sender.send(text)).split('\r');
      expect(lines[0]).toMatch(/^BHS\|\^~\\&\|WARDSTREAM\|NGH\|ADT1\|NGH\|[\d.+]*\|\|\|\|[A-Z0-9]+\|F7$/);
      expect(lines.filter((line) => line.startsWith('MSA')).map((line) => line.split('|').slice(1, 3))).toEqual([
        ...[
          ['AA', 'B1'],
          ['AE', 'BW'],
          ['AA', 'B2'],
        ],
      ]);
      expect(lines.at(-2)).toBe('BTS|3');
    }
    await house.drained();
    expect(await house.encounter('BATCH-1')).toMatchObject({ location: { unit: '4B' } });
    const { body } = await house.call('GET', 'quarantine?search=BW');
    expect((body['items'] as Shown[]).map((item) => item['controlId'])).toEqual(['BW']);
    const posted = await post(text);
    expect([posted.status, posted.text.slice(0, 3)]).toEqual([200, 'BHS']);
    expect(answered(await sender.send('BHS|^~\\&|ADT1|NGH\rBTS|0')).slice(0, 2)).toBe('AR');
  });
});

describe('enhanced mode', () => {
  it('is for senders whose profile says so: a commit, the application, or nothing', async () => {
    const send = (more: string, application = 'ENH') =>
      sender.send(of(application, messageOf(a01, `ENH-${more}`), `|||${more}`));
    expect(answered(await send('AL|NE')).slice(0, 2)).toBe('CA');
    expect(answered(await send('NE|AL')).slice(0, 2)).toBe('AA');
    expect(answered(await send('NE|NE', 'ADT1')).slice(0, 2)).toBe('AA');
    const before = sender.answers.length;
    const silent = messageOf(a01, 'ENH-SILENT');
    sender.write(Buffer.from(`\x0b${of('ENH', silent, '|||NE|NE')}\x1c\r`));
    expect(answered(await send('AL|AL')).slice(0, 2)).toBe('CA');
    expect(sender.answers).toHaveLength(before + 1);
    await house.drained();
    expect(await house.encounter('ENH-SILENT')).toMatchObject({ status: 'in-progress' });
    expect((await post(of('ENH', messageOf(a01, 'ENH-HTTP'), '|||NE|NE'))).status).toBe(204);
    const wrong = of('ENH', messageOf(a01, 'ENH-W'), '|||ER|NE').replace(/EVN\|A01\|[\d+]+/, 'EVN|A01|20261399');
    expect(answered(await sender.send(wrong)).slice(0, 2)).toBe('CE');
  });
});

describe('a processing id', () => {
  it('is counted where it is no production, and refused where the profile does not take it', async () => {
    const send = (application: string, id: string) =>
      sender.send(of(application, messageOf(a01, `PID-${application}-${id}`)).replace('|P|2.5.1', `|${id}|2.5.1`));
    const acks = await Promise.all(['P', 'T', 'D', 'P^T'].map((id) => send('TRY', id)));
    expect(acks.map((ack) => answered(ack).slice(0, 2))).toEqual(['AA', 'AA', 'AA', 'AA']);
    const refused = await send('LIVE', 'T');
    expect(answered(refused).slice(0, 2)).toBe('AR');
    expect(refused).toMatch(/ERR\|[^|]*\|MSH\^1\^11\|202\^/);
    await eventually(async () => {
      const rows = await house.rows<{ sender: string; n: string }>(
        `SELECT sender, sum(not_production) AS n FROM admissions.sender_hour WHERE sender IN ('TRY', 'LIVE') GROUP BY 1 ORDER BY 1`,
      );
      expect(rows).toEqual([
        { sender: 'LIVE', n: '1' },
        { sender: 'TRY', n: '2' },
      ]);
    });
  });
});

describe('an A20', () => {
  it('is applied for each NPU that is sound, and AE says which is not', async () => {
    const npu = ['NPU|4A^^1|H', 'NPU|4A^^2|', 'NPU|4A^^3|C', 'NPU|4A|H'].join('\r');
    const ack = await sender.send(
      `MSH|^~\\&|EVS|NGH|W|NGH|20260301100000+0000||ADT^A20|N1|P|2.5.1\rEVN||20260301100000+0000\r${npu}`,
    );
    expect(answered(ack)).toBe('AE N1');
    expect([...ack.matchAll(/ERR\|[^|]*\|([^|]*)\|/g)].map((m) => m[1])).toEqual(['NPU^2^2', 'NPU^4^1']);
    await house.drained();
    await eventually(() =>
      expect(house.events(bedStatusReported).map((e) => e.subject)).toEqual([expect.any(String), expect.any(String)]),
    );
    expect(house.events<{ place: { bedId: string } }>(bedStatusReported).map((e) => e.data.place.bedId)).toEqual([
      ...['4A-1', '4A-3'],
    ]);
  });
});
