import { faultShown, type ListedMessage } from '../../inbound/index.js';

/** A message in a list. No personal data: faults name fields, never what stands in them. */
export function listed({ faults, position: _order, cause, ...rest }: ListedMessage) {
  return { ...rest, cause, causeText: faults[0]?.text ?? null, errors: faults.map(faultShown) };
}

/** A page of a list, and where the next one begins. */
export function pageOf(found: readonly ListedMessage[], limit: number) {
  const page = found.slice(0, limit);
  return { items: page.map(listed), next: found.length > page.length ? page.at(-1)!.position : null };
}
