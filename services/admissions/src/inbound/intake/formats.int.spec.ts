import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '@wardstream/persistence';
import { eventually } from '@wardstream/testing';
import { a01, smallHouse } from '@wardstream/encounter-model/testing';
import type { NormalizedMessage } from '../interpretation/interpret-normalized.js';
import { AdmissionsHouse } from '../../testing/admissions-house.spec.js';
import { type Incoming, Intake } from './intake.js';

let house: AdmissionsHouse;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
});
afterAll(() => house?.remove());

function told(visit: string, of: Partial<NormalizedMessage> = {}): Incoming {
  const fact = { ...a01.fact, visit: { number: visit, domain: null } };
  const statement: NormalizedMessage = {
    ...{ application: 'EHR', senderFacility: 'NGH', facilities: ['NGH'], controlId: visit, messageType: 'Encounter' },
    ...{ trigger: 'A01', facts: [fact], bedStatuses: [], faults: [], ...of },
  };
  return { bytes: Buffer.from(JSON.stringify({ visit })), transport: 'http', format: 'fhir', statement };
}

describe('a message of another format than HL7 v2', () => {
  it('is kept with what was read of it, and becomes an encounter', async () => {
    const answer = await house.service.get(Intake).take(told('F1'));
    expect(answer).toMatchObject({ code: 'AA', disposition: 'processed' });
    await house.drained();
    expect(await house.encounter('F1')).toMatchObject({ status: 'in-progress', location: { bedId: '4A-1' } });
    const [row] = await house.rows<{ format: string; facts: number }>(
      "SELECT format, json_array_length(statement -> 'facts') AS facts FROM admissions.message WHERE id = $1",
      [answer.id],
    );
    expect(row).toEqual({ format: 'fhir', facts: 1 });
  });

  it('that could not be placed is placed from what was read of it once its facility is known', async () => {
    const answer = await house.service.get(Intake).take(told('F2', { facilities: ['NEW'], senderFacility: 'NEW' }));
    expect(answer.disposition).toBe('unplaced');
    await house.configure({ ...smallHouse, id: 'NEW', aliases: [] });
    await eventually(async () => {
      const [row] = await house.rows<{ facility: string; status: string }>(
        "SELECT facility, status FROM admissions.encounter WHERE visit_number = 'F2'",
      );
      expect(row).toEqual({ facility: 'NEW', status: 'in-progress' });
    });
  });

  it('in the transaction of its caller is stored with it, or not at all', async () => {
    const work = house.service.get(UnitOfWork);
    const intake = house.service.get(Intake);
    const lost = work.run(async (tx) => {
      await intake.takeWithin(tx, told('F3'));
      throw new Error('given up');
    });
    await expect(lost).rejects.toThrow('given up');
    expect(await house.rows("SELECT FROM admissions.message WHERE control_id = 'F3'")).toHaveLength(0);
    const taken = await work.run((tx) => intake.takeWithin(tx, told('F3')));
    taken.committed();
    expect(taken.answer.code).toBe('AA');
    await house.drained();
    expect(await house.encounter('F3')).toMatchObject({ status: 'in-progress' });
  });
});
