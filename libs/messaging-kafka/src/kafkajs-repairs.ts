import { createRequire } from 'node:module';

interface RequestQueue {
  pending: unknown[];
  scheduleCheckPendingRequests(): void;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as {
  readonly prototype: RequestQueue;
};
const schedule = prototype.scheduleCheckPendingRequests;
if (typeof schedule !== 'function') {
  throw new Error('kafkajs is not the version this adapter was made for: its request queue has changed');
}

/**
 * kafkajs 2.2.4 looks for throttled requests every millisecond for as long as a connection lives, also when there are
 * none, and on Node 24 with a TimeoutNegativeWarning (kafkajs issues 1704 and 1751, not mended there). A request that has
 * to wait schedules the look itself when it is enqueued, so an empty queue needs none.
 */
prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
  if (this.pending.length > 0) schedule.call(this);
};
