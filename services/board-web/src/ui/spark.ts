/** The drawn line of a trend: one polyline for each unbroken run of known hours. */
export interface SparkShape {
  readonly lines: readonly string[];
  readonly actAtY: number | null;
  readonly dot: { readonly x: number; readonly y: number } | null;
}

const LOW = 0.62;
const HIGH = 1.03;

/** Lays a trend (rates 0..1, oldest first, null where not known) into a box; rates outside 62 to 103 % are drawn at its edge. */
export function sparkShape(
  trend: readonly (number | null)[],
  actAt: number | null,
  width: number,
  height: number,
): SparkShape {
  const y = (rate: number): number =>
    height - 2 - ((Math.min(Math.max(rate, LOW), HIGH) - LOW) / (HIGH - LOW)) * (height - 4);
  const x = (i: number): number => (i * (width - 5)) / Math.max(trend.length - 1, 1) + 1;
  const lines: string[] = [];
  let run: string[] = [];
  trend.forEach((rate, i) => {
    if (rate !== null) run.push(`${x(i).toFixed(1)},${y(rate).toFixed(1)}`);
    if (rate === null || i === trend.length - 1) {
      if (run.length > 1) lines.push(run.join(' '));
      run = [];
    }
  });
  const last = trend.at(-1) ?? null;
  return {
    lines,
    actAtY: actAt === null ? null : y(actAt),
    dot: last === null ? null : { x: x(trend.length - 1), y: y(last) },
  };
}
