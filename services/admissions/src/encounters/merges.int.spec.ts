import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConflictData, encounterChanged, encounterConflictChanged, type EncounterData } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import { a01, fact, smallHouse } from '@wardstream/encounter-model/testing';
import type { VisitFact } from '@wardstream/encounter-model';
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

let visits = 0;
const newVisit = (): string => `M${++visits}`;

async function tell(visit: string, ...facts: VisitFact[]): Promise<void> {
  for (const f of facts) {
    house.clock.set(f.receivedAt);
    expect(answered(await sender.send(messageOf(f, visit))).slice(0, 2)).toBe('AA');
  }
  await house.drained();
}

const second = fact('admit', { at: '11:00', in: '4B-1', visit: 'V2', patient: 'P2' });

describe('merged visits', () => {
  it('leave the retired one without a stay, and lead from it to the survivor', async () => {
    const visit = newVisit();
    await tell(visit, fact('admit', { at: '11:00', in: '4B-1', visit: 'V2' }));
    const retired = (await house.encounter(`${visit}-V2`))!;
    expect(retired).toMatchObject({ status: 'in-progress', location: { bedId: '4B-1' } });
    await tell(visit, fact('merge-visit', { at: '13:00', retires: 'V2' }));
    const survivor = (await house.encounter(visit))!;
    expect(survivor).toMatchObject({ visitNumber: visit, status: 'in-progress', location: { bedId: '4B-1' } });
    expect((await house.encounter(`${visit}-V2`))!['id']).toBe(survivor['id']);
    const { body } = await house.call('GET', `encounters/${retired['id']}`);
    expect(body).toMatchObject({ status: 'cancelled', stays: [], location: null, mergedInto: survivor['id'] });
    await eventually(() => {
      const told = house
        .events<EncounterData>(encounterChanged)
        .filter((e) => [retired['id'], survivor['id']].includes(e.subject));
      expect(told.map((e) => [e.data.visitNumber, e.data.status, e.data.stays.length])).toEqual([
        [`${visit}-V2`, 'in-progress', 1],
        [`${visit}-V2`, 'cancelled', 0],
        [visit, 'in-progress', 1],
      ]);
    });
  });

  it('come to the same survivor whatever comes first', async () => {
    const facts = [
      a01,
      fact('transfer', { at: '12:00', in: '4B-2', from: '4A-1', visit: 'V2' }),
      fact('merge-visit', { at: '11:00', visit: 'V2', retires: 'V3' }),
      fact('merge-visit', { at: '13:00', retires: 'V2' }),
      fact('leave', { at: '14:00', visit: 'V3' }),
    ];
    const told: Shown[] = [];
    for (const order of [facts, [...facts].reverse(), [facts[3]!, facts[1]!, facts[4]!, facts[0]!, facts[2]!]]) {
      const visit = newVisit();
      await tell(visit, ...order);
      for (const other of ['V2', 'V3']) {
        expect((await house.encounter(`${visit}-${other}`))!['visitNumber']).toBe(visit);
      }
      const { status, location, stays, conflicts } = (await house.encounter(visit))!;
      told.push({ status, location, conflicts, stays: stays.map(({ movementId: _id, ...s }: Shown) => s) });
    }
    expect(told[0]).toMatchObject({ status: 'on-leave', location: { bedId: '4B-2' }, conflicts: [] });
    expect(told.slice(1)).toEqual([told[0], told[0]]);
  });

  it('are found by the account where it names the visit (A41)', async () => {
    const of = (trigger: string, at: string, ...more: string[]): string =>
      [
        `MSH|^~\\&|ADT1|NGH|W|NGH|${at}+0000||ADT^${trigger}|AC${trigger}${at}|P|2.5.1`,
        `EVN|${trigger}|${at}+0000`,
        ...more,
      ].join('\r');
    const pid = (account: string): string => `PID|1||ACP|||||||||||||||${account}`;
    await sender.send(of('A01', '20260301100000', pid('AC2'), 'PV1|1|I|4A^^3'));
    const ack = await sender.send(of('A41', '20260301110000', pid('AC1'), 'MRG|ACP||AC2'));
    expect(answered(ack).slice(0, 2)).toBe('AA');
    await house.drained();
    expect(await house.encounter('AC1')).toMatchObject({ status: 'in-progress', location: { bedId: '4A-3' } });
  });
});

