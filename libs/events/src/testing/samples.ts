import { z } from 'zod';
import type { AnyEventDefinition } from '../envelope.js';
import { placesOf, valuesAt } from './schema-places.js';

const at = '2026-03-01T08:00:00.000Z';

/** Data of an event with every field and, counted from 0, its `nth` word at every place where one of a set stands. */
export function fullSample(schema: z.ZodType, nth: number, name = 'data'): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return fullSample(schema.unwrap() as z.ZodType, nth, name);
  }
  if (schema instanceof z.ZodArray) {
    const element = schema.element as z.ZodType;
    return element instanceof z.ZodEnum ? [...element.options] : [fullSample(element, nth, name)];
  }
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
    return Object.fromEntries(fields.map(([field, of]) => [field, fullSample(of, nth, field)]));
  }
  return plainSample(schema, nth, name);
}

/** Data of an event with nothing that may be left out, and null wherever that may stand. */
export function leastSample(schema: z.ZodType, name = 'data'): unknown {
  if (schema instanceof z.ZodNullable) return null;
  if (schema instanceof z.ZodArray) return [];
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
    return Object.fromEntries(
      fields.flatMap(([field, of]) => (of instanceof z.ZodOptional ? [] : [[field, leastSample(of, field)]])),
    );
  }
  return plainSample(schema, 0, name);
}

function plainSample(schema: z.ZodType, nth: number, name: string): unknown {
  if (schema instanceof z.ZodEnum) return schema.options[nth % schema.options.length];
  if (schema instanceof z.ZodNumber) return 3;
  if (schema instanceof z.ZodBoolean) return nth % 2 === 0;
  return schema instanceof z.ZodISODateTime ? at : name === 'facility' ? 'NGH' : `a ${name}`;
}

/**
 * What the samples of an event do not show yet: places of its schema, and words of a set (`status: planned`). A sample without a field
 * that may be left out is missed as `(least)`.
 */
export function notShown({ schema }: AnyEventDefinition, samples: readonly unknown[]): string[] {
  const missing = placesOf(schema).flatMap(({ path, schema: of }) => {
    const values = samples.flatMap((data) => valuesAt(data, path)).map(({ value }) => value);
    if (of instanceof z.ZodEnum) {
      return of.options.filter((word) => !values.includes(word)).map((word) => `${path}: ${String(word)}`);
    }
    return values.some((value) => value !== null) ? [] : [path];
  });
  const least = JSON.stringify(leastSample(schema));
  return samples.some((data) => JSON.stringify(data) === least) ? missing : ['(least)', ...missing];
}
