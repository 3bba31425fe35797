/** Cuts long work into turns of the event loop, by how much is done and not by time: whatever else there is to do has its turn between. */
export class Turns {
  private done = 0;

  /** `most`: how much is done in one turn at most, in whatever unit `done` counts, or one piece of more. */
  constructor(private readonly most: number) {}

  /** To be awaited after each piece of the work. */
  async after(work: number): Promise<void> {
    this.done += work;
    if (this.done < this.most) return;
    this.done = 0;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
