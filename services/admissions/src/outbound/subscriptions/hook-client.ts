import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { HookRequest } from '@wardstream/fhir';
import { type AddressGuard, AddressRefused, hostOf } from './address-guard.js';

export interface HookAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
}

/** The subscriber took too long. */
export class NoAnswerInTime extends Error {
  override readonly name = 'NoAnswerInTime';
}

/**
 * One request to a subscriber. Redirections are not followed and the answer's body is not read. The address is checked as it is
 * connected to. Rejects with AddressRefused, NoAnswerInTime, or the error of the network.
 */
export async function callHook(
  { method, url, headers, body }: HookRequest,
  guard: AddressGuard,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<HookAnswer> {
  const target = new URL(url);
  // A name is checked by `lookup`, which is not asked for an address.
  if (isIP(hostOf(target)) !== 0 && !guard.permits(hostOf(target))) throw new AddressRefused();
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  const limit = AbortSignal.timeout(timeoutMs);
  return new Promise((resolve, reject) => {
    const length = body === null ? 0 : Buffer.byteLength(body);
    const sent = request(
      target,
      {
        method,
        headers: { ...Object.fromEntries(headers), 'user-agent': 'Wardstream', 'content-length': length },
        lookup: guard.lookup,
        agent: false,
        signal: AbortSignal.any([signal, limit]),
      },
      (answer) => {
        resolve({ status: answer.statusCode ?? 0, retryAfter: answer.headers['retry-after'] ?? null });
        answer.destroy();
      },
    );
    // A request that was aborted says no more than that.
    sent.on('error', (error) => reject(limit.aborted ? new NoAnswerInTime() : error));
    sent.end(body ?? undefined);
  });
}
