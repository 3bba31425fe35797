import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Permission } from '@wardstream/access';
import { DomainError } from '@wardstream/kernel';
import type { FastifyRequest } from 'fastify';
import { type FacilityScope, PERMISSION_KEY, PUBLIC_KEY, SCOPE_KEY, type User } from './allow.js';
import { checkAccess } from './checks.js';

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
    const { user, params } = context.switchToHttp().getRequest<FastifyRequest & { user?: User }>();
    if (user === undefined) throw new DomainError('forbidden', 'route-closed', 'This route is not open to anyone.');
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(PERMISSION_KEY, targets);
    const facilities = this.reflector.getAllAndOverride<FacilityScope | undefined>(SCOPE_KEY, targets);
    checkAccess(user, { permission, facilities }, (params as { facility?: string }).facility);
    return true;
  }
}
