import { describe, expect, it } from '@jest/globals';
import { parseMessage, toFacts } from '@wardstream/hl7v2';
import { northgate } from '../fixtures/northgate.js';
import type { MessageAct } from '../simulation/acts.js';
import { LocalTime } from '../simulation/local-time.js';
import { simulate } from '../simulation/simulate.js';
import { writeBedStatus, writeMessage } from './adt-message.js';

const hospital = northgate();
const local = new LocalTime(hospital.timeZone);

const act: MessageAct = {
  type: 'message',
  index: 7,
  sender: 'NGH-ADT',
  trigger: 'A03',
  controlId: 'ABCD-00000007',
  sendAt: Date.parse('2026-07-13T14:20:31Z'),
  at: Date.parse('2026-07-13T14:02:00Z'),
  keys: ['visit:V1'],
  visit: {
    number: 'V1',
    person: { mrn: '4711', family: "O'Dowd & Söhne^Co", given: 'Zoë', born: '19480229', sex: 'female' },
    class: 'I',
    service: 'PUL',
    doctor: ['D1', 'Okafor', 'Chidi'],
    admittedAt: Date.parse('2026-07-10T08:00:00Z'),
    dischargedAt: Date.parse('2026-07-13T14:02:00Z'),
    disposition: '01',
  },
  location: { unit: '4A', room: 'B', bed: '07', bedId: '4A-07' },
  prior: null,
  away: null,
  expectedAt: null,
  expectedEnd: null,
};

describe('writeMessage', () => {
  it('writes every field where HL7 2.5.1 has it', () => {
    const lines = writeMessage(act, 'NGH', local).toString('utf8').split('\r');
    expect(lines).toEqual([
      'MSH|^~\\&|NGH-ADT|NGH|WARDSTREAM|NGH|20260713152031+0100||ADT^A03^ADT_A03|ABCD-00000007|P|2.5.1||||||UNICODE UTF-8',
      'EVN|A03|20260713152031+0100||||20260713150200+0100|NGH',
      "PID|1||4711^^^NGH^MR||O'Dowd \\T\\ Söhne\\S\\Co^Zoë^^^^^L||19480229|F",
      'PV1|1|I|4A^B^07^NGH||||D1^Okafor^Chidi|||PUL|||||||||V1^^^NGH^VN|||||||||||||||||01||||||||20260710090000+0100|20260713150200+0100',
      '',
    ]);
  });

  it('says what the product reads of it, for every kind of act', () => {
    const seen = new Set<string>();
    for (const one of simulate({ hospital, seed: 5, from: Date.parse('2026-03-26T00:00:00Z') })) {
      if (one.index > 12_000) break;
      if (one.type !== 'message') continue;
      seen.add(one.trigger);
      const parsed = parseMessage(writeMessage(one, hospital.id, local));
      if (!parsed.ok) throw new Error(parsed.fault.text);
      const { head } = parsed.message;
      expect([head.controlId, head.version]).toEqual([one.controlId, '2.5.1']);
      const read = toFacts(parsed.message, { timeZone: 'UTC' });
      if (one.mistake === 'time') {
        expect(read).toMatchObject({ kind: 'errors', errors: [{ location: { segment: 'EVN', field: 2 } }] });
        continue;
      }
      if (read.kind !== 'facts') throw new Error(`${one.trigger} is read as ${read.kind}`);
      expect(read.warnings).toEqual([]);
      const [fact] = read.facts;
      expect(fact).toMatchObject({
        trigger: one.trigger,
        visit: { number: one.visit.number },
        class: one.visit.class,
        specialty: one.visit.service,
        at: new Date(one.at).toISOString(),
        recordedAt: new Date(one.sendAt).toISOString(),
        expectedAt: one.expectedAt === null ? null : new Date(Math.floor(one.expectedAt / 1000) * 1000).toISOString(),
        ...(one.expectedEnd === null
          ? {}
          : { expectedDischargeAt: new Date(Math.floor(one.expectedEnd / 1000) * 1000).toISOString() }),
        patient: { id: one.visit.person.mrn, family: one.visit.person.family, sex: one.visit.person.sex },
      });
      for (const [spot, place] of [
        [one.location, fact?.location],
        [one.prior, fact?.priorLocation],
      ] as const) {
        expect([place?.unit, place?.room ?? undefined, place?.bed ?? undefined]).toEqual([
          spot?.unit,
          spot?.room,
          spot?.bed,
        ]);
      }
    }
    expect([...seen].sort()).toEqual([
      'A01',
      'A02',
      'A03',
      'A04',
      'A05',
      'A06',
      'A08',
      'A09',
      'A10',
      'A11',
      'A12',
      'A13',
      'A21',
      'A22',
    ]);
  });

  it('says of a bed what the product reads of it', () => {
    const spot = { unit: '4A', room: 'B', bed: '07', bedId: '4A-07' };
    const { sendAt, at, sender } = act;
    const status = {
      type: 'bed-status',
      index: 8,
      sender,
      controlId: 'A-8',
      sendAt,
      at,
      keys: [],
      spot,
      code: 'U',
    } as const;
    const parsed = parseMessage(writeBedStatus(status, 'NGH', local));
    if (!parsed.ok) throw new Error(parsed.fault.text);
    expect(toFacts(parsed.message, { timeZone: 'UTC' })).toMatchObject({
      kind: 'bedStatus',
      reports: [{ code: 'U', place: { unit: '4A', room: 'B', bed: '07' }, at: '2026-07-13T14:02:00.000Z' }],
      errors: [],
    });
  });

  it('gives the same bytes for the same act', () => {
    expect(
      writeMessage(act, 'NGH', local).equals(writeMessage({ ...act }, 'NGH', new LocalTime('Europe/London'))),
    ).toBe(true);
  });
});
