import { acts } from '@wardstream/access';
import type { FastifyRequest } from 'fastify';
import type { User } from '../access/allow.js';
import type { RouteAct } from './act.js';
import { type ActNotes, CurrentAct } from './current-act.js';

/** The act that a request is by what its route says; undefined where it is none. */
export function actOfRequest(
  said: RouteAct,
  { params, ip }: Pick<FastifyRequest, 'params' | 'ip'>,
  user: User | undefined,
): CurrentAct | undefined {
  if (!('name' in said) || user === undefined) return undefined;
  const of = acts[said.name];
  const by = { subject: user.subject, roles: user.roles };
  return new CurrentAct(said.name, by, ip, notesOf('of' in of ? of.of : undefined, params));
}

/** What a caller wrote where an id belongs may be anything, a name for one; that is not kept. */
const plain = (text: string | undefined): string | undefined =>
  text !== undefined && /^[\w.:-]{1,64}$/.test(text) ? text : undefined;

function notesOf(of: string | undefined, params: unknown): ActNotes {
  const named = params as Readonly<Record<string, string | undefined>>;
  const [bedId, step, thing] = [plain(named['bedId']), plain(named['step']), plain(named['name'] ?? named['id'])];
  return {
    ...(bedId === undefined ? {} : { bed: bedId }),
    ...(step === undefined ? {} : { step }),
    ...(thing === undefined || of === undefined ? {} : { about: `${of}/${thing}` }),
    ...(thing === undefined || of !== 'encounter' ? {} : { encounters: [thing] }),
  };
}
