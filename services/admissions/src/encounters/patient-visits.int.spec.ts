import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConflictData, encounterChanged, encounterConflictChanged, type EncounterData } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, answered, type Sender, type Shown } from '../testing/admissions-house.spec.js';

let house: AdmissionsHouse;
let sender: Sender;
let control = 0;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(() => house?.remove());

interface MessageInput {
  readonly trigger: string;
  readonly at: string;
  readonly patient: string;
  /** PV1-19 as it is written. */
  readonly visit: string;
  readonly in: string;
  readonly from?: string;
  readonly class?: string;
  /** A whole segment after PID. */
  readonly mrg?: string;
}

function message(said: MessageInput): string {
  const time = `20260302${said.at.replace(':', '')}00+0000`;
  const pv1 = ['PV1', '1', said.class ?? 'I', said.in, '', '', said.from ?? ''];
  pv1[19] = said.visit;
  return [
    `MSH|^~\\&|ADT|NGH|WARDSTREAM|NGH|${time}||ADT^${said.trigger}|P${++control}|P|2.5.1`,
    `EVN||${time}`,
    `PID|1||${said.patient}^^^NGH^MR||Test^Case||19600101|F`,
    ...(said.mrg === undefined ? [] : [said.mrg]),
    pv1.join('|'),
  ].join('\r');
}

async function send(...said: readonly MessageInput[]): Promise<void> {
  for (const each of said) {
    house.clock.set(`2026-03-02T${each.at}:30.000Z`);
    expect(answered(await sender.send(message(each))).slice(0, 2)).toBe('AA');
  }
  await house.drained();
}

const encounter = async (number: string): Promise<Shown> => (await house.encounter(number))!;
const conflictsOf = async (number: string): Promise<ConflictData[]> =>
  (await encounter(number))['conflicts'] as ConflictData[];
const kindsOf = async (number: string): Promise<string[]> => (await conflictsOf(number)).map((c) => c.kind);

async function command(
  path: string,
  body: Record<string, unknown>,
  role: 'bed-manager' | 'auditor' = 'bed-manager',
): Promise<{ status: number; body: Shown }> {
  return house.call('POST', path, [role], { payload: JSON.stringify(body), type: 'application/json' });
}
const decide = (c: ConflictData, how: Record<string, unknown>): Promise<{ status: number; body: Shown }> =>
  command(`encounter-conflicts/${c.id}/close`, { reason: 'asked the ward', version: c.version, ...how });
const reopen = (c: Shown): Promise<{ status: number; body: Shown }> =>
  command(`encounter-conflicts/${c['id']}/reopen`, { version: c['version'] });

async function replayIsEqual(): Promise<void> {
  const { body } = await house.call('POST', 'replay-check');
  expect([body['equal'], body['differences']]).toEqual([true, []]);
}

const inEd = (of: string, at = '08:00'): MessageInput => ({
  ...{ trigger: 'A04', at, patient: `P${of}`, visit: `${of}E^^^NGH^VN`, in: 'ED^^1', class: 'E' },
});
const inWard = (of: string, at = '12:00', more: Partial<MessageInput> = {}): MessageInput => ({
  ...{ trigger: 'A01', at, patient: `P${of}`, visit: `${of}I^^^NGH^VN`, in: '4A^^2', ...more },
});

