import { X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '@wardstream/kernel';
import { eventually, makeCertificates } from '@wardstream/testing';
import { Client, Message } from 'node-hl7-client';
import { a01, smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, answered, Sender } from '../../testing/admissions-house.spec.js';
import { messageOf } from '../../testing/messages.spec.js';

const frame = (message: string): Buffer => Buffer.from(`\x0b${message}\x1c\r`);

describe('the MLLP listener', () => {
  let house: AdmissionsHouse;
  beforeAll(async () => {
    house = await AdmissionsHouse.start({
      WARDSTREAM_MLLP_MAX_FRAME_BYTES: '20000',
      WARDSTREAM_MLLP_MAX_UNANSWERED: '8',
      WARDSTREAM_MLLP_FRAME_SECONDS: '1',
      WARDSTREAM_MLLP_WHOLE_FRAME_SECONDS: '2',
      WARDSTREAM_MLLP_MAX_CONNECTIONS: '64',
    });
    await house.configure(smallHouse);
  });
  afterAll(() => house?.remove());

  let messages = 0;
  const next = (controlId = `M${++messages}`): string => messageOf(a01, `MV${controlId}`, { controlId });

  it('answers pipelined frames in order, once each, however they are cut, with few unanswered at a time', async () => {
    const sender = await house.sender();
    const ids = Array.from({ length: 300 }, (_, i) => `P${i}`);
    const stream = Buffer.concat(ids.map((id) => frame(next(id))));
    for (let at = 0; at < stream.length; at += 777) sender.write(stream.subarray(at, at + 777));
    await eventually(() => sender.answers.length === ids.length);
    expect(sender.answers.map(answered)).toEqual(ids.map((id) => `AA ${id}`));
  });

  it('answers AR to a frame that is too large, keeps its head, and goes on', async () => {
    const sender = await house.sender();
    const large = `${next('BIG')}\rNTE|${'x'.repeat(200_000)}`;
    const acks = [sender.send(large), sender.send(next('AFTER'))];
    expect(answered(await acks[0]!)).toBe('AR BIG');
    expect(answered(await acks[1]!)).toBe('AA AFTER');
    const { body } = await house.call('GET', 'quarantine?cause=too-large');
    expect(body['items']).toMatchObject([{ controlId: 'BIG', cause: 'too-large', length: large.length, answer: 'AR' }]);
  });

  it('answers what is no HL7 with AR and keeps it', async () => {
    const sender = await house.sender();
    expect(answered(await sender.send('this is no HL7 at all'))).toBe('AR');
    expect(answered(await sender.send(''))).toBe('AR');
    const { body } = await house.call('GET', 'quarantine?cause=not-hl7');
    expect(body['items']).toHaveLength(2);
  });

  it('closes cleanly on bytes without any frame', async () => {
    const sender = await house.sender();
    sender.write('GET / HTTP/1.1\r\n\r\n');
    await sender.whenClosed;
    expect(sender.answers).toEqual([]);
  });

  it('closes on a frame that stands still, and does not answer half a message', async () => {
    const sender = await house.sender();
    sender.write(frame(next('WHOLE')));
    sender.write('\x0bMSH|^~\\&|half');
    await sender.whenClosed;
    expect(sender.answers.map(answered)).toEqual(['AA WHOLE']);
  });

  it('answers what a sender sent before it ended its side', async () => {
    const sender = await house.sender();
    for (let i = 0; i < 20; i += 1) sender.write(frame(next(`E${i}`)));
    sender.socket.end();
    await sender.whenClosed;
    expect(sender.answers).toHaveLength(20);
  });

  it('survives senders that vanish', async () => {
    for (let i = 0; i < 20; i += 1) {
      const sender = await house.sender();
      sender.write(frame(next()));
      sender.write('\x0bMSH');
      sender.close();
    }
    const sender = await house.sender();
    expect(answered(await sender.send(next('ALIVE')))).toBe('AA ALIVE');
  });

  it('lets a new sender in under a siege of those who say nothing, or never end what they say', async () => {
    const working = await house.sender();
    expect(answered(await working.send(next()))).toContain('AA');
    const silent = await Promise.all(Array.from({ length: 80 }, () => Sender.open(house.mllpPort)));
    const slow = await Promise.all(Array.from({ length: 40 }, () => Sender.open(house.mllpPort)));
    for (const sender of slow) sender.write('\x0bMSH|^~\\&|slow');
    await eventually(() => silent.filter((s) => s.closed).length >= 40);
    for (let i = 0; i < 5; i += 1) {
      const sender = await Sender.open(house.mllpPort);
      expect(answered(await sender.send(next()).finally(() => sender.close()))).toContain('AA');
    }
    expect(answered(await working.send(next()))).toContain('AA');
    for (const sender of [...silent, ...slow]) sender.close();
  });

  it('closes a frame that takes too long, although a byte of it comes now and then', async () => {
    const sender = await house.sender();
    sender.write('\x0b');
    const dripping = setInterval(() => sender.write('M'), 200);
    await sender.whenClosed;
    clearInterval(dripping);
    expect(sender.answers).toEqual([]);
  });

  it('writes its answer in the character set of the message', async () => {
    const sender = await house.sender();
    const text = next('CS').replace('|ADT1|', '|Zürich|').replace('|2.5.1', '|2.5.1||||||8859/1');
    sender.write(Buffer.from(`\x0b${text}\x1c\r`, 'latin1'));
    let bytes = Buffer.alloc(0);
    sender.socket.on('data', (chunk: Buffer) => (bytes = Buffer.concat([bytes, chunk])));
    await eventually(() => sender.answers.length === 1);
    expect(bytes.toString('latin1')).toContain('|Zürich|');
  });

  it('answers every frame of damaged messages once, and goes on', async () => {
    const random = seededRandom(11);
    const sender = await house.sender();
    const damaged = Array.from({ length: 400 }, (_, n) => {
      const bytes = Buffer.from(next(`F${n}`), 'latin1');
      for (let i = 0; i < 1 + random() * 12; i += 1) {
        const value = Math.floor(random() * 256);
        bytes[Math.floor(random() * bytes.length)] = value === 0x0b || value === 0x1c ? 0 : value;
      }
      return random() < 0.2 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
    });
    const acks = await Promise.all(damaged.map((bytes) => sender.send(bytes)));
    expect(acks.every((ack) => /MSA\|A[AER]\|/.test(ack))).toBe(true);
    expect(answered(await sender.send(next('SOUND')))).toBe('AA SOUND');
    await house.drained();
    expect(await house.rows("SELECT FROM admissions.message WHERE cause = 'processing-failed'")).toEqual([]);
  });

  it('understands an independent client, and is understood', async () => {
    const client = new Client({ host: '127.0.0.1' });
    const answers: string[] = [];
    const connection = client.createConnection({ port: house.mllpPort }, (answer) => {
      answers.push(answer.getMessage().toString());
    });
    await connection.sendMessage(new Message({ text: next('PEER') }));
    await eventually(() => answers.length === 1);
    await connection.close();
    expect(answered(answers[0]!)).toBe('AA PEER');
  });

  it('answers what it took when it is stopped, and nothing of it is lost', async () => {
    const sender = await house.sender();
    const ids = Array.from({ length: 200 }, (_, i) => `Z${i}`);
    sender.write(Buffer.concat(ids.map((id) => frame(next(id)))));
    await eventually(() => sender.answers.length > 0);
    await house.service.get((await import('./mllp.listener.js')).MllpListener).onModuleDestroy();
    await sender.whenClosed;
    const stored = await house.rows<{ id: string }>(
      "SELECT control_id AS id FROM admissions.message WHERE control_id LIKE 'Z%'",
    );
    expect(new Set(stored.map((r) => `AA ${r.id}`))).toEqual(new Set(sender.answers.map(answered)));
  });
});

describe('MLLP over TLS', () => {
  let house: AdmissionsHouse;
  const folder = mkdtempSync(join(tmpdir(), 'wardstream-tls-'));
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    makeCertificates(folder, 'localhost');
    const { fingerprint256 } = new X509Certificate(readFileSync(file('client.pem')));
    const profile = (name: string, certificate: string): string =>
      `  - { match: { applications: ${name} }, connection: { certificates: '${certificate}' } }\n`;
    const profiles = `senders:\n${profile('OWN', fingerprint256)}${profile('NAMED', 'CN=localhost')}${profile('OTHER', 'CN=other')}`;
    writeFileSync(file('senders.yaml'), profiles);
    house = await AdmissionsHouse.start({
      WARDSTREAM_SENDERS_FILE: file('senders.yaml'),
      WARDSTREAM_MLLP_TLS_CERT_FILE: file('server.pem'),
      WARDSTREAM_MLLP_TLS_KEY_FILE: file('server.key'),
      WARDSTREAM_MLLP_TLS_CLIENT_CA_FILE: file('ca.pem'),
    });
  });
  afterAll(async () => {
    await house?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const open = (client: object): Promise<Sender> =>
    new Promise((resolve, reject) => {
      const ca = readFileSync(file('ca.pem'));
      const socket = connectTls(
        { port: house.mllpPort, host: '127.0.0.1', servername: 'localhost', ca, ...client },
        () => resolve(new Sender(socket)),
      );
      socket.once('error', reject);
    });

  it('takes senders with a certificate of the authority, and no others', async () => {
    const sender = await open({ cert: readFileSync(file('client.pem')), key: readFileSync(file('client.key')) });
    expect(answered(await sender.send(messageOf(a01, 'T1', { controlId: 'T1' })))).toBe('AA T1');
    const inTheNameOf = async (name: string): Promise<string> =>
      answered(await sender.send(messageOf(a01, name, { controlId: name }).replace('|ADT1|', `|${name}|`)));
    expect([await inTheNameOf('OWN'), await inTheNameOf('NAMED'), await inTheNameOf('OTHER')]).toEqual([
      'AA OWN',
      'AA NAMED',
      'AR OTHER',
    ]);
    sender.close();
    await expect(open({}).then((s) => s.send(messageOf(a01, 'T2')))).rejects.toThrow();
  });
});

const data = fileURLToPath(new URL('../../../../../../shared/data/', import.meta.url));
const present = existsSync(data);
if (!present) process.stderr.write('The public HL7 samples (../shared/data) are not here: their suite is left out.\n');

(present ? describe : describe.skip)('the public samples', () => {
  let house: AdmissionsHouse;
  beforeAll(async () => {
    house = await AdmissionsHouse.start();
    await house.configure({ ...smallHouse, aliases: ['HOSP', 'SFAC', 'GHHSFacility'] });
  });
  afterAll(() => house?.remove());

  const files = (folder: string): Buffer[] =>
    readdirSync(data + folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.hl7'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  const simulated = (): Buffer[] =>
    readFileSync(`${data}simhospital/messages.out`, 'latin1')
      .split(/(?:\r?\n|\r){2,}(?=MSH)/)
      .map((m) => Buffer.from(m.trim(), 'latin1'))
      .filter((m) => m.length > 0);

  it('are each answered exactly once, over few connections, and all are kept', async () => {
    const all = [...files('hl7v2'), ...files('hl7v2-malformed'), ...files('hl7v2-other-types'), ...simulated()];
    const senders = await Promise.all([1, 2, 3].map(() => house.sender()));
    const acks = await Promise.all(all.map((bytes, i) => senders[i % 3]!.send(bytes)));
    expect(acks.length).toBeGreaterThanOrEqual(300 + 80 + 60 + 1000);
    expect(acks.map((a) => answered(a).slice(0, 2)).filter((code) => !['AA', 'AE', 'AR'].includes(code))).toEqual([]);
    for (const sender of senders) {
      expect(
        answered(await sender.send(messageOf(a01, 'LAST', { controlId: `LAST${senders.indexOf(sender)}` }))),
      ).toMatch(/AA LAST/);
    }
    expect(senders.reduce((n, s) => n + s.answers.length, 0)).toBe(all.length + 3);
    await house.drained();

    const trim = (b: Buffer): string => b.toString('latin1').replace(/[\r\n]+$/, '');
    const kept = await house.rows<{ raw: Buffer }>('SELECT raw FROM admissions.message');
    const keptTexts = new Set(kept.map(({ raw }) => trim(raw)));
    expect(all.filter((bytes) => !keptTexts.has(trim(bytes)))).toEqual([]);
    expect(await house.rows("SELECT FROM admissions.message WHERE cause = 'processing-failed'")).toEqual([]);
    const dispositions = await house.rows<{ disposition: string; count: string }>(
      'SELECT disposition, count(*) FROM admissions.message GROUP BY 1 ORDER BY 1',
    );
    expect(dispositions.map((d) => d.disposition)).toEqual([
      'not-acted-on',
      'processed',
      'quarantined',
      'refused',
      'unplaced',
    ]);
  });
});
