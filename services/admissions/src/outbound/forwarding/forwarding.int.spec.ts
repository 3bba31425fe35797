import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { bedChanged, type BedData } from '@wardstream/events';
import { eventually, makeCertificates } from '@wardstream/testing';
import { a01, smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, type Shown } from '../../testing/admissions-house.spec.js';
import { Hl7Receiver } from '../../testing/hl7-receiver.spec.js';
import { messageOf } from '../../testing/messages.spec.js';

const folder = mkdtempSync(join(tmpdir(), 'wardstream-destinations-'));
const file = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
let house: AdmissionsHouse;
let receiver: Hl7Receiver;
let path: string;
const others: Hl7Receiver[] = [];

function write(...destinations: object[]): void {
  writeFileSync(path, JSON.stringify({ destinations }));
}

const quick = { retry: { first: 1, most: 1, errors: 2, rejects: 1 }, seconds: { answer: 1, connect: 2, idle: 30 } };
const ehr = (more: object = {}): object => ({
  ...{ name: 'ehr', host: '127.0.0.1', port: receiver.port, adt: 'all', ...quick, ...more },
});

async function start(...destinations: object[]): Promise<void> {
  write(...destinations);
  house = await AdmissionsHouse.start({ WARDSTREAM_DESTINATIONS_FILE: path });
  await house.configure(smallHouse);
}

beforeEach(async () => {
  path = file(`destinations-${++files}.yaml`);
  receiver = await Hl7Receiver.start();
});
afterEach(async () => {
  await house?.remove();
  await Promise.all([receiver.stop(), ...others.splice(0).map((r) => r.stop())]);
});

let messages = 0;
const next = (controlId = `F${++messages}`): string => messageOf(a01, `FV${controlId}`, { controlId });
const send = async (...texts: string[]): Promise<void> => {
  const sender = await house.sender();
  await Promise.all(texts.map((text) => sender.send(text)));
  await house.drained();
};
const ids = (n: number, prefix: string): string[] => Array.from({ length: n }, (_, i) => `${prefix}${i}`);
const queue = async (name = 'ehr', state?: string): Promise<Shown[]> => {
  const { body } = await house.call(
    'GET',
    `destinations/${name}/queue?limit=500${state === undefined ? '' : `&state=${state}`}`,
  );
  return body['items'] as Shown[];
};
const json = (value: object): { payload: string; type: string } => ({
  ...{ payload: JSON.stringify(value), type: 'application/json' },
});
const bed = (id: string, version: number, state: BedData['state'], by = 'ward'): BedData => ({
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
    ...{ kind: by === 'ward' ? 'cleaning' : 'bed-status', by, at: '2026-03-01T12:00:00.000Z' },
    ...{ recordedAt: '2026-03-01T12:00:00.500Z', receivedAt: '2026-03-01T12:00:01.000Z' },
  },
});
const tellBeds = (...beds: BedData[]): Promise<void> =>
  house.tell(
    bedChanged,
    beds.map((data) => ({ facility: data.facility, subject: data.id, version: data.version, data })),
  );

