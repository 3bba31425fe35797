import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bedStatusReported, encounterChanged, type EncounterData } from '@wardstream/events';
import { reportHealth } from '@wardstream/service-kit';
import { eventually } from '@wardstream/testing';
import { fact, smallHouse, summary } from '@wardstream/encounter-model/testing';
import type { DerivedEncounter, VisitFact } from '@wardstream/encounter-model';
import { ReplayCheck } from '../../operations/replay-check/replay-check.js';
import { AdmissionsHouse, answered, Sender } from '../../testing/admissions-house.spec.js';
import { messageOf } from '../../testing/messages.spec.js';
import { SendersFile } from '../../testing/senders-file.spec.js';

const base = 'senders:\n  - match: { applications: MOVER }\n    updates: { move: true, changeClass: true }\n';
let file: SendersFile;
let house: AdmissionsHouse;
let sender: Sender;

beforeAll(async () => {
  file = new SendersFile(base);
  house = await AdmissionsHouse.start({ WARDSTREAM_SENDERS_FILE: file.path, WARDSTREAM_SENDERS_POLL_SECONDS: '0' });
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(async () => {
  await house?.remove();
  file?.remove();
});

async function tell(visit: string, ...facts: VisitFact[]): Promise<string[]> {
  const acks: string[] = [];
  for (const f of facts) {
    house.clock.set(f.receivedAt);
    acks.push(await sender.send(messageOf(f, visit)));
  }
  return acks;
}

async function shown(visit: string): Promise<ReturnType<typeof summary>> {
  return summary((await house.encounter(visit)) as unknown as DerivedEncounter);
}

/** Puts `text` into force, and waits until what it makes known is read. */
async function reload(text: string): Promise<Record<string, unknown>> {
  file.write(text);
  const { status, body } = await house.call('POST', 'senders/reload');
  expect(status).toBe(200);
  await house.drained();
  return body;
}

const unknownOf = async (application: string): Promise<Record<string, unknown>[]> =>
  (await house.call('GET', `senders/unknown-codes?application=${application}`)).body['items'] as [];

describe('a place that no profile and no facility knows', () => {
  const admitted = fact('admit', { at: '10:00', in: 'WARD 4A^^1', source: 'OLD' });
  const moved = fact('transfer', { at: '12:00', in: 'W-4B^^2', from: 'WARD 4A^^1', source: 'OLD' });

  it('is kept and answered AA with a warning, listed, suggested, and known once the file says it; without a restart', async () => {
    // The transfer arrives first.
    const acks = await tell('U1', moved, admitted);
    expect(acks.map((a) => answered(a).slice(0, 2))).toEqual(['AA', 'AA']);
    for (const ack of acks) expect(ack).toMatch(/ERR\|[^|]*\|PV1\^1\^3\|204[^|]*\|W\|/);
    await house.drained();
    expect((await shown('U1')).is).toBe('in-progress W-4B^^2');

    expect(await unknownOf('OLD')).toMatchObject([
      { kind: 'unit', code: 'WARD 4A', facility: 'NGH', count: 2, firstSeenAt: '2026-03-01T10:00:00.000Z' },
      { kind: 'unit', code: 'W-4B', seenIn: 'PV1-3', count: 1, lastSeenAt: '2026-03-01T12:00:00.000Z' },
    ]);
    const suggested = await house.call('GET', 'senders/suggestions?application=OLD');
    expect(suggested.type).toContain('application/yaml');
    expect(suggested.text).toContain('- match: { applications: [OLD], sendingFacilities: [NGH] }');
    expect(suggested.text).toContain("'WARD 4A': 4A # sent 2 times");
    const entry = suggested.text.slice(suggested.text.indexOf('  - match'));

    const body = await reload(base + entry.replace('# W-4B', 'W-4B'));
    expect(body).toMatchObject({ version: 2, refused: null });
    await eventually(async () => {
      expect(await shown('U1')).toMatchObject({
        is: 'in-progress 4B-2',
        stays: ['4A-1 10:00-12:00 transfer*!', '4B-2 12:00-*'],
        conflicts: [],
      });
    });
    expect(await unknownOf('OLD')).toEqual([]);
    const messages = await house.rows<{ disposition: string; profile: string; unknown: unknown; faults: unknown[] }>(
      "SELECT disposition, profile, unknown, faults FROM admissions.message WHERE sender_application = 'OLD'",
    );
    expect(messages).toHaveLength(2);
    for (const m of messages) expect(m).toMatchObject({ disposition: 'processed', unknown: null, faults: [] });
    expect(messages[0]!.profile).toMatch(/^[0-9a-f]{16}$/);
    await eventually(() => {
      const [last] = house
        .events<EncounterData>(encounterChanged)
        .filter((e) => e.data.visitNumber === 'U1')
        .slice(-1);
      expect(last?.data.location?.bedId).toBe('4B-2');
    });
  });

  it('stays what it was read as when the profile says otherwise later', async () => {
    const before = await house.encounter('U1');
    await reload(`${base}  - match: { applications: OLD }\n    places: { map: { 'WARD 4A': ED, W-4B: ED } }\n`);
    await tell('U2', admitted);
    await house.drained();
    expect((await shown('U2')).is).toBe('in-progress ED-1');
    expect(await house.encounter('U1')).toEqual(before);
  });

  it('becomes known where only the place it came from was not', async () => {
    await reload(base);
    await tell(
      'U3',
      fact('admit', { at: '10:00', in: '4A-3', source: 'PRIOR' }),
      fact('transfer', { at: '12:00', in: '4B-3', from: 'WEST^^3', source: 'PRIOR' }),
    );
    await house.drained();
    expect((await shown('U3')).conflicts).toEqual(['transfer-origin-differs']);
    expect(await unknownOf('PRIOR')).toMatchObject([{ kind: 'unit', code: 'WEST', seenIn: 'PV1-6' }]);
    await reload(`${base}  - match: { applications: PRIOR }\n    places: { map: { WEST: 4A } }\n`);
    await eventually(async () => expect((await shown('U3')).conflicts).toEqual([]));
  });
});

describe('other codes', () => {
  const a20 = (id: string, code: string): string =>
    `MSH|^~\\&|CLEAN|NGH|W|NGH|20260301100000+0000||ADT^A20|${id}|P|2.5.1\rEVN|A20|20260301100000+0000\rNPU|4A^^4|${code}`;

  it('a bed status of nobody is kept, listed with a guess, and told once it is known', async () => {
    const ack = await sender.send(a20('S1', 'SOILED'));
    expect(answered(ack)).toBe('AA S1');
    expect(ack).toMatch(/ERR\|[^|]*\|NPU\^1\^2\|103[^|]*\|W\|/);
    expect(await unknownOf('CLEAN')).toMatchObject([{ kind: 'bed-status', code: 'SOILED', count: 1 }]);
    const { text } = await house.call('GET', 'senders/suggestions?application=CLEAN');
    expect(text).toContain('# SOILED: K # sent 1 time');
    await reload(`${base}  - match: { applications: CLEAN }\n    bedStatus: { SOILED: K }\n`);
    await eventually(() => {
      expect(house.events(bedStatusReported, '4A-4').map((e) => e.data)).toMatchObject([{ code: 'K' }]);
    });
    expect(await unknownOf('CLEAN')).toEqual([]);
  });

  it('a facility of nobody waits, is listed, and is known once the profile names it', async () => {
    const elsewhere = fact('admit', { at: '10:00', in: '4A-2', source: 'REMOTE' });
    const ack = await sender.send(messageOf(elsewhere, 'R1', { facility: 'NORTH GATE' }));
    expect(ack).toMatch(/ERR\|[^|]*\|MSH\^1\^4\|204[^|]*\|W\|/);
    expect(await unknownOf('REMOTE')).toMatchObject([{ kind: 'facility', code: 'NORTH GATE', count: 1 }]);
    const { text } = await house.call('GET', 'senders/suggestions?application=REMOTE');
    expect(text).toContain('    facility: NGH # sent 1 time, and waits');
    await reload(`${base}  - match: { applications: REMOTE }\n    facility: NGH\n`);
    await eventually(async () => expect((await shown('R1')).is).toBe('in-progress 4A-2'));
  });

  it('a class and a trigger of nobody are listed, and the class is known once the profile says it', async () => {
    await tell('C1', fact('admit', { at: '10:00', in: '4A-2', class: 'DAY', source: 'LOCAL' }));
    await sender.send(messageOf(fact('admit', { at: '11:00', source: 'LOCAL' }), 'C2').replaceAll('A01', 'Z77'));
    await house.drained();
    expect(await unknownOf('LOCAL')).toMatchObject([
      { kind: 'class', code: 'DAY', seenIn: 'PV1-2' },
      { kind: 'trigger', code: 'Z77', seenIn: 'MSH-9' },
    ]);
    await reload(
      `${base}  - match: { applications: LOCAL }\n    classes: { DAY: O }\n    triggers: { ignore: [Z77], refuse: [A54] }\n`,
    );
    await eventually(async () => expect((await house.encounter('C1'))!['class']).toBe('O'));
    expect(await unknownOf('LOCAL')).toEqual([]);
    const ignored = messageOf(fact('admit', { at: '12:00', source: 'LOCAL' }), 'C3').replaceAll('A01', 'Z77');
    expect(answered(await sender.send(ignored)).slice(0, 2)).toBe('AA');
    const { body } = await house.call('GET', 'messages?disposition=not-acted-on&limit=1');
    expect(body['items'][0]).toMatchObject({ trigger: 'Z77', cause: 'trigger-ignored' });
    const [refused] = await tell('C1', fact('attending', { at: '13:00', source: 'LOCAL' }));
    expect(refused).toMatch(/MSA\|AR\|[\s\S]*ERR\|[^|]*\|MSH\^1\^9\|201/);
  });
});

describe('what could not be read', () => {
  it('is taken up where the profile says how, and not where its visit would have to be guessed', async () => {
    await reload(base);
    await tell('Q1', fact('admit', { at: '10:00', in: '4A-1', source: 'ALT' }));
    // Unit and bed in components that the standard has for building and floor.
    const moved = messageOf(fact('transfer', { at: '12:00', in: '4B-4', source: 'ALT' }), 'Q1');
    const strange = moved.replace('4B^^4', '^^^^^^4B^4');
    const guessed = strange.replace('|Q1|', '||').replace(/PID\|1\|\|[^|]*/, 'PID|1||Q9');
    for (const wrong of [strange, guessed]) expect(answered(await sender.send(wrong)).slice(0, 2)).toBe('AE');
    await reload(
      `${base}  - match: { applications: ALT }\n    places: { components: { unit: 7, room: none, bed: 8, facility: none } }\n`,
    );
    await eventually(async () => expect((await shown('Q1')).is).toBe('in-progress 4B-4'));
    const left = await house.rows(
      "SELECT FROM admissions.message WHERE sender_application = 'ALT' AND disposition = 'quarantined'",
    );
    expect(left).toHaveLength(1);
  });
});

describe('an update of a sender that may move', () => {
  it('moves the patient, and the fact says that it may', async () => {
    await reload(base);
    await tell(
      'M1',
      fact('admit', { at: '10:00', in: '4A-1', source: 'MOVER' }),
      fact('update', { at: '13:00', in: '4B-1', source: 'MOVER' }),
    );
    await house.drained();
    expect(await shown('M1')).toMatchObject({ stays: ['4A-1 10:00-13:00 transfer*!', '4B-1 13:00-*'], conflicts: [] });
    // What the profile says later is no matter for what was said before.
    await reload(base.replace('move: true', 'move: false'));
    await tell('M1', fact('update', { at: '14:00', in: '4A-2', source: 'MOVER' }));
    await house.drained();
    expect(await shown('M1')).toMatchObject({ is: 'in-progress 4B-1', conflicts: ['update-place-differs'] });
  });
});

describe('the stored messages', () => {
  it('say again what is kept, each by the profile it was read by', async () => {
    await reload(base);
    await eventually(async () => {
      const report = await house.service.get(ReplayCheck).run();
      expect(report).toMatchObject({ equal: true, differences: [] });
      expect(report.messages).toBeGreaterThan(10);
    });
  });
});

describe('a file with faults', () => {
  it('is refused whole with every fault, and what was in force stays so', async () => {
    const before = await reload(base);
    file.write('senders:\n  - match: { applications: MOVER }\n    timeZone: Nowhere\n    bedStatus: { D: dirty }\n');
    const { status, body } = await house.call('POST', 'senders/reload');
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: 'sender-files-refused',
      faults: [
        { file: 'senders.yaml', line: 3, column: 15 },
        { file: 'senders.yaml', line: 4, column: 21 },
      ],
    });
    const now = (await house.call('GET', 'senders')).body;
    expect(now).toMatchObject({
      version: before['version'],
      items: before['items'],
      refused: { faults: body['faults'] },
    });
    const health = await reportHealth(house.service.checks);
    expect(health.status).toBe('ready');
    expect(health.checks['admissions.senders']).toMatch(/not in force: senders.yaml:3:15 .* and 1 more/);
    await tell(
      'B1',
      fact('admit', { at: '10:00', in: '4A-1', source: 'MOVER' }),
      fact('update', { at: '11:00', in: '4A-2', source: 'MOVER' }),
    );
    await house.drained();
    expect((await shown('B1')).is).toBe('in-progress 4A-2');
  });

  it('does not keep the service from starting again with what was in force', async () => {
    await house.end();
    await house.begin();
    sender = await house.sender();
    const { body } = await house.call('GET', 'senders');
    expect(body).toMatchObject({ refused: { faults: [{ line: 3 }, { line: 4 }] } });
    expect(body['items']).toMatchObject([{ match: { applications: ['MOVER'] }, updates: { place: true } }]);
    await reload(base);
    expect((await reportHealth(house.service.checks)).checks['admissions.senders']).toBe('ok');
  });

  it('is for administrators to load', async () => {
    expect((await house.call('POST', 'senders/reload', ['department-system'])).status).toBe(403);
    expect((await house.call('GET', 'senders', ['department-staff'])).status).toBe(403);
  });
});

