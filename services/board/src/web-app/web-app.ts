import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CONFIG, LOGGER, type ConfigOf, type Logger } from '@wardstream/service-kit';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { boardSettings } from '../board.settings.js';

/** Everything comes from this origin; no inline script or style, no frame around it, nothing sent elsewhere. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const;

/** Paths that belong to interfaces: what is not found there is a problem, never a page. */
const interfacePath = /^\/(api|fhir|metrics|health)(\/|$)/;
/** The build names these by their content. */
const hashedAsset = /[/\\]assets[/\\]/;

/** Serves the built web application: its files, and its one page for every address that is a place in it. */
@Injectable()
export class WebApp implements OnApplicationBootstrap {
  constructor(
    private readonly host: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof boardSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const root = this.config.webDirectory;
    const built = existsSync(join(root, 'index.html'));
    if (!built) this.logger.warn('the web application has not been built; its pages are not served');
    if (built) {
      await fastify.register(fastifyStatic, {
        root,
        serve: false,
        preCompressed: true,
        cacheControl: false,
        setHeaders: (response, path) => {
          for (const [name, value] of Object.entries(securityHeaders)) void response.header(name, value);
          void response.header(
            'cache-control',
            hashedAsset.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache',
          );
        },
      });
    }
    fastify.get('/*', { config: { access: 'public' } }, (request, reply) => {
      const path = request.url.split('?', 1)[0]!;
      if (interfacePath.test(path)) return reply.callNotFound();
      if (!built) return notBuilt(reply);
      // What looks like a file is one or is not found; every other address is a place in the one page.
      return reply.sendFile(/\.\w+$/.test(path) ? path : 'index.html');
    });
  }
}

function notBuilt(reply: FastifyReply): FastifyReply {
  return reply.status(503).type('text/plain; charset=utf-8').send('The web application has not been built.\n');
}
