import { createBrowserHistory, useRouterState } from '@tanstack/react-router';
import { addressOf, addressWith, type PageName, type Route } from './route.js';

/** The browser's history, as the router and everything outside of it read and change it. */
export const history = createBrowserHistory();

/** Goes to an address of this app. `replace` where stepping back should not come by again. */
export function go(to: string, replace = false): void {
  if (to === history.location.href) return;
  history[replace ? 'replace' : 'push'](to);
}

/** Changes parameters of the address without leaving the page. */
export function setParameters(changes: Readonly<Record<string, string | null>>, replace = true): void {
  const { pathname, search } = history.location;
  go(addressWith(pathname, search, changes), replace);
}

export const hrefTo = (route: Route, own: Readonly<Record<string, string | null>> = {}): string =>
  addressOf(route, history.location.search, own);

/** Path and parameters of what is shown, as one text: changes with every step. */
export function useAddress(): string {
  return useRouterState({ select: ({ location }) => location.pathname + location.searchStr });
}

/** The page that is shown; undefined where the address is none of ours. */
export function usePage(): PageName | undefined {
  return useRouterState({ select: ({ matches }) => matches.at(-1)?.staticData.page });
}

/** A parameter of the address, null where it is not there. */
export function useParameter(name: string): string | null {
  return useRouterState({
    select: ({ location }) => (location.search as Readonly<Record<string, string>>)[name] ?? null,
  });
}

/** For links: a plain click stays in the app; with a modifier the browser does what it always does. */
export function onLinkClick(event: React.MouseEvent<HTMLAnchorElement>): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  const href = event.currentTarget.getAttribute('href');
  if (href === null || !href.startsWith('/')) return;
  event.preventDefault();
  go(href);
}
