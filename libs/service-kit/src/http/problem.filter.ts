import { type ArgumentsHost, Catch, type ExceptionFilter, Inject } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LOGGER, type Logger } from '../logging/logger.js';
import { challengeOf, type Problem, PROBLEM_TYPE, problemOf } from './problem.js';

/** Answers every error of an HTTP route as problem+json. Errors of bus handlers go on to the messaging runtime. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    const body = withLimit(problemOf(error), http.getRequest<FastifyRequest>());
    if (body.status >= 500) {
      const request = http.getRequest<FastifyRequest>();
      this.logger.error({ err: error, method: request.method, route: request.routeOptions.url }, 'request failed');
    }
    if (reply.sent) return;
    if (body.status === 401) void reply.header('www-authenticate', challengeOf(body));
    void reply.status(body.status).type(PROBLEM_TYPE).send(body);
  }
}

/** How large the body may be that was too large. */
function withLimit(body: Problem, { routeOptions: { bodyLimit } }: FastifyRequest): Problem {
  if (body.code !== 'too-large') return body;
  return { ...body, detail: `The body may have ${bodyLimit} bytes at most.`, limit: bodyLimit };
}
