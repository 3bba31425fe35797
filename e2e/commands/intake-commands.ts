import { expect } from '@jest/globals';
import { adt } from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';
import { bedState, type Command, visitState } from './command.js';
import type { CommandHouse } from './command-house.js';

const EVENTS = '/api/v1/events';
const ago = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

/** What became of a message, by its control id. */
async function dispositions(house: CommandHouse, controlId: string): Promise<unknown[]> {
  const found = await house.items(`/api/v1/messages?search=${controlId}`);
  return found.map((m) => m['disposition']).sort();
}

/** An admission with an event time that is none: an error, so it is in the quarantine. */
async function quarantined(house: CommandHouse) {
  const [bed, visit] = [house.newBed(), house.newVisit()];
  const controlId = `Q-${visit}`;
  const sound = adt({ trigger: 'A01', visit, at: house.place(bed), when: ago(30), facility: 'CMD', controlId });
  const faulty = sound.replace(/EVN\|A01\|[^\r]*/, 'EVN|A01|yesterday');
  expect(await house.sendText(faulty)).toContain('MSA|AE');
  const { id } = await house.oneOf(`/api/v1/quarantine?search=${controlId}`, (m) => m['controlId'] === controlId);
  return { id, bed, visit, controlId, sound };
}

/** Two visits of one patient in two beds, and the conflict about them. */
async function inTwoBeds(house: CommandHouse) {
  const [one, other] = [house.newBed(), house.newBed()];
  const [first, second] = [house.newVisit(), house.newVisit()];
  await house.send('A01', { visit: first, at: house.place(one), mrn: `M${first}` });
  await house.send('A01', { visit: second, at: house.place(other), mrn: `M${first}` });
  await house.until(other, 'occupied');
  const { id } = await house.encounter(second);
  const fits = (c: Record<string, unknown>): boolean =>
    c['kind'] === 'patient-in-two-beds' && (c['facts'] as { encounterId?: string }[]).some((f) => f.encounterId === id);
  const conflict = await house.oneOf('/api/v1/conflicts?facility=CMD&limit=1000', fits);
  const state = async (): Promise<unknown> => {
    const both = await Promise.all([first, second].map((visit) => visitState(house, visit)));
    const open = (await house.items('/api/v1/conflicts?facility=CMD&limit=1000')).filter(fits).length;
    return [both, await bedState(house, one), await bedState(house, other), open];
  };
  const endVisit = (await house.encounter(first))['id'] as string;
  return {
    path: `/api/v1/encounter-conflicts/${conflict.id}`,
    version: conflict['version'] as number,
    endVisit,
    state,
  };
}

async function family(house: CommandHouse) {
  const [one, other] = [house.newBed(), house.newBed()];
  const mother = (await house.encounter(await house.admit(one)))['id'] as string;
  const visit = await house.admit(other);
  const child = (await house.encounter(visit))['id'] as string;
  const state = async (): Promise<unknown> => [await visitState(house, visit), await bedState(house, other)];
  return { path: `/api/v1/encounters/${child}/mother`, mother, state };
}

