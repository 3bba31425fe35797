/** U+001E. No JSON text contains it unescaped; RFC 7464 parts JSON texts with it too. */
const SEPARATOR = '\u001e';

/**
 * JSON texts of these values as one parameter; `unfolded` makes an array of them in SQL. As an array parameter every quote in
 * them would be escaped here and unescaped there, which costs more than all else about a row with a large document.
 */
export function jsonTexts(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(SEPARATOR);
}

/** The same of texts that are JSON already, or anything else; undefined if these cannot be parted again. */
export function joinedTexts(texts: readonly string[]): string | undefined {
  // One empty text joined is what no text at all is.
  const isAmbiguous = texts.length === 1 && texts[0] === '';
  return isAmbiguous || texts.some((text) => text.includes(SEPARATOR)) ? undefined : texts.join(SEPARATOR);
}

/** SQL: what `jsonTexts` or `joinedTexts` joined in that parameter, as text[] in the same order. */
export function unfolded(parameter: string): string {
  return `string_to_array(${parameter}, E'\\x1e')`;
}
