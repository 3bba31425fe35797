import { describe, expect, it } from '@jest/globals';
import { movementFact } from '@wardstream/events';
import { clock, encounter, lines, mapped, options, type EncounterInput } from '../testing/sent.spec.js';
import { encounterToFacts } from './encounter-to-facts.js';

type Case = readonly [name: string, said: EncounterInput, facts: readonly string[], warnings?: readonly string[]];

const unsaid = (element: string): string => `required Encounter.${element}`;

const cases: Readonly<Record<string, readonly Case[]>> = {
  'the status': [
    [
      'planned, for a bed: A14',
      { status: 'planned', from: '2 09:00', at: [{ in: '4A-1' }] },
      ['pending-admit 20:00? I nowhere ->4A-1 by 2026-03-02T09:00:00.000Z'],
    ],
    [
      'planned, ambulatory: A05',
      { status: 'planned', class: 'AMB', from: '2 09:00' },
      ['preadmit 20:00? O nowhere by 2026-03-02T09:00:00.000Z'],
    ],
    ['planned, pre-admission: A05', { status: 'planned', class: 'PRENC' }, ['preadmit 20:00? P nowhere']],
    [
      'planned, with a place that is said to be taken',
      { status: 'planned', at: [{ in: '4A-1', status: 'active' }] },
      ['pending-admit 20:00? I nowhere ->4A-1'],
      ['business-rule Encounter.location[0].status'],
    ],
    ['arrived', { status: 'arrived', class: 'EMER', from: '10:00' }, ['register 10:00 E nowhere']],
    ['triaged', { status: 'triaged', class: 'EMER', from: '10:00' }, ['register 10:00 E nowhere']],
    ['in progress', { from: '10:00' }, ['admit 10:00 I nowhere']],
    ['in progress, since nobody knows when', {}, ['admit 20:00? I nowhere'], [unsaid('period.start')]],
    [
      'in progress with an end',
      { from: '10:00', to: '12:00' },
      ['admit 10:00 I nowhere'],
      ['invariant Encounter.period.end'],
    ],
    [
      'arrived, by the history alone',
      {
        class: 'EMER',
        statuses: [
          ['planned', '08:00'],
          ['triaged', '10:20'],
          ['arrived', '10:00'],
        ],
      },
      ['register 10:00 E nowhere'],
    ],
    [
      'arrived before the period began, which counts',
      { from: '10:00', statuses: [['arrived', '09:00']] },
      ['admit 10:00 I nowhere'],
    ],
    [
      'on leave, by the history',
      {
        status: 'onleave',
        from: '10:00',
        statuses: [
          ['in-progress', '10:00', '12:00'],
          ['onleave', '12:00'],
        ],
      },
      ['admit 10:00 I nowhere', 'leave 12:00 I nowhere'],
    ],
    [
      'on leave, since the last status ended',
      { status: 'onleave', from: '10:00', statuses: [['in-progress', '10:00', '12:00']] },
      ['admit 10:00 I nowhere', 'leave 12:00 I nowhere'],
    ],
    [
      'on leave, since the bed is held',
      {
        status: 'onleave',
        from: '10:00',
        at: [
          { in: '4A-1', from: '10:00', to: '13:00' },
          { in: '4A-1', status: 'reserved', from: '13:00' },
        ],
      },
      ['admit 10:00 I 4A-1', 'leave 13:00 I 4A-1'],
    ],
    [
      'on leave, since nobody knows when',
      { status: 'onleave', from: '10:00' },
      ['admit 10:00 I nowhere', 'leave 20:00? I nowhere'],
      [unsaid('statusHistory')],
    ],
    [
      'back from leave',
      { from: '10:00', statuses: [['onleave', '12:00', '14:00']] },
      ['admit 10:00 I nowhere', 'leave 12:00 I nowhere', 'return 14:00 I nowhere'],
    ],
    [
      'finished',
      {
        status: 'finished',
        from: '10:00',
        to: '15:00',
        at: [{ in: '4A-1', status: 'completed', from: '10:00', to: '15:00' }],
      },
      ['admit 10:00 I 4A-1', 'discharge 15:00 I 4A-1'],
    ],
    [
      'finished when the last place was left',
      { status: 'finished', from: '10:00', at: [{ in: '4A-1', from: '10:00', to: '15:00' }] },
      ['admit 10:00 I 4A-1', 'discharge 15:00 I 4A-1'],
    ],
    [
      'finished, nobody knows when',
      { status: 'finished', from: '10:00' },
      ['admit 10:00 I nowhere', 'discharge 20:00? I nowhere'],
      [unsaid('period.end')],
    ],
    [
      'finished before it began (rule 10)',
      { status: 'finished', from: '10:00', to: '09:00' },
      ['discharge 09:00 I nowhere', 'admit 10:00 I nowhere'],
      ['invariant Encounter.period'],
    ],
    [
      'finished while on leave',
      { status: 'finished', from: '10:00', to: '15:00', statuses: [['onleave', '12:00']] },
      ['admit 10:00 I nowhere', 'leave 12:00 I nowhere', 'discharge 15:00 I nowhere'],
    ],
    ['cancelled before it began', { status: 'cancelled', from: '2 09:00' }, ['cancel-pending-admit 20:00? I nowhere']],
    ['cancelled, ambulatory', { status: 'cancelled', class: 'AMB' }, ['cancel-preadmit 20:00? O nowhere']],
    [
      'cancelled after it began',
      { status: 'cancelled', from: '10:00', statuses: [['in-progress', '10:00']] },
      ['cancel-admit 20:00? I nowhere'],
    ],
    ['entered in error', { status: 'entered-in-error', from: '10:00' }, ['cancel-admit 20:00? I nowhere']],
    [
      'unknown moves nobody',
      { status: 'unknown', from: '10:00', at: [{ in: '4A-1', from: '10:00' }] },
      ['update 20:00? I 4A-1'],
    ],
  ],
  'the class': [
    ...(
      [
        ['IMP', 'admit', 'I'],
        ['ACUTE', 'admit', 'I'],
        ['NONAC', 'admit', 'I'],
        ['OBSENC', 'admit', 'OBSENC'],
        ['SS', 'admit', 'SS'],
        ['EMER', 'register', 'E'],
        ['AMB', 'register', 'O'],
        ['HH', 'register', 'O'],
        ['VR', 'register', 'O'],
        ['FLD', 'register', 'O'],
        ['PRENC', 'register', 'P'],
      ] as const
    ).map(([code, kind, is]): Case => [
      code,
      { class: code, from: '10:00', at: [{ in: '4A-1' }] },
      [`${kind} 10:00 ${is} 4A-1`],
    ]),
    [
      'of another system stays as it is',
      { from: '10:00', more: { class: { system: 'urn:x', code: 'dayward' } } },
      ['admit 10:00 DAYWARD nowhere'],
    ],
    [
      'of table 0004 is known',
      { from: '10:00', more: { class: { system: 'http://terminology.hl7.org/CodeSystem/v2-0004', code: 'R' } } },
      ['register 10:00 R nowhere'],
    ],
    [
      'unknown',
      {
        from: '10:00',
        more: { class: { system: 'http://terminology.hl7.org/CodeSystem/v3-NullFlavor', code: 'UNK' } },
      },
      ['admit 10:00 - nowhere'],
    ],
    [
      'changes to inpatient: A06',
      {
        from: '10:00',
        classes: [
          ['EMER', '10:00'],
          ['IMP', '12:00'],
        ],
        at: [{ in: 'ED-1', from: '10:00' }],
      },
      ['register 10:00 E ED-1', 'to-inpatient 12:00 I ED-1'],
    ],
    [
      'changes with the place: one movement',
      {
        from: '10:00',
        classes: [
          ['EMER', '10:00'],
          ['IMP', '12:00'],
        ],
        at: [
          { in: 'ED-1', from: '10:00', to: '12:00' },
          { in: '4A-1', from: '12:00' },
        ],
      },
      ['register 10:00 E ED-1', 'to-inpatient 12:00 I 4A-1 <-ED-1'],
    ],
    [
      'changes to outpatient: A07',
      {
        from: '10:00',
        class: 'AMB',
        classes: [
          ['IMP', '10:00'],
          ['AMB', '12:00'],
        ],
      },
      ['admit 10:00 I nowhere', 'to-outpatient 12:00 O nowhere'],
    ],
    [
      'from emergency to observation is to a bed',
      {
        from: '10:00',
        class: 'OBSENC',
        classes: [
          ['EMER', '10:00'],
          ['OBSENC', '12:00'],
        ],
      },
      ['register 10:00 E nowhere', 'to-inpatient 12:00 OBSENC nowhere'],
    ],
    [
      'after the end is none: it would admit the patient again',
      {
        status: 'finished',
        from: '10:00',
        to: '12:00',
        classes: [
          ['EMER', '10:00'],
          ['IMP', '12:30'],
        ],
      },
      ['register 10:00 E nowhere', 'discharge 12:00 E nowhere'],
    ],
    [
      'acute to non-acute is no change',
      {
        from: '10:00',
        class: 'NONAC',
        classes: [
          ['ACUTE', '10:00'],
          ['NONAC', '12:00'],
        ],
      },
      ['admit 10:00 I nowhere'],
    ],
    [
      'now is another than the last of the history',
      { from: '10:00', class: 'IMP', classes: [['EMER', '10:00']] },
      ['register 10:00 E nowhere', 'to-inpatient 20:00? I nowhere'],
      [unsaid('classHistory')],
    ],
    [
      'of each fact is that of its time',
      {
        from: '10:00',
        classes: [
          ['EMER', '10:00'],
          ['IMP', '13:00'],
        ],
        at: [
          { in: 'ED', from: '10:00' },
          { in: 'ED-2', from: '11:00' },
          { in: '4A-1', from: '14:00' },
        ],
      },
      [
        'register 10:00 E ED',
        'transfer 11:00 E ED-2 <-ED',
        'to-inpatient 13:00 I ED-2',
        'transfer 14:00 I 4A-1 <-ED-2',
      ],
    ],
  ],
  'the places': [
    [
      'one after the other',
      {
        from: '10:00',
        at: [
          { in: '4A-1', status: 'completed', from: '10:00', to: '12:00' },
          { in: '4B-1', status: 'active', from: '12:00' },
        ],
      },
      ['admit 10:00 I 4A-1', 'transfer 12:00 I 4B-1 <-4A-1'],
    ],
    [
      'in any order of the list',
      {
        from: '10:00',
        at: [
          { in: '4B-1', from: '12:00' },
          { in: '4A-1', from: '10:00', to: '12:00' },
        ],
      },
      ['admit 10:00 I 4A-1', 'transfer 12:00 I 4B-1 <-4A-1'],
    ],
    ['a place without times is where it began', { from: '10:00', at: [{ in: '4A-1' }] }, ['admit 10:00 I 4A-1']],
    ['ward and bed told apart', { from: '10:00', at: [{ in: '4A' }, { in: '4A-1' }] }, ['admit 10:00 I 4A-1']],
    [
      'ward and bed told apart with times',
      {
        from: '10:00',
        at: [
          { in: '4A', from: '10:00' },
          { in: '4A-1', from: '10:00' },
        ],
      },
      ['admit 10:00 I 4A-1'],
    ],
    [
      'the ward first, the bed later',
      {
        from: '10:00',
        at: [
          { in: '4A', from: '10:00' },
          { in: '4A-1', from: '10:20' },
        ],
      },
      ['admit 10:00 I 4A', 'transfer 10:20 I 4A-1 <-4A'],
    ],
    [
      'the bed first: its ward is no move',
      {
        from: '10:00',
        at: [
          { in: '4A-1', from: '10:00' },
          { in: '4A', from: '10:20' },
        ],
      },
      ['admit 10:00 I 4A-1'],
    ],
    [
      'here before anywhere',
      { from: '10:00', at: [{ in: '4A-1', from: '10:20' }] },
      ['admit 10:00 I nowhere', 'transfer 10:20 I 4A-1'],
    ],
    [
      'somewhere before it began: the stay says better',
      { from: '10:00', at: [{ in: '4A-1', from: '09:00' }] },
      ['admit 09:00 I 4A-1'],
    ],
    ['no period: the first stay', { at: [{ in: '4A-1', from: '10:00' }] }, ['admit 10:00 I 4A-1']],
    [
      'again in the same place',
      {
        from: '10:00',
        at: [
          { in: '4A-1', from: '10:00', to: '11:00' },
          { in: '4A-1', from: '11:00' },
        ],
      },
      ['admit 10:00 I 4A-1'],
    ],
    [
      'under way between two places: A09',
      {
        from: '10:00',
        at: [
          { in: '4A-1', from: '10:00', to: '11:00' },
          { in: '4B-1', from: '12:00' },
        ],
      },
      ['admit 10:00 I 4A-1', 'depart 11:00 I 4A-1', 'transfer 12:00 I 4B-1 <-4A-1'],
    ],
    [
      'away and back: A09, A10',
      {
        from: '10:00',
        at: [
          { in: '4A-1', from: '10:00', to: '11:00' },
          { in: '4A-1', from: '12:00' },
        ],
      },
      ['admit 10:00 I 4A-1', 'depart 11:00 I 4A-1', 'arrive 12:00 I 4A-1'],
    ],
    [
      'gone from the last place',
      { from: '10:00', at: [{ in: '4A-1', from: '10:00', to: '11:00' }] },
      ['admit 10:00 I 4A-1', 'depart 11:00 I 4A-1'],
    ],
    [
      'gone from the bed, still in the ward',
      {
        from: '10:00',
        at: [
          { in: '4A', from: '10:00' },
          { in: '4A-1', from: '10:30', to: '11:00' },
        ],
      },
      ['admit 10:00 I 4A', 'transfer 10:30 I 4A-1 <-4A'],
    ],
    [
      'planned: A15',
      { from: '10:00', at: [{ in: '4A-1' }, { in: '4B-1', status: 'planned', from: '22:00' }] },
      ['admit 10:00 I 4A-1', 'pending-transfer 20:00? I 4A-1 ->4B-1 by 22:00'],
    ],
    [
      'held: A15',
      { from: '10:00', at: [{ in: '4A-1' }, { in: '4B-1', status: 'reserved' }] },
      ['admit 10:00 I 4A-1', 'pending-transfer 20:00? I 4A-1 ->4B-1'],
    ],
    [
      'the first of several plans',
      {
        from: '10:00',
        at: [
          { in: '4B-2', status: 'planned', from: '23:00' },
          { in: '4B-1', status: 'planned', from: '22:00' },
        ],
      },
      ['admit 10:00 I nowhere', 'pending-transfer 20:00? I nowhere ->4B-1 by 22:00'],
    ],
    [
      'a plan that is where the patient is',
      {
        from: '10:00',
        at: [
          { in: '4B-1', from: '10:00' },
          { in: '4B-1', status: 'planned' },
        ],
      },
      ['admit 10:00 I 4B-1'],
    ],
    [
      'a bed planned in the ward the patient is in',
      {
        from: '10:00',
        at: [
          { in: '4B', from: '10:00' },
          { in: '4B-1', status: 'planned' },
        ],
      },
      ['admit 10:00 I 4B', 'pending-transfer 20:00? I 4B ->4B-1'],
    ],
    [
      'a plan that came true and was left',
      {
        from: '10:00',
        at: [
          { in: '4B-1', status: 'planned', from: '11:00' },
          { in: '4B-1', from: '11:00', to: '12:00' },
          { in: '4A-1', from: '12:00' },
        ],
      },
      ['admit 10:00 I nowhere', 'transfer 11:00 I 4B-1', 'transfer 12:00 I 4A-1 <-4B-1'],
    ],
    [
      'plans of a finished encounter count for nothing',
      { status: 'finished', from: '10:00', to: '12:00', at: [{ in: '4A-1', status: 'planned' }] },
      ['admit 10:00 I nowhere', 'discharge 12:00 I nowhere'],
    ],
    [
      'the discharge expected: A16',
      {
        from: '10:00',
        more: {
          extension: [
            {
              url: 'http://hl7.org/fhir/5.0/StructureDefinition/extension-Encounter.plannedEndDate',
              valueDateTime: clock('2 12:00'),
            },
          ],
        },
      },
      ['admit 10:00 I nowhere', 'pending-discharge 20:00? I nowhere by 2026-03-02T12:00:00.000Z'],
    ],
    [
      'two that begin together',
      {
        from: '10:00',
        at: [
          { in: '4A-1', from: '10:00' },
          { in: '4B-1', from: '10:00' },
        ],
      },
      ['admit 10:00 I 4A-1', 'transfer 10:00 I 4B-1 <-4A-1'],
      ['conflict Encounter.location'],
    ],
    [
      'one of no length first',
      {
        from: '10:00',
        at: [
          { in: '4B-1', from: '10:00' },
          { in: '4A-1', from: '10:00', to: '10:00' },
        ],
      },
      ['admit 10:00 I 4A-1', 'transfer 10:00 I 4B-1 <-4A-1'],
    ],
    [
      'one that ends before it begins',
      { from: '10:00', at: [{ in: '4A-1', from: '10:00', to: '09:00' }] },
      ['admit 10:00 I 4A-1'],
      ['invariant Encounter.location[0].period'],
    ],
    [
      'an earlier one without times',
      {
        from: '10:00',
        at: [
          { in: '4A-1', status: 'completed' },
          { in: '4B-1', from: '11:00' },
        ],
      },
      ['admit 10:00 I nowhere', 'transfer 11:00 I 4B-1'],
      ['business-rule Encounter.location[0].period.start'],
    ],
    [
      'the present one without times, after another',
      { from: '10:00', at: [{ in: '4A-1', from: '10:00', to: '11:00' }, { in: '4B-1' }] },
      ['admit 10:00 I 4A-1', 'transfer 11:00 I 4B-1 <-4A-1'],
    ],
    [
      'two present ones without times',
      { from: '10:00', at: [{ in: '4A-1' }, { in: '4B-1' }] },
      ['admit 10:00 I 4A-1'],
      ['business-rule Encounter.location[1].period.start'],
    ],
  ],
};

