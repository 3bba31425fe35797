import { DomainError } from '@wardstream/kernel';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const stored = z.object({
  version: z.literal(1),
  /** What the acts are generated from; another fingerprint gives other acts. */
  fingerprint: z.string(),
  seed: z.number().int(),
  from: z.number().int(),
  /** Every act below it has had its effect. */
  done: z.number().int().nonnegative(),
  /** Acts above `done` that have had theirs. */
  ahead: z.array(z.number().int().nonnegative()),
  /** Ids of open bed requests by visit number, as the API gave them. */
  requests: z.record(z.string(), z.string()),
});
type Stored = z.infer<typeof stored>;

/**
 * How far a run of the feed has come. Only what has had its effect is recorded, so that after a crash an act may be sent
 * again but none is left out. The file is replaced as a whole.
 */
export class FeedCursor {
  readonly requests: Map<string, string>;
  private readonly ahead: Set<number>;
  private low: number;
  private changed = true;
  private writing: Promise<void> = Promise.resolve();

  private constructor(
    private readonly file: string,
    private readonly origin: Pick<Stored, 'fingerprint' | 'seed' | 'from'>,
    state: Pick<Stored, 'done' | 'ahead' | 'requests'>,
  ) {
    this.low = state.done;
    this.ahead = new Set(state.ahead);
    this.requests = new Map(Object.entries(state.requests));
  }

  /**
   * The run that `file` tells of, or a new one from `fresh` if there is no file.
   * @throws DomainError `demo-feed-differs` if the file is of another hospital or simulation, or cannot be read
   */
  static async open(file: string, fingerprint: string, fresh: { seed: number; from: number }): Promise<FeedCursor> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return new FeedCursor(file, { fingerprint, ...fresh }, { done: 0, ahead: [], requests: {} });
    }
    const state = readStored(text);
    if (state?.fingerprint !== fingerprint) {
      throw new DomainError(
        'conflict',
        'demo-feed-differs',
        `${file} is of another demonstration hospital or simulation: remove the data directory to begin anew`,
      );
    }
    return new FeedCursor(file, { fingerprint, seed: state.seed, from: state.from }, state);
  }

  get seed(): number {
    return this.origin.seed;
  }

  get from(): number {
    return this.origin.from;
  }

  /** Every act below it is done. */
  get done(): number {
    return this.low;
  }

  isDone(index: number): boolean {
    return index < this.low || this.ahead.has(index);
  }

  complete(index: number): void {
    this.ahead.add(index);
    while (this.ahead.delete(this.low)) this.low++;
    this.changed = true;
  }

  /** Writes the file if anything has changed; calls queue up behind one another. */
  save(): Promise<void> {
    this.writing = this.writing.catch(() => undefined).then(() => this.write());
    return this.writing;
  }

  private async write(): Promise<void> {
    if (!this.changed) return;
    this.changed = false;
    const state: Stored = {
      version: 1,
      ...this.origin,
      done: this.low,
      ahead: [...this.ahead].sort((a, b) => a - b),
      requests: Object.fromEntries(this.requests),
    };
    try {
      await mkdir(dirname(this.file), { recursive: true });
      await writeFile(`${this.file}.new`, JSON.stringify(state));
      await rename(`${this.file}.new`, this.file);
    } catch (error) {
      this.changed = true;
      throw error;
    }
  }
}

function readStored(text: string): Stored | null {
  try {
    return stored.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
