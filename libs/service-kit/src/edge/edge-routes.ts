/** The bounded contexts that answer over HTTP. */
export const httpServices = [
  'admissions',
  'bed-management',
  'department-coordination',
  'flow-engine',
  'alerting',
  'board',
] as const;
export type HttpService = (typeof httpServices)[number];

const facility = '/api/v1/facilities/[^/]+';

/** Which service answers which path of the one origin; the first match counts, and the board takes the rest. */
const routes: readonly (readonly [RegExp, HttpService])[] = [
  [/^\/api\/v1\/replay-check\/beds(\/|$)/, 'bed-management'],
  [
    /^\/api\/v1\/(adt|events|messages|quarantine|encounters|encounter-conflicts|senders|destinations|replay-check)(\/|$)/,
    'admissions',
  ],
  [/^\/fhir\/R4(\/|$)/, 'admissions'],
  [new RegExp(`^${facility}/encounters(/|$)`), 'admissions'],
  [new RegExp(`^${facility}/(stream|board|conflicts)(/|$)`), 'board'],
  [new RegExp(`^${facility}/(bed-requests|discharge-plans)(/|$)`), 'department-coordination'],
  [new RegExp(`^${facility}/(occupancy|bottlenecks|clocks|data-quality)(/|$)`), 'flow-engine'],
  [/^\/api\/v1\/(facilities|bed-conflicts)(\/|$)/, 'bed-management'],
  [/^\/api\/v1\/(alerts|webhook-deliveries)(\/|$)/, 'alerting'],
];
const owned = new RegExp(`^/api/v1/dead-letters/(${httpServices.join('|')})(/|$)`);

/** The service that answers `path` (without query). */
export function serviceFor(path: string): HttpService {
  const owner = owned.exec(path)?.[1];
  if (owner !== undefined) return owner as HttpService;
  return routes.find(([pattern]) => pattern.test(path))?.[1] ?? 'board';
}
