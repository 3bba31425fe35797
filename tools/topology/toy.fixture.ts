import type { ServiceDescription } from './description.ts';

/** A service that is not there. */
export const toy: ServiceDescription = {
  name: 'toy',
  summary: 'A service for this suite.',
  owns: 'nothing',
  publishes: [],
  follows: false,
  database: 'toy',
  httpPort: 8099,
  routes: ['/api/v1/toys', '/api/v1/facilities/{facility}/toys'],
  origin: false,
  variables: [],
  memory: 128,
  otherGroups: [],
  scalesByProcessor: false,
};
