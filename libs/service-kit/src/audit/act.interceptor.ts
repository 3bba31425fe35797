import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { defer, lastValueFrom, type Observable } from 'rxjs';
import type { User } from '../access/allow.js';
import { ACT_KEY, type RouteAct } from './act.js';
import { actOfRequest } from './act-of-request.js';
import { Acts } from './acts.js';
import { asPartOf, type CurrentAct } from './current-act.js';
import type { RefusedActs } from './refused-acts.js';

/**
 * Makes a request that is an act into one that is recorded: what its handler commits records it in the same transaction; what it only shows is
 * recorded before it is answered, and is not answered where that fails.
 */
@Injectable()
export class ActInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly acts: Acts,
    private readonly refused: RefusedActs,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const said = this.reflector.getAllAndOverride<RouteAct | undefined>(ACT_KEY, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: User }>();
    const act = said === undefined ? undefined : actOfRequest(said, request, request.user);
    return act === undefined ? next.handle() : defer(() => asPartOf(act, () => this.recorded(act, next)));
  }

  private async recorded(act: CurrentAct, next: CallHandler): Promise<unknown> {
    let answer: unknown;
    try {
      answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      // What was refused shows nothing and changed nothing: that stands, recorded or not.
      await this.refused.record(act, error);
      throw error;
    }
    await this.acts.done(act);
    return answer;
  }
}
