import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { a01, directory, smallHouse } from '@wardstream/encounter-model/testing';
import { FacilityDirectory } from '@wardstream/encounter-model';
import { readSenderFiles } from '../senders/profile-file.js';
import { Sender, SenderRegistry } from '../../directory/names/sender-profile.js';
import { identify } from './message-identity.js';
import { interpretHl7Message, interpretOversize } from './interpret-hl7-message.js';
import { faultShown } from './message-fault.js';
import { awaitingVisit, needsVisit, type Verdict, withoutVisit } from './verdict.js';
import { type Knowledge } from '../../directory/names/knowledge.js';
import { messageOf } from '../../testing/messages.spec.js';

const profiles = `
senders:
  - { match: { applications: LAB2 }, facility: NGH }
  - match: { applications: LOCAL }
    facility: NGH
    characterSet: { is: windows-1250 }
    triggers: { ignore: [A54], refuse: [A40] }
    places: { map: { CCU: 4A, OUT: '' } }
    bedStatus: { DIRTY: K }
    processingIds: [P, T]
    classes: { INP: I }
  - { match: { applications: GROUP }, places: { routes: true } }
  - { match: { applications: BOUND }, facilities: NORTHGATE }
  - { match: { applications: BOUND-GROUP }, facilities: [EAST], places: { routes: true } }
  - { match: { applications: EVS }, facility: NGH, bedStatusOfWholePlaces: true }
`;
const registry = new SenderRegistry(
  readSenderFiles([{ name: 'a.yaml', text: profiles }]).map(({ profile }, i) => new Sender(`p${i}`, profile)),
);
const east = new FacilityDirectory({ ...smallHouse, id: 'EAST', timeZone: 'America/New_York' });
const known: Knowledge = {
  facility: (name) => (['NGH', 'NORTHGATE'].includes(name) ? directory : name === 'EAST' ? east : undefined),
  sender: (application, facility) => registry.find(application, facility),
  defaultTimeZone: 'UTC',
};
const message = messageOf(a01, 'V1', { controlId: 'C1' });
const receivedAt = '2026-03-01T12:00:00.000Z';
const interpret = (text: string): Verdict => interpretHl7Message(Buffer.from(text), known, receivedAt);
const told = ({ answer, disposition, cause, faults }: Verdict): string =>
  [answer, disposition, cause, ...faults.map((f) => `${f.severity} ${f.code} ${faultShown(f).location}`)]
    .join(' ')
    .replaceAll('  ', ' ');

