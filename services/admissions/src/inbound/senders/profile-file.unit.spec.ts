import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { profileYaml } from './profile-yaml.js';
import { readSenderFiles, senderKeys } from './profile-file.js';
import { SenderFilesError } from './sender-files.js';

const whole = `
senders:
  - match: { applications: [ADT1, ADT1_TEST], sendingFacilities: NGH }
    name: Admissions
    facility: NGH
    timeZone: Europe/London
    characterSet: { is: 8859/1, always: true }
    triggers: { take: [A01, A02], ignore: A54, refuse: [A40] }
    identifiers:
      patient: { types: [MR, PI], authorities: [NGH] }
      visit: [PV1-50, PV1-19]
      authorities: { NORTHGATE: NGH, urn:oid:1.2.3: NGH }
      withoutAuthority: NGH
    places:
      components: { unit: 1, room: none, bed: 2 }
      routes: true
      map:
        CCU: ICU
        '{u}^^B{b:digits}': '{u}^^{b:2}'
        HOME: ''
    bedStatus: { d: K, CLEAN: U }
    classes: { inp: I, inNoBed: [O, day] }
    bedStatusOfWholePlaces: true
    updates: { move: true, changeClass: false, times: true }
    times: { aheadMinutes: 30, admission: PV1-44 }
    acknowledgement: enhanced
    processingIds: [T, P]
    facilities: [NGH, EAST]
    connection: { idleSeconds: 0, addresses: [127.0.0.1, '::1', 10.20.0.0/16], certificates: ['CN=adt.example, O=Northgate'] }
`;

function faultsOf(...texts: string[]): string[] {
  try {
    readSenderFiles(texts.map((text, i) => ({ name: `${'ab'[i]}.yaml`, text })));
  } catch (error) {
    if (error instanceof SenderFilesError)
      return error.faults.map((f) => `${f.file}:${f.line}:${f.column} ${f.message}`);
    throw error;
  }
  return [];
}

const one = (more: string): string => `senders:\n  - match: { applications: A }\n    ${more}\n`;

describe('the published schema', () => {
  const folder = new URL('../../../../../deploy/senders/', import.meta.url);
  const schema = JSON.parse(readFileSync(new URL('senders.schema.json', folder), 'utf8')) as JsonSchema;
  const takes = new Ajv({ allowUnionTypes: true }).compile(schema);

  it('takes what the reader takes, the demonstration among it', () => {
    const demo = readFileSync(new URL('northgate.yaml', folder), 'utf8');
    for (const text of [whole, demo, one('name: X')]) {
      expect(faultsOf(text)).toEqual([]);
      expect([takes(parse(text)), takes.errors]).toEqual([true, null]);
    }
  });

  it('refuses what the reader refuses by its form alone', () => {
    for (const more of [
      'plcaes: {}',
      'triggers: { ignore: [A1] }',
      'bedStatus: { D: dirty }',
      'updates: { move: perhaps }',
      'classes: { inNoBed: {} }',
      'facilities: []',
      'connection: { idleSeconds: 604801 }',
      'connection: { port: 1 }',
    ])
      expect([more, takes(parse(one(more)))]).toEqual([more, false]);
  });

  it('has every key that the reader knows, and no other', () => {
    const sender = schema.definitions!['sender']!.properties!;
    const below = { ...sender, ...sender['identifiers']!.properties, ...sender['places']!.properties };
    for (const [name, keys] of Object.entries(senderKeys)) {
      const properties = name === 'sender' ? sender : below[name]!.properties;
      expect([name, Object.keys(properties!).sort()]).toEqual([name, [...keys].sort()]);
    }
  });
});

