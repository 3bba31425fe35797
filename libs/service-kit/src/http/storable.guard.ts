import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { DomainError, unfitIn } from '@wardstream/kernel';
import type { FastifyRequest } from 'fastify';

const OWN_BODY_KEY = 'wardstream:own-body';

/** A route whose own reader says what is wrong with a body, text that cannot be kept included. */
export const ReadsOwnBody = (): MethodDecorator => SetMetadata(OWN_BODY_KEY, true);

/**
 * Refuses, on every HTTP route, what no column can hold, before anything is done with it: U+0000 and halves of surrogate pairs in the
 * path, the query or the body, and bodies nested beyond all use. The refusal says where, never what.
 */
@Injectable()
export class StorableGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const { params, query, body } = context.switchToHttp().getRequest<FastifyRequest>();
    const ownBody = this.reflector.getAllAndOverride<boolean>(OWN_BODY_KEY, [context.getHandler(), context.getClass()]);
    check('path', params);
    check('query', query);
    if (!ownBody) check('body', body);
    return true;
  }
}

function check(part: string, value: unknown): void {
  const unfit = unfitIn(value);
  if (unfit === null) return;
  const where = unfit.path === '' ? `The ${part}` : unfit.path;
  const [code, message] =
    unfit.fault === 'depth'
      ? ['body-too-deep', 'is nested deeper than anything that is read here']
      : ['text-not-storable', 'holds U+0000 or half of a surrogate pair, which cannot be kept'];
  throw new DomainError('invalid', code, `${where} ${message}.`, { errors: [{ path: unfit.path, message }] });
}
