import { allowedRoles, type Permission, type Role } from '@wardstream/access';
import { serviceNames } from '@wardstream/service-directory';

const HOUSE = '/api/v1/facilities/{facility}';
const BED = `${HOUSE}/beds/{bedId}`;
const REQUEST = `${HOUSE}/bed-requests`;
const ACCOUNTS = '/api/v1/accounts';
const DESTINATION = '/api/v1/destinations/{name}';
const FHIR = '/fhir/R4';
const each = (method: string, base: string, steps: readonly string[]): string[] =>
  steps.map((step) => `${method} ${base}${step}`);
const deadLetters = (method: string, steps: readonly string[]): string[] =>
  serviceNames.flatMap((name) => each(method, `/api/v1/dead-letters/${name}`, steps));

/** They tell of nobody, or are where one signs in. */
const toAnybody: readonly string[] = [
  ...each('GET', '/api/v1/events', ['/asyncapi.json', '/schema', '/schema/{type}']),
  ...each('GET', '/api/v1/session', ['/sign-in', '/callback']),
  'POST /api/v1/session/ended',
  ...each('GET', '/identity', ['/password', '/sign-in/{uid}', '/style.css']),
  ...each('POST', '/identity', ['/password', '/sign-in/{uid}', '/sign-in/{uid}/password']),
  `GET ${FHIR}/metadata`,
];

/**
 * What each permission of `libs/access` opens. A route that is not here is to be closed to everybody: whoever adds one decides here, a
 * second time and where others see it, who it is for.
 */
