import { describe, expect, it } from '@jest/globals';
import { parseMessage, toFacts } from '@wardstream/hl7v2';
import fc from 'fast-check';
import { readSenderFiles } from '../../inbound/senders/profile-file.js';
import { fact, sent } from '@wardstream/encounter-model/testing';
import { Sender, SenderRegistry } from './sender-profile.js';

function senders(yaml: string): Sender[] {
  return readSenderFiles([{ name: 'a.yaml', text: `senders:\n${yaml}` }]).map(
    ({ profile }, i) => new Sender(`p${i}`, profile),
  );
}
const sender = (more: string): Sender =>
  senders(`  - match: { applications: ADT1 }\n    ${more.replaceAll('\n', '\n    ')}`)[0]!;

describe('which profile a sender has', () => {
  const of = (applications: string, facilities = ''): string =>
    `  - match: { applications: '${applications}'${facilities && `, sendingFacilities: ${facilities}`} }\n`;
  const registry = new SenderRegistry(senders([of('ADT', 'A'), of('ADT'), of('*', 'B'), of('*')].join('')));

  it.each([
    ['ADT', 'A', 'p0'],
    ['ADT', 'B', 'p1'],
    ['EVS', 'B', 'p2'],
    ['EVS', 'C', 'p3'],
    ['', '', 'p3'],
  ])('%s of %s: %s', (application, facility, expected) => {
    expect(registry.find(application, facility)?.id).toBe(expected);
  });
});

describe('a fact in the terms of the house', () => {
  const whole = sender(
    [
      'identifiers: { authorities: { NORTHGATE: NGH, LOCAL: "" }, withoutAuthority: NGH }',
      "places: { map: { CCU: ICU, HOME: '' } }",
      'classes: { INP: I }',
      'updates: { move: true, changeClass: true }',
    ].join('\n'),
  );

  it.each<[string, string, string[], string[]]>([
    ['nothing', 'name: X', [], []],
    ['move alone', 'updates: { move: true }', ['place'], []],
    ['times', 'updates: { move: true, times: true }', ['place', 'admission', 'discharge'], ['admission', 'discharge']],
    ['admissions by PV1-44', 'times: { admission: PV1-44 }', ['admission'], ['admission']],
    ['unless denied', 'times: { admission: PV1-44 }\nupdates: { times: false }', [], []],
  ])('corrects the times that it says by its profile: %s', (_, yaml, ofUpdate, ofAdmission) => {
    const changes = (kind: 'update' | 'admit' | 'transfer', more: object): string[] =>
      sender(yaml).translate(fact(kind, { at: '10:00', ...more }).fact).changes ?? [];
    expect(changes('update', { began: '08:00' })).toEqual(ofUpdate);
    expect(changes('admit', { began: '08:00' })).toEqual(ofAdmission);
    expect([changes('admit', {}), changes('transfer', {})]).toEqual([[], []]);
  });

  it('has every place by its rules', () => {
    const stated = fact('transfer', { at: '10:00', in: 'CCU-1', from: 'CCU-2', to: 'CCU-3' }).fact;
    expect(whole.translate({ ...stated, temporaryLocation: sent('HOME') })).toMatchObject({
      location: { unit: 'ICU', bed: '1' },
      priorLocation: { unit: 'ICU', bed: '2' },
      pendingLocation: { unit: 'ICU', bed: '3' },
      temporaryLocation: null,
    });
  });

  it.each([
    ['NORTHGATE', 'NGH'],
    ['NGH', 'NGH'],
    ['OTHER', 'OTHER'],
    ['LOCAL', null],
    [null, 'NGH'],
  ])('calls the authority %s %s', (domain, expected) => {
    const stated = { ...fact('merge-visit', { at: '10:00' }).fact, visit: { number: 'V1', domain } };
    const translated = whole.translate({
      ...stated,
      retires: { number: 'V2', domain },
      patient: { ...stated.patient, domain },
    });
    expect([translated.visit?.domain, translated.retires?.domain, translated.patient.domain]).toEqual([
      expected,
      expected,
      expected,
    ]);
  });

  it('has a class of the table, and an update what it may change', () => {
    expect(whole.translate(fact('admit', { at: '10:00', class: 'INP' }).fact)).toMatchObject({ class: 'I' });
    expect(whole.translate(fact('update', { at: '10:00' }).fact).changes).toEqual(['place', 'class']);
    expect(whole.translate(fact('admit', { at: '10:00' }).fact).changes).toBeUndefined();
    expect(sender('name: X').translate(fact('update', { at: '10:00' }).fact).changes).toBeUndefined();
  });

  it('is what it is where nothing is said of it, and stays what it was made', () => {
    const place = fc.constantFrom('CCU-1', 'HOME', '4A-1', 'X^Y^Z', null);
    const kind = fc.constantFrom('admit' as const, 'update' as const, 'merge-visit' as const, 'person' as const);
    const facts = fc.tuple(
      kind,
      place,
      place,
      fc.constantFrom('INP', 'I', 'O', null),
      fc.constantFrom('V2', undefined),
    );
    fc.assert(
      fc.property(facts, ([what, at, from, code, retires]) => {
        const said = { at: '10:00', in: at, from: from ?? undefined, class: code, retires } as Parameters<
          typeof fact
        >[1];
        const stated = fact(what, said).fact;
        expect(sender('name: X').translate(stated)).toEqual(stated);
        const once = whole.translate(stated);
        expect(whole.translate(once)).toEqual(once);
      }),
    );
  });
});