describe('forwarding ADT', () => {
  it('sends on what came as HL7 byte for byte, in order, over one connection, and not to whom it came from', async () => {
    await start(ehr({ notFrom: ['EHR1'] }));
    const texts = ids(30, 'B').map((id) => `${next(id)}\rZXX|odd\\segment||\r`);
    await send(...texts, next('MINE').replace('|ADT1|', '|EHR1|'));
    await eventually(() => receiver.taken.length === 30);
    expect(receiver.taken.map((t) => t.text)).toEqual(texts);
    expect(receiver.connections).toBe(1);
    expect(await queue('ehr', 'pending')).toEqual([]);
  });

  it('gives it the names, the control id and the places that are configured', async () => {
    await start(
      ehr({
        names: { sendingApplication: 'WARDSTREAM', receivingApplication: 'EHR', receivingFacility: 'North|gate' },
        controlId: 'own',
        places: { '4A^4A-R1': 'W4^01', '4A^^1': 'W4^01^A' },
      }),
    );
    const text = next('N1');
    const pv1 = /PV1[^\r]*/.exec(text)![0];
    await send(text);
    await eventually(() => receiver.taken.length === 1);
    const [msh, ...rest] = receiver.taken[0]!.text.split('\r');
    const id = receiver.taken[0]!.controlId;
    expect(id).toMatch(/^WS[0-9A-F]{18}$/);
    const fields = text.split('\r')[0]!.split('|');
    Object.assign(fields, { 2: 'WARDSTREAM', 4: 'EHR', 5: 'North\\F\\gate', 9: id });
    expect(msh).toBe(fields.join('|'));
    expect(rest.join('\r')).toBe(text.slice(text.indexOf('\r') + 1).replace(pv1, pv1.replace('4A^^1', 'W4^01^A')));
  });

  it('sends the triggers that are asked for, of the facilities that are asked for', async () => {
    others.push(await Hl7Receiver.start());
    const elsewhere = { ...ehr(), name: 'other', port: others[0]!.port, facilities: ['SGH'] };
    await start(ehr({ adt: ['A03', 'A31'], facilities: ['NGH'] }), elsewhere);
    await send(next('T1'), next('T2').replaceAll('A01', 'A03'), next('T3').replaceAll('A01', 'A31'), 'nonsense');
    await eventually(() => receiver.taken.length === 2);
    expect(receiver.taken.map((t) => t.trigger)).toEqual(['A03', 'A31']);
    expect(await queue('ehr')).toHaveLength(2);
    expect((await house.call('GET', 'destinations/other/queue')).body['items']).toEqual([]);
    expect((await house.call('GET', 'destinations/nobody/queue')).status).toBe(404);
  });

  it('writes nothing at all where no destination is configured', async () => {
    house = await AdmissionsHouse.start();
    await house.configure(smallHouse);
    await send(...ids(20, 'X').map(next));
    await tellBeds(bed('4A-1', 1, 'available'));
    await eventually(async () => (await house.rows('SELECT FROM admissions.bed')).length === 1);
    expect(await house.rows('SELECT FROM admissions.delivery')).toEqual([]);
    expect(await house.rows('SELECT FROM admissions.delivery_destination')).toEqual([]);
    const { body } = await house.call('GET', 'destinations');
    expect(body).toEqual({ items: [], fileFaults: [] });
  });
});

