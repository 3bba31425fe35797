/** A service and the paths of the one origin that it answers, each with all below it. `{name}` stands for any segment, `/` for all that is left. */
export interface ServiceRoutes {
  readonly name: string;
  readonly routes: readonly string[];
}

const segmentsOf = (route: string): string[] => route.split('/').filter((segment) => segment !== '');
const isAny = (segment: string): boolean => segment.startsWith('{');
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function patternOf(route: string): RegExp {
  const segments = segmentsOf(route).map((segment) => `/${isAny(segment) ? '[^/]+' : escaped(segment)}`);
  return new RegExp(`^${segments.join('')}(/|$)`);
}

/** The dead letters of each service are its own; nobody has to name them. */
const deadLettersOf = (name: string): string => `/api/v1/dead-letters/${name}`;

/** Answers who owns a path (without query): of all routes it is below, the longest counts. Undefined where it is below none. */
export function routeTable<const S extends ServiceRoutes>(
  services: readonly S[],
): (path: string) => S['name'] | undefined {
  const table = services.flatMap(({ name, routes }) =>
    [...routes, deadLettersOf(name)].map((route) => ({
      name,
      pattern: patternOf(route),
      segments: segmentsOf(route).length,
      anys: segmentsOf(route).filter(isAny).length,
    })),
  );
  table.sort((a, b) => b.segments - a.segments || a.anys - b.anys);
  return (path) => table.find(({ pattern }) => pattern.test(path))?.name;
}

/** Pairs of routes of which nobody could say which is meant, a line each. */
export function ambiguousRoutes(services: readonly ServiceRoutes[]): string[] {
  const named = services.flatMap(({ name, routes }) =>
    [...routes, deadLettersOf(name)].map((route) => ({ name, route, segments: segmentsOf(route) })),
  );
  return named.flatMap((one, i) =>
    named
      .slice(i + 1)
      .filter((other) => areAlike(one.segments, other.segments))
      .map((other) => `${one.name} and ${other.name} both answer ${one.route}`),
  );
}

/** Whether one path can be below both and neither is the longer or the more exact. */
function areAlike(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length || one.filter(isAny).length !== other.filter(isAny).length) return false;
  return one.every((segment, i) => isAny(segment) || isAny(other[i]!) || segment === other[i]);
}
