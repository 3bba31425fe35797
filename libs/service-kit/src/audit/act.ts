import { SetMetadata, type CustomDecorator } from '@nestjs/common';
import type { ActName } from '@wardstream/access';

export const ACT_KEY = 'wardstream:act';

/** What a route says of the audit: the act that it is, or why it is none. */
export type RouteAct = { readonly name: ActName } | { readonly none: string };

/**
 * What whoever calls the route does, as the audit records it: a command in its own transaction, a look or a search before anything is
 * answered. What it was done to the handler says by `noteAct`; `:bedId`, `:step` and `:id` of the path are taken from there.
 */
export function Act(name: ActName): CustomDecorator {
  return SetMetadata(ACT_KEY, { name } satisfies RouteAct);
}

/** Of a route that changes something or shows patients, and is recorded elsewhere or not at all: why. */
export function NoAct(none: string): CustomDecorator {
  return SetMetadata(ACT_KEY, { none } satisfies RouteAct);
}