describe.each(Object.entries(cases))('a first version: %s', (_, table) => {
  it.each(table)('%s', (_name, said, facts, warnings = []) => {
    const mapping = mapped(encounter(said));
    expect(lines(mapping.facts)).toEqual(facts);
    expect(mapping.warnings.map((w) => `${w.code} ${w.expression ?? ''}`)).toEqual(warnings);
    for (const fact of mapping.facts) expect(movementFact.parse(fact)).toEqual(fact);
  });
});

describe('what is in every fact', () => {
  const patient = {
    resourceType: 'Patient',
    id: 'p1',
    identifier: [
      { system: 'urn:ssn', type: { coding: [{ code: 'SS' }] }, value: '999' },
      { system: 'urn:ngh:mrn', type: { coding: [{ code: 'MR' }] }, value: 'P1' },
    ],
    name: [
      { use: 'nickname', given: ['Addie'] },
      { use: 'official', family: 'Ward', given: ['Ada', 'M'] },
    ],
    gender: 'female',
    birthDate: '1956-07-04',
  };

  it('has all of the visit, the patient and the times', () => {
    const said = encounter({
      from: '10:00',
      at: [{ in: '4A-1', from: '10:00' }],
      more: { serviceType: { coding: [{ code: 'MED' }] }, meta: { lastUpdated: clock('10:05') } },
    });
    const mapping = encounterToFacts(said, patient, { ...options, recorded: 'sender' });
    expect(mapping.kind === 'facts' && mapping.facts).toEqual([
      {
        kind: 'admit',
        trigger: 'A01',
        visit: { number: 'V1', domain: 'NGH' },
        patient: {
          id: 'P1',
          domain: 'urn:ngh:mrn',
          family: 'Ward',
          given: 'Ada',
          birthDate: '1956-07-04',
          sex: 'female',
        },
        class: 'I',
        specialty: 'MED',
        location: { unit: '4A', room: 'R1', bed: '1', facility: null },
        priorLocation: null,
        pendingLocation: null,
        temporaryLocation: null,
        at: clock('10:00'),
        recordedAt: clock('10:05'),
        atFrom: 'given',
        expectedAt: null,
        movement: { id: `admit ${clock('10:00')} 4A^R1^1`, action: 'insert', historic: false, originalTrigger: null },
      },
    ]);
  });

  it('is recorded when it was received, unless the sender is to be believed', () => {
    const said = encounter({ from: '10:00', more: { meta: { lastUpdated: clock('11:00') } } });
    expect(mapped(said).facts[0]).toMatchObject({ recordedAt: clock('20:00') });
    expect(mapped(said, { recorded: 'sender', sentAt: clock('12:00') }).facts[0]).toMatchObject({
      recordedAt: clock('11:00'),
    });
    const undated = encounter({ from: '10:00' });
    expect(mapped(undated, { recorded: 'sender', sentAt: clock('12:00') }).facts[0]).toMatchObject({
      recordedAt: clock('12:00'),
    });
    expect(mapped(undated, { recorded: 'sender' }).facts[0]).toMatchObject({ recordedAt: clock('20:00') });
  });

  it('takes a date for its first moment where the hospital is', () => {
    const mapping = mapped(encounter({ more: { period: { start: '2026-07-01' } } }));
    expect(mapping.facts[0]).toMatchObject({ at: '2026-06-30T23:00:00.000Z', atFrom: 'given' });
  });

  it.each([
    [
      'the identifier of a known domain',
      [
        { value: 'X', use: 'official' },
        { system: 'urn:ngh:visits', value: 'V7' },
      ],
      'NGH V7',
    ],
    [
      'the visit number',
      [
        { system: 'urn:x', value: 'X' },
        { system: 'urn:y', value: 'V8', type: { coding: [{ code: 'VN' }] } },
      ],
      'urn:y V8',
    ],
    ['the official one', [{ value: 'X' }, { value: 'V9', use: 'official' }], ' V9'],
    ['one in use rather than an old one', [{ value: 'X', use: 'old' }, { value: 'V9' }], ' V9'],
    ['the resource itself', [{ system: 'urn:x' }], 'urn:wardstream:fhir:id e1'],
    ['the resource itself, without any', undefined, 'urn:wardstream:fhir:id e1'],
  ])('names the visit by %s', (_, identifier, visit) => {
    const { visit: found } = mapped(encounter({ more: { identifier } }));
    expect(`${found?.domain ?? ''} ${found?.number ?? ''}`).toBe(visit);
  });

  it('names the visit by the account, before the resource itself', () => {
    const said = encounter({ more: { identifier: [], account: [{ identifier: { system: 'urn:acc', value: 'A1' } }] } });
    expect(mapped(said).visit).toEqual({ number: 'A1', domain: 'urn:acc' });
  });

  it('leaves the visit to the patient, where nothing names it', () => {
    const said = encounter({ more: { identifier: [], id: undefined } });
    expect(mapped(said)).toMatchObject({ visit: null, facts: [{ visit: null, patient: { id: 'p1' } }] });
  });

  it('finds the patient in the resource', () => {
    const said = encounter({
      from: '10:00',
      more: { subject: { reference: '#p' }, contained: [{ ...patient, id: 'p' }] },
    });
    expect(mapped(said).facts[0]!.patient).toMatchObject({ id: 'P1', family: 'Ward' });
  });

  it('takes the origin for the place before', () => {
    const said = encounter({
      from: '10:00',
      at: [{ in: '4A-1' }],
      more: {
        hospitalization: { origin: { reference: '#or' } },
        contained: [{ resourceType: 'Location', id: 'or', name: 'OR1', physicalType: { coding: [{ code: 'ro' }] } }],
      },
    });
    expect(mapped(said).facts[0]!.priorLocation).toEqual({ unit: null, room: 'OR1', bed: null, facility: null });
  });

  it('tells what may name the facility', () => {
    const serviceProvider = { identifier: { value: 'NGH' }, display: 'Northgate General' };
    expect(mapped(encounter({ more: { serviceProvider } })).sites).toEqual(['NGH', 'Northgate General']);
  });
});

