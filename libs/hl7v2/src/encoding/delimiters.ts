/** The separators a message declares in MSH-1 and MSH-2. */
export interface Delimiters {
  readonly field: string;
  readonly component: string;
  readonly repetition: string;
  readonly escape: string;
  readonly subcomponent: string;
}

export const standardDelimiters: Delimiters = {
  field: '|',
  component: '^',
  repetition: '~',
  escape: '\\',
  subcomponent: '&',
};

/**
 * The separators of the MSH line `line` ('MSH', MSH-1, MSH-2, MSH-1, …). Where MSH-2 is short or says a character twice (a
 * doubled escape is a common slip), what it leaves open is the standard one. Null if there is no MSH-1.
 */
export function readDelimiters(line: string): Delimiters | null {
  const field = line[3];
  if (field === undefined || /[\s\w]/.test(field)) return null;
  const end = line.indexOf(field, 4);
  const declared = line.slice(4, end === -1 ? line.length : end);
  const distinct = [...new Set(declared)].filter((c) => !/\s/.test(c));
  const taken = new Set([field, ...distinct.slice(0, 4)]);
  const pick = (i: number, standard: string): string => {
    const own = distinct[i];
    if (own !== undefined) return own;
    // A separator that is already in use for something else cannot stand in; an unusable character splits nothing.
    return taken.has(standard) ? '\u0001'.repeat(i + 2) : standard;
  };
  return {
    field,
    component: pick(0, standardDelimiters.component),
    repetition: pick(1, standardDelimiters.repetition),
    escape: pick(2, standardDelimiters.escape),
    subcomponent: pick(3, standardDelimiters.subcomponent),
  };
}

/** MSH-2 that says `delimiters`. */
export function encodingCharacters(delimiters: Delimiters): string {
  return delimiters.component + delimiters.repetition + delimiters.escape + delimiters.subcomponent;
}

const roles = ['field', 'component', 'repetition', 'escape', 'subcomponent'] as const;

/**
 * A field as sent, written with other separators. What stands for itself in it and is a separator among the new ones is escaped;
 * escape sequences stay what they are.
 */
export function transcode(raw: string, from: Delimiters, to: Delimiters): string {
  if (roles.every((role) => from[role] === to[role])) return raw;
  const written = new Map<string, string>();
  const codes = { field: 'F', component: 'S', repetition: 'R', escape: 'E', subcomponent: 'T' } as const;
  for (const role of roles) written.set(to[role], `${to.escape}${codes[role]}${to.escape}`);
  for (const role of roles) written.set(from[role], to[role]);
  return Array.from(raw, (c) => written.get(c) ?? c).join('');
}
