// Written by npm run topology.
import type { ServiceRoutes } from './route-table.js';

/** Every service with the paths of the one origin that it answers, in the order in which they start. */
export const services = [
  { name: 'bed-management', routes: ['/api/v1/facilities', '/api/v1/bed-conflicts', '/api/v1/replay-check/beds'] },
  {
    name: 'admissions',
    routes: [
      '/api/v1/adt',
      '/api/v1/events',
      '/api/v1/messages',
      '/api/v1/quarantine',
      '/api/v1/encounters',
      '/api/v1/encounter-conflicts',
      '/api/v1/senders',
      '/api/v1/destinations',
      '/api/v1/replay-check',
      '/api/v1/facilities/{facility}/encounters',
      '/api/v1/facilities/{facility}/patients',
      '/fhir/R4',
    ],
  },
  {
    name: 'department-coordination',
    routes: ['/api/v1/facilities/{facility}/bed-requests', '/api/v1/facilities/{facility}/discharge-plans'],
  },
  {
    name: 'flow-engine',
    routes: [
      '/api/v1/facilities/{facility}/occupancy',
      '/api/v1/facilities/{facility}/bottlenecks',
      '/api/v1/facilities/{facility}/clocks',
      '/api/v1/facilities/{facility}/data-quality',
      '/api/v1/facilities/{facility}/free-beds',
    ],
  },
  { name: 'alerting', routes: ['/api/v1/alerts', '/api/v1/webhook-deliveries'] },
  { name: 'audit', routes: ['/api/v1/audit', '/fhir/R4/AuditEvent'] },
  { name: 'identity', routes: ['/identity', '/api/v1/accounts'] },
  {
    name: 'board',
    routes: [
      '/',
      '/api/v1/me',
      '/api/v1/session',
      '/api/v1/conflicts',
      '/api/v1/facilities/{facility}/board',
      '/api/v1/facilities/{facility}/conflicts',
      '/api/v1/facilities/{facility}/stream',
    ],
  },
] as const satisfies readonly ServiceRoutes[];
