/**
 * Text as FHIR's `string` and `code` allow it: white space is the space alone, none at the ends, no half of a surrogate pair.
 * Null where nothing is left.
 */
export function fhirText(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  return (
    text
      .replace(/[\s\u0000-\u001f\u007f]+/g, ' ')
      .replace(/\p{Surrogate}/gu, '\ufffd')
      .trim() || null
  );
}
