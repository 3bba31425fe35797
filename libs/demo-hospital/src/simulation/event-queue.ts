/** A binary min-heap ordered by time, then by the order of insertion: equal times leave in the order they came. */
export class TimeQueue<T> {
  private readonly heap: { readonly at: number; readonly seq: number; readonly value: T }[] = [];
  private seq = 0;

  get size(): number {
    return this.heap.length;
  }

  /** Time of the earliest entry, Infinity if empty. */
  get nextAt(): number {
    return this.heap[0]?.at ?? Infinity;
  }

  push(at: number, value: T): void {
    const { heap } = this;
    const entry = { at, seq: this.seq++, value };
    let i = heap.length;
    heap.push(entry);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(entry, heap[parent]!)) break;
      heap[i] = heap[parent]!;
      i = parent;
    }
    heap[i] = entry;
  }

  pop(): T | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top?.value;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[i] = heap[child]!;
      i = child;
    }
    heap[i] = last;
    return top.value;
  }
}

interface Ordered {
  readonly at: number;
  readonly seq: number;
}

function before(a: Ordered, b: Ordered): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}
