import type { INestApplicationContext } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer, Reflector } from '@nestjs/core';
import { RouteConfig } from '@nestjs/platform-fastify';
import { DomainError } from '@wardstream/kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BODY_KEY, type BodyLimit, bodyLimits, COMMAND_BODY_BYTES } from '../http/body-limit.js';
import { PUBLIC_KEY, type Role, ROLES_KEY, type User } from './roles.js';
import { bearerOf, type TokenVerifier } from './tokens.js';

/** Who may call a route: anybody, signed in or not, or who has one of these roles. */
export type RouteAccess = 'public' | readonly Role[];

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route that does not say is closed. */
    access?: RouteAccess;
    bodyLimit?: number;
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
        const access: RouteAccess | undefined = isPublic ? 'public' : reflector.getAllAndOverride(ROLES_KEY, targets);
        const limit = reflector.getAllAndOverride<BodyLimit | undefined>(BODY_KEY, targets);
        const config = {
          ...(access === undefined ? {} : { access }),
          bodyLimit: limit === undefined ? COMMAND_BODY_BYTES : bodyLimits[limit],
        };
        RouteConfig(config)(prototype, name, { value: handler });
      }
    }
  }
}

/**
 * Closes a service's routes: whoever may not call one is told so when the head of the request has come, before any of its body is read.
 * Bodies are limited by route. What is no route is not found, whoever asks. To be called before anything else adds hooks or routes.
 */
export function closeRoutes(fastify: FastifyInstance, tokens: TokenVerifier): void {
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit ??= route.config?.bodyLimit ?? COMMAND_BODY_BYTES;
  });
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.is404) throw new DomainError('not-found', 'not-found', 'There is no such route.');
    const { access } = request.routeOptions.config;
    if (access !== 'public') await admit(request, access, tokens);
    // Whoever waits to be told to go on with the body is told so now.
    if (request.headers.expect !== undefined) reply.raw.writeContinue();
  });
}

async function admit(
  request: FastifyRequest & { user?: User },
  allowed: readonly Role[] | undefined,
  tokens: TokenVerifier,
) {
  const token = bearerOf(request.headers.authorization);
  if (token === null) {
    throw new DomainError('unauthenticated', 'token-missing', 'Send a bearer token in the Authorization header.');
  }
  const user = await tokens.verify(token);
  checkRoles(user, allowed);
  request.user = user;
}

/** @throws DomainError 'route-closed' for a route that nobody may call, 'role-missing' where the user has none of its roles */
export function checkRoles(user: User, allowed: readonly Role[] | undefined): void {
  if (allowed === undefined) throw new DomainError('forbidden', 'route-closed', 'This route is not open to anyone.');
  if (user.roles.some((role) => allowed.includes(role))) return;
  throw new DomainError('forbidden', 'role-missing', `This needs one of the roles ${allowed.join(', ')}.`, { allowed });
}
