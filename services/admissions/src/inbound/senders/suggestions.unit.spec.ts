import { describe, expect, it } from '@jest/globals';
import { readSenderFiles } from './profile-file.js';
import { profileYaml } from './profile-yaml.js';
import fc from 'fast-check';
import { FacilityDirectory } from '@wardstream/encounter-model';
import { directory, sent, smallHouse } from '@wardstream/encounter-model/testing';
import { PlaceMap } from '../../directory/names/place-rules.js';
import type { SenderProfile } from '../../directory/names/sender-profile.js';
import { likelyBedStatus, likelyClass, nearestUnit, normal, suggestRules } from './suggestions.js';

const named = new FacilityDirectory({
  ...smallHouse,
  units: smallHouse.units.map((u) => ({ ...u, name: u.id === 'ED' ? 'Emergency' : `Ward ${u.id}` })),
  beds: smallHouse.beds.map((b) => ({ ...b, id: `${b.unit}-0${b.bed}`, bed: `0${b.bed}` })),
});
/** 'from > to' of each rule, with ? for what is not sure. */
const suggested = (...places: string[]): string[] =>
  suggestRules(
    places.map((text) => ({ place: sent(text)!, count: 1 })),
    named,
  ).map((r) => `${r.from} > ${r.to}${r.sure ? '' : ' ?'}`);

describe('a suggested rule', () => {
  it.each<[string, string[], string[]]>([
    ['renames a unit that is only written otherwise', ['4-a^^01', '4-a^^02'], ['4-a > 4A']],
    ['knows a unit by its name', ['EMERGENCY^^01'], ['EMERGENCY > ED']],
    ['knows it with an idle word', ['WARD 4B^R1^02'], ['WARD 4B > 4B']],
    ['is a guess for a name that is only near', ['EMERG^^01'], ['EMERG > ED ?']],
    ['is none where nothing is near', ['XYZQ^^01'], []],
    ['writes numbers as the house does', ['4A^^1', '4A^^3'], ['4A^*^{b:digits} > 4A^^{b:2}']],
    ['does so in a renamed unit', ['4-A^^1', '4-A^^3'], ['4-A^*^{b:digits} > 4A^^{b:2}']],
    ['leaves a room out that is called otherwise', ['4A^100^01', '4A^100^02'], ['4A^*^* > 4A^^*']],
    ['leaves a word out', ['4A^^BED1', '4A^^BED2'], ['4A^*^BED{b:digits} > 4A^^{b:2}']],
    [
      'names single beds where they have nothing in common',
      ['4A^^1', '4A^^B2'],
      ['4A^^1 > 4A^^01', '4A^^B2 > 4A^^? ?'],
    ],
    ['is a guess for a bed of nobody', ['4A^^99'], ['4A^^99 > 4A^^? ?']],
  ])('%s', (_, places, expected) => {
    expect(suggested(...places)).toEqual(expected);
  });

  it('that is sure makes known what it was suggested for', () => {
    const unit = fc.constantFrom('4A', '4-A', 'ward 4b', 'EMERGENCY', 'Emerg', 'ICU');
    const bed = fc.constantFrom('1', '01', 'B1', 'BED 2', '04', '9', 'X');
    const place = fc.tuple(unit, fc.constantFrom('', 'R1', '7'), bed).map((parts) => parts.join('^'));
    fc.assert(
      fc.property(fc.uniqueArray(place, { maxLength: 8 }), (places) => {
        const unknown = places.map((p) => sent(p)!).filter((p) => named.unknownPart(p) !== null);
        const rules = suggestRules(
          unknown.map((p) => ({ place: p, count: 1 })),
          named,
        ).filter((r) => r.sure && r.from.split('^').length === 3);
        const map = new PlaceMap(rules);
        for (const p of unknown) {
          const mapped = map.map(p)!;
          if (mapped !== p) expect(named.unknownPart(mapped)).toBeNull();
        }
      }),
    );
  });

  it('compares codes but for their writing', () => {
    expect(['4-A', '4 a', '04A', 'Bed 01', '100', '4.É'].map(normal)).toEqual(['4A', '4A', '4A', 'BED1', '100', '4E']);
    expect(nearestUnit('4a', directory.facility)).toEqual({ code: '4a', to: '4A', sure: true });
  });

  it('knows the words that hospitals use', () => {
    const status = ['DIRTY', 'CLEAN', 'OCCUPIED', 'UNOCCUPIED', 'CLEANING', 'BLOCKED', 'ISOLATED', 'XX'];
    expect(status.map(likelyBedStatus)).toEqual(['K', 'U', 'O', 'U', 'H', 'C', 'I', null]);
    expect(['INP', 'ER', 'AMB', 'PRE', 'ZZ'].map(likelyClass)).toEqual(['I', 'E', 'O', 'P', null]);
  });
});

