import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError } from '@wardstream/kernel';
import type { FastifyRequest } from 'fastify';
import { PUBLIC_KEY, ROLES_KEY, type Role, type User } from './roles.js';
import { TokenVerifier } from './tokens.js';

/** Closes every HTTP route that does not say who may call it. Consumers of the bus are not its business. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenVerifier,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_KEY, targets)) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: User }>();
    const user = await this.authenticate(request);
    const allowed = this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_KEY, targets);
    if (allowed === undefined) throw new DomainError('forbidden', 'route-closed', 'This route is not open to anyone.');
    if (!user.roles.some((role) => allowed.includes(role))) {
      throw new DomainError('forbidden', 'role-missing', `This needs one of the roles ${allowed.join(', ')}.`, {
        allowed,
      });
    }
    request.user = user;
    return true;
  }

  private authenticate(request: FastifyRequest): Promise<User> {
    const header = request.headers.authorization;
    const token = header?.match(/^Bearer ([\w.~+/=-]+)$/i)?.[1];
    if (token === undefined) {
      throw new DomainError('unauthenticated', 'token-missing', 'Send a bearer token in the Authorization header.');
    }
    return this.tokens.verify(token);
  }
}
