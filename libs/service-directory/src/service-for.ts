import { routeTable } from './route-table.js';
import { services } from './services.generated.js';

/** A bounded context that answers over HTTP. */
export type ServiceName = (typeof services)[number]['name'];

/** All of them, in the order in which they start. */
export const serviceNames: readonly ServiceName[] = services.map(({ name }) => name);

const ownerOfPath = routeTable(services);

/** The service that answers `path` (without query) of the one origin. */
export function serviceFor(path: string): ServiceName {
  const owner = ownerOfPath(path);
  if (owner === undefined) throw new Error('no service is the origin');
  return owner;
}