interface JsonSchema {
  readonly definitions?: Readonly<Record<string, JsonSchema>>;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

describe('a file of sender profiles', () => {
  it('says all there is to say of a sender', () => {
    const [read] = readSenderFiles([{ name: 'a.yaml', text: whole }]);
    expect(read!.profile).toEqual({
      match: { applications: ['ADT1', 'ADT1_TEST'], sendingFacilities: ['NGH'] },
      ...{ name: 'Admissions', facility: 'NGH', timeZone: 'Europe/London' },
      characterSet: { encoding: 'iso-8859-1', always: true },
      triggers: { take: ['A01', 'A02'], ignore: ['A54'], refuse: ['A40'] },
      identifiers: {
        patient: { types: ['MR', 'PI'], authorities: ['NGH'] },
        visit: ['PV1-50', 'PV1-19'],
        authorities: { NORTHGATE: 'NGH', 'urn:oid:1.2.3': 'NGH' },
        withoutAuthority: 'NGH',
      },
      places: {
        components: { unit: 1, room: null, bed: 2, facility: 4 },
        map: [
          { from: 'CCU', to: 'ICU' },
          { from: '{u}^^B{b:digits}', to: '{u}^^{b:2}' },
          { from: 'HOME', to: '' },
        ],
        routes: true,
      },
      bedStatus: { D: 'K', CLEAN: 'U' },
      classes: { INP: 'I' },
      inNoBed: ['DAY', 'O'],
      updates: { place: true, class: false, times: true },
      times: { aheadMinutes: 30, admission: 'PV1-44' },
      ...{ bedStatusOfWholePlaces: true, acknowledgement: 'enhanced', processingIds: ['P', 'T'] },
      facilities: ['NGH', 'EAST'],
      connection: {
        idleSeconds: 0,
        addresses: ['127.0.0.1', '::1', '10.20.0.0/16'],
        certificates: ['CN=adt.example, O=Northgate'],
      },
    });
    expect(readSenderFiles([{ name: 'b.yaml', text: `senders:\n${profileYaml(read!.profile)}` }])[0]!.profile).toEqual(
      read!.profile,
    );
    expect(read!.rules.get('CCU')).toEqual({ file: 'a.yaml', line: 18, column: 9 });
  });

  it('needs no more than whom it is for', () => {
    const [read] = readSenderFiles([{ name: 'a.yaml', text: 'senders:\n  - match: { applications: ADT1 }\n' }]);
    expect(read!.profile).toMatchObject({
      ...{ name: null, facility: null, timeZone: null, characterSet: null },
      triggers: { take: null, ignore: [], refuse: [] },
      identifiers: { patient: null, visit: null, authorities: {}, withoutAuthority: '' },
      places: { components: null, map: [] },
      updates: { place: false, class: false },
    });
  });

  it.each([
    ['no YAML', 'senders: [', /^a.yaml:1:\d+ /],
    ['nothing', '', /a.yaml:1:1 the file must be a mapping/],
    ['no senders', 'senders: []', /a.yaml:1:10 the file: 'senders' must have at least one entry/],
    ['an unknown key', one('plcaes: {}'), /a.yaml:3:5 a sender has no 'plcaes'; it may have match, /],
    ['nobody', 'senders:\n  - name: X', /a.yaml:2:5 a sender needs 'match'/],
    ['nobody named', 'senders:\n  - match: {}', /a.yaml:2:12 match: 'applications' must name who sends/],
    ['no zone', one('timeZone: London'), /a.yaml:3:15 'London' is no time zone/],
    ['no character set', one('characterSet: { is: latin-ish }'), /a.yaml:3:25 'latin-ish' is no character set/],
    ['no trigger', one('triggers: { ignore: [A1] }'), /a.yaml:3:26 .*must be a trigger such as A08/],
    ['a trigger twice', one('triggers: { take: [A01], refuse: [A01] }'), /A01 is in 'take' and in 'refuse'/],
    ['a chain of names', one('identifiers: { authorities: { A: B, B: C } }'), /a.yaml:3:38 .*'B' is itself called 'C'/],
    ['no field', one('identifiers: { visit: PV1-3 }'), /visit is 'PV1-3'; it may be PV1-19, PV1-50, PID-18/],
    ['a component twice', one('places: { components: { bed: 2 } }'), /room and bed are both read from 2/],
    ['a rule that is none', one("places: { map: { '{u': X } }"), /a.yaml:3:22 places: '\{u' has a brace/],
    ['a rule twice', one('places: { map: { A: X, A: Y } }'), /a.yaml:3:28 Map keys must be unique/],
    ['no bed status', one('bedStatus: { D: dirty }'), /a.yaml:3:21 .*'D' is 'dirty'; it may be C, H, I, K, O, U/],
    ['a class twice', one('classes: { inp: I, INP: O }'), /classes: 'INP' is there twice/],
    ['no mode', one('acknowledgement: fast'), /a.yaml:3:22 .*must be original or enhanced/],
    ['no processing id', one('processingIds: [P, X]'), /a.yaml:3:24 .*must be D, P or T/],
    ['no processing id at all', one('processingIds: []'), /a.yaml:3:20 'processingIds' names none/],
    ['beds neither meant nor not', one('bedStatusOfWholePlaces: all'), /a.yaml:3:29 .*it may be true, false/],
    [
      'a local class in no bed that is another here',
      one('classes: { DAY: O, inNoBed: DAY }'),
      /a.yaml:3:33 .*'O' here/,
    ],
    ['a list of classes that is none', one('classes: { inNoBed: {} }'), /a.yaml:3:25 .*'inNoBed' must be a list/],
    ['an admission by another field', one('times: { admission: EVN-6 }'), /a.yaml:3:25 .*must be PV1-44/],
    ['no facility at all', one('facilities: []'), /a.yaml:3:17 'facilities' names none/],
    [
      'a facility that is none of its own',
      one('facility: NGH\n    facilities: EAST'),
      /a.yaml:3:15 'facility' is 'NGH', which is none/,
    ],
    [
      'no address',
      one('connection: { addresses: adt.example }'),
      /a.yaml:3:30 .*'adt.example' in 'addresses' must be an/,
    ],
    [
      'a network beyond its bits',
      one('connection: { addresses: [127.0.0.0/33] }'),
      /'127.0.0.0\/33' in 'addresses' must/,
    ],
    ['no address at all', one('connection: { addresses: [] }'), /a.yaml:3:30 connection: 'addresses' names none/],
    ['no certificate', one('connection: { certificates: [abc] }'), /'abc' in 'certificates' must be a SHA-256/],
    ['half a fingerprint', one('connection: { certificates: "AB:CD" }'), /'AB:CD' in 'certificates' must be/],
    ['no time', one('connection: { idleSeconds: 1h }'), /a.yaml:3:32 .*must be a whole number of seconds/],
    ['more than a week', one('connection: { idleSeconds: 604801 }'), /'idleSeconds' may be 604800 at most/],
    ['a port of its own', one('connection: { port: 2575 }'), /connection has no 'port'; it may have idleSeconds, add/],
    ['neither true nor false', one('updates: { move: yes }'), /'move' is 'yes'; it may be true, false/],
  ])('with %s is refused at its line', (_, text, expected) => {
    expect(faultsOf(text).join('\n')).toMatch(expected);
  });

  it('is refused with every fault of every file at once', () => {
    const faults = faultsOf(one('timeZone: Nowhere\n    bedStatus: { D: X }'), one('name: again'));
    expect(faults).toHaveLength(3);
    expect(faults[2]).toBe("b.yaml:2:12 'A' has a profile already (a.yaml:2)");
  });

  it('may hold one application for each of several facilities', () => {
    const of = (facility: string): string => `  - match: { applications: ADT, sendingFacilities: ${facility} }\n`;
    expect(faultsOf(`senders:\n${of('A')}${of('B')}  - match: { applications: ADT }\n`)).toEqual([]);
    expect(faultsOf(`senders:\n${of('A')}${of('[B, A]')}`)[0]).toContain(
      "'ADT' of 'A' has a profile already (a.yaml:2)",
    );
  });

  it('is read or refused whatever is in it', () => {
    const scrambled = fc
      .tuple(fc.nat(whole.length), fc.nat(20), fc.constantFrom('', ':', '{', '[', '\t', "'", '- ', '*', '&a', '|'))
      .map(([at, length, put]) => whole.slice(0, at) + put + whole.slice(at + length));
    fc.assert(
      fc.property(fc.oneof(fc.string(), scrambled), (text) => {
        const faults = faultsOf(text);
        for (const fault of faults) expect(fault).toMatch(/^a\.yaml:[1-9]\d*:[1-9]\d* \S/);
      }),
      { numRuns: 500 },
    );
  });
});
