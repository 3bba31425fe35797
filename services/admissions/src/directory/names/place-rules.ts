import type { SentPlace } from '@wardstream/events';

/** One rule of a profile: a place as its sender writes it, and what it is here; both as `UNIT^ROOM^BED^FACILITY`. */
export interface PlaceRule {
  readonly from: string;
  readonly to: string;
}

const partNames = ['unit', 'room', 'bed', 'facility'] as const;
const placeholder = /\{([a-z][a-z0-9]*)(?::([a-z]+|\d))?\}/g;
const SEPARATOR = '^';
/** Characters of a part that patterns are tried on; no code is longer. */
const LONGEST = 100;

/** What is wrong with a rule, in words; null if nothing is. */
export function faultOf({ from, to }: PlaceRule): string | null {
  const [sources, targets] = [from.split(SEPARATOR), to.split(SEPARATOR)];
  if (sources.length > 4) return `'${from}' has more than unit, room, bed and facility`;
  if (targets.length > 3) return `'${to}' has more than unit, room and bed`;
  if (from === '' || sources.every((part) => part === '' || part === '*')) return `'${from}' would be every place`;
  const names = new Map<string, boolean>();
  for (const part of sources) {
    const faulty = braces(part);
    if (faulty !== null) return faulty;
    for (const [, name, kind] of part.matchAll(placeholder)) {
      if (kind !== undefined && kind !== 'digits')
        return `'{${name!}:${kind}}' may only be {${name!}} or {${name!}:digits}`;
      if (names.has(name!)) return `'${from}' has {${name!}} twice`;
      names.set(name!, kind === 'digits');
    }
    if (/\}\{/.test(part)) return `'${part}' does not say where one placeholder ends and the next begins`;
  }
  for (const part of targets) {
    const faulty = braces(part);
    if (faulty !== null) return faulty;
    for (const [, name, width] of part.matchAll(placeholder)) {
      if (!names.has(name!)) return `'${from}' has no {${name!}}`;
      if (width === undefined) continue;
      if (!/^[1-9]$/.test(width)) return `'{${name!}:${width}}' must say how many digits, such as {${name!}:2}`;
      if (names.get(name!) !== true)
        return `{${name!}} must be {${name!}:digits} in '${from}' to be written with ${width} digits`;
    }
  }
  return null;
}

function braces(part: string): string | null {
  if (part !== '*' && part.includes('*')) return `'*' in '${part}' must stand alone`;
  return /[{}]/.test(part.replaceAll(placeholder, ''))
    ? `'${part}' has a brace that is no placeholder such as {bed}`
    : null;
}

/** Whether a rule names one place, or all of one unit or room, in so many words. */
function isExact({ from }: PlaceRule): boolean {
  return !/[{*]/.test(from);
}

interface Pattern {
  readonly parts: readonly (RegExp | null)[];
  readonly to: string;
}

/**
 * Turns places as a sender writes them into those of the house. A part that a rule leaves out may be anything and stays as it
 * is. Rules that name places in so many words come first, the one that says most before the others; then patterns in the order
 * they are written. What no rule fits is the place itself. Total and without state: the same place is always the same.
 */
export class PlaceMap {
  private readonly exact = new Map<string, string>();
  private readonly patterns: readonly Pattern[];

  constructor(rules: readonly PlaceRule[]) {
    for (const { from, to } of rules.filter(isExact)) this.exact.set(from, to);
    this.patterns = rules.filter((rule) => !isExact(rule)).map(({ from, to }) => ({ parts: compile(from), to }));
  }

  /** Null where the rules say that it is no place at all. */
  map(sent: SentPlace): SentPlace | null {
    const parts = partNames.map((name) => sent[name] ?? '');
    for (let stated = 4; stated > 0 && this.exact.size > 0; stated -= 1) {
      const to = this.exact.get(parts.slice(0, stated).join(SEPARATOR));
      if (to !== undefined) return written(to, sent, {});
    }
    if (parts.some((part) => part.length > LONGEST)) return sent;
    for (const { parts: patterns, to } of this.patterns) {
      const found = match(patterns, parts);
      if (found !== null) return written(to, sent, found);
    }
    return sent;
  }
}

function compile(from: string): (RegExp | null)[] {
  return from.split(SEPARATOR).map((part) => {
    if (part === '*') return null;
    let pattern = '';
    let end = 0;
    for (const found of part.matchAll(placeholder)) {
      pattern += literal(part.slice(end, found.index));
      pattern += found[2] === 'digits' ? `(?<${found[1]!}>[0-9]+)` : `(?<${found[1]!}>.+)`;
      end = found.index + found[0].length;
    }
    return new RegExp(`^${pattern}${literal(part.slice(end))}$`, 'su');
  });
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (c) => (c === '-' ? '\\x2d' : `\\${c}`));
}

function match(patterns: readonly (RegExp | null)[], parts: readonly string[]): Record<string, string> | null {
  const values: Record<string, string> = {};
  for (const [i, pattern] of patterns.entries()) {
    if (pattern === null) continue;
    const found = pattern.exec(parts[i]!);
    if (found === null) return null;
    Object.assign(values, found.groups);
  }
  return values;
}

function written(to: string, sent: SentPlace, values: Readonly<Record<string, string>>): SentPlace | null {
  if (to === '') return null;
  const targets = to.split(SEPARATOR);
  const part = (i: number): string | null => {
    const target = targets[i];
    if (target === undefined || target === '*') return sent[partNames[i]!];
    const text = target.replaceAll(placeholder, (_, name: string, width: string | undefined) => {
      const value = values[name] ?? '';
      return width === undefined ? value : value.replace(/^0+(?=.)/, '').padStart(Number(width), '0');
    });
    return text.trim() || null;
  };
  const [unit, room, bed] = [part(0), part(1), part(2)];
  if (unit === null && room === null && bed === null) return null;
  return { unit: unit ?? null, room: room ?? null, bed: bed ?? null, facility: sent.facility };
}
