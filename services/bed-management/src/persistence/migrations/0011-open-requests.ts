import { defineMigration } from '@wardstream/persistence';

/** Which units wait for a bed is asked at every look at the cleaning list: of all requests there ever were few are open. */
export const openRequests = defineMigration({
  name: '0011-open-requests',
  concurrently: true,
  up: () => [
    "CREATE INDEX CONCURRENTLY bed_request_open ON bed_request (facility) WHERE status = 'requested' AND ended_at IS NULL",
  ],
});
