/** A list that stays sorted: entering, leaving and finding compare no more than the logarithm of its length. */
export class Sorted<T> {
  private readonly items: T[] = [];

  /** `compare`: a total order; no two members are equal by it. */
  constructor(private readonly compare: (a: T, b: T) => number) {}

  get length(): number {
    return this.items.length;
  }

  at(index: number): T | undefined {
    return this.items[index];
  }

  last(): T | undefined {
    return this.items.at(-1);
  }

  /** Where the item is, or would be. */
  indexOf(item: T): number {
    let [low, high] = [0, this.items.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.compare(this.items[middle]!, item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  has(item: T): boolean {
    return this.items[this.indexOf(item)] === item;
  }

  /** Nothing changes where the item is in already. Gives its index. */
  add(item: T): number {
    const index = this.indexOf(item);
    if (this.items[index] !== item) this.items.splice(index, 0, item);
    return index;
  }

  delete(item: T): boolean {
    const index = this.indexOf(item);
    if (this.items[index] !== item) return false;
    this.items.splice(index, 1);
    return true;
  }

  /** From the last to the first. */
  *backwards(): Generator<T> {
    for (let i = this.items.length - 1; i >= 0; i -= 1) yield this.items[i]!;
  }
}
