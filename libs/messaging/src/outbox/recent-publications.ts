import type { LogRecord } from '../event-log.js';

/** What one row of the outbox holds, in the order in which it is to be appended. */
export interface Publication {
  readonly position: string;
  readonly records: readonly LogRecord[];
}

/** What a record takes beside its value: its headers and the objects themselves. */
const overhead = 600;

/**
 * What this process has committed to the outbox and its relay has not taken yet, so that the relay need not read and unpack what was
 * packed a moment ago. What is missing (of another process, from before the lead, or more than fits) is read from the table.
 */
export class RecentPublications {
  private readonly byPosition = new Map<string, Publication>();
  private size = 0;

  /** Keeps about `mostCharacters`; beyond that the oldest go. */
  constructor(private readonly mostCharacters: number) {}

  /** Takes in what is committed. */
  add(publications: readonly Publication[]): void {
    for (const publication of publications) {
      this.byPosition.set(publication.position, publication);
      this.size += sizeOf(publication);
    }
    for (const oldest of this.byPosition.keys()) {
      if (this.size <= this.mostCharacters) break;
      this.remove(oldest);
    }
  }

  get positions(): string[] {
    return [...this.byPosition.keys()];
  }

  at(position: string): Publication | undefined {
    return this.byPosition.get(position);
  }

  remove(position: string): void {
    const publication = this.byPosition.get(position);
    if (publication === undefined) return;
    this.byPosition.delete(position);
    this.size -= sizeOf(publication);
  }

  clear(): void {
    this.byPosition.clear();
    this.size = 0;
  }
}

function sizeOf({ records }: Publication): number {
  return records.reduce((sum, { value }) => sum + value.length + overhead, 0);
}
