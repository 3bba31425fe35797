/** JSON with the keys of every object in one order, and without what is undefined: equal texts stand for equal values. */
export function canonicalText(value: unknown): string {
  return JSON.stringify(value ?? null, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

/** The keys of either object whose values differ. */
export function differingKeys(a: object, b: object): string[] {
  const [left, right] = [a, b] as Readonly<Record<string, unknown>>[];
  return [...new Set([...Object.keys(left!), ...Object.keys(right!)])].filter(
    (key) => canonicalText(left![key]) !== canonicalText(right![key]),
  );
}
