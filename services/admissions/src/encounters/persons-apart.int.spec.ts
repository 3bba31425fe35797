import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, answered, type Sender } from '../testing/admissions-house.spec.js';

let house: AdmissionsHouse;
let senders: Sender[];

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  senders = await Promise.all([house.sender(), house.sender()]);
});
afterAll(() => house?.remove());

let control = 0;

interface Told {
  readonly trigger: string;
  /** Hours of the day at which it happened and was recorded. */
  readonly at: number;
  readonly recorded: number;
  readonly patient: string;
  readonly other: string;
  readonly visit: string;
  readonly name: string;
  readonly born: string;
  readonly sex: string;
  readonly mother: string;
  readonly isFirst: boolean;
}

const told = fc.record<Told>({
  trigger: fc.constantFrom('A01', 'A03', 'A02', 'A08', 'A31', 'A31', 'A40', 'A40', 'A29', 'A42', 'A06', 'A45'),
  at: fc.integer({ min: 8, max: 13 }),
  recorded: fc.integer({ min: 8, max: 15 }),
  patient: fc.constantFrom('1', '2', '3', '4'),
  other: fc.constantFrom('1', '2', '3', '4'),
  visit: fc.constantFrom('1', '2', '3'),
  name: fc.constantFrom('', 'Ward^Ada', 'Wood^Ada', '""'),
  born: fc.constantFrom('', '19560704', '19600101', '""'),
  sex: fc.constantFrom('', 'F', 'M', '""'),
  mother: fc.constantFrom('', '', '1', '4'),
  isFirst: fc.boolean(),
});

/** The message, of patients and visits that no other history has. */
function message(of: string, said: Told): string {
  const time = (hour: number): string => `20260302${String(hour).padStart(2, '0')}0000+0000`;
  const { trigger, patient, other, visit } = said;
  const id = (number: string): string => `${of}P${number}^^^NGH^MR`;
  const pid = ['PID', '1', '', id(patient), '', said.name, '', said.born, said.sex];
  pid[21] = said.mother === '' ? '' : id(said.mother);
  const pv1 = ['PV1', '1', 'I', `4A^^${visit}`];
  pv1[19] = `${of}V${visit}`;
  const mrg = ['MRG', ['A40', 'A45'].includes(trigger) ? id(other) : ''];
  if (trigger === 'A42' || trigger === 'A06') mrg[5] = `${of}V${other}`;
  return [
    `MSH|^~\\&|ADT|NGH|W|NGH|${time(said.recorded)}||ADT^${trigger}|${of}-${++control}|P|2.5.1`,
    `EVN|${trigger}|${time(said.recorded)}||||${time(said.at)}`,
    pid.join('|'),
    ...(['A40', 'A42', 'A06', 'A45'].includes(trigger) ? [mrg.join('|')] : []),
    ...(['A31', 'A40', 'A29'].includes(trigger) ? [] : [pv1.join('|')]),
  ].join('\r');
}

describe('what is told of persons and merges, in any order', () => {
  it('makes of each visit what all of it together says', async () => {
    house.clock.set('2026-03-02T20:00:00.000Z');
    const histories = fc.sample(fc.array(told, { minLength: 4, maxLength: 14 }), { numRuns: 60, seed: 12 });
    for (const [i, history] of histories.entries()) {
      // By two connections: what comes in one batch, and what after another, is left to chance.
      const acks = await Promise.all(
        history.map((said) => senders[said.isFirst ? 0 : 1]!.send(message(`H${i}`, said))),
      );
      for (const ack of acks) expect(answered(ack).slice(0, 1)).toBe('A');
    }
    await house.drained();
    const { body } = await house.call('POST', 'replay-check');
    expect(body['differences']).toEqual([]);
    expect(body['encounters']).toBeGreaterThan(60);
  });
});