describe('the verdict on a message', () => {
  it.each([
    ['sound', message, 'AA processed '],
    ['facility by its alias', message.replace('|NGH|WARD', '|NORTHGATE|WARD'), 'AA processed '],
    ['facility by its sender', message.replace('|ADT1|NGH|', '|LAB2||'), 'AA processed '],
    ['facility unknown', message.replace('|NGH|WARD', '|SOUTH|WARD'), 'AA unplaced facility-unknown W 204 MSH^1^4'],
    ['bed unknown', message.replace('4A^^1', '4A^^9'), 'AA unplaced place-unknown W 204 PV1^1^3'],
    ['unit unknown', message.replace('4A^^1', 'ZZ^^1'), 'AA unplaced place-unknown W 204 PV1^1^3'],
    ['no control id', message.replace('|C1|', '||'), 'AA processed W 101 MSH^1^10'],
    ['no rule', message.replaceAll('A01', 'A92'), 'AA not-acted-on no-rule'],
    ['of a person alone', message.replaceAll('A01', 'A31').replace(/PV1.*/, 'PV1|1|N'), 'AA processed '],
    [
      'a wrong time',
      message.replace('EVN|A01|20260301100000+0000', 'EVN|A01|20261301'),
      'AE quarantined invalid E 102 EVN^1^2',
    ],
    ['no visit', message.replace(/PID.*/, 'PID|1').replace('V1', ''), 'AE quarantined visit-missing E 101 PV1^1^19'],
    ['two messages in one frame', `${message}\r${message}`, 'AE quarantined invalid E 100 MSH^2'],
    ['another type', message.replace('ADT^A01', 'ORU^R01'), 'AR refused unsupported-type E 200 MSH^1^9'],
    ['no HL7', 'hello', 'AR refused not-hl7 E 100 MSH^1'],
  ])('%s', (_, text, expected) => {
    expect(told(interpret(text)).trim()).toBe(expected.trim());
  });

  const bound = (text: string, by = 'BOUND'): string => told(interpret(text.replace('|ADT1|', `|${by}|`))).trim();
  it.each([
    ['its own facility, by its alias', message, 'BOUND', 'AA processed'],
    ['another', message.replace('|NGH|WARD', '|EAST|WARD'), 'BOUND', 'AR refused facility-refused E 207 MSH^1^4'],
    [
      'one that nobody knows yet',
      message.replace('|NGH|WARD', '|SOUTH|WARD'),
      'BOUND',
      'AA unplaced facility-unknown W 204 MSH^1^4',
    ],
    [
      'another, with a fault',
      message.replace('|NGH|WARD', '|EAST|WARD').replace('EVN|A01|20260301100000+0000', 'EVN|A01|20261301'),
      'BOUND',
      'AR refused facility-refused E 207 MSH^1^4',
    ],
    ['where places route, the house they name', message.replace('4A^^1', '4A^^1^EAST'), 'BOUND-GROUP', 'AA processed'],
    [
      'where they name another',
      message.replace('4A^^1', '4A^^1^NGH'),
      'BOUND-GROUP',
      'AR refused facility-refused E 207 PV1^1^3',
    ],
    [
      'a status of a bed of another',
      `${message.split('\r')[0]!.replace('A01', 'A20').replace('|NGH|WARD', '|EAST|WARD')}\rEVN|A20|20260301100000+0000\rNPU|4A^^1|U`,
      'BOUND',
      'AR refused facility-refused E 207 MSH^1^4',
    ],
  ])('of a sender that is bound to its facilities: %s', (_, text, by, expected) => {
    expect(bound(text, by)).toBe(expected);
  });

  const local = (text: string): Verdict => interpret(text.replace('|ADT1|NGH|', '|LOCAL||'));
  const a20 = (place: string, code: string): string =>
    `MSH|^~\\&|ADT1|NGH|W|NGH|20260301100000||ADT^A20|C1|P|2.5.1\rEVN|A20|20260301100000\rNPU|${place}|${code}`;

  it.each([
    ['a place by its rule', message.replace('4A^^1', 'CCU^^1'), 'AA processed '],
    ['no place by its rule', message.replace('4A^^1', 'OUT^^1'), 'AA processed '],
    ['a place without a rule', message.replace('4A^^1', 'ITU^^1'), 'AA unplaced place-unknown W 204 PV1^1^3'],
    ['a trigger that is ignored', message.replaceAll('A01', 'A54'), 'AA not-acted-on trigger-ignored'],
    ['a trigger that is refused', message.replaceAll('A01', 'A40'), 'AR refused trigger-refused E 201 MSH^1^9'],
    ['a local bed status', a20('CCU^^1', 'DIRTY'), 'AA processed '],
    ['a bed status of nobody', a20('CCU^^1', 'GONE'), 'AA unplaced code-unknown W 103 NPU^1^2'],
    ['another type', message.replace('ADT^A01', 'ORU^A40'), 'AR refused unsupported-type E 200 MSH^1^9'],
  ])("by its sender's profile: %s", (_, text, expected) => {
    const verdict = local(text);
    expect(told(verdict).trim()).toBe(expected.trim());
    expect(verdict.profile).toBe('p1');
  });

  it('a processing id that the profile does not take is refused; all are taken where none says so', () => {
    const of = (id: string): string => message.replace('|C1|P|', `|C1|${id}|`);
    expect(['P', '', 'P^T', 'T', 'D'].map((id) => told(local(of(id))).trim())).toEqual([
      ...['AA processed', 'AA processed', 'AA processed', 'AA processed'],
      'AR refused processing-id-refused E 202 MSH^1^11',
    ]);
    expect(told(interpret(of('D'))).trim()).toBe('AA processed');
  });

  it('merges nothing into itself, and says so', () => {
    const merge = message.replaceAll('A01', 'A40').replace(/PV1.*/, 'MRG|P-V1^^^NGH^MR');
    const itself = merge.replace(/PID\|1\|\|[^|]*/, 'PID|1||P-V1^^^NGH^MR');
    const verdict = interpret(itself);
    expect(told(verdict)).toBe('AA processed W 205 MRG^1^1');
    expect(verdict.facts.map((f) => f.kind)).toEqual(['person']);
  });

  describe('on an A20', () => {
    const npus = (...lines: string[]): string =>
      [...a20('', '').split('\r').slice(0, 2), ...lines.map((line) => `NPU|${line}`)].join('\r');
    const bedsOf = ({ bedStatuses }: Verdict): string[] =>
      bedStatuses.map(({ place, code, occurrence }) => `${occurrence ?? 1} ${place.unit} ${place.bed} ${code}`);

    it.each([
      ['all sound', ['4A^^1|H', '4A^^2|C'], 'AA processed', ['1 4A 1 H', '2 4A 2 C']],
      [
        'one without a status',
        ['4A^^1|H', '4A^^2|', '4A^^3|U'],
        'AE quarantined invalid E 101 NPU^2^2',
        ['1 4A 1 H', '3 4A 3 U'],
      ],
      ['one of a unit only', ['4A|H', '4A^^2|C'], 'AE quarantined invalid E 101 NPU^1^1', ['2 4A 2 C']],
      ['of a unit only', ['4A|H'], 'AE quarantined invalid E 101 NPU^1^1', []],
      [
        'one of a bed nobody knows',
        ['4A^^9|H', '4A^^2|C'],
        'AA unplaced place-unknown W 204 NPU^1^1',
        ['1 4A 9 H', '2 4A 2 C'],
      ],
      ['one of a code nobody knows', ['4A^^1|H', '4A^^2|GONE'], 'AA unplaced code-unknown W 103 NPU^2^2', ['1 4A 1 H']],
      ['all wrong', ['|H', '4A^^2|""'], 'AE quarantined invalid E 101 NPU^1^1 E 101 NPU^2^2', []],
    ])('%s', (_, lines, expected, beds) => {
      const verdict = interpret(npus(...lines));
      expect([told(verdict).trim(), bedsOf(verdict)]).toEqual([expected, beds]);
    });

    it('of a unit is one of all its beds where the profile says so', () => {
      const verdict = interpret(npus('4A|H').replace('|ADT1|', '|EVS|'));
      const all = directory.facility.beds.filter((bed) => bed.unit === '4A');
      expect(all.length).toBeGreaterThan(1);
      expect([told(verdict).trim(), bedsOf(verdict)]).toEqual(['AA processed', all.map((bed) => `1 4A ${bed.bed} H`)]);
    });
  });

  it('says what nobody knows, as it was sent', () => {
    const unknownOf = ({ unknown }: Verdict): string[] => unknown.map((u) => `${u.kind} ${u.code} ${u.where}`);
    expect(unknownOf(local(message.replace('4A^^1', 'CCU^^9')))).toEqual(['place CCU^^9 PV1-3']);
    expect(unknownOf(local(message.replace('PV1|1|I|4A^^1|||', 'PV1|1|DAY|4A^^1|||X^^2')))).toEqual([
      ...['place X^^2 PV1-6', 'class DAY PV1-2'],
    ]);
    expect(unknownOf(local(message.replace('|I|', '|INP|')))).toEqual([]);
    expect(unknownOf(local(a20('ITU^^1', 'GONE')))).toEqual(['bed-status GONE NPU-2']);
    expect(unknownOf(local(message.replaceAll('A01', 'A92')))).toEqual(['trigger A92 MSH-9']);
  });

  it("is on the text in the character set of its sender's profile", () => {
    const bytes = Buffer.from(message.replace('|ADT1|NGH|', '|LOCAL||').replace('Ward^', '\u008akod^'), 'latin1');
    expect(interpretHl7Message(bytes, known, receivedAt).facts[0]?.patient.family).toBe('Škod');
  });

  it('on one that is too large is AR, by name', () => {
    const verdict = interpretOversize(Buffer.from(message), 5_000_000, 1_000_000, known);
    expect([told(verdict), verdict.controlId]).toEqual(['AR refused too-large E 207 MSH^1', 'C1']);
  });

  it('waits for the visit where only the patient is named', () => {
    const verdict = interpret(message.replace(/(PV1.*\|)V1/, '$1'));
    expect(needsVisit(verdict)).toBe(true);
    expect(told(awaitingVisit(verdict))).toBe('AA unplaced visit-awaited W 101 PV1^1^19');
    expect(told(withoutVisit(verdict))).toBe('AE quarantined visit-missing E 101 PV1^1^19');
    const update = interpret(message.replaceAll('A01', 'A08').replace(/(PV1.*\|)V1/, '$1'));
    expect(told(awaitingVisit(update)).trim()).toBe('AA not-acted-on no-rule');
    expect(told(withoutVisit(update)).trim()).toBe('AA not-acted-on no-rule');
  });

  it('is given for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, headed) => {
        const input = headed ? Buffer.concat([Buffer.from('MSH|^~\\&|'), bytes]) : Buffer.from(bytes);
        expect(['AA', 'AE', 'AR']).toContain(interpretHl7Message(input, known, receivedAt).answer);
      }),
    );
  });
});