/** Commands of admissions. */
export const intakeCommands: readonly Command[] = [
  {
    // Changes nothing: what is asked may be a name, so it is in the body.
    ...{ route: 'POST /api/v1/facilities/{facility}/patients/search', first: '200', again: '200' },
    prepare: async (house) => {
      const visit = await house.admit(house.newBed());
      const call = { path: '/api/v1/facilities/CMD/patients/search', body: { q: visit } };
      return { call, state: () => visitState(house, visit) };
    },
  },
  {
    ...{ route: 'POST /api/v1/adt', first: '200', again: '200' },
    prepare: (house) => {
      const [bed, visit] = [house.newBed(), house.newVisit()];
      const body = adt({ trigger: 'A01', visit, at: house.place(bed), when: ago(30), facility: 'CMD' });
      return Promise.resolve({
        call: { path: '/api/v1/adt', body, type: 'application/hl7-v2' },
        state: async () => {
          await house.until(bed, 'occupied');
          return [await visitState(house, visit), await bedState(house, bed)];
        },
      });
    },
  },
  {
    ...{ route: `POST ${EVENTS}`, first: '200', again: '200' },
    prepare: (house) => {
      const [bed, visit] = [house.newBed(), house.newVisit()];
      const [unit, code] = bed.split('-');
      const body = {
        ...{ specversion: '1.0', id: visit, source: 'CMD-EVENTS', type: 'movement.admitted', subject: visit },
        ...{ time: ago(29).toISOString(), datacontenttype: 'application/json' },
        data: {
          ...{ facility: 'CMD', at: ago(30).toISOString(), visit: { number: visit, domain: 'CMD' } },
          patient: { id: `P${visit}`, domain: 'CMD' },
          ...{ class: 'inpatient', place: { unit, room: 'R', bed: code } },
        },
      };
      return Promise.resolve({
        call: { path: EVENTS, body, type: 'application/cloudevents+json' },
        state: async () => {
          await house.until(bed, 'occupied');
          return [await visitState(house, visit), await bedState(house, bed)];
        },
      });
    },
  },
  {
    ...{ route: 'POST /api/v1/quarantine/{id}/replay', as: 'a corrected message' },
    ...{ first: '200', again: '409 not-in-quarantine' },
    prepare: async (house) => {
      const { id, visit, bed, sound, controlId } = await quarantined(house);
      return {
        call: { path: `/api/v1/quarantine/${id}/replay`, body: { message: sound } },
        state: async () => {
          await house.until(bed, 'occupied');
          return [await dispositions(house, controlId), await visitState(house, visit), await bedState(house, bed)];
        },
      };
    },
  },
  {
    ...{
      route: 'POST /api/v1/encounter-conflicts/{id}/close',
      as: 'one of the visits is over',
      first: '200',
      again: '200',
    },
    prepare: async (house) => {
      const { path, version, endVisit, state } = await inTwoBeds(house);
      return { call: { path: `${path}/close`, body: { reason: 'Moved up', version, endVisit } }, state };
    },
  },
  {
    ...{ route: 'POST /api/v1/encounter-conflicts/{id}/close', as: 'as it stands', first: '200', again: '200' },
    prepare: async (house) => {
      const { path, version, state } = await inTwoBeds(house);
      return { call: { path: `${path}/close`, body: { reason: 'Both are right', version } }, state };
    },
  },
  {
    ...{ route: 'POST /api/v1/encounter-conflicts/{id}/reopen', first: '200', again: '200' },
    prepare: async (house) => {
      const { path, version, endVisit, state } = await inTwoBeds(house);
      const closed = await house.done(`${path}/close`, { reason: 'Moved up', version, endVisit });
      return { call: { path: `${path}/reopen`, body: { version: closed['version'] } }, state };
    },
  },
  {
    ...{ route: 'POST /api/v1/encounters/{id}/mother', first: '200', again: '200' },
    prepare: async (house) => {
      const { path, mother, state } = await family(house);
      return { call: { path, body: { mother, reason: 'Told on the ward' } }, state };
    },
  },
  {
    ...{ route: 'POST /api/v1/encounters/{id}/mother/withdraw', first: '200', again: '409 mother-not-decided' },
    prepare: async (house) => {
      const { path, mother, state } = await family(house);
      await house.done(path, { mother, reason: 'Told on the ward' });
      return { call: { path: `${path}/withdraw`, body: { reason: 'Another child' } }, state };
    },
  },
  {
    ...{ route: 'POST /api/v1/quarantine/replays', first: '202', again: '202' },
    prepare: async (house) => {
      const { controlId } = await quarantined(house);
      const call = { path: '/api/v1/quarantine/replays', body: { search: controlId } };
      return {
        call,
        state: async () => {
          await eventually(async () => {
            const all = await house.items('/api/v1/quarantine/replays');
            expect(all.filter((r) => r['state'] === 'running')).toEqual([]);
          });
          // Still wrong, as nothing was put right.
          return dispositions(house, controlId);
        },
      };
    },
  },
  {
    ...{ route: 'POST /api/v1/quarantine/replays/{id}/cancel', first: '200', again: '200' },
    prepare: async (house) => {
      const { id } = await house.done('/api/v1/quarantine/replays', { search: `none ${house.newVisit()}` });
      const path = `/api/v1/quarantine/replays/${id as string}`;
      const state = async (): Promise<unknown> => {
        const { body } = await house.everybody.get(path);
        return [body['state'] === 'running', body['done']];
      };
      return { call: { path: `${path}/cancel` }, state };
    },
  },
  {
    ...{ route: 'POST /api/v1/senders/reload', first: '200', again: '200' },
    prepare: (house) =>
      Promise.resolve({
        call: { path: '/api/v1/senders/reload' },
        state: async () => (await house.everybody.get('/api/v1/senders')).body['version'],
      }),
  },
];
