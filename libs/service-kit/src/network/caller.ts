import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Networks } from './networks.js';

/** Who asks, and by which name and scheme. */
export interface Caller {
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** Host and port as the caller knows them; empty where none that can be is named. */
  readonly host: string;
}

/** What only a proxy may say. */
const forwarded = [
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
];

const host = /^([\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\])(:\d{1,5})?$/;

/** Whether a text can be the Host of a request. */
export function isHost(text: string): boolean {
  return host.test(text);
}

/**
 * Who sent a request. What it says of addresses, host and scheme before it is believed only where its peer is one of `proxies`; of the
 * addresses it names, the last that is no proxy itself is who asked. The headers say afterwards what was believed and nothing else, so that
 * nobody behind reads what a stranger wrote there.
 */
export function callerOf(request: IncomingMessage, proxies: Networks): Caller {
  const { headers, socket } = request;
  const peer = socket.remoteAddress ?? '';
  const own: Caller = {
    address: peer,
    scheme: (socket as TLSSocket).encrypted === true ? 'https' : 'http',
    host: isHost(headers.host ?? '') ? headers.host! : '',
  };
  const caller = proxies.includes(peer) ? believed(request, own, proxies) : own;
  for (const name of forwarded) if (headers[name] !== undefined) delete headers[name];
  if (caller === own) return own;
  headers['x-forwarded-for'] = caller.address;
  headers['x-forwarded-proto'] = caller.scheme;
  if (caller.host !== '') headers['x-forwarded-host'] = caller.host;
  return caller;
}

function believed({ headers }: IncomingMessage, own: Caller, proxies: Networks): Caller {
  const said = (name: string): string[] =>
    [headers[name] ?? []]
      .flat()
      .join(',')
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '');
  const hops = said('x-forwarded-for');
  // From the nearest on: beyond the first that is no proxy of ours, anybody may have written what he likes.
  let { address } = own;
  for (let i = hops.length - 1; i >= 0 && proxies.includes(address); i -= 1) {
    if (isIP(hops[i]!) === 0) break;
    address = hops[i]!;
  }
  const scheme = said('x-forwarded-proto').at(-1)?.toLowerCase();
  const named = said('x-forwarded-host').at(-1) ?? '';
  return {
    address,
    scheme: scheme === 'https' || scheme === 'http' ? scheme : own.scheme,
    host: isHost(named) ? named : own.host,
  };
}
