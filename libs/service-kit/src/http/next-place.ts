import { z } from 'zod';

/** Where the next page begins, as the text a caller is given as `next` and gives back as `after`. */
export function nextOf(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads such a text back as a `place`; anything else is refused as no `next` of `what`. At most `most` characters. */
export function placeAfter<T>(place: z.ZodType<T>, what: string, most: number) {
  return z
    .string()
    .max(most)
    .transform((text, context): T => {
      const read = place.safeParse(decoded(text));
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: `is no \`next\` of ${what}` });
      return z.NEVER;
    });
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