describe('one person in two beds', () => {
  it('is one conflict of high severity on both visits, which says which bed is likely', async () => {
    await send(inEd('1'), inWard('1', '12:00', { from: 'ED^^1' }));
    const [conflict, ...more] = await conflictsOf('1E');
    expect(more).toEqual([]);
    expect(conflict).toMatchObject({ kind: 'patient-in-two-beds', severity: 'high', facility: 'NGH', unit: 'ED' });
    const { id: ward } = await encounter('1I');
    expect(conflict!.likelyIn).toBe(ward);
    expect(conflict!.facts.map((f) => f.says)).toEqual([
      'in ED-1',
      'in 4A-2',
      'came from ED-1, where the other visit is',
    ]);
    expect(await conflictsOf('1I')).toEqual([conflict]);
    expect((await encounter('1E'))['status']).toBe('in-progress');
    await replayIsEqual();
  });

  it.each([
    ['ends', { trigger: 'A03', at: '13:00', in: 'ED^^1', class: 'E' }],
    ['moves out of its bed', { trigger: 'A02', at: '13:00', in: '4B', class: 'E' }],
  ])('is over when one of the two %s', async (how, last) => {
    const of = how === 'ends' ? '2' : '3';
    await send(inEd(of), inWard(of));
    const [conflict] = await conflictsOf(`${of}I`);
    await send({ ...inEd(of), ...last });
    expect([await kindsOf(`${of}E`), await kindsOf(`${of}I`)]).toEqual([[], []]);
    const told = house.events<ConflictData>(encounterConflictChanged, conflict!.id);
    expect(told.map((e) => e.data.closedBy)).toEqual([null, 'later facts']);
  });

  it('is told of in whatever order they come, and of patients that were merged', async () => {
    await send(inWard('4'), inEd('4', '12:30'), { ...inEd('4', '12:40'), trigger: 'A08' });
    expect(await kindsOf('4E')).toEqual(['patient-in-two-beds']);
    await send(inWard('5', '12:50', { patient: 'P5X', in: '4A^^3' }), inEd('5', '12:55'));
    expect(await kindsOf('5E')).toEqual([]);
    await send({ ...inEd('5', '13:00'), trigger: 'A40', mrg: 'MRG|P5X^^^NGH^MR' });
    expect([await kindsOf('5E'), await kindsOf('5I')]).toEqual([
      ['merged-patients-both-in-beds'],
      ['merged-patients-both-in-beds'],
    ]);
    await replayIsEqual();
  });

  it('is settled by a person who says which visit is over, as a fact that can be taken back', async () => {
    await send(inEd('6'), inWard('6', '12:00', { from: 'ED^^1' }));
    const [conflict] = await conflictsOf('6E');
    const before = await encounter('6E');
    expect((await command(`encounter-conflicts/${conflict!.id}/close`, {}, 'auditor')).status).toBe(403);
    expect((await decide(conflict!, { joinVisits: true })).body['code']).toBe('decision-not-possible');
    const other = (await encounter('1I'))['id'];
    expect((await decide(conflict!, { endVisit: other })).body['code']).toBe('visit-not-in-conflict');
    house.clock.set('2026-03-02T12:10:00.000Z');
    const { status, body } = await decide(conflict!, { endVisit: before['id'] });
    expect([status, body['closedBy'], body['decided']]).toEqual([200, 'suite', 'visit-ended']);
    expect(await encounter('6E')).toMatchObject({ status: 'discharged', dischargedAt: '2026-03-02T12:00:00.000Z' });
    expect([await kindsOf('6E'), await kindsOf('6I')]).toEqual([[], []]);
    expect((await decide(conflict!, { endVisit: before['id'] })).body).toEqual(body);
    await replayIsEqual();

    house.clock.set('2026-03-02T12:20:00.000Z');
    expect((await reopen(body)).body).toMatchObject({ id: conflict!.id, closedAt: null });
    const { version: _v, ...after } = await encounter('6E');
    const { version: _w, ...was } = before;
    expect({ ...after, conflicts: [] }).toEqual({ ...was, conflicts: [] });
    expect(await kindsOf('6I')).toEqual(['patient-in-two-beds']);
    await replayIsEqual();
  });

  it('cannot be taken back once the sender said the same', async () => {
    await send(inEd('7'), inWard('7'));
    const [conflict] = await conflictsOf('7E');
    house.clock.set('2026-03-02T12:10:00.000Z');
    const { body } = await decide(conflict!, { endVisit: (await encounter('7E'))['id'] });
    await send({ ...inEd('7', '12:30'), trigger: 'A03' });
    expect((await reopen(body)).body['code']).toBe('undo-too-late');
    expect(await encounter('7E')).toMatchObject({ status: 'discharged', dischargedAt: '2026-03-02T12:30:00.000Z' });
    await replayIsEqual();
  });
});

