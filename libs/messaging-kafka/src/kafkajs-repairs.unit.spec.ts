import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import './kafkajs-repairs.js';

interface Queue {
  pending: unknown[];
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  maybeThrottle(ms: number): void;
  destroy(): void;
}
const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
  of: object,
) => Queue;
const queue = () => new RequestQueue({ maxInFlightRequests: null, logger: { debug: () => undefined } });

describe('kafkajs repairs', () => {
  it('let an empty request queue sleep', () => {
    const empty = queue();
    empty.checkPendingRequests();
    expect(empty.throttleCheckTimeoutId).toBeNull();
  });

  it('still look again for a request that is throttled', () => {
    const throttled = queue();
    throttled.maybeThrottle(60_000);
    throttled.pending.push({});
    throttled.checkPendingRequests();
    expect(throttled.throttleCheckTimeoutId).not.toBeNull();
    throttled.destroy();
  });
});