describe('the identity of a message', () => {
  const idOf = (text: string): string => identify(Buffer.from(text), interpret(text)).id;

  it('is its sender, its control id and its bytes, however the last segment ends', () => {
    expect(idOf(`${message}\r\n`)).toBe(idOf(message));
    for (const other of [
      message.replace('C1', 'C2'),
      message.replace('4A^^1', '4A^^2'),
      message.replace('ADT1', 'ADT2'),
    ]) {
      expect(idOf(other)).not.toBe(idOf(message));
    }
  });
});

describe('a message of a group of houses', () => {
  const moved = (sender: string, place: string, prior: string): Verdict => {
    const text = message.replaceAll('A01', 'A02').replace('|ADT1|', `|${sender}|`);
    return interpret(text.replace(/(PV1\|1\|I\|)[^|]*\|\|\|[^|]*/, `$1${place}|||${prior}`).replaceAll('+0000', ''));
  };

  it.each([
    ['is of the house that PV1-3.4 names, by profile', 'GROUP', '4A^^2^EAST', '4A^^1', 'EAST', 'NGH'],
    ['and says in PV1-6.4 itself which house was left', 'GROUP', '4A^^2^EAST', '4A^^1^NORTHGATE', 'EAST', 'NORTHGATE'],
    ['is of the house of MSH-4 without that', 'ADT1', '4A^^2^EAST', '4A^^1', 'NGH', null],
    ['and where PV1-3.4 names none that is known', 'GROUP', '4A^^2^TOWER', '4A^^1', 'NGH', null],
    ['or itself', 'GROUP', '4A^^2^NORTHGATE', '4A^^1', 'NGH', null],
  ])('%s', (_, sender, place, prior, facility, left) => {
    const verdict = moved(sender, place, prior);
    expect([verdict.facility, verdict.facts[0]!.priorLocation!.facility]).toEqual([facility, left]);
    // Times are those of whoever sends.
    expect(verdict.facts[0]!.at).toBe('2026-03-01T10:00:00.000Z');
  });
});