describe('how a message of a sender is mapped', () => {
  const pid = 'PID|1||P0^^^SSA^SS~P1^^^NORTHGATE^MR~P2^^^NGH^PI||Ward^Ada';
  const map = (of: Sender, ...segments: string[]): ReturnType<typeof toFacts> => {
    const head = 'MSH|^~\\&|ADT1|NGH|W|NGH|20260701100000||ADT^A01|M1|P|2.5.1\rEVN|A01|20260701100000';
    const parsed = parseMessage(Buffer.from([head, ...segments].join('\r')));
    if (!parsed.ok) throw new Error(parsed.fault.text);
    return toFacts(parsed.message, of.mapping('UTC'));
  };
  const first = (of: Sender, ...segments: string[]): unknown => {
    const mapping = map(of, ...segments);
    return mapping.kind === 'facts' ? mapping.facts[0] : mapping;
  };
  const pv1 = `PV1|1|I|4A^12^3|||||||||||||||A|V1${'|'.repeat(31)}W1`;

  it('takes the identifier that the profile prefers', () => {
    const by = (more: string): unknown =>
      (first(sender(more), pid, pv1) as { patient: { id: string | null } }).patient.id;
    expect(by('name: X')).toBe('P1');
    expect(by('identifiers: { patient: { types: [PI, MR] } }')).toBe('P2');
    expect(by('identifiers: { patient: { authorities: [NGH] } }')).toBe('P2');
    expect(by('identifiers: { patient: { types: [MR], authorities: [NGH] }, authorities: { NORTHGATE: NGH } }')).toBe(
      'P1',
    );
    expect(by('identifiers: { patient: { types: [XX] } }')).toBeNull();
  });

  it('takes the visit number that the profile prefers', () => {
    const by = (more: string): unknown => (first(sender(more), pid, pv1) as { visit: unknown }).visit;
    expect(by('name: X')).toMatchObject({ number: 'V1' });
    expect(by('identifiers: { visit: [PID-18, PV1-50] }')).toMatchObject({ number: 'W1' });
  });

  it('reads places from the components that the profile names', () => {
    const of = sender('places: { components: { unit: 2, room: none, bed: 3, facility: none } }');
    expect(first(of, pid, pv1)).toMatchObject({ location: { unit: '12', room: null, bed: '3', facility: null } });
  });

  it("reads times without offset in the profile's zone", () => {
    expect(first(sender('timeZone: Europe/Paris'), pid, pv1)).toMatchObject({ at: '2026-07-01T08:00:00.000Z' });
    expect(first(sender('name: X'), pid, pv1)).toMatchObject({ at: '2026-07-01T10:00:00.000Z' });
  });

  it('reads local bed states, and says which one it does not know', () => {
    const of = sender('bedStatus: { DIRTY: K }');
    const a20 = (code: string): ReturnType<typeof toFacts> => {
      const text = `MSH|^~\\&|ADT1|NGH|W|NGH|20260701100000||ADT^A20|M1|P|2.5.1\rEVN|A20|20260701100000\rNPU|4A^^1|${code}`;
      const parsed = parseMessage(Buffer.from(text));
      if (!parsed.ok) throw new Error(parsed.fault.text);
      return toFacts(parsed.message, of.mapping('UTC'));
    };
    expect(a20('dirty')).toMatchObject({ kind: 'bedStatus', reports: [{ code: 'K' }] });
    expect(a20('U')).toMatchObject({ kind: 'bedStatus', reports: [{ code: 'U' }] });
    expect(a20('gone')).toMatchObject({ kind: 'bedStatus', reports: [], unknownCodes: [{ code: 'GONE' }] });
    expect(a20('')).toMatchObject({ kind: 'errors' });
  });

  it('trusts the triggers that the profile trusts', () => {
    const trusts = (more: string): string[] => ['A01', 'A08', 'A40'].map((t) => sender(more).trust(t));
    expect(trusts('name: X')).toEqual(['take', 'take', 'take']);
    expect(trusts('triggers: { ignore: [A08], refuse: [A40] }')).toEqual(['take', 'ignore', 'refuse']);
    expect(trusts('triggers: { take: [A01], refuse: [A40] }')).toEqual(['take', 'ignore', 'refuse']);
  });
});
