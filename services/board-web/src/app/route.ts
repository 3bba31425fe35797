/** A page of the board and what its path says of it. */
export type Route =
  | { readonly page: Exclude<PageName, 'unit' | 'visit'> }
  | { readonly page: 'unit'; readonly unit: string | null }
  | { readonly page: 'visit'; readonly visit: string };

/** Every page and its path: the one list of addresses. `$unit` is what the path says of the page. */
export const pagePaths = {
  house: '/',
  units: '/units',
  unit: '/units/$unit',
  placement: '/placement',
  alerts: '/alerts',
  conflicts: '/conflicts',
  patients: '/patients',
  visit: '/visits/$visit',
  'free-beds': '/free-beds',
  wall: '/wall',
  ward: '/ward',
  housekeeping: '/cleaning',
  messages: '/messages',
  'data-quality': '/data-quality',
  audit: '/audit',
  users: '/admin/users',
  'sign-in': '/sign-in',
} as const;

export type PageName = keyof typeof pagePaths;

/** What stays in the address across pages: the facility and how the page looks. Everything else belongs to one page. */
export const keptParameters = ['facility', 'theme', 'density'] as const;

export function pathOf(route: Route): string {
  if (route.page === 'visit') return `/visits/${encodeURIComponent(route.visit)}`;
  if (route.page !== 'unit') return pagePaths[route.page];
  return route.unit === null ? pagePaths.units : `/units/${encodeURIComponent(route.unit)}`;
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
