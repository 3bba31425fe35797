import { expect } from '@jest/globals';
import * as contract from '@wardstream/api-contract';
import { z } from 'zod';

/** Of a route, as the OpenAPI describes it: by status, by media type, the schema of what is answered. */
interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: unknown }>> } | undefined>
  >;
}
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

const byId = new Map(
  Object.values(contract).flatMap((schema): [string, z.ZodType][] => {
    const id = schema instanceof z.ZodType ? schema.meta()?.id : undefined;
    return id === undefined ? [] : [[id, schema as z.ZodType]];
  }),
);

/** The schema of the contract by which a route answers with a status; undefined where its description names none. */
export function schemaOf(paths: Paths, method: string, path: string, status: number): z.ZodType | undefined {
  const responses = paths[path]?.[method.toLowerCase()]?.responses ?? {};
  const content = (responses[status] ?? responses['default'])?.content ?? {};
  return zodOf(Object.values(content)[0]?.schema);
}

/** An OpenAPI schema is found in the contract by the name of its component. */
function zodOf(schema: unknown): z.ZodType | undefined {
  const { $ref, anyOf } = (schema ?? {}) as { readonly $ref?: string; readonly anyOf?: readonly unknown[] };
  if (anyOf !== undefined) {
    const options = anyOf.map(zodOf);
    return options.includes(undefined) ? undefined : z.union(options as z.ZodType[]);
  }
  return $ref === undefined ? undefined : byId.get($ref.slice($ref.lastIndexOf('/') + 1));
}

/** What of an answer is not what the schema tells of; a field that the contract does not know is a fault, too. Ten at most. */
export function faultsOf(schema: z.ZodType, answer: unknown): string[] {
  const { data, error } = schema.safeParse(answer);
  const faults =
    error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? unknownIn(answer, data, '');
  return faults.slice(0, 10);
}

export function expectToBe(schema: z.ZodType, what: string, answer: unknown): void {
  expect([what, faultsOf(schema, answer)]).toEqual([what, []]);
}

/** Paths of what a schema let go of. */
function unknownIn(answer: unknown, known: unknown, path: string): string[] {
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([name, value]) => {
    const here = path === '' ? name : `${path}.${name}`;
    if (!Object.hasOwn(known as object, name)) return [`${here}: not in the contract`];
    return unknownIn(value, (known as Record<string, unknown>)[name], here);
  });
}
