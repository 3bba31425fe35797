import type { INestApplicationContext } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { Permission } from '@wardstream/access';
import { DomainError } from '@wardstream/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BODY_KEY, type BodyLimit, bodyLimits, COMMAND_BODY_BYTES } from '../http/body-limit.js';
import { type FacilityScope, PERMISSION_KEY, PUBLIC_KEY, SCOPE_KEY, type User } from './allow.js';
import { actingBy, checkAccess, type NamedAccess } from './checks.js';
import { ACT_KEY, type RouteAct } from '../audit/act.js';
import { actOfRequest } from '../audit/act-of-request.js';
import type { CurrentAct } from '../audit/current-act.js';
import { bearerOf, type TokenVerifier } from './tokens.js';

/** Who may call a route: anybody, signed in or not, or who has its permission. */
export type RouteAccess = 'public' | (NamedAccess & { readonly permission: Permission });

const closed: NamedAccess = { permission: undefined, facilities: undefined };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that does not say is closed. */
    access?: RouteAccess;
    bodyLimit?: number;
    act?: RouteAct;
  }
}

/**
 * Tells Fastify of every handler of every controller what its decorators say of who may call it and how large its body may be. To be
 * called before the routes are registered.
 */
export function describeRoutes(app: INestApplicationContext): void {
  const reflector = app.get(Reflector);
  const scanner = new MetadataScanner();
  for (const { controllers } of app.get(ModulesContainer).values()) {
    for (const { metatype } of controllers.values()) {
      const prototype = metatype?.prototype as Record<string, () => unknown> | undefined;
      if (prototype === undefined) continue;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name]!;
        if (Reflect.getMetadata(PATH_METADATA, handler) === undefined) continue;
        const targets = [handler, metatype as () => unknown];
        const isPublic = reflector.getAllAndOverride<boolean | undefined>(PUBLIC_KEY, targets) === true;
        const permission = reflector.getAllAndOverride<Permission | undefined>(PERMISSION_KEY, targets);
        const facilities = reflector.getAllAndOverride<FacilityScope | undefined>(SCOPE_KEY, targets);
        const named = permission === undefined ? undefined : { permission, facilities };
        const access: RouteAccess | undefined = isPublic ? 'public' : named;
        const act = reflector.getAllAndOverride<RouteAct | undefined>(ACT_KEY, targets);
        const limit = reflector.getAllAndOverride<BodyLimit | undefined>(BODY_KEY, targets);
        const config = {
          ...(access === undefined ? {} : { access }),
          ...(act === undefined ? {} : { act }),
          bodyLimit: limit === undefined ? COMMAND_BODY_BYTES : bodyLimits[limit],
        };
        RouteConfig(config)(prototype, name, { value: handler });
      }
    }
  }
}

/**
 * Closes a service's routes: whoever may not call one is told so when the head of the request has come, before any of its body is read.
 * Bodies are limited by route. What is no route is not found, whoever asks. `onRefused` hears of acts that are refused here to somebody who
 * is known. To be called before anything else adds hooks or routes.
 */
export function closeRoutes(fastify: FastifyInstance, tokens: TokenVerifier, onRefused: OnRefused): void {
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit ??= route.config?.bodyLimit ?? COMMAND_BODY_BYTES;
  });
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.is404) throw new DomainError('not-found', 'not-found', 'There is no such route.');
    const { access } = request.routeOptions.config;
    if (access !== 'public') await admit(request, access, tokens, onRefused);
    // Whoever waits to be told to go on with the body is told so now.
    if (request.headers.expect !== undefined) reply.raw.writeContinue();
  });
}

/** Must not reject: a refusal stands, whatever becomes of the record of it. */
export type OnRefused = (act: CurrentAct, error: unknown) => Promise<void>;

async function admit(
  request: FastifyRequest & { user?: User },
  access: Exclude<RouteAccess, 'public'> | undefined,
  tokens: TokenVerifier,
  onRefused: OnRefused,
) {
  const token = bearerOf(request.headers.authorization);
  if (token === null) {
    throw new DomainError('unauthenticated', 'token-missing', 'Send a bearer token in the Authorization header.');
  }
  const user = await tokens.verify(token);
  try {
    checkAccess(user, access ?? closed, (request.params as { facility?: string }).facility);
  } catch (error) {
    const said = request.routeOptions.config.act;
    const act = said === undefined ? undefined : actOfRequest(said, request, user);
    if (act !== undefined) await onRefused(act, error);
    throw error;
  }
  request.user = actingBy(user, access?.permission);
}