describe('a sender that may send from one address, of one facility', () => {
  const profile = (more: string): string => `senders:\n  - match: { applications: BOUND }\n    ${more}\n`;
  const message = (controlId: string, facility = 'NGH'): string =>
    messageOf(fact('admit', { at: '10:00', in: '4A-1' }), controlId, { controlId })
      .replace('|ADT1|', '|BOUND|')
      .replace('|NGH|WARD', `|${facility}|WARD`);
  const feeds = (): Promise<unknown[]> => house.rows("SELECT FROM admissions.feed WHERE name LIKE '%BOUND%'");
  const kept = async (controlId: string): Promise<unknown> =>
    (await house.rows(`SELECT disposition, cause FROM admissions.message WHERE control_id = '${controlId}'`))[0];

  it('from another address is refused, kept so, and heard of as nobody; once it may, what it sends again counts', async () => {
    await reload(profile('connection: { addresses: 127.0.0.2 }'));
    expect(answered(await sender.send(message('PEER')))).toBe('AR PEER');
    expect(sender.answers.at(-1)).toContain('ERR||MSH^1^3|207');
    expect(await kept('PEER')).toEqual({ disposition: 'refused', cause: 'sender-not-allowed' });
    expect((await house.call('GET', 'quarantine?cause=sender-not-allowed')).body['items']).toHaveLength(1);
    await house.drained();
    expect(await feeds()).toEqual([]);
    const there = await Sender.open(house.mllpPort, '127.0.0.2');
    expect(answered(await there.send(message('THERE')).finally(() => there.close()))).toBe('AA THERE');
    // Over HTTP a token says who may.
    const payload = message('HTTP');
    const http = await house.call('POST', 'adt', undefined, { payload, type: 'application/hl7-v2' });
    expect(answered(http.text)).toBe('AA HTTP');
    await reload(profile('connection: { addresses: 127.0.0.1 }'));
    expect(answered(await sender.send(message('PEER')))).toBe('AA PEER');
    await house.drained();
    expect(await kept('PEER')).toMatchObject({ disposition: 'processed' });
    expect((await house.encounter('PEER'))?.['visitNumber']).toBe('PEER');
    expect(await feeds()).toHaveLength(1);
  });

  it('of another facility is refused, kept so, and heard of as nobody there', async () => {
    await house.configure({ ...smallHouse, id: 'EAST', aliases: [] });
    await reload(profile('facilities: NGH'));
    expect(answered(await sender.send(message('OTHER', 'EAST')))).toBe('AR OTHER');
    expect(await kept('OTHER')).toEqual({ disposition: 'refused', cause: 'facility-refused' });
    expect(answered(await sender.send(message('OWN')))).toBe('AA OWN');
    // A batch is answered message by message.
    const batch = `BHS|^~\\&|BOUND|NGH\r${message('B1')}\r${message('B2', 'EAST')}\rBTS|2`;
    expect((await sender.send(batch)).match(/MSA\|A.\|B\d/g)).toEqual(['MSA|AA|B1', 'MSA|AR|B2']);
    await house.drained();
    expect(await house.encounter('OTHER', 'EAST')).toBeUndefined();
    expect(await house.rows("SELECT FROM admissions.feed WHERE facility = 'EAST'")).toEqual([]);
    await reload(profile('facilities: [NGH, EAST]'));
    expect(answered(await sender.send(message('OTHER', 'EAST')))).toBe('AA OTHER');
    await house.drained();
    expect((await house.encounter('OTHER', 'EAST'))?.['facility']).toBe('EAST');
    expect((await house.service.get(ReplayCheck).run()).equal).toBe(true);
  });

  it('is closed when it is silent for as long as its profile says', async () => {
    await reload(profile('connection: { idleSeconds: 1 }'));
    const [silent, other] = [await house.sender(), await house.sender()];
    expect(answered(await silent.send(message('IDLE')))).toBe('AA IDLE');
    expect(answered(await other.send(message('OTHER-ONE').replace('|BOUND|', '|OTHER|')))).toBe('AA OTHER-ONE');
    await silent.whenClosed;
    expect(other.closed).toBe(false);
  });

  it('cannot be asked for a certificate by a port that asks for none', async () => {
    file.write(profile('connection: { certificates: CN=adt.example }'));
    const { status, body } = await house.call('POST', 'senders/reload');
    expect([status, body['faults']]).toMatchObject([
      400,
      [{ line: 2, message: expect.stringContaining('needs WARDSTREAM_MLLP_TLS_CLIENT_CA_FILE') }],
    ]);
    await reload(base);
  });
});