describe('a receiver', () => {
  const all = ids(12, 'R');

  it.each([
    ['is slow', 'slow'],
    ['answers twice', 'twice'],
    ['answers for another message first', 'another first'],
    ['answers CA', 'CA'],
  ] as const)('that %s gets every message once and in order', async (_, manners) => {
    await start(ehr());
    receiver.manners = () => manners;
    await send(...all.map(next));
    await eventually(async () => (await queue('ehr', 'delivered')).length === all.length);
    expect(receiver.taken.map((t) => t.controlId)).toEqual(all);
  });

  it.each([
    ['dies after it took it', 'gone', /closed|ECONNRESET|EPIPE/],
    ['dies in the middle of its answer', 'gone amid the answer', /closed|ECONNRESET/],
    ['does not answer', 'no answer', /no answer within 1 s/],
    ['answers for another message only', 'another only', /no answer within 1 s, only an answer to another message/],
    ['answers with a code that is none', 'odd code', /neither AA, AE nor AR/],
    ['does not speak MLLP', 'babble', /no answer within 1 s/],
  ] as const)('that %s is sent it again, with the same MSH-10, and nothing overtakes it', async (_, manners, cause) => {
    await start(ehr());
    receiver.manners = ({ controlId }, times) => (controlId === 'R2' && times <= 2 ? manners : 'AA');
    await send(...all.map(next));
    await eventually(() => receiver.taken.filter((t) => t.controlId === 'R2').length === 2);
    await eventually(async () => (await queue('ehr', 'pending'))[0]?.['lastCause'] !== null);
    expect((await queue('ehr', 'pending'))[0]!['lastCause']).toMatch(cause);
    await eventually(async () => (await queue('ehr', 'delivered')).length === all.length);
    expect(receiver.taken.map((t) => t.controlId)).toEqual(['R0', 'R1', 'R2', 'R2', 'R2', ...all.slice(3)]);
  });

  it('that answers AE is sent it so many times, then it is set aside with its cause and the queue goes on', async () => {
    await start(ehr());
    let broken = true;
    receiver.manners = ({ controlId }) =>
      broken && controlId === 'R1' ? 'AE' : broken && controlId === 'R2' ? 'AR' : 'AA';
    await send(...all.map(next));
    await eventually(() => receiver.taken.some((t) => t.controlId === 'R11'));
    expect(receiver.taken.map((t) => t.controlId)).toEqual(['R0', 'R1', 'R1', 'R2', ...all.slice(3)]);
    const rejected = await queue('ehr', 'rejected');
    // The receiver's own words may tell of a patient: its code and where it points to are kept.
    expect(rejected.map((d) => [d['lastCause'], d['refusals']])).toEqual([
      ['AR 101 PID-5', 1],
      ['AE 101 PID-5', 2],
    ]);
    expect((await house.call('GET', 'destinations')).body['items']).toMatchObject([{ name: 'ehr', rejected: 2 }]);
    broken = false;
    const [ar, ae] = rejected.map((d) => String(d['id']));
    expect((await house.call('GET', `destinations/ehr/queue/${ae}`)).body['text']).toContain('|R1|');
    expect((await house.call('GET', `destinations/ehr/queue/${ae}`, ['auditor'])).status).toBe(403);
    expect((await house.call('POST', `destinations/ehr/queue/${ae}/resend`)).status).toBe(200);
    await eventually(() => receiver.taken.at(-1)!.controlId === 'R1');
    expect((await house.call('POST', `destinations/ehr/queue/${ar}/skip`, ['administrator'], json({}))).status).toBe(
      400,
    );
    const skipped = await house.call(
      'POST',
      `destinations/ehr/queue/${ar}/skip`,
      ['administrator'],
      json({ reason: 'known there' }),
    );
    expect(skipped).toMatchObject({
      status: 200,
      body: { state: 'skipped', settledBy: 'suite', reason: 'known there' },
    });
    expect(
      (await house.call('POST', `destinations/ehr/queue/${ar}/skip`, ['administrator'], json({ reason: 'again' })))
        .body['code'],
    ).toBe('already-settled');
  });

  it('that is away holds back neither intake nor another receiver, and gets all of it when it is back', async () => {
    others.push(await Hl7Receiver.start());
    await start(ehr(), { ...ehr(), name: 'other', port: others[0]!.port });
    const { port } = receiver;
    await receiver.stop();
    await send(...all.map(next));
    await eventually(() => others[0]!.taken.length === all.length);
    const [away] = (await house.call('GET', 'destinations')).body['items'] as Shown[];
    expect(away).toMatchObject({ name: 'ehr', pending: all.length });
    await eventually(async () => {
      expect(((await house.call('GET', 'destinations')).body['items'] as Shown[])[0]!['lastCause']).toBe(
        'ECONNREFUSED',
      );
    });
    receiver = await Hl7Receiver.start(port);
    await eventually(() => receiver.taken.length === all.length);
    expect(receiver.taken.map((t) => t.controlId)).toEqual(all);
  });

  it('loses nothing and sees no other order when this process is stopped again and again', async () => {
    await start(ehr());
    receiver.manners = (_, times) => (times === 1 && Math.random() < 0.2 ? 'gone' : 'slow');
    const many = ids(40, 'K');
    await send(...many.slice(0, 20).map(next));
    await eventually(() => receiver.taken.length > 3);
    await house.end();
    await house.begin();
    await send(...many.slice(20).map(next));
    await eventually(() => receiver.taken.length > 15);
    await house.end();
    receiver.cut();
    await house.begin();
    // Forty slow answers, some of them lost and waited for.
    await eventually(() => receiver.taken.some((t) => t.controlId === 'K39'), { timeoutMs: 45_000 });
    expect(receiver.distinct.map((t) => t.controlId)).toEqual(many);
  });

  it('can be paused and resumed', async () => {
    await start(ehr());
    expect(
      (await house.call('POST', 'destinations/ehr/pause', ['administrator'], json({ reason: 'upgrade' }))).status,
    ).toBe(200);
    await send(next('P1'));
    expect((await house.call('GET', 'destinations')).body['items']).toMatchObject([
      { name: 'ehr', pending: 1, pausedBy: 'suite', pauseReason: 'upgrade' },
    ]);
    expect(receiver.taken).toEqual([]);
    expect((await house.call('POST', 'destinations/ehr/resume', ['bed-manager'])).status).toBe(403);
    expect((await house.call('POST', 'destinations/ehr/resume')).status).toBe(200);
    await eventually(() => receiver.taken.length === 1);
  });
});

