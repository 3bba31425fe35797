import { useSyncExternalStore } from 'react';
import { addressOf, addressWith, parseRoute, type Route } from './route.js';
import { Signal } from './signal.js';

interface Address {
  readonly path: string;
  readonly search: string;
}

const here = (): Address => ({ path: location.pathname, search: location.search });
const address = new Signal<Address>(here());
addEventListener('popstate', () => address.set(here()));

/** Goes to an address of this app. `replace` where stepping back should not come by again. */
export function go(to: string, replace = false): void {
  if (to === location.pathname + location.search + location.hash) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  address.set(here());
}

/** Changes parameters of the address without leaving the page. */
export function setParameters(changes: Readonly<Record<string, string | null>>, replace = true): void {
  go(addressWith(location.pathname, location.search, changes), replace);
}

export const hrefTo = (route: Route, own: Readonly<Record<string, string | null>> = {}): string =>
  addressOf(route, location.search, own);

export function useAddress(): Address {
  return useSyncExternalStore(address.subscribe, address.get);
}

export function useRoute(): Route {
  return parseRoute(useAddress().path);
}

export function useParameter(name: string): string | null {
  return new URLSearchParams(useAddress().search).get(name);
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