describe('a file that changes', () => {
  it('is noticed by its content, and by every process that reads it', async () => {
    const own = new SendersFile('senders:\n  - { match: { applications: A }, name: First }\n');
    const polling = await AdmissionsHouse.start({
      WARDSTREAM_SENDERS_FILE: own.path,
      WARDSTREAM_SENDERS_POLL_SECONDS: '1',
    });
    try {
      own.write('senders:\n  - { match: { applications: A }, name: Second }\n');
      await eventually(async () => {
        expect((await polling.call('GET', 'senders')).body).toMatchObject({ version: 2, items: [{ name: 'Second' }] });
      });
      own.write('senders: [');
      await eventually(async () => {
        const { body } = await polling.call('GET', 'senders');
        expect(body).toMatchObject({ version: 2, refused: { faults: [{ line: 1 }] }, items: [{ name: 'Second' }] });
      });
      own.remove();
      await eventually(async () => {
        const { body } = await polling.call('GET', 'senders');
        expect(body['refused'].faults[0].message).toMatch(/cannot be read \(ENOENT\)/);
      });
    } finally {
      await polling.remove();
      own.remove();
    }
  });

  it('is no reason to start without any', async () => {
    await expect(AdmissionsHouse.start({ WARDSTREAM_SENDERS_FILE: '/nowhere/at/all.yaml' })).rejects.toThrow(
      /cannot be read/,
    );
  });
});
