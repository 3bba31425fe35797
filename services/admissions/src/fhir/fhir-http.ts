import { applyDecorators, Controller, UseFilters } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { etagOf } from '@wardstream/fhir';
import { Allow, NoAct, TakesBody, type User } from '@wardstream/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FhirRefusal } from './fhir-refusal.js';
import { FhirRefusalFilter } from './fhir-refusal.filter.js';

/** Where the FHIR interface is, below the origin. */
export const FHIR_PATH = 'fhir/R4';
export const FHIR_JSON = 'application/fhir+json';

/**
 * A controller of the FHIR interface: below `/fhir/R4`, in FHIR JSON, every error as an OperationOutcome. Handlers take the body
 * by `jsonOf`, refuse by `FhirRefusal` (or a DomainError), and answer by `answer`.
 */
export function FhirController(): ClassDecorator {
  return applyDecorators(Controller(FHIR_PATH), ApiTags('fhir'), UseFilters(FhirRefusalFilter));
}

/** A handler that takes a resource: open to those whose systems may tell facts. What was sent is read by `writeOf`. */
export function WritesFhir(summary: string): MethodDecorator {
  return applyDecorators(
    Allow('message.send'),
    NoAct('What was sent is kept as it came, with its sender and when it came, and is found among the messages.'),
    TakesBody('resource'),
    ApiConsumes(FHIR_JSON),
    ApiBody({ schema: { type: 'object' } }),
    ApiOperation({ summary }),
  );
}

/** Where this server's FHIR interface is for whoever asks, without a slash at the end. What proxies say of that is believed if they are ours. */
export function baseOf({ protocol, host }: FastifyRequest): string {
  return `${protocol}://${host || 'localhost'}/${FHIR_PATH}`;
}

/** The path and query as they were sent, apart. */
export function queryOf(request: FastifyRequest): [string, string][] {
  const at = request.url.indexOf('?');
  return at === -1 ? [] : [...new URLSearchParams(request.url.slice(at + 1))];
}

/** The parameters of a search that is sent as a form: those of the query and those of the body. */
export function formQueryOf(request: FastifyRequest): [string, string][] {
  const sent = Object.entries((request.body ?? {}) as Record<string, unknown>).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
  return [...queryOf(request), ...sent];
}

/** What was sent, read as JSON. @throws FhirRefusal 400 for what is no JSON object */
export function jsonOf(body: unknown): { readonly bytes: Buffer; readonly json: Record<string, unknown> } {
  if (!Buffer.isBuffer(body) || body.length === 0) {
    throw FhirRefusal.of(400, 'required', 'The request has no body; send a resource as application/fhir+json');
  }
  const json = parsed(body);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw FhirRefusal.of(400, 'structure', 'The body is no JSON object; a resource is one');
  }
  // Only by an escape can such a character come.
  const wrong = body.includes('\\u') ? unfitTextIn(json) : null;
  if (wrong !== null) {
    const text = 'FHIR allows no control characters in a text but tab, CR and LF, and no half of a surrogate pair';
    throw FhirRefusal.of(400, 'value', text, wrong);
  }
  return { bytes: body, json: json as Record<string, unknown> };
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    // The parser's own words quote what was sent.
    throw FhirRefusal.of(400, 'structure', 'The body is no JSON in UTF-8');
  }
}

/** Where a text (or a name) in it is none that FHIR allows (R4 datatypes.html#string); null if all are. */
function unfitTextIn(json: object): string | null {
  const unfit = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff]/u;
  // As deep as it is nested, so not by recursion.
  const { resourceType } = json as { resourceType?: unknown };
  const left: [value: unknown, path: string][] = [[json, typeof resourceType === 'string' ? resourceType : '']];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const [value, path] = next;
    if (typeof value === 'string' && unfit.test(value)) return path;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, part] of Object.entries(value)) {
      if (unfit.test(name)) return path;
      left.push([part, Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`]);
    }
  }
  return null;
}

/** @throws FhirRefusal 404 where a version is asked for, and it is not the present one. `what`: 'an Encounter' */
export function checkPresent(what: string, asked: string | null, present: string | undefined): void {
  if (asked === null || asked === present) return;
  throw FhirRefusal.of(404, 'not-found', `Only the present version of ${what} is kept`);
}

/** What a client prefers to be answered (R4 http.html#ops), and what it wants done with what is not understood. */
export interface Preference {
  readonly returns: 'minimal' | 'representation' | 'OperationOutcome' | null;
  readonly handling: 'strict' | 'lenient' | null;
}

export function preferenceOf(request: FastifyRequest): Preference {
  const header = request.headers['prefer'];
  const parts = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(/[,;]/).map((part) => part.trim());
  const returns = (['minimal', 'representation', 'OperationOutcome'] as const).find((r) =>
    parts.includes(`return=${r}`),
  );
  const handling = (['strict', 'lenient'] as const).find((h) => parts.includes(`handling=${h}`));
  return { returns: returns ?? null, handling: handling ?? null };
}

/** The conditions that a write names in its headers. */
export interface WriteConditions {
  readonly ifMatch: string | null;
  /** Query of a conditional create. */
  readonly ifNoneExist: string | null;
  /** If-None-Match: * */
  readonly onlyNew: boolean;
}

export function conditionsOf({ headers }: FastifyRequest): WriteConditions {
  const header = (name: string): string | null => {
    const value = headers[name];
    return (Array.isArray(value) ? value[0] : value) ?? null;
  };
  const onlyNew = header('if-none-match')?.trim() === '*';
  return { ifMatch: header('if-match'), ifNoneExist: header('if-none-exist'), onlyNew };
}

/** One resource as it is written, and the conditions that the request names. */
export interface Writing extends WriteConditions {
  readonly user: User;
  readonly base: string;
  readonly prefer: Preference;
  readonly method: 'POST' | 'PUT';
  /** The id in the URL; null where there is none. */
  readonly id: string | null;
  /** Of a conditional update. */
  readonly search: readonly (readonly [string, string])[] | null;
  readonly body: { readonly bytes: Buffer; readonly json: Record<string, unknown> };
}

/** All that a request says of the resource that it writes. @throws FhirRefusal 400 for a body that is no JSON object */
export function writeOf(request: FastifyRequest, user: User): Writing {
  const method = request.method === 'PUT' ? 'PUT' : 'POST';
  const { id = null } = request.params as { id?: string };
  return {
    ...{ user, method, id, search: method === 'PUT' && id === null ? queryOf(request) : null },
    ...{ base: baseOf(request), prefer: preferenceOf(request), body: jsonOf(request.body) },
    ...conditionsOf(request),
  };
}

export interface FhirAnswer {
  readonly status: number;
  readonly resource?: unknown;
  readonly versionId?: string | undefined;
  /** ISO 8601. */
  readonly lastModified?: string | undefined;
  readonly location?: string | undefined;
}

/** Answers in FHIR JSON. For handlers with `@Res({ passthrough: true })`, which return what this gives. */
export function answer(
  reply: FastifyReply,
  { status, resource, versionId, lastModified, location }: FhirAnswer,
): string {
  void reply.status(status);
  if (versionId !== undefined) void reply.header('etag', etagOf(versionId));
  if (lastModified !== undefined) void reply.header('last-modified', new Date(lastModified).toUTCString());
  if (location !== undefined) void reply.header('location', location);
  void reply.type(`${FHIR_JSON}; charset=utf-8`);
  if (resource === undefined) return '';
  return JSON.stringify(resource);
}
