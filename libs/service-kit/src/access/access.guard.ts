import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError } from '@wardstream/kernel';
import type { FastifyRequest } from 'fastify';
import { PUBLIC_KEY, ROLES_KEY, type Role, type User } from './roles.js';
import { checkRoles } from './route-access.js';

/**
 * The second lock of every HTTP route: who may call it was decided when the head of the request came (`closeRoutes`); a handler that is
 * reached without that stays closed. Consumers of the bus are not its business.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(PUBLIC_KEY, targets)) return true;
    const { user } = context.switchToHttp().getRequest<FastifyRequest & { user?: User }>();
    if (user === undefined) throw new DomainError('forbidden', 'route-closed', 'This route is not open to anyone.');
    checkRoles(user, this.reflector.getAllAndOverride<readonly Role[] | undefined>(ROLES_KEY, targets));
    return true;
  }
}
