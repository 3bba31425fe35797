import type { IncomingMessage } from 'node:http';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DomainError } from '@wardstream/kernel';
import { IDENTITY_PATH } from '@wardstream/service-kit';
import type { FastifyInstance } from 'fastify';
import { Issuer } from './issuer.js';

/** Serves the issuer below its path, beside the pages of the sign-in. It reads bodies itself. */
@Injectable()
export class IssuerMount implements OnApplicationBootstrap {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly issuer: Issuer,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    await fastify.register(async (scope) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', (_request, _body, done) => done(null));
      scope.all(`${IDENTITY_PATH}/*`, { config: { access: 'public' } }, (request, reply) => {
        const provider = this.issuer.current();
        if (provider === null)
          throw new DomainError(
            'unavailable',
            'sign-in-unavailable',
            'Nobody signs in by name here: set WARDSTREAM_AUTH_SECRET.',
          );
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) reply.raw.setHeader(name, value);
        const raw = request.raw as IncomingMessage & { originalUrl?: string };
        raw.originalUrl = raw.url!;
        raw.url = raw.url!.slice(IDENTITY_PATH.length);
        reply.hijack();
        void provider.callback()(raw, reply.raw);
      });
    });
  }
}
