import { parseArgs } from 'node:util';
import type { AccountAnswer, AccountSecret } from '@wardstream/api-contract';
import { issueToken, processEnvironment } from '@wardstream/service-kit';
import { DataDirectory } from './data-directory.js';

const usage = `npm run users -- COMMAND
  list                                     who can sign in, and what they may do
  add NAME --role ROLE [--role ROLE]       somebody new; prints a first password, which is changed at the first sign-in
      [--called "Full Name"] [--facility ID] [--unit FACILITY/UNIT]
      [--system]                           a system instead: prints the key with which it asks for its tokens
  roles NAME --role ROLE [--role ROLE]     gives these roles instead of those before
      [--facility ID] [--unit FACILITY/UNIT] (all where none is named)
  reset NAME                               a first password for who has lost theirs
  key NAME [--others-end-after HOURS]      a further key for a system; those before it go on for so long (24)
  revoke NAME KEY                          ends one key of a system at once; list names them
  disable NAME, enable NAME                sessions end within seconds
  sign-out NAME                            ends all sessions of somebody
--url ADDRESS  where Wardstream is reached (http://localhost:8080)
It acts as an administrator by the secret of this installation (WARDSTREAM_AUTH_SECRET, or the folder of its data).`;

const options = {
  role: { type: 'string', multiple: true },
  facility: { type: 'string', multiple: true },
  unit: { type: 'string', multiple: true },
  called: { type: 'string' },
  system: { type: 'boolean', default: false },
  'others-end-after': { type: 'string', default: '24' },
  url: { type: 'string' },
} as const;

class Refused extends Error {}

/** `npm run users`: manages accounts over the public interface, as the page does. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const [command = '', login = '', key = ''] = positionals;
  const environment = processEnvironment();
  const call = await caller(values.url ?? `http://localhost:${environment['WARDSTREAM_HTTP_PORT'] ?? 8080}`);
  const grants = { roles: values.role, facilities: values.facility ?? null, units: values.unit ?? null };
  const idOf = async (): Promise<string> => {
    const { items } = await call<{ items: AccountAnswer[] }>('GET', '');
    const found = items.find((account) => account.login.toLowerCase() === login.toLowerCase());
    if (found === undefined) throw new Refused(`Nobody signs in as "${login}".`);
    return found.id;
  };
  const tell = ({ account, secret }: AccountSecret): void => {
    const what = account.kind === 'system' ? 'Key' : 'First password';
    console.log(`${line(account)}\n${what}, told this once: ${secret}`);
  };
  if (command !== 'list' && login === '') return fail();
  switch (command) {
    case 'list':
      for (const each of (await call<{ items: AccountAnswer[] }>('GET', '')).items) console.log(line(each));
      return;
    case 'add':
      if (values.role === undefined) return fail();
      return tell(
        await call('POST', '', {
          ...grants,
          login,
          name: values.called ?? login,
          kind: values.system ? 'system' : 'person',
        }),
      );
    case 'roles':
      if (values.role === undefined) return fail();
      return console.log(line(await call('PATCH', `/${await idOf()}`, grants)));
    case 'reset':
      return tell(await call('POST', `/${await idOf()}/password`));
    case 'key':
      return tell(
        await call('POST', `/${await idOf()}/keys`, { othersEndAfterHours: Number(values['others-end-after']) }),
      );
    case 'revoke':
      if (key === '') return fail();
      return console.log(line(await call('POST', `/${await idOf()}/keys/${encodeURIComponent(key)}/revoke`)));
    case 'disable':
    case 'enable':
      return console.log(line(await call('PATCH', `/${await idOf()}`, { disabled: command === 'disable' })));
    case 'sign-out':
      return console.log(line(await call('POST', `/${await idOf()}/sign-out`)));
    default:
      fail();
  }
}

function line({ login, name, kind, roles, facilities, units, disabledAt, mustChange, keys }: AccountAnswer): string {
  const scope = [...(facilities ?? ['all facilities']), ...(units ?? [])].join(', ');
  const marks = [
    ...(kind === 'system' ? [`system with keys ${keys.map(({ id }) => id).join(' ') || 'that are good no more'}`] : []),
    ...(disabledAt === null ? [] : [`disabled since ${disabledAt}`]),
    ...(mustChange ? ['password not changed yet'] : []),
  ];
  return `${login} (${name}): ${roles.join(', ')}; ${scope}${marks.map((mark) => `; ${mark}`).join('')}`;
}

/** Calls the routes of accounts as an administrator. */
async function caller(url: string) {
  const environment = processEnvironment();
  const secret =
    environment['WARDSTREAM_AUTH_SECRET'] ??
    new DataDirectory(environment['WARDSTREAM_DATA_DIR'] ?? '.wardstream').secret();
  const trust = {
    secret,
    issuer: environment['WARDSTREAM_JWT_ISSUER'] ?? 'wardstream',
    audience: environment['WARDSTREAM_JWT_AUDIENCE'] ?? 'wardstream',
  };
  const user = { subject: 'local:users', name: 'npm run users', roles: ['administrator'] as const };
  const token = await issueToken(trust, user, 300);
  return async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(new URL(`/api/v1/accounts${path}`, url), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new Refused(`Wardstream cannot be reached at ${url}: is it running? --url names another address.`);
    });
    const said = (await answer.json().catch(() => ({}))) as T & { detail?: string };
    if (!answer.ok) throw new Refused(said.detail ?? `The server answered ${answer.status}.`);
    return said;
  };
}

function fail(): never {
  console.error(usage);
  process.exit(2);
}

main().catch((error: unknown) => {
  const { code, message } = error as { code?: string; message: string };
  if (code?.startsWith('ERR_PARSE_ARGS') === true) return fail();
  console.error(error instanceof Refused ? message : error);
  process.exit(1);
});