describe('merged patients', () => {
  const merge = fact('merge-patient', { at: '13:00', visit: null, retires: 'P2', family: 'Wood' });

  it.each([
    ['after both were admitted', [a01, second, merge]],
    ['before anything was known of them', [merge, second, a01]],
  ])('in two beds keep both, with one conflict, until one is left: merged %s', async (_, facts) => {
    const visit = newVisit();
    await tell(visit, ...facts);
    const [one, two] = [(await house.encounter(visit))!, (await house.encounter(`${visit}-V2`))!];
    const both = [{ kind: 'merged-patients-both-in-beds' }];
    expect([one, two]).toMatchObject([
      { location: { bedId: '4A-1' }, patient: { id: `P1-${visit}` }, conflicts: both },
      { location: { bedId: '4B-1' }, patient: { id: `P1-${visit}` }, conflicts: both },
    ]);
    const conflicts = (): ConflictData[] =>
      house
        .events<ConflictData>(encounterConflictChanged)
        .map((e) => e.data)
        .filter((c) => c.kind === 'merged-patients-both-in-beds' && c.facts.some((f) => f.encounterId === one['id']));
    await eventually(() => {
      const [open] = conflicts();
      expect(open).toMatchObject({ version: 1, severity: 'high', closedAt: null });
      expect(open!.facts.map((f) => f.says).sort()).toEqual(['in 4A-1', 'in 4B-1']);
    });
    await tell(visit, fact('discharge', { at: '15:00', in: '4B-1', visit: 'V2', patient: 'P2' }));
    await eventually(() => {
      const told = conflicts();
      expect(told.map((c) => [c.version, c.closedBy])).toEqual([
        [1, null],
        [2, 'later facts'],
      ]);
    });
  });

  it('have one only open visit, by either identifier', async () => {
    const visit = newVisit();
    await tell(visit, a01, merge);
    const message = messageOf(fact('transfer', { at: '14:00', in: '4B-2', patient: 'P2' }), visit);
    const without = message.replace(new RegExp(`\\|${visit}(?=\\||\\r|$)`), '|');
    expect(answered(await sender.send(without)).slice(0, 2)).toBe('AA');
    await house.drained();
    expect((await house.encounter(visit))!['location']).toMatchObject({ bedId: '4B-2' });
  });
});

describe('what is said of a person apart from any visit', () => {
  const renamed = fact('person', { at: '11:00', visit: null, family: 'Wood' });

  it.each([
    ['after', [a01, renamed]],
    ['before', [renamed, a01]],
  ])('is shown of the visit under way, told %s it', async (_, facts) => {
    const visit = newVisit();
    await tell(visit, ...facts);
    expect((await house.encounter(visit))!['patient']).toMatchObject({ family: 'Wood', given: 'Ada' });
  });

  it('is acted on although there is no visit, and makes none', async () => {
    const visit = newVisit();
    await tell(visit, renamed);
    expect(await house.encounter(visit)).toBeUndefined();
    const { body } = await house.call('GET', 'messages');
    expect(body['items'][0]).toMatchObject({ trigger: 'A31', disposition: 'processed' });
  });

  it('does not change a visit where it says nothing new', async () => {
    const visit = newVisit();
    await tell(visit, a01);
    const { version } = (await house.encounter(visit))!;
    await tell(visit, fact('person', { at: '11:00', visit: null }));
    expect((await house.encounter(visit))!['version']).toBe(version);
  });
});
