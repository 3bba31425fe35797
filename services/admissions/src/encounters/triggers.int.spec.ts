import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { identityTriggers, triggerKinds } from '@wardstream/hl7v2';
import { cases, corrections, smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, answered, type Sender, type Shown } from '../testing/admissions-house.spec.js';
import { messageOf } from '../testing/messages.spec.js';

let house: AdmissionsHouse;
let sender: Sender;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(() => house?.remove());

/** How the visits of a row are numbered: PV1-19, PID-18 or PV1-50. */
type Numbering = 'visit' | 'account' | 'alternate';

interface Row {
  readonly trigger: string;
  readonly numbering: Numbering;
  readonly says: string;
  /** What is shown of the visit the message names, and of the other one, by its own number. */
  readonly then: (visit: Shown, other: Shown, numbers: { readonly visit: string; readonly person: string }) => void;
}

const apart: Row['then'] = (visit, other, { visit: number }) => {
  expect([visit['visitNumber'], visit['location'].bedId]).toEqual([number, '4A-1']);
  expect([other['visitNumber'], other['location'].bedId]).toEqual([`${number}x`, '4B-1']);
};
const onePatient: Row['then'] = (visit, other, numbers) => {
  apart(visit, other, numbers);
  expect([visit['patient'].id, other['patient'].id]).toEqual([numbers.person, numbers.person]);
};
const oneVisit: Row['then'] = (visit, other) => {
  expect(other['id']).toBe(visit['id']);
  expect(visit).toMatchObject({ status: 'in-progress', location: { bedId: '4B-1' } });
};
const renamed: Row['then'] = (visit, other, numbers) => {
  apart(visit, other, numbers);
  expect([visit['patient'].family, other['patient'].family]).toEqual(['Wood', 'Ward']);
};
const gone: Row['then'] = (visit, other) => {
  expect([visit['status'], visit['location'], other['status']]).toEqual(['cancelled', null, 'in-progress']);
};
const of = (numbering: Numbering, says: string, then: Row['then'], ...triggers: string[]): Row[] =>
  triggers.map((trigger) => ({ trigger, numbering, says, then }));

/** Triggers of persons and identifiers: none of them moves anybody. */
const rows: readonly Row[] = [
  ...of(
    'visit',
    'two persons are one, and stay in their beds',
    onePatient,
    'A18',
    'A30',
    'A34',
    'A39',
    'A40',
    'A43',
    'A47',
  ),
  ...of('account', 'two accounts are one visit', oneVisit, 'A35', 'A36', 'A41', 'A44', 'A49'),
  ...of('visit', 'two visits are one', oneVisit, 'A42', 'A45', 'A50'),
  ...of('alternate', 'two visits are one', oneVisit, 'A51'),
  ...of(
    'visit',
    'a person is called otherwise',
    renamed,
    'A24',
    'A28',
    'A31',
    'A37',
    'A46',
    'A48',
    'A60',
    'A61',
    'A62',
  ),
  ...of('visit', 'nothing of the person was true', gone, 'A29'),
];

let count = 0;

function messages({ trigger, numbering }: Row): { texts: string[]; visit: string; person: string } {
  const n = (count += 1);
  const [visit, person] = [`T${n}`, `P${n}`];
  const head = (what: string, at: string): string[] => [
    `MSH|^~\\&|ADT1|NGH|W|NGH|20260301${at}+0000||ADT^${what}|T${n}-${at}|P|2.5.1`,
    `EVN|${what}|20260301${at}+0000`,
  ];
  const pid = (id: string, name: string, account: string): string =>
    `PID|1||${id}^^^NGH^MR||${name}^Ada||19560704|F||||||||||${numbering === 'account' ? account : ''}`;
  const pv1 = (place: string, number: string): string => {
    const fields = ['PV1', '1', 'I', place, ...Array.from({ length: 47 }, () => '')];
    if (numbering === 'visit') fields[19] = number;
    if (numbering === 'alternate') fields[50] = number;
    return fields.join('|');
  };
  const identifies = identityTriggers.get(trigger)!.retires.length > 0;
  const texts = [
    [...head('A01', '100000'), pid(person, 'Ward', visit), pv1('4A^^1', visit)],
    [...head('A01', '110000'), pid(`${person}x`, 'Ward', `${visit}x`), pv1('4B^^1', `${visit}x`)],
    [
      ...head(trigger, '120000'),
      pid(person, 'Wood', visit),
      ...(identifies ? [`MRG|${person}x^^^NGH^MR||${visit}x||${visit}x|${visit}x`] : []),
      pv1('', visit),
    ],
  ];
  return { texts: texts.map((segments) => segments.join('\r')), visit, person };
}

describe('triggers of persons and identifiers, through the real service', () => {
  it.each(rows.map((row) => [row.trigger, row.says, row] as const))('%s: %s', async (_trigger, _says, row) => {
    const { texts, visit, person } = messages(row);
    for (const text of texts) expect(answered(await sender.send(text)).slice(0, 2)).toBe('AA');
    await house.drained();
    row.then((await house.encounter(visit))!, (await house.encounter(`${visit}x`))!, { visit, person });
  });

  it.each(rows.filter((row) => row.then !== gone).map((row) => [row.trigger, row.says, row] as const))(
    '%s, heard before the visits it speaks of: %s',
    async (_trigger, _says, row) => {
      const { texts, visit, person } = messages(row);
      for (const text of [...texts].reverse()) expect(answered(await sender.send(text)).slice(0, 2)).toBe('AA');
      await house.drained();
      row.then((await house.encounter(visit))!, (await house.encounter(`${visit}x`))!, { visit, person });
    },
  );
});

describe('the tables of rules', () => {
  it('have a row for every trigger, cancels and Z99 included', () => {
    const told = Object.values({ ...cases, ...corrections })
      .flat()
      .flatMap(([, facts]) => facts.map((f) => /\|ADT\^(\w+)\|/.exec(messageOf(f, 'V'))![1]!));
    // A20 speaks of a bed, and is told in admissions.int.spec.ts.
    const tested = new Set([...told, ...rows.map((r) => r.trigger), 'A20']);
    const acted = ['A20', 'Z99', ...triggerKinds.keys(), ...identityTriggers.keys()];
    const asked = Array.from({ length: 62 }, (_, i) => `A${String(i + 1).padStart(2, '0')}`);
    // Retired by HL7, or not given: A19 is a query, A56 to A59 are of referrals and allergies.
    const none = ['A19', 'A56', 'A57', 'A58', 'A59'];
    expect([...new Set([...acted, ...asked])].filter((t) => !tested.has(t) && !none.includes(t))).toEqual([]);
  });
});
