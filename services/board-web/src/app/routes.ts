import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  type RouteComponent,
  type RouterHistory,
} from '@tanstack/react-router';
import { type PageName, pagePaths } from './route.js';

/** What is around and in place of the pages. */
export interface Shell {
  /** Around every page; shows the page by <Outlet>. */
  readonly around: RouteComponent;
  /** While the code of a page is on its way. */
  readonly pending: RouteComponent;
  /** Where the address is none of ours. */
  readonly unknown: RouteComponent;
}

/** The code of each page, read when it is first opened. A page of its own is a line in `pagePaths` and a line here. */
const pageComponents: Readonly<Record<PageName, RouteComponent>> = {
  house: lazyRouteComponent(() => import('../house/house-page.js'), 'HousePage'),
  units: lazyRouteComponent(() => import('../unit/unit-route.js'), 'FirstUnit'),
  unit: lazyRouteComponent(() => import('../unit/unit-route.js'), 'UnitRoute'),
  placement: lazyRouteComponent(() => import('../placement/placement-page.js'), 'PlacementPage'),
  alerts: lazyRouteComponent(() => import('../alerts/alerts-page.js'), 'AlertsPage'),
  conflicts: lazyRouteComponent(() => import('../conflicts/conflicts-page.js'), 'ConflictsPage'),
  patients: lazyRouteComponent(() => import('../patients/patients-page.js'), 'PatientsPage'),
  visit: lazyRouteComponent(() => import('../visits/visit-page.js'), 'VisitPage'),
  'free-beds': lazyRouteComponent(() => import('../free-beds/free-beds-page.js'), 'FreeBedsPage'),
  wall: lazyRouteComponent(() => import('../wall/wall-page.js'), 'WallPage'),
  ward: lazyRouteComponent(() => import('../ward/ward-page.js'), 'WardPage'),
  housekeeping: lazyRouteComponent(() => import('../housekeeping/housekeeping-page.js'), 'HousekeepingPage'),
  messages: lazyRouteComponent(() => import('../messages/messages-page.js'), 'MessagesPage'),
  'data-quality': lazyRouteComponent(() => import('../quality/quality-page.js'), 'QualityPage'),
  audit: lazyRouteComponent(() => import('../audit/audit-page.js'), 'AuditPage'),
  users: lazyRouteComponent(() => import('../users/users-page.js'), 'UsersPage'),
  // Shown by the shell: whoever is not signed in sees it at any address.
  'sign-in': () => null,
};

/** Nothing for the first moment; then the frame of what comes. */
const PENDING_AFTER_MS = 150;

/** The router of the app. Parameters of the address are text, never parsed as JSON: `?bed=12` is the bed "12". */
export function createAppRouter(shell: Shell, history: RouterHistory) {
  const root = createRootRoute({ component: shell.around, notFoundComponent: shell.unknown });
  const routes = Object.entries(pagePaths).map(([page, path]) =>
    createRoute({
      getParentRoute: () => root,
      path,
      component: pageComponents[page as PageName],
      staticData: { page: page as PageName },
    }),
  );
  return createRouter({
    routeTree: root.addChildren(routes),
    history,
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search as Record<string, string>).toString();
      return text === '' ? '' : `?${text}`;
    },
    defaultPendingComponent: shell.pending,
    defaultPendingMs: PENDING_AFTER_MS,
    defaultPendingMinMs: 0,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    page?: PageName;
  }
}
