/**
 * The browser's monotonic timer (ms since the page began): measures how long things take and carries the server's clock
 * between two of its readings. It never says what time it is.
 */
export const timerMs = (): number => performance.now();

/** A number in [0, 1) for jitter of reconnections. */
export const jitter = (): number => Math.random();