describe('a visit under several forms of its number', () => {
  const forms: readonly MessageInput[] = [
    { trigger: 'A01', at: '08:00', patient: 'P60', visit: 'C60^^^NGH^VN', in: '4B^^1' },
    { trigger: 'A02', at: '09:00', patient: 'P60', visit: 'C60', in: '4B^^2' },
    { trigger: 'A02', at: '10:00', patient: 'P60', visit: 'C60^^^NGH&1.2.3&ISO^VN', in: '4B^^3' },
    { trigger: 'A03', at: '11:00', patient: 'P60', visit: 'C60^^^&1.2.3&ISO^VN', in: '4B^^3' },
  ];
  const all = async (): Promise<Shown[]> =>
    (await house.call('GET', 'facilities/NGH/encounters?visitNumber=C60')).body['items'] as Shown[];

  it('is a conflict that names the others, and one visit once a person says so', async () => {
    await send(...forms);
    const before = await all();
    expect(before.map((e) => e['visitNumberDomain']).sort()).toEqual(['1.2.3', 'NGH', null]);
    const { body } = await house.call('GET', `encounters/${before[0]!['id']}`);
    const conflict = (body['conflicts'] as ConflictData[]).find((c) => c.kind === 'visit-under-two-numbers')!;
    expect(conflict.facts.map((f) => [f.says, f.encounterId]).sort()).toEqual(
      [
        ['visit C60 of 1.2.3', before.find((e) => e['visitNumberDomain'] === '1.2.3')!['id']],
        ['visit C60 of NGH', before.find((e) => e['visitNumberDomain'] === 'NGH')!['id']],
        ['visit C60 without authority', before.find((e) => e['visitNumberDomain'] === null)!['id']],
      ].sort(),
    );
    house.clock.set('2026-03-02T11:10:00.000Z');
    const joined = await decide(conflict, { joinVisits: true });
    expect([joined.status, joined.body['decided']]).toEqual([200, 'visits-joined']);
    const [one, ...others] = await all();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ visitNumberDomain: 'NGH', status: 'discharged' });
    const whole = await encounter('C60');
    expect(whole['stays'].map((s: Shown) => s['place']['bedId'])).toEqual(['4B-1', '4B-2', '4B-3']);
    expect(whole['conflicts']).toEqual([]);
    await replayIsEqual();

    // What comes later under any of the numbers is of the one visit.
    await send({ trigger: 'A13', at: '11:20', patient: 'P60', visit: 'C60', in: '4B^^3' });
    expect(await encounter('C60')).toMatchObject({ status: 'in-progress', location: { bedId: '4B-3' } });
    await replayIsEqual();

    house.clock.set('2026-03-02T11:30:00.000Z');
    expect((await reopen(joined.body)).status).toBe(200);
    expect((await all()).length).toBe(3);
    await replayIsEqual();
  });

  it('is none of two patients', async () => {
    await send(
      { trigger: 'A01', at: '08:00', patient: 'P61', visit: 'C61^^^NGH^VN', in: '4B^^1' },
      { trigger: 'A01', at: '08:10', patient: 'P62', visit: 'C61', in: '4B^^4' },
    );
    for (const { id } of (await house.call('GET', 'facilities/NGH/encounters?visitNumber=C61')).body['items'])
      expect((await house.call('GET', `encounters/${id}`)).body['conflicts']).toEqual([]);
  });
});

describe('a mother and her newborn', () => {
  const birth = (of: string, mother = ''): string =>
    message({ trigger: 'A01', at: '09:00', patient: `N${of}`, visit: `N${of}^^^NGH^VN`, in: '4B^^1' }).replace(
      '||Test^Case||19600101|F',
      `||Test^Baby||20260301|F${'|'.repeat(13)}${mother}`,
    );
  const told = async (number: string) => {
    const id = (await encounter(number))['id'] as string;
    const events = house.events<EncounterData>(encounterChanged, id);
    return events.at(-1)?.data;
  };

  it('are known to be one by PID-21, also after the mother was merged', async () => {
    await send({ trigger: 'A01', at: '08:00', patient: 'M70', visit: 'M70^^^NGH^VN', in: '4B^^1' });
    expect(answered(await sender.send(birth('70', 'M70X^^^NGH')))).toMatch(/^AA/);
    await house.drained();
    await eventually(async () => expect((await told('N70'))?.mother).toBeDefined());
    expect((await told('N70'))!.mother).not.toBe((await told('M70'))!.person);
    await send({
      trigger: 'A40',
      at: '10:00',
      patient: 'M70',
      visit: 'M70^^^NGH^VN',
      in: '',
      mrg: 'MRG|M70X^^^NGH^MR',
    });
    await eventually(async () => expect((await told('N70'))!.mother).toBe((await told('M70'))!.person));
    await replayIsEqual();
  });

  it('are linked by a person, which can be taken back', async () => {
    await send({ trigger: 'A01', at: '08:00', patient: 'M71', visit: 'M71^^^NGH^VN', in: '4B^^1' });
    expect(answered(await sender.send(birth('71')))).toMatch(/^AA/);
    await house.drained();
    const [mother, newborn] = [(await encounter('M71'))['id'], (await encounter('N71'))['id']];
    const path = `encounters/${newborn}/mother`;
    const said = { mother, reason: 'born here' };
    expect((await command(path, said, 'auditor')).status).toBe(403);
    expect((await command(path, { ...said, mother: newborn })).body['code']).toBe('own-mother');
    expect((await command(`${path}/withdraw`, { reason: 'an error' })).body['code']).toBe('mother-not-decided');
    expect((await command(path, said)).body).toEqual({ id: newborn, mother });
    const { version } = await encounter('N71');
    expect((await command(path, said)).body).toEqual({ id: newborn, mother });
    expect((await encounter('N71'))['version']).toBe(version);
    await eventually(async () => expect((await told('N71'))!.mother).toBe((await told('M71'))!.person));
    await replayIsEqual();
    expect((await command(`${path}/withdraw`, { reason: 'an error' })).body).toEqual({ id: newborn, mother: null });
    await eventually(async () => expect((await told('N71'))!.mother).toBeUndefined());
    await replayIsEqual();
  });
});