describe('the file of destinations', () => {
  it('is read again when it changes, and stays as it was while it has faults', async () => {
    await start();
    await send(next('G0'));
    writeFileSync(path, `destinations:\n  - name: ehr\n    host: 127.0.0.1\n    port: many\n    adt: all\n`);
    await eventually(async () => {
      const { body } = await house.call('GET', 'destinations');
      expect(body['fileFaults']).toEqual([
        { line: 4, column: 11, message: "a destination: 'port' 'many' must be a whole number from 1 to 65535" },
      ]);
    });
    write(ehr());
    await eventually(async () => {
      const { body } = await house.call('GET', 'destinations');
      expect(body).toMatchObject({ fileFaults: [], items: [{ name: 'ehr', configured: true }] });
    });
    await send(next('G1'));
    await eventually(() => receiver.taken.length === 1);
    others.push(await Hl7Receiver.start());
    write(ehr({ port: others[0]!.port }));
    await eventually(async () => {
      expect((await house.call('GET', 'destinations')).body['items']).toMatchObject([{ port: others[0]!.port }]);
    });
    await send(next('G2'));
    await eventually(() => others[0]!.taken.length === 1);
    expect(receiver.taken.map((t) => t.controlId)).toEqual(['G1']);
    write();
    await eventually(async () => {
      expect((await house.call('GET', 'destinations')).body['items']).toMatchObject([
        { name: 'ehr', configured: false },
      ]);
    });
  });

  it('with faults keeps the service from starting', async () => {
    await start();
    await house.end();
    writeFileSync(path, 'destinations: [{ name: EHR }]');
    await expect(house.begin()).rejects.toThrow(/1:24.*small letters/);
    write();
    await house.begin();
  });
});

describe('forwarding bed states', () => {
  it('sends an A20 whenever the code of a bed is another, and only then, and not to who reported it', async () => {
    await start(
      ehr({
        adt: 'none',
        bedStatus: true,
        names: { receivingApplication: 'EHR' },
        places: { '4A^4A-R1^1': 'W4^01^A' },
      }),
    );
    await tellBeds(bed('4A-1', 1, 'available'), bed('4A-2', 1, 'available'));
    await eventually(() => receiver.taken.length === 2);
    expect(receiver.taken[0]!.text).toMatch(
      /^MSH\|\^~\\&\|WARDSTREAM\|NGH\|EHR\|NGH\|\d+\.\d{3}\+0000\|\|ADT\^A20\^ADT_A20\|WS[0-9A-F]{18}\|P\|2\.5\.1\|{6}UNICODE UTF-8\rEVN\|A20\|20260301120000\.500\+0000\|{4}20260301120000\.000\+0000\rNPU\|W4\^01\^A\^NGH\|U\r$/,
    );
    expect(receiver.taken[1]!.text).toContain('NPU|4A^4A-R1^2^NGH|U');
    // Reserved is unoccupied by table 0116; several steps in one batch are each told; an old version tells nothing.
    await tellBeds(
      bed('4A-1', 2, 'reserved'),
      bed('4A-1', 3, 'occupied'),
      bed('4A-1', 4, 'dirty'),
      bed('4A-1', 5, 'cleaning'),
    );
    await tellBeds(
      bed('4A-1', 2, 'blocked'),
      bed('4A-1', 6, 'available'),
      bed('4A-2', 2, 'dirty', 'EHR'),
      bed('4A-2', 3, 'blocked'),
    );
    await eventually(() => receiver.taken.length >= 6);
    await eventually(async () => (await queue('ehr', 'pending')).length === 0);
    const said = receiver.taken.map((t) => /NPU\|(\S+)\^NGH\|(\w)/.exec(t.text)!.slice(1).join(' '));
    expect(said.filter((s) => s.startsWith('W4'))).toEqual(['U', 'O', 'H', 'U'].map((c) => `W4^01^A ${c}`));
    expect(said.filter((s) => s.startsWith('4A'))).toEqual(['U', 'C'].map((c) => `4A^4A-R1^2 ${c}`));
  });
});

