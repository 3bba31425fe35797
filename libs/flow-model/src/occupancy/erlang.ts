/**
 * Erlang B: the share of arrivals that find all `servers` busy when nobody waits, under `load` = arrivals per unit of
 * time x mean stay. Recursion B(0) = 1, B(k) = a B(k-1) / (k + a B(k-1)); exact and stable for any size.
 */
export function erlangB(servers: number, load: number): number {
  let b = 1;
  for (let k = 1; k <= servers; k += 1) b = (load * b) / (k + load * b);
  return b;
}

/**
 * Erlang C: the share of arrivals that have to wait when everyone waits. C = B / (1 - rho (1 - B)), rho = load / servers.
 * 1 once the load reaches the number of servers: the queue then grows without end.
 */
export function erlangC(servers: number, load: number): number {
  if (servers <= 0 || load >= servers) return 1;
  const b = erlangB(servers, load);
  return b / (1 - (load / servers) * (1 - b));
}

const found = new Map<string, number>();

/**
 * The occupancy rate (0..1) of a unit with `beds` beds at which a share of `waitProbability` of its arrivals would have
 * to wait (Erlang C). A small unit reaches it earlier than a large one: 12 beds at 85.2 %, 40 beds at 91.9 % for one half.
 * Null for a unit without beds.
 */
export function rateAtWait(beds: number, waitProbability: number): number | null {
  if (beds <= 0) return null;
  const key = `${beds}/${waitProbability}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 50; i += 1) {
    const rate = (low + high) / 2;
    if (erlangC(beds, rate * beds) < waitProbability) low = rate;
    else high = rate;
  }
  // Four digits are a hundredth of a percent: enough to show, and equal on every machine.
  const rate = Math.round(((low + high) / 2) * 10_000) / 10_000;
  found.set(key, rate);
  return rate;
}

/** Rate at which half of the arrivals would wait: the unit's own "act at" line. */
export function actAtRate(beds: number): number | null {
  return rateAtWait(beds, 0.5);
}
