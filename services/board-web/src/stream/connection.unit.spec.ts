import { describe, expect, it } from '@jest/globals';
import { reconnectDelay } from './backoff.js';
import { connectionPhase } from './connection.js';

const open = { received: true, lostAt: null, signedOut: false, refused: false };

describe('connectionPhase', () => {
  it.each([
    [0, 'live'],
    [9_999, 'live'],
    [10_000, 'reconnecting'],
    [59_999, 'reconnecting'],
    [60_000, 'stale'],
  ] as const)('after %i ms without the stream is %s', (lost, phase) => {
    expect(connectionPhase({ ...open, lostAt: 1_000 }, 1_000 + lost)).toBe(phase);
  });

  it('is starting before the first snapshot, and says so only after ten seconds', () => {
    expect(connectionPhase({ ...open, received: false, lostAt: 0 }, 5_000)).toBe('starting');
    expect(connectionPhase({ ...open, received: false, lostAt: 0 }, 12_000)).toBe('reconnecting');
  });

  it('says a refusal at once while there is nothing to show, and by time once there is', () => {
    expect(connectionPhase({ ...open, received: false, lostAt: 0, refused: true }, 1)).toBe('refused');
    expect(connectionPhase({ ...open, lostAt: 0, refused: true }, 1)).toBe('live');
  });

  it('says signed out before everything else', () => {
    expect(connectionPhase({ ...open, signedOut: true, lostAt: 0 }, 90_000)).toBe('signed-out');
  });
});

describe('reconnectDelay', () => {
  it('doubles up to 15 s and is jittered down by up to half', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((n) => reconnectDelay(n, 0))).toEqual([
      500, 1000, 2000, 4000, 8000, 15000, 15000,
    ]);
    expect(reconnectDelay(5, 0.999)).toBeGreaterThanOrEqual(7_500);
  });
});
