import type { z } from 'zod';

// A word of a later version is a text with a mark, which must stay one.
type ReadOnly<T> = T extends string
  ? T
  : T extends readonly (infer E)[]
    ? readonly ReadOnly<E>[]
    : T extends object
      ? { readonly [K in keyof T]: ReadOnly<T[K]> }
      : T;

type Writable<T> = T extends string
  ? string extends T
    ? string | Date
    : T
  : T extends readonly (infer E)[]
    ? readonly Writable<E>[]
    : T extends object
      ? { readonly [K in keyof T]: Writable<T[K]> }
      : T;

/** What is answered by a schema, as its reader has it. */
export type Answer<S extends z.ZodType> = ReadOnly<z.output<S>>;

/** What a handler may give to be answered by a schema: JSON writes a Date as the text that the schema tells of. */
export type Answerable<S extends z.ZodType> = Writable<z.output<S>>;

/** The same with lists that nobody adds to. */
export type ReadonlyLists<T> = {
  readonly [K in keyof T]: T[K] extends (infer E)[] ? readonly E[] : T[K];
};
