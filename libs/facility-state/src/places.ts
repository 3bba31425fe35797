/** Where a record stands in the log. */
export interface LogPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** How far the topics of one partition number were read: the offset of the next record of each. */
export class Places {
  private readonly next: Map<string, number>;

  constructor(next: Iterable<readonly [string, number]> = []) {
    this.next = new Map(next);
  }

  /** The offset of the next record; 0 for a topic of which nothing is known. */
  of(topic: string): number {
    return this.next.get(topic) ?? 0;
  }

  has(topic: string): boolean {
    return this.next.has(topic);
  }

  /** Moves on to `next`; never back. */
  advance(topic: string, next: number): void {
    if (next > this.of(topic) || !this.next.has(topic)) this.next.set(topic, Math.max(next, this.of(topic)));
  }

  /** Whether the record at this position was read. */
  covers({ topic, offset }: Pick<LogPosition, 'topic' | 'offset'>): boolean {
    return offset < this.of(topic);
  }

  /** Whether this is at least as far as `other` in each topic. */
  reaches(other: Places): boolean {
    return [...other.next].every(([topic, next]) => this.of(topic) >= next);
  }

  equals(other: Places): boolean {
    return (
      this.next.size === other.next.size && [...this.next].every(([topic, next]) => other.next.get(topic) === next)
    );
  }

  copy(): Places {
    return new Places(this.next);
  }

  entries(): IterableIterator<[string, number]> {
    return this.next.entries();
  }

  toJSON(): Record<string, number> {
    return Object.fromEntries(this.next);
  }

  static fromJSON(json: Readonly<Record<string, number>>): Places {
    return new Places(Object.entries(json));
  }
}