describe('a profile as YAML', () => {
  const word = fc.constantFrom(
    'A',
    'NGH',
    'two words',
    "it's",
    'x: y',
    '#',
    'urn:oid:1.2',
    '-',
    '{a}',
    'ä',
    '&x',
    '"q"',
  );
  const words = fc.uniqueArray(word, { maxLength: 3 });
  const codes = (of: string): fc.Arbitrary<Record<string, string>> =>
    fc.dictionary(fc.constantFrom('D', 'IN USE', "O'K"), fc.constantFrom(...of.split('')), {
      maxKeys: 3,
      noNullPrototype: true,
    });
  const option = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(of);
  const rule = fc.constantFrom(
    { from: 'CCU', to: 'ICU' },
    { from: '{u}^{r}^B{b:digits}', to: '{u}^{r}^{b:2}' },
    { from: "*^it's^*", to: '' },
    { from: 'A: B', to: '^^1' },
  );
  const profile = fc.record(
    {
      match: fc.record({
        applications: fc.uniqueArray(word, { minLength: 1, maxLength: 2 }),
        sendingFacilities: words,
      }),
      name: option(word),
      facility: option(word),
      timeZone: option(fc.constant('Europe/London')),
      characterSet: option(fc.record({ encoding: fc.constantFrom('utf8', 'windows-1252'), always: fc.boolean() })),
      triggers: fc.constantFrom(
        { take: null, ignore: [], refuse: [] },
        { take: ['A01'], ignore: ['A02'], refuse: ['A03', 'A04'] },
      ),
      identifiers: fc.record({
        patient: option(fc.record({ types: words, authorities: words })),
        visit: option(fc.constantFrom(['PV1-50'], ['PID-18', 'PV1-19'])),
        authorities: fc.dictionary(word, fc.constantFrom('', 'HOSPITAL'), { maxKeys: 3, noNullPrototype: true }),
        withoutAuthority: fc.constantFrom('', 'NGH'),
      }),
      places: fc.record(
        {
          components: option(fc.constant({ unit: 1, room: null, bed: 2, facility: 4 })),
          map: fc.uniqueArray(rule, { maxLength: 4 }),
          routes: fc.constant(true as const),
        },
        { requiredKeys: ['components', 'map'] },
      ),
      bedStatus: codes('KU'),
      classes: codes('IO'),
      updates: fc.record(
        { place: fc.boolean(), class: fc.boolean(), times: fc.boolean() },
        { requiredKeys: ['place', 'class'] },
      ),
      times: fc.constantFrom(
        { aheadMinutes: 0 },
        { aheadMinutes: 1440 },
        { admission: 'PV1-44' as const },
        { aheadMinutes: 15, admission: 'PV1-44' as const },
      ),
    },
    {
      requiredKeys: [
        'match',
        'name',
        'facility',
        'timeZone',
        'characterSet',
        'triggers',
        'identifiers',
        'places',
        'bedStatus',
        'classes',
        'updates',
      ],
    },
  ) as fc.Arbitrary<SenderProfile>;

  it('is the same profile when it is read, with whatever guesses beside it', () => {
    const guess = { key: "it's # a {guess}", value: '?', guess: true, why: 'sent 1 time' };
    const guesses = { places: [guess], bedStatus: [guess], classes: [guess], facility: guess, triggers: ['Z01'] };
    fc.assert(
      fc.property(profile, fc.boolean(), (of, withGuesses) => {
        const text = `senders:\n${profileYaml(of, withGuesses ? guesses : {})}`;
        expect(readSenderFiles([{ name: 'a.yaml', text }])[0]!.profile).toEqual(of);
      }),
      { numRuns: 500 },
    );
  });
});
