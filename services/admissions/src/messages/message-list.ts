import { faultShown } from '../domain/message-fault.js';
import type { ListedMessage } from '../persistence/message-reads.rows.js';

/** A message in a list. No personal data: faults name fields, never what stands in them. */
export function listed(message: ListedMessage): Record<string, unknown> {
  const { faults, position: _order, cause, ...rest } = message;
  return { ...rest, cause, causeText: faults[0]?.text ?? null, errors: faults.map(faultShown) };
}

/** A page of a list, and where the next one begins. */
export function pageOf(found: readonly ListedMessage[], limit: number): { items: unknown[]; next: string | null } {
  const page = found.slice(0, limit);
  return { items: page.map(listed), next: found.length > page.length ? page.at(-1)!.position : null };
}
