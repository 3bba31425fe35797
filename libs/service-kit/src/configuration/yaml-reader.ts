import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type YAMLMap } from 'yaml';

/** One thing that is wrong in a file, with the line and column a person finds it at (both from 1). */
export interface FileFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Characters of one text of a file; more is a mistake, or meant to be none. */
const MOST_CHARACTERS = 1_000;
/** Texts are stored, compared and shown as they are: none holds a control character or half a character. */
const plain = /^[^\u0000-\u001f\u007f-\u009f\ud800-\udfff]*$/u;

/** Reads YAML nodes into plain values and collects every fault on the way, so that a person sees all of them at once. */
export class YamlReader {
  readonly faults: FileFault[] = [];
  private readonly lines = new LineCounter();
  readonly root: Node | null;

  constructor(text: string) {
    // The failsafe schema keeps every scalar as it was written: `01` stays '01', and a unit may be called NO.
    const document = parseDocument(text, { lineCounter: this.lines, schema: 'failsafe', prettyErrors: false });
    for (const error of document.errors) this.report(error.pos[0], error.message);
    this.root = document.errors.length === 0 ? document.contents : null;
  }

  fault(at: Node | null | undefined, message: string): void {
    this.report(at?.range?.[0] ?? 0, message);
  }

  /** Line and column of a node. */
  position(node: Node | null): Pick<FileFault, 'line' | 'column'> {
    return this.positionOf(node?.range?.[0] ?? 0);
  }

  private report(offset: number, message: string): void {
    this.faults.push({ ...this.positionOf(offset), message });
  }

  private positionOf(offset: number): Pick<FileFault, 'line' | 'column'> {
    const { line, col } = this.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** The mapping at `node` with no key that is not in `known`; null (and a fault) if it is none. */
  map(node: Node | null | undefined, what: string, known: readonly string[]): MapReader | null {
    if (!isMap(node)) {
      this.fault(node, `${what} must be a mapping`);
      return null;
    }
    const map = new MapReader(this, node as YAMLMap<Node, Node | null>, what);
    for (const { key } of map.node.items) {
      const name = isScalar(key) ? String(key.value) : '?';
      if (!known.includes(name)) this.fault(key, `${what} has no '${name}'; it may have ${known.join(', ')}`);
    }
    return map;
  }

  /** The entries of a list; a fault if it is none or, where `atLeastOne`, empty. */
  list(node: Node | null | undefined, what: string, atLeastOne = false): Node[] {
    if (!isSeq(node)) {
      this.fault(node, `${what} must be a list`);
      return [];
    }
    if (atLeastOne && node.items.length === 0) this.fault(node, `${what} must have at least one entry`);
    return node.items as Node[];
  }

  text(node: Node | null | undefined, what: string, pattern?: RegExp, patternSays = ''): string | null {
    const value = isScalar(node) ? String(node.value).trim() : '';
    if (value === '') {
      this.fault(node, `${what} must be a text`);
      return null;
    }
    if (value.length > MOST_CHARACTERS || !plain.test(value)) {
      this.fault(node, `${what} must be a text of at most ${MOST_CHARACTERS} characters, on one line`);
      return null;
    }
    if (pattern && !pattern.test(value)) {
      this.fault(node, `${what} '${value}' must be ${patternSays}`);
      return null;
    }
    return value;
  }
}

/** Typed access to one mapping. A getter given a `fallback` is for a key that may be left out. */
export class MapReader {
  constructor(
    private readonly reader: YamlReader,
    readonly node: YAMLMap<Node, Node | null>,
    private readonly what: string,
  ) {}

  has(key: string): boolean {
    return this.node.has(key);
  }

  at(key: string): Node | null {
    return (this.node.get(key, true) as Node | undefined) ?? null;
  }

  private missing(key: string): void {
    this.reader.fault(this.node, `${this.what} needs '${key}'`);
  }

  text(key: string, pattern?: RegExp, patternSays = ''): string | null {
    if (!this.has(key)) {
      this.missing(key);
      return null;
    }
    return this.reader.text(this.at(key), `${this.what}: '${key}'`, pattern, patternSays);
  }

  texts(key: string, pattern?: RegExp, patternSays = ''): string[] {
    if (!this.has(key)) return [];
    const node = this.at(key);
    const entries = isScalar(node) ? [node as Node] : this.reader.list(node, `${this.what}: '${key}'`);
    return entries.flatMap((n) => this.reader.text(n, `${this.what}: '${key}'`, pattern, patternSays) ?? []);
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], fallback?: T): T | null {
    if (!this.has(key) && fallback !== undefined) return fallback;
    const value = this.text(key);
    if (value === null) return null;
    const known = allowed.find((a) => a === value);
    if (known === undefined)
      this.reader.fault(this.at(key), `${this.what}: '${key}' is '${value}'; it may be ${allowed.join(', ')}`);
    return known ?? null;
  }

  flag(key: string, fallback: boolean): boolean {
    return this.oneOf(key, ['true', 'false'], fallback ? 'true' : 'false') === 'true';
  }

  minutes(key: string, fallback?: number): number {
    if (!this.has(key) && fallback !== undefined) return fallback;
    const value = this.text(key, /^[1-9][0-9]{0,4}$/, 'a whole number of minutes above 0');
    return value === null ? (fallback ?? 1) : Number(value);
  }

  /** The mapping at `key`, of the keys `known`; null where it is left out or none. */
  map(key: string, what: string, known: readonly string[]): MapReader | null {
    return this.has(key) ? this.reader.map(this.at(key), what, known) : null;
  }

  /** The mapping at `key`, whose other keys `entries` reads; null where it is left out or none. */
  named(key: string): MapReader | null {
    const node = this.at(key);
    return isMap(node)
      ? new MapReader(this.reader, node as YAMLMap<Node, Node | null>, `${this.what}: '${key}'`)
      : null;
  }

  /** A mapping whose keys the file chooses, in its order, but for `except`; empty where it is left out. A value may be an empty text. */
  entries(
    key: string,
    except: readonly string[] = [],
  ): { readonly key: string; readonly keyNode: Node; readonly value: string; readonly node: Node | null }[] {
    if (!this.has(key)) return [];
    const map = this.at(key);
    if (!isMap(map)) {
      this.reader.fault(map ?? this.node, `${this.what}: '${key}' must be a mapping`);
      return [];
    }
    return (map.items as { key: Node; value: Node | null }[]).flatMap(({ key: keyNode, value: node }) => {
      if (isScalar(keyNode) && except.includes(String(keyNode.value ?? '').trim())) return [];
      if (!isScalar(keyNode) || (node !== null && !isScalar(node))) {
        this.reader.fault(isScalar(keyNode) ? node : keyNode, `${this.what}: '${key}' maps a text to a text`);
        return [];
      }
      const value = node === null ? '' : String(node.value ?? '').trim();
      return [{ key: String(keyNode.value ?? '').trim(), keyNode, value, node }];
    });
  }

  list(key: string, atLeastOne = false): Node[] {
    if (!this.has(key)) {
      if (atLeastOne) this.missing(key);
      return [];
    }
    return this.reader.list(this.at(key), `${this.what}: '${key}'`, atLeastOne);
  }
}
