/** As much of a JSON schema as the product's OpenAPI uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly format?: string;
  readonly default?: unknown;
}

const strange: readonly unknown[] = [
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udc00y',
    '\ud83d\ude00',
    '',
    ' ',
    'x'.repeat(5_000),
    '"',
    "'; --",
    '../..',
    '%00',
    '\u202e',
  ],
  ...[null, true, false, 0, -0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, 99_999_999_999],
  ...[
    '0000-01-01T00:00:00Z',
    '1899-12-31T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '+010000-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    'NaN',
  ],
  ...[[], {}, [[]], { a: { a: { a: [] } } }, Array.from({ length: 2_000 }, () => 'x'), '__proto__', 'constructor'],
];

/** A body that fits a schema as far as it says, with names out of `names`. Deterministic in `random`. */
export function bodyOf(schema: Schema, random: () => number, names: readonly string[]): unknown {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return bodyOf(pick(choices), random, names);
  const type = typeof schema.type === 'string' ? schema.type : pick(schema.type ?? ['object']);
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(() => random() < 0.7)
          .map(([key, of]) => [key, bodyOf(of, random, names)]),
      );
    case 'array':
      return Array.from({ length: Math.floor(random() * 3) }, () => bodyOf(schema.items ?? {}, random, names));
    case 'integer':
    case 'number':
      return Math.floor(random() * 100);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default:
      return schema.format === 'date-time'
        ? new Date(Date.now() + (random() - 0.5) * 86_400_000).toISOString()
        : pick(names);
  }
}

/** The body with one to three of its values, anywhere, made strange. */
export function mutateBody(body: unknown, random: () => number): unknown {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const change = (value: unknown, depth: number): unknown => {
    if (depth > 6 || random() < 0.25 || typeof value !== 'object' || value === null) return pick(strange);
    if (Array.isArray(value))
      return value.length === 0
        ? [pick(strange)]
        : value.map((v, i) => (i === 0 ? change(v, depth + 1) : (v as unknown)));
    const entries = Object.entries(value);
    if (entries.length === 0) return { [String(pick(strange))]: pick(strange) };
    const [key] = pick(entries);
    return { ...value, [key]: change((value as Record<string, unknown>)[key], depth + 1) };
  };
  let changed = body;
  for (let i = 0; i < 1 + Math.floor(random() * 3); i += 1) changed = change(changed, 0);
  return changed;
}
