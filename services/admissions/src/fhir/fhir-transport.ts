import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { operationOutcome } from '@wardstream/fhir';
import { isFhirUrl, outcomeOfProblem, type Problem, PROBLEM_TYPE } from '@wardstream/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { FHIR_JSON } from './fhir-http.js';

const jsonTypes: ReadonlySet<string> = new Set([FHIR_JSON, 'application/json', 'application/json+fhir', 'text/json']);
const formats: ReadonlySet<string> = new Set([...jsonTypes, 'json']);
const ranges: ReadonlySet<string> = new Set([...jsonTypes, '*/*', 'application/*']);
const FORM = 'application/x-www-form-urlencoded';

/**
 * What holds for every request below `/fhir/R4`, whoever answers it: JSON only, in and out; bodies come to the handlers as bytes;
 * and every error is an OperationOutcome, also those that no controller sees (unknown paths, bodies too large, missing tokens).
 */
@Injectable()
export class FhirTransport {
  constructor(host: HttpAdapterHost) {
    const fastify = host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addContentTypeParser(FHIR_JSON, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    fastify.addHook('onRequest', async (request, reply) => {
      if (!isFhirUrl(request.url)) return;
      if (!accepts(request)) {
        return refuse(reply, 406, 'Only application/fhir+json is spoken here; ask for that, or for json');
      }
      const type = mediaTypeOf(request.headers['content-type']);
      if (!hasBody(request) || (type.name === FORM && pathOf(request).endsWith('/_search'))) return;
      if (!jsonTypes.has(type.name) || !type.utf8) {
        return refuse(reply, 415, 'Only application/fhir+json in UTF-8 is read here');
      }
      request.headers['content-type'] = FHIR_JSON;
    });
    fastify.addHook('onSend', async (request, reply, payload) => {
      const type = String(reply.getHeader('content-type') ?? '');
      if (!isFhirUrl(request.url) || !type.startsWith(PROBLEM_TYPE) || typeof payload !== 'string') return payload;
      void reply.type(`${FHIR_JSON}; charset=utf-8`);
      return JSON.stringify(outcomeOfProblem(JSON.parse(payload) as Problem));
    });
  }
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0]!;
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function mediaTypeOf(header: string | undefined): { readonly name: string; readonly utf8: boolean } {
  const [name = '', ...parameters] = (header ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((p) => p.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  return { name, utf8: charset === undefined || charset === 'utf-8' || charset === 'utf8' };
}

/** By `_format`, else by Accept. */
function accepts(request: FastifyRequest): boolean {
  const query = new URLSearchParams(request.url.split('?')[1] ?? '');
  // A plus that nobody encoded arrives as a space.
  const format = query.get('_format')?.replaceAll(' ', '+');
  if (format) return formats.has(format.split(';')[0]!.toLowerCase());
  const { accept } = request.headers;
  return accept === undefined || accept.split(',').some((range) => ranges.has(mediaTypeOf(range).name));
}

function refuse(reply: FastifyReply, status: 406 | 415, diagnostics: string): FastifyReply {
  const outcome = operationOutcome([{ severity: 'error', code: 'not-supported', diagnostics }]);
  return reply.status(status).type(`${FHIR_JSON}; charset=utf-8`).send(JSON.stringify(outcome));
}
