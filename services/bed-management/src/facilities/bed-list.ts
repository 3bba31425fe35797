import { isScalar, isSeq, type Node } from 'yaml';
import type { YamlReader } from '@wardstream/service-kit/yaml-reader';

const label = /^[A-Za-z0-9]{1,10}(-[A-Za-z0-9]{1,10})?$/;
const range = /^([0-9]{1,4})\.\.([0-9]{1,4})$/;

/** Reads a list of bed labels: `14`, `01..04`, `01..04, 07` or `[01..04, 07]`. Leading zeros are kept. */
export class BedListReader {
  constructor(private readonly reader: YamlReader) {}

  /** Whether the node is the word `all`. */
  isAll(node: Node | null): boolean {
    return isScalar(node) && node.value === 'all';
  }

  read(node: Node | null, what: string): string[] {
    const nodes = isSeq(node) ? (node.items as Node[]) : node === null ? [] : [node];
    const labels = nodes.flatMap((n) =>
      isScalar(n)
        ? String(n.value)
            .split(',')
            .flatMap((part) => this.part(part.trim(), n as Node, what))
        : this.wrong(n, what, '?'),
    );
    if (labels.length === 0) this.reader.fault(node, `${what} names no bed`);
    return labels;
  }

  private part(text: string, node: Node, what: string): string[] {
    const [, first, last] = range.exec(text) ?? [];
    if (first === undefined || last === undefined) return label.test(text) ? [text] : this.wrong(node, what, text);
    const width = first.length;
    if (last.length !== width || Number(last) < Number(first)) return this.wrong(node, what, text);
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) =>
      String(Number(first) + i).padStart(width, '0'),
    );
  }

  private wrong(node: Node, what: string, text: string): string[] {
    this.reader.fault(node, `${what}: '${text}' is no bed label and no range such as 01..04 (both ends equally long)`);
    return [];
  }
}
