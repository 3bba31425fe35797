import { z } from 'zod';

/** One setting: the environment variable it comes from and what it may hold. */
export interface Setting<T> {
  readonly variable: string;
  readonly schema: z.ZodType<T>;
  /** One line for the documentation. */
  readonly about: string;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The parsed configuration of a set of settings. */
export type Configuration<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Where settings are read from: `process.env` in a process of its own, anything else in a composition or a test. */
export type SettingValues = Readonly<Record<string, string | undefined>>;

export function setting<T>(variable: string, schema: z.ZodType<T>, about: string): Setting<T> {
  return { variable, schema, about };
}

/** The configuration cannot be used. Names every variable at fault and what is wrong with it, never its value. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  constructor(readonly faults: readonly string[]) {
    super(`The configuration cannot be used:\n${faults.map((f) => `  ${f}`).join('\n')}`);
  }
}

/** Reads every setting once and reports all faults together. An empty string counts as not set. */
export function readSettings<S extends Settings>(settings: S, values: SettingValues): Configuration<S> {
  const faults: string[] = [];
  const parsed: Record<string, unknown> = {};
  for (const [name, { variable, schema }] of Object.entries(settings)) {
    const value = values[variable];
    const outcome = schema.safeParse(value === '' ? undefined : value);
    if (outcome.success) parsed[name] = outcome.data;
    else faults.push(`${variable}: ${outcome.error.issues.map((i) => i.message).join('; ')}`);
  }
  if (faults.length > 0) throw new ConfigurationError(faults);
  return parsed as Configuration<S>;
}

/** A TCP port; 0 asks the system for a free one. */
export const port = z.coerce.number().int().min(0).max(65_535);
/** 'true' or 'false'. */
export const flag = z.enum(['true', 'false']).transform((v) => v === 'true');
/** Comma-separated, blanks trimmed, empty parts dropped. */
export const list = z.string().transform((v) =>
  v
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
