import { expect } from '@jest/globals';
import { serviceNames } from '@wardstream/service-directory';
import type { Command, Prepared } from './command.js';
import type { CommandHouse } from './command-house.js';

const NOBODY = '00000000-0000-4000-8000-000000000000';
const QUEUE = '/api/v1/destinations/{name}/queue/{id}';

/** A message that waits for a receiver that is not there. */
async function waiting(house: CommandHouse): Promise<string> {
  const visit = house.newVisit();
  const controlId = `W-${visit}`;
  await house.send('A05', { visit, at: 'U', controlId, class: 'P' });
  const message = await house.oneOf(`/api/v1/messages?search=${controlId}`, (m) => m['controlId'] === controlId);
  return (await house.oneOf('/api/v1/destinations/ehr/queue?limit=500', (d) => d['about'] === message.id)).id;
}

async function deliveryState(house: CommandHouse, id: string): Promise<unknown> {
  const { body } = await house.everybody.get(`/api/v1/destinations/ehr/queue/${id}`);
  return [body['state'], body['reason']];
}

let paused = 0;

function onDestination(step: 'pause' | 'resume', before: readonly string[]): Command {
  return {
    ...{ route: `POST /api/v1/destinations/{name}/${step}`, first: '200', again: '200' },
    prepare: async (house): Promise<Prepared> => {
      const name = `ehr-${(paused += 1)}`;
      const path = `/api/v1/destinations/${name}`;
      const body = { reason: 'Upgrade on Sunday' };
      for (const one of before) await house.done(`${path}/${one}`, body);
      return {
        call: { path: `${path}/${step}`, body },
        state: async () => {
          const found = (await house.items('/api/v1/destinations')).find((d) => d['name'] === name)!;
          return [found['pausedAt'] === null, found['pausedBy'], found['pauseReason']];
        },
      };
    },
  };
}

/** Nothing lies dead in a house that is well: one that is not there is answered alike, and all of none are none. */
function deadLetters(service: string): Command[] {
  const path = `/api/v1/dead-letters/${service}`;
  const state = async (house: CommandHouse): Promise<unknown> =>
    (await house.everybody.get<unknown>(`${path}?state=all`)).body;
  const of = (step: string, body: object, answer: string): Command => ({
    ...{ route: `POST ${path}${step}`, first: answer, again: answer },
    prepare: (house) =>
      Promise.resolve({ call: { path: `${path}${step.replace('{id}', NOBODY)}`, body }, state: () => state(house) }),
  });
  return [
    of('/redrive', {}, '202'),
    of('/discard', { reason: 'Sent by mistake' }, '202'),
    of('/{id}/redrive', {}, '404 dead-letter-not-found'),
    of('/{id}/discard', { reason: 'Sent by mistake' }, '404 dead-letter-not-found'),
  ];
}

/** What only looks: it changes nothing, and finds the same. */
function checking(route: string): Command {
  return {
    ...{ route: `POST ${route}`, first: '200', again: '200' },
    prepare: () => Promise.resolve({ call: { path: route, body: {} }, state: () => Promise.resolve(route) }),
  };
}

/** Commands of who runs the house. */
export const operationsCommands: readonly Command[] = [
  {
    ...{ route: `POST ${QUEUE}/resend`, first: '200', again: '200' },
    prepare: async (house) => {
      const id = await waiting(house);
      const call = { path: `/api/v1/destinations/ehr/queue/${id}/resend` };
      return { call, state: () => deliveryState(house, id) };
    },
  },
  {
    ...{ route: `POST ${QUEUE}/skip`, first: '200', again: '409 already-settled' },
    prepare: async (house) => {
      const id = await waiting(house);
      const call = { path: `/api/v1/destinations/ehr/queue/${id}/skip`, body: { reason: 'The EHR knows it' } };
      return { call, state: () => deliveryState(house, id) };
    },
  },
  onDestination('pause', []),
  onDestination('resume', ['pause']),
  ...serviceNames.flatMap(deadLetters),
  checking('/api/v1/replay-check'),
  checking('/api/v1/replay-check/beds'),
];

/** A check of all that is kept, as its answer says it. */
export async function expectEqual(house: CommandHouse): Promise<void> {
  for (const path of ['/api/v1/replay-check', '/api/v1/replay-check/beds']) {
    const { body } = await house.call({ method: 'POST', path, body: {} });
    expect([path, body]).toMatchObject([path, { equal: true, waiting: 0, differences: [] }]);
  }
}

export async function expectNothingLeftBehind(house: CommandHouse): Promise<void> {
  for (const service of serviceNames) {
    const { body } = await house.everybody.get<unknown>(`/api/v1/dead-letters/${service}?state=all`);
    expect([service, body]).toEqual([service, []]);
  }
}
