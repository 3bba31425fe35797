import { issueToken, type Role } from '@wardstream/service-kit';
import { faultsByR4 } from '@wardstream/testing/r4-schema';
import { type AdmissionsHouse, secret, type Shown } from './admissions-house.spec.js';

export interface FhirReply {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  /** The version in the ETag. */
  readonly version: string | null;
  readonly body: Shown;
}

export interface FhirSending {
  readonly roles?: readonly Role[];
  readonly subject?: string;
  readonly headers?: Record<string, string>;
  /** A resource, or the body as it is. */
  readonly body?: unknown;
  readonly token?: string | null;
}

/** A client of `/fhir/R4`. Whatever it is answered must be R4. */
export class FhirClient {
  constructor(
    private readonly house: AdmissionsHouse,
    private readonly defaults: FhirSending = {},
  ) {}

  async send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, more: FhirSending = {}): Promise<FhirReply> {
    const { roles = ['administrator'], subject = 'EHR', headers, body, token } = { ...this.defaults, ...more };
    const trust = { secret, issuer: 'wardstream', audience: 'wardstream' };
    const bearer = token === undefined ? await issueToken(trust, { subject, roles }, 60) : token;
    const payload =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const reply = await this.house.service.fastify.inject({
      method,
      url: path === '' ? '/fhir/R4' : `/fhir/R4/${path}`,
      headers: {
        host: 'wardstream.test',
        ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { payload }),
    });
    const type = String(reply.headers['content-type'] ?? '');
    if (reply.body !== '' && !type.startsWith('application/fhir+json')) throw new Error(`${type}: ${reply.body}`);
    const json = (reply.body === '' ? {} : reply.json()) as Shown;
    const faults = reply.body === '' ? [] : faultsByR4(json as { resourceType: string });
    if (faults.length > 0) throw new Error(`not R4: ${faults.join('; ')} in ${reply.body}`);
    const version = /^W\/"(.*)"$/.exec(String(reply.headers['etag'] ?? ''))?.[1] ?? null;
    return { status: reply.statusCode, headers: reply.headers, version, body: json };
  }

  get(path: string, more: FhirSending = {}): Promise<FhirReply> {
    return this.send('GET', path, more);
  }

  put(path: string, body: unknown, headers: Record<string, string> = {}, more: FhirSending = {}): Promise<FhirReply> {
    return this.send('PUT', path, { ...more, body, headers });
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}, more: FhirSending = {}): Promise<FhirReply> {
    return this.send('POST', path, { ...more, body, headers });
  }
}

/** Codes of the issues of an OperationOutcome: `error login`, `warning not-found`. */
export function issues({ body }: FhirReply): string[] {
  if (body['resourceType'] !== 'OperationOutcome') return [`no OperationOutcome but ${String(body['resourceType'])}`];
  return (body['issue'] as { severity: string; code: string }[]).map((i) => `${i.severity} ${i.code}`);
}