describe('forwarding bed states of contaminated beds', () => {
  it('sends K while a terminal clean is due or under way, from when that is known', async () => {
    await start(ehr({ adt: 'none', bedStatus: true }));
    const later = '2026-03-01T12:20:00.000Z';
    const contaminated = (version: number, state: 'dirty' | 'cleaning'): BedData => {
      const told = bed('4A-1', version, state);
      return { ...told, cleaningJobId: 'j1', cleaningKind: 'terminal', cause: { ...told.cause, at: later } };
    };
    await tellBeds({ ...bed('4A-1', 1, 'dirty'), cleaningJobId: 'j1', cleaningKind: 'standard' });
    await tellBeds(contaminated(2, 'dirty'));
    await tellBeds(contaminated(3, 'cleaning'), bed('4A-1', 4, 'available'));
    await eventually(() => receiver.taken.length === 3);
    const said = receiver.taken.map((t) =>
      /\|(20260301\d{6})\.000\+0000\rNPU\|\S+\|(\w)/.exec(t.text)!.slice(1).join(' '),
    );
    expect(said).toEqual(['20260301120000 H', '20260301122000 K', '20260301120000 U']);
  });
});

/** A receiver of Debian's python3-hl7: its parser, its framing, its acknowledgement. */
const peer = `
import asyncio, sys, hl7.mllp
async def serve(reader, writer):
    while not reader.at_eof():
        try:
            message = await reader.readmessage()
        except asyncio.IncompleteReadError:
            return
        print(str(message.segment('MSH')[10]), flush=True)
        writer.writemessage(message.create_ack())
        await writer.drain()
async def main():
    server = await hl7.mllp.start_hl7_server(serve, host='127.0.0.1', port=0, encoding='utf-8')
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
`;
const hasPeer = spawnSync('/usr/bin/python3', ['-c', 'import hl7.mllp']).status === 0;
if (!hasPeer) process.stderr.write('python3-hl7 is not here: the independent receiver is left out.\n');

(hasPeer ? describe : describe.skip)('an independent receiver', () => {
  it('understands what it is sent, and is understood', async () => {
    const python = spawn('/usr/bin/python3', ['-c', peer], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const lines: string[] = [];
      python.stdout
        .setEncoding('utf8')
        .on('data', (text: string) => lines.push(...text.split('\n').filter((l) => l !== '')));
      await eventually(() => lines.length === 1);
      await start(ehr({ port: Number(lines[0]), bedStatus: true }));
      const all = ids(10, 'I');
      await send(...all.map(next));
      await eventually(async () => (await queue('ehr', 'delivered')).length === all.length);
      expect(lines.slice(1)).toEqual(all);
      await tellBeds(bed('4A-1', 1, 'available'));
      await eventually(() => lines.at(-1)!.startsWith('WS'));
    } finally {
      python.kill();
    }
  });
});

describe('forwarding over TLS', () => {
  beforeAll(() => makeCertificates(folder, 'ehr.example'));

  it('shows its certificate and checks the other, by name and authority', async () => {
    const tls = {
      cert: readFileSync(file('server.pem')),
      key: readFileSync(file('server.key')),
      ca: readFileSync(file('ca.pem')),
    };
    const secured = await Hl7Receiver.start(0, { ...tls, requestCert: true, rejectUnauthorized: true });
    others.push(secured);
    const own = { authorities: file('ca.pem'), certificate: file('client.pem'), key: file('client.key') };
    const to = (name: string, of: object): object => ({ ...ehr(), name, port: secured.port, tls: of });
    await start(
      to('good', { ...own, serverName: 'ehr.example' }),
      to('wrong-name', { ...own, serverName: 'other.example' }),
      to('nobody', { authorities: file('ca.pem'), serverName: 'ehr.example' }),
      to('no-authority', { certificate: file('client.pem'), key: file('client.key'), serverName: 'ehr.example' }),
      { ...ehr(), name: 'plain', port: secured.port },
    );
    await send(next('S1'));
    await eventually(async () => {
      const { body } = await house.call('GET', 'destinations');
      const stands = (body['items'] as Shown[]).map((d) => [d['name'], d['pending'], d['lastCause']]);
      expect(stands).toEqual([
        ['good', 0, null],
        ['wrong-name', 1, 'ERR_TLS_CERT_ALTNAME_INVALID'],
        ['nobody', 1, expect.stringMatching(/ERR_SSL|closed|ECONNRESET|EPIPE/)],
        ['no-authority', 1, expect.stringMatching(/UNABLE_TO|SELF_SIGNED/)],
        ['plain', 1, expect.stringMatching(/closed|ECONNRESET|no answer/)],
      ]);
    });
    expect(secured.taken.map((t) => t.controlId)).toEqual(['S1']);
  });
});