const byPermission: Readonly<Partial<Record<Permission, readonly string[]>>> = {
  'account.read': [`GET ${ACCOUNTS}`],
  'account.change': [
    ...[`POST ${ACCOUNTS}`, `PATCH ${ACCOUNTS}/{id}`],
    ...each('POST', `${ACCOUNTS}/{id}`, ['/keys', '/keys/{key}/revoke', '/password', '/sign-out']),
  ],
  'alert.take': ['POST /api/v1/alerts/{id}/acknowledge'],
  'audit.read': [...each('GET', '/api/v1/audit', ['', '/export', '/heads']), `GET ${FHIR}/AuditEvent`],
  'bed.block': each('POST', BED, ['/block', '/unblock']),
  'bed.clean': [`POST ${BED}/cleaning/{step}`],
  'bed.open': each('POST', BED, ['/open', '/close', '/open-surge', '/close-surge']),
  'bed.read-history': [`GET ${BED}/history`],
  'bed.reserve': each('POST', BED, ['/reserve', '/assign', '/release']),
  'board.read': [
    ...each('GET', HOUSE, ['', '/beds', '/beds/{bedId}', '/bed-requests', '/bed-requests/{id}', '/discharge-plans']),
    ...each('GET', HOUSE, [
      '/board',
      '/stream',
      '/bottlenecks',
      '/clocks',
      '/occupancy',
      '/free-beds',
      '/fit-overrides',
    ]),
    ...each('GET', HOUSE, ['/cleaning-jobs', '/housekeeping']),
    ...each('GET', '/api/v1', ['/alerts', '/alerts/{id}', '/conflicts', '/facilities', '/me']),
    ...each('POST', '/api/v1/session', ['', '/sign-out']),
    ...each('GET', `${FHIR}/Location`, ['', '/{id}', '/{id}/_history/{version}']),
    `POST ${FHIR}/Location/_search`,
    `GET ${FHIR}`,
    ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} ${FHIR}/*`),
  ],
  'conflict.settle': [
    ...each('POST', '/api/v1/encounter-conflicts/{id}', ['/close', '/reopen']),
    ...each('POST', '/api/v1/encounters/{id}/mother', ['', '/withdraw']),
  ],
  'conflict.settle-bed': each('POST', '/api/v1/bed-conflicts/{id}', ['/close', '/reopen']),
  'destination.read': ['GET /api/v1/destinations', `GET ${DESTINATION}/queue`],
  'destination.change': [
    `GET ${DESTINATION}/queue/{id}`,
    ...each('POST', DESTINATION, ['/pause', '/resume', '/queue/{id}/resend', '/queue/{id}/skip']),
  ],
  'discharge.plan': [`POST ${HOUSE}/discharge-plans/{visit}/{step}`],
  'message.find': ['GET /api/v1/messages'],
  'message.mend': [
    'GET /api/v1/quarantine/{id}',
    ...each('POST', '/api/v1/quarantine', ['/{id}/replay', '/replays', '/replays/{id}/cancel']),
    ...deadLetters('POST', ['/redrive', '/discard', '/{id}/redrive', '/{id}/discard']),
  ],
  'message.read': [
    ...each('GET', '/api/v1/quarantine', ['', '/replays', '/replays/{id}', '/replays/{id}/results']),
    ...deadLetters('GET', ['']),
  ],
  'message.send': [
    ...each('POST', '/api/v1', ['/adt', '/events']),
    ...each('POST', FHIR, ['', '/$process-message', '/Encounter', '/Patient', '/Location']),
    ...['Encounter', 'Patient', 'Location'].flatMap((type) => each('PUT', `${FHIR}/${type}`, ['', '/{id}'])),
  ],
  'patient.read': [
    `GET ${HOUSE}/encounters`,
    `POST ${HOUSE}/patients/search`,
    'GET /api/v1/encounters/{id}',
    ...each('GET', `${FHIR}/Encounter`, ['', '/{id}', '/{id}/_history/{version}']),
    ...each('GET', `${FHIR}/Patient`, ['/{id}', '/{id}/_history/{version}']),
    `POST ${FHIR}/Encounter/_search`,
  ],
  'quality.read': [`GET ${HOUSE}/data-quality`],
  'records.check': each('POST', '/api/v1/replay-check', ['', '/beds']),
  'request.make': each('POST', REQUEST, ['', '/{id}/cancel', '/{id}/ready-to-move']),
  'sender.read': each('GET', '/api/v1/senders', ['', '/unknown-codes']),
  'sender.suggest': ['GET /api/v1/senders/suggestions'],
  'sender.change': ['POST /api/v1/senders/reload'],
  'subscription.read': each('GET', `${FHIR}/Subscription`, ['', '/{id}']),
  'subscription.change': [
    `POST ${FHIR}/Subscription`,
    ...['PUT', 'DELETE'].map((method) => `${method} ${FHIR}/Subscription/{id}`),
  ],
  'webhook.read': ['GET /api/v1/webhook-deliveries'],
  'webhook.change': each('POST', '/api/v1/webhook-deliveries/{id}', ['/resend', '/skip']),
};

/**
 * Their paths name no facility, and they are open to callers of some facilities all the same: what they tell of several is told of the caller's
 * alone, what is found by its id is refused once it is known whose it is. All others without a facility are for callers of all facilities.
 */
const keptToFacilities: readonly string[] = [
  ...each('POST', '/api/v1/session', ['', '/sign-out']),
  ...each('GET', '/api/v1', ['/me', '/facilities', '/conflicts', '/alerts', '/alerts/{id}', '/encounters/{id}']),
  'POST /api/v1/alerts/{id}/acknowledge',
  ...each('GET', '/api/v1/audit', ['', '/export', '/heads']),
  `GET ${FHIR}/AuditEvent`,
  ...each('POST', '/api/v1/encounters/{id}/mother', ['', '/withdraw']),
  ...['bed', 'encounter'].flatMap((of) => each('POST', `/api/v1/${of}-conflicts/{id}`, ['/close', '/reopen'])),
  ...['Encounter', 'Location'].flatMap((type) => [`GET ${FHIR}/${type}`, `POST ${FHIR}/${type}/_search`]),
  ...['Encounter', 'Location', 'Patient'].flatMap((type) =>
    each('GET', `${FHIR}/${type}/{id}`, ['', '/_history/{version}']),
  ),
  // What is not served is not served whoever asks.
  `GET ${FHIR}`,
  ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => `${method} ${FHIR}/*`),
];

const permissionOf = new Map(
  Object.entries(byPermission).flatMap(([permission, routes]) =>
    routes.map((route) => [route, permission as Permission]),
  ),
);
const open = new Set(toAnybody);
const kept = new Set(keptToFacilities);

export const listedRoutes: readonly string[] = [...toAnybody, ...permissionOf.keys()];
export const isOpen = (route: string): boolean => open.has(route);
export const keepsToFacilities = (route: string): boolean => kept.has(route);

/** Who may call a route at all; nobody where it is not listed. */
export function rolesOf(route: string): readonly Role[] {
  const permission = permissionOf.get(route);
  return permission === undefined ? [] : allowedRoles(permission);
}

/** How the head of a request is answered: by whom it is sent, with a token for these facilities, about this facility. */
export function answerTo(
  route: string,
  by: { readonly role: Role; readonly facilities: readonly string[] | null },
  facility: string,
): 'open' | '403 role-missing' | '403 facility-not-allowed' | '403 route-closed' {
  if (isOpen(route)) return 'open';
  if (!permissionOf.has(route)) return '403 route-closed';
  if (!rolesOf(route).includes(by.role)) return '403 role-missing';
  if (by.facilities === null) return 'open';
  const isTheirs = route.includes('{facility}') ? by.facilities.includes(facility) : keepsToFacilities(route);
  return isTheirs ? 'open' : '403 facility-not-allowed';
}
