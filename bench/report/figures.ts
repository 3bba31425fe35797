/** A figure as a ratio to what the machine does, so that it can be compared between machines. */
export interface Figure {
  readonly name: string;
  /** What it is a ratio of. */
  readonly unit: string;
  readonly value: number;
  readonly better: 'more' | 'less';
}

export interface Comparison {
  readonly name: string;
  readonly kept: number | undefined;
  readonly now: number;
  /** How much worse it is than what was kept, per cent; below 0 where it is better; undefined where nothing was kept. */
  readonly worsePercent: number | undefined;
}

/** Each figure beside the one of that name that was kept. */
export function compareFigures(kept: readonly Figure[], now: readonly Figure[]): Comparison[] {
  const before = new Map(kept.map((figure) => [figure.name, figure.value]));
  return now.map(({ name, value, better }) => {
    const was = before.get(name);
    if (was === undefined || was === 0) return { name, kept: was, now: value, worsePercent: undefined };
    const change = (value - was) / was;
    return { name, kept: was, now: value, worsePercent: 100 * (better === 'less' ? change : -change) };
  });
}
