import { expect } from '@jest/globals';
import { eventually } from '@wardstream/testing';
import type { Command } from './command.js';
import { CMD, type CommandHouse } from './command-house.js';

const OF = '/api/v1/facilities/{facility}';

/** What was asked for the visit, under any id. */
async function requestState(house: CommandHouse, visit: string): Promise<unknown> {
  const found = await house.items(`${CMD}/bed-requests?status=all&visitNumber=${visit}`);
  return found.map((r) => [r['status'], r['version'], r['toUnit'], r['readyToMoveAt'] === null, r['cancelReason']]);
}

async function asked(house: CommandHouse): Promise<{ visit: string; id: string }> {
  const visit = await house.arrived();
  const { id } = await house.done(`${CMD}/bed-requests`, { visitNumber: visit, source: 'ED', toUnit: 'U' });
  return { visit, id: id as string };
}

async function planState(house: CommandHouse, visit: string): Promise<unknown> {
  for (const status of ['open', 'cancelled']) {
    const found = await house.items(`${CMD}/discharge-plans?status=${status}&limit=1000`);
    const plan = found.find((p) => p['visitNumber'] === visit);
    if (plan !== undefined) return [plan['status'], plan['version'], plan['waitingFor']];
  }
  return 'none';
}

function planning(
  step: string,
  answers: Pick<Command, 'first' | 'again'>,
  before: readonly string[] = [],
  body: object = {},
): Command {
  return {
    ...{ route: `POST ${OF}/discharge-plans/{visit}/{step}`, as: `discharge plan ${step}`, ...answers },
    prepare: async (house) => {
      const visit = await house.admit(house.newBed());
      const path = `${CMD}/discharge-plans/${visit}`;
      for (const one of before) await house.done(`${path}/${one}`);
      return { call: { path: `${path}/${step}`, body }, state: () => planState(house, visit) };
    },
  };
}

let alerts = 0;

/** An alert that nothing else uses: a unit that does not answer a request that was made long ago. */
async function alerted(house: CommandHouse): Promise<string> {
  const unit = `A${alerts++}`;
  const visit = await house.arrived();
  const at = new Date(Date.now() - 3 * 3_600_000).toISOString();
  await house.done(`${CMD}/bed-requests`, { visitNumber: visit, source: 'ED', toUnit: unit, at });
  const fits = (a: Record<string, unknown>): boolean => a['rule'] === 'request-unassigned' && a['unit'] === unit;
  return (await house.oneOf('/api/v1/alerts?facility=CMD&state=firing&limit=1000', fits)).id;
}

async function alertState(house: CommandHouse, id: string): Promise<unknown> {
  const { body } = await house.everybody.get(`/api/v1/alerts/${id}`);
  return [body['state'], body['acknowledgedBy']];
}

const DELIVERIES = '/api/v1/webhook-deliveries';
async function delivery(house: CommandHouse, id: string): Promise<Record<string, unknown>> {
  const found = (await house.items(`${DELIVERIES}?limit=500`)).find((d) => d['id'] === id);
  return found ?? {};
}

/** A message to a receiver that refused it. */
async function refused(house: CommandHouse): Promise<string> {
  const alert = await alerted(house);
  const fits = (d: Record<string, unknown>): boolean => d['alertId'] === alert && d['state'] === 'rejected';
  return (await house.oneOf(`${DELIVERIES}?limit=500`, fits)).id;
}

/** Commands of departments and of who watches alerts. */
export const departmentCommands: readonly Command[] = [
  {
    ...{ route: `POST ${OF}/bed-requests`, first: '201', again: '200' },
    prepare: async (house) => {
      const visit = await house.arrived();
      const body = { visitNumber: visit, source: 'ED', toUnit: 'U' };
      return { call: { path: `${CMD}/bed-requests`, body }, state: () => requestState(house, visit) };
    },
  },
  {
    ...{ route: `POST ${OF}/bed-requests/{id}/ready-to-move`, first: '200', again: '200' },
    prepare: async (house) => {
      const { visit, id } = await asked(house);
      const call = { path: `${CMD}/bed-requests/${id}/ready-to-move`, body: {} };
      return { call, state: () => requestState(house, visit) };
    },
  },
  {
    ...{ route: `POST ${OF}/bed-requests/{id}/cancel`, first: '200', again: '409 bed-request-closed' },
    prepare: async (house) => {
      const { visit, id } = await asked(house);
      const call = { path: `${CMD}/bed-requests/${id}/cancel`, body: { reason: 'Went home' } };
      return { call, state: () => requestState(house, visit) };
    },
  },
  planning('pending', { first: '200', again: '200' }),
  planning('confirm', { first: '200', again: '200' }, [], { waitingFor: 'transport' }),
  planning('cancel', { first: '200', again: '409 no-open-plan' }, ['confirm']),
  {
    ...{ route: 'POST /api/v1/alerts/{id}/acknowledge', first: '200', again: '200' },
    prepare: async (house) => {
      const id = await alerted(house);
      return { call: { path: `/api/v1/alerts/${id}/acknowledge` }, state: () => alertState(house, id) };
    },
  },
  {
    ...{ route: `POST ${DELIVERIES}/{id}/resend`, first: '200', again: '200' },
    prepare: async (house) => {
      const id = await refused(house);
      return {
        call: { path: `${DELIVERIES}/${id}/resend` },
        state: async () => {
          // It is refused again, however often it is sent.
          await eventually(async () => expect((await delivery(house, id))['state']).toBe('rejected'));
          return 'rejected';
        },
      };
    },
  },
  {
    ...{ route: `POST ${DELIVERIES}/{id}/skip`, first: '200', again: '409 already-settled' },
    prepare: async (house) => {
      const id = await refused(house);
      const call = { path: `${DELIVERIES}/${id}/skip`, body: { reason: 'The pager is gone' } };
      return { call, state: async () => (await delivery(house, id))['state'] };
    },
  },
];
