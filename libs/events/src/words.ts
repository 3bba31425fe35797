import { z } from 'zod';

declare const unknownWord: unique symbol;
/** A word that a later version publishes and this one does not know; it can be shown and compared, and never be published. */
export type UnknownWord = string & { readonly [unknownWord]: true };

const readAs = new WeakMap<z.ZodType, string>();
const keptAsText = new WeakSet<z.ZodType>();

/**
 * A set of words that may grow. A reader that does not know a word takes it for `unknownIsReadAs`: one of the set that is safe where the
 * true meaning is not known.
 */
export function wordOr<const W extends readonly string[]>(words: W, unknownIsReadAs: W[number]): z.ZodEnum<ToEnum<W>> {
  const schema = z.enum(words) as z.ZodEnum<ToEnum<W>>;
  readAs.set(schema, unknownIsReadAs);
  return schema;
}

/** A set of words that may grow, and that a reader only shows and compares: it keeps a word that it does not know. */
export function wordOrText<const W extends readonly string[]>(words: W): z.ZodType<W[number] | UnknownWord> {
  const schema = z.enum(words) as unknown as z.ZodType<W[number] | UnknownWord>;
  keptAsText.add(schema);
  return schema;
}

type ToEnum<W extends readonly string[]> = { [K in W[number]]: K };

/** What a reader makes of data of a version that is newer than its own. */
export type ReadData<T> =
  | { readonly kind: 'read'; readonly data: T }
  /** A word that is not known decides what the whole event means. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'invalid'; readonly error: z.ZodError };

/**
 * Reads the data of an event. Fields that are not known are left out; of a word that is not known the schema says what becomes of it
 * (`wordOr`, `wordOrText`), else the smallest part that may be missing is left out with it: an element of a list, or a field that is
 * optional. Where there is no such part the event is ignored: its publisher is of a later version, which is no fault of it.
 */
export function readData<T>(schema: z.ZodType<T>, data: unknown): ReadData<T> {
  const checked = schema.safeParse(data);
  if (checked.success) return { kind: 'read', data: checked.data };
  if (!checked.error.issues.some(({ code }) => code === 'invalid_value'))
    return { kind: 'invalid', error: checked.error };
  const understood = withoutUnknownWords(schema, data);
  const read = schemaOfReaders(schema).safeParse(understood === LEFT_OUT ? data : understood);
  // What breaks the schema beside is a fault, whatever the words are.
  if (!read.success && (understood !== LEFT_OUT || hasOtherFaults(read.error))) {
    return { kind: 'invalid', error: read.error };
  }
  if (understood === LEFT_OUT) return { kind: 'ignored' };
  return { kind: 'read', data: read.data as T };
}

const LEFT_OUT = Symbol('left out');

function hasOtherFaults(error: z.ZodError): boolean {
  return error.issues.some(({ code }) => code !== 'invalid_value');
}

/** The data with every word that its schema does not know replaced or left out; LEFT_OUT if nothing of it can be kept. */
function withoutUnknownWords(schema: z.ZodType, data: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return data === null || data === undefined ? data : withoutUnknownWords(schema.unwrap() as z.ZodType, data);
  }
  if (schema instanceof z.ZodEnum) {
    if (typeof data !== 'string' || schema.options.includes(data) || keptAsText.has(schema)) return data;
    return readAs.get(schema) ?? LEFT_OUT;
  }
  if (schema instanceof z.ZodArray) {
    if (!Array.isArray(data)) return data;
    return data
      .map((each) => withoutUnknownWords(schema.element as z.ZodType, each))
      .filter((each) => each !== LEFT_OUT);
  }
  if (schema instanceof z.ZodObject) {
    if (typeof data !== 'object' || data === null) return data;
    const kept: Record<string, unknown> = { ...data };
    for (const [name, field] of Object.entries(schema.shape as Record<string, z.ZodType>)) {
      if (!(name in kept)) continue;
      const value = withoutUnknownWords(field, kept[name]);
      if (value !== LEFT_OUT) kept[name] = value;
      else if (field instanceof z.ZodOptional) delete kept[name];
      else return LEFT_OUT;
    }
    return kept;
  }
  return data;
}

const readers = new WeakMap<z.ZodType, z.ZodType>();

/** The schema with any text allowed where an unknown word is kept. */
function schemaOfReaders(schema: z.ZodType): z.ZodType {
  const known = readers.get(schema);
  if (known !== undefined) return known;
  const made = madeForReaders(schema);
  readers.set(schema, made);
  return made;
}

function madeForReaders(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return cloned(schema, { innerType: schemaOfReaders(schema.unwrap() as z.ZodType) });
  }
  if (schema instanceof z.ZodArray) {
    return cloned(schema, { element: schemaOfReaders(schema.element as z.ZodType) });
  }
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
    return cloned(schema, { shape: Object.fromEntries(fields.map(([name, field]) => [name, schemaOfReaders(field)])) });
  }
  return keptAsText.has(schema) ? z.string() : schema;
}

/** The same schema, with what it checks beside, over other parts. */
function cloned(schema: z.ZodType, parts: object): z.ZodType {
  return schema.clone({ ...schema.def, ...parts } as typeof schema.def);
}