describe('what is refused', () => {
  const faults = (said: unknown): string[] => {
    const mapping = encounterToFacts(said, undefined, options);
    if (mapping.kind !== 'errors') throw new Error('accepted');
    return mapping.issues.map((i) => `${i.severity} ${i.code} ${i.expression ?? ''}`);
  };

  it.each([
    ['nothing', null, ['error structure Encounter']],
    ['text', 'Encounter', ['error structure Encounter']],
    ['another resource', { ...encounter({}), resourceType: 'Patient' }, ['error code-invalid Encounter.resourceType']],
    ['no status', { ...encounter({}), status: undefined }, ['error required Encounter.status']],
    ['a status of R5', encounter({ status: 'discharged' }), ['error code-invalid Encounter.status']],
    ['no class', { ...encounter({}), class: undefined }, ['error required Encounter.class']],
    ['a class of R5', { ...encounter({}), class: [] }, ['error structure Encounter.class']],
    [
      'a time that is none',
      encounter({ more: { period: { start: '2026-02-30' } } }),
      ['error value Encounter.period.start'],
    ],
    [
      'a time without an offset',
      encounter({ more: { location: [{ location: {}, period: { end: '2026-02-01T10:00:00' } }] } }),
      ['error value Encounter.location[0].period.end'],
    ],
    [
      'a place without a reference',
      encounter({ more: { location: [{ status: 'active' }] } }),
      ['error required Encounter.location[0].location'],
    ],
    [
      'a place status that is none',
      encounter({ at: [{ in: '4A', status: 'taken' }] }),
      ['error code-invalid Encounter.location[0].status'],
    ],
    [
      'a modifier extension',
      encounter({ more: { modifierExtension: [{ url: 'urn:not' }] } }),
      ['error extension Encounter.modifierExtension'],
    ],
    [
      'implicit rules',
      encounter({ more: { implicitRules: 'urn:rules' } }),
      ['error not-supported Encounter.implicitRules'],
    ],
    ['an id that is none', encounter({ more: { id: 'a b' } }), ['error value Encounter.id']],
    [
      'no visit and no patient',
      { ...encounter({}), id: undefined, identifier: [], subject: undefined },
      ['error required Encounter.identifier'],
    ],
    [
      'too many places',
      encounter({ at: Array.from({ length: 1001 }, () => ({ in: '4A' })) }),
      ['error too-costly Encounter.location'],
    ],
    [
      'several at once',
      { resourceType: 'Encounter', class: 1 },
      ['error required Encounter.status', 'error structure Encounter.class'],
    ],
  ])('%s', (_, said, issues) => {
    expect(faults(said)).toEqual(issues);
  });

  it('a patient that is not readable, at its place', () => {
    const contained = [{ resourceType: 'Patient', id: 'p', gender: 'F', name: [{ family: 'Ward' }] }];
    const said = encounter({ more: { subject: { reference: '#p' }, contained } });
    expect(faults(said)).toEqual(['error code-invalid Encounter.contained[0].gender']);
  });

  it('never with what the patient is called', () => {
    const said = encounter({
      more: {
        subject: { reference: '#p' },
        contained: [{ resourceType: 'Patient', id: 'p', birthDate: 'Halvorson', gender: 'Elden' }],
      },
    });
    expect(JSON.stringify(encounterToFacts(said, undefined, options))).not.toMatch(/Halvorson|Elden/);
  });
});
