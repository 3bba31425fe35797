import { z } from 'zod';

/** A part of a schema and where it is: `occupants[].patient.sex`. */
export interface SchemaPlace {
  readonly path: string;
  readonly schema: z.ZodType;
}

/** Every part of a schema, the outermost first. Throws for a kind of schema that the published language has not used so far. */
export function placesOf(schema: z.ZodType, path = ''): SchemaPlace[] {
  const own = { path, schema };
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return placesOf(schema.unwrap() as z.ZodType, path);
  }
  if (schema instanceof z.ZodArray) return [own, ...placesOf(schema.element as z.ZodType, `${path}[]`)];
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
    return [own, ...fields.flatMap(([name, field]) => placesOf(field, path === '' ? name : `${path}.${name}`))];
  }
  const isPlain =
    schema instanceof z.ZodEnum ||
    schema instanceof z.ZodString ||
    schema instanceof z.ZodStringFormat ||
    schema instanceof z.ZodNumber ||
    schema instanceof z.ZodBoolean;
  if (!isPlain) throw new Error(`${path}: readers of later versions do not know this kind of schema yet (words.ts)`);
  return [own];
}

/** All values that data has at a place of its schema, each with how to give it another one. */
export function valuesAt(data: unknown, path: string): { value: unknown; set(value: unknown): void }[] {
  let holders: { value: unknown; set(value: unknown): void }[] = [{ value: data, set: () => undefined }];
  for (const step of path.split(/\.|(?=\[\])/).filter((each) => each !== '')) {
    holders = holders.flatMap(({ value }) => {
      if (typeof value !== 'object' || value === null) return [];
      if (step === '[]') {
        const list = value as unknown[];
        return list.map((each, i) => ({ value: each, set: (v: unknown) => void (list[i] = v) }));
      }
      const of = value as Record<string, unknown>;
      return step in of ? [{ value: of[step], set: (v: unknown) => void (of[step] = v) }] : [];
    });
  }
  return holders;
}
