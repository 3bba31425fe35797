/** A page of the board and what the address says of it. */
export type Route =
  | { readonly page: 'house' }
  | { readonly page: 'unit'; readonly unit: string | null }
  | { readonly page: 'alerts' }
  | { readonly page: 'conflicts' }
  | { readonly page: 'patients' }
  | { readonly page: 'messages' }
  | { readonly page: 'data-quality' }
  | { readonly page: 'sign-in' }
  | { readonly page: 'unknown'; readonly path: string };

/** What stays in the address across pages: the facility and how the page looks. Everything else belongs to one page. */
export const keptParameters = ['facility', 'theme', 'density'] as const;

/** Pages whose address is their name. */
const plainPages = ['alerts', 'conflicts', 'patients', 'messages', 'data-quality', 'sign-in'] as const;

export function parseRoute(path: string): Route {
  const parts = path.split('/').filter((p) => p !== '');
  const [first, second] = parts;
  if (parts.length === 0) return { page: 'house' };
  if (first === 'units' && parts.length <= 2)
    return { page: 'unit', unit: second === undefined ? null : decoded(second) };
  const plain = plainPages.find((page) => page === first);
  if (parts.length === 1 && plain !== undefined) return { page: plain };
  return { page: 'unknown', path };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case 'house':
      return '/';
    case 'unit':
      return route.unit === null ? '/units' : `/units/${encodeURIComponent(route.unit)}`;
    case 'unknown':
      return route.path;
    default:
      return `/${route.page}`;
  }
}

/** The address of another page: keeps what belongs to the person, drops what belonged to the page, adds `own`. */
export function addressOf(route: Route, search: string, own: Readonly<Record<string, string | null>> = {}): string {
  const before = new URLSearchParams(search);
  const after = new URLSearchParams();
  for (const name of keptParameters) {
    const value = before.get(name);
    if (value !== null) after.set(name, value);
  }
  return withQuery(pathOf(route), after, own);
}

/** The same page with some of its parameters changed; null takes one away. */
export function addressWith(path: string, search: string, changes: Readonly<Record<string, string | null>>): string {
  return withQuery(path, new URLSearchParams(search), changes);
}

function withQuery(path: string, query: URLSearchParams, changes: Readonly<Record<string, string | null>>): string {
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A path on this origin to return to after signing in, or the house: never another site's address. */
export function safeReturn(to: string | null): string {
  return to !== null && /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/';
}
