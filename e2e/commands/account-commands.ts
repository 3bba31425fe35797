import type { Command, Prepared } from './command.js';
import type { CommandHouse } from './command-house.js';

const ACCOUNTS = '/api/v1/accounts';
let logins = 0;

const newLogin = (): string => `somebody-${(logins += 1)}`;

/** What is kept of an account; of its password or key nothing is shown. */
async function accountState(house: CommandHouse, login: string): Promise<unknown> {
  const found = (await house.items(ACCOUNTS)).find((a) => a['login'] === login);
  return [found?.['name'], found?.['kind'], found?.['roles'], found?.['mustChange'], found?.['disabledAt'] === null];
}

/** A command to an account that was made for it. */
function toAccount(kind: 'person' | 'system', route: string, step: string, body: object): Command {
  return {
    ...{ route, first: '200', again: '200' },
    prepare: async (house): Promise<Prepared> => {
      const login = newLogin();
      const roles = [kind === 'person' ? 'bed-manager' : 'department-system'];
      const { account } = await house.done(ACCOUNTS, { login, name: 'Somebody', kind, roles });
      const { id } = account as { id: string };
      return { call: { path: `${ACCOUNTS}/${id}${step}`, body }, state: () => accountState(house, login) };
    },
  };
}

/** What changes nothing that can be read back: each session is one of its own, and who has none has nothing to end. */
function ofSession(route: string, answer: string): Command {
  const path = route.split(' ')[1]!;
  return {
    ...{ route, first: answer, again: answer },
    prepare: () => Promise.resolve({ call: { path, body: {} }, state: () => Promise.resolve(route) }),
  };
}

/** Commands about who can sign in. */
export const accountCommands: readonly Command[] = [
  {
    ...{ route: `POST ${ACCOUNTS}`, first: '201', again: '409 login-taken' },
    prepare: (house) => {
      const login = newLogin();
      const body = { login, name: 'Somebody', roles: ['bed-manager'] };
      return Promise.resolve({ call: { path: ACCOUNTS, body }, state: () => accountState(house, login) });
    },
  },
  toAccount('person', `PATCH ${ACCOUNTS}/{id}`, '', { name: 'Somebody Else', disabled: true }),
  toAccount('person', `POST ${ACCOUNTS}/{id}/password`, '/password', {}),
  toAccount('system', `POST ${ACCOUNTS}/{id}/keys`, '/keys', {}),
  {
    ...{ route: `POST ${ACCOUNTS}/{id}/keys/{key}/revoke`, first: '200', again: '404 key-unknown' },
    prepare: async (house): Promise<Prepared> => {
      const login = newLogin();
      const of = { login, name: 'Somebody', kind: 'system', roles: ['department-system'] };
      const { account } = await house.done(ACCOUNTS, of);
      const { id, keys } = account as { id: string; keys: readonly { id: string }[] };
      const call = { path: `${ACCOUNTS}/${id}/keys/${keys[0]!.id}/revoke`, body: {} };
      return { call, state: () => accountState(house, login) };
    },
  },
  toAccount('person', `POST ${ACCOUNTS}/{id}/sign-out`, '/sign-out', {}),
  ofSession('POST /api/v1/session', '201'),
  ofSession('POST /api/v1/session/sign-out', '200'),
];
