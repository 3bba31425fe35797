/** Whether a text can be kept everywhere: no U+0000, which no database text holds, and no half of a surrogate pair, which no encoding has. */
export function isStorableText(text: string): boolean {
  return !/[\u0000\ud800-\udfff]/u.test(text);
}

/** What is wrong with a JSON value that was sent. */
export interface Unfit {
  readonly path: string;
  readonly fault: 'text' | 'depth';
}

/** Deeper than anything that is read here; what lies deeper costs more to walk through than it can say. */
const MOST_DEPTH = 100;

/**
 * The first place (as `a.b.0.c`) in a JSON value where a text or a name cannot be kept, or that lies too deep; null where all is well.
 * As deep as it is nested, so not by recursion.
 */
export function unfitIn(value: unknown): Unfit | null {
  const left: { value: unknown; path: string; depth: number }[] = [{ value, path: '', depth: 0 }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value: here, path, depth } = next;
    if (typeof here === 'string' && !isStorableText(here)) return { path, fault: 'text' };
    if (typeof here !== 'object' || here === null || ArrayBuffer.isView(here)) continue;
    if (depth === MOST_DEPTH) return { path: path.slice(0, 200), fault: 'depth' };
    for (const [name, part] of Object.entries(here)) {
      if (!isStorableText(name)) return { path, fault: 'text' };
      left.push({ value: part, path: path === '' ? name : `${path}.${name}`, depth: depth + 1 });
    }
  }
  return null;
}
