interface Keyed {
  readonly keys: readonly string[];
}

/**
 * Performs acts side by side, except that an act begins only when every earlier one that shares a key with it has ended:
 * what concerns one visit or one bed takes effect in the order it was given, the rest need not wait for it.
 */
export class CausalDispatcher<T extends Keyed> {
  private readonly tails = new Map<string, Promise<void>>();
  private pending = 0;
  private waiters: (() => void)[] = [];

  /**
   * @param perform must not reject for what an act may meet; a rejection is told by `failed` and does not stop later acts
   * @param most acts that may be unfinished at once
   */
  constructor(
    private readonly perform: (act: T) => Promise<void>,
    private readonly failed: (act: T, error: unknown) => void,
    private readonly most: number,
  ) {}

  get unfinished(): number {
    return this.pending;
  }

  submit(act: T): void {
    const before = new Set(act.keys.flatMap((key) => this.tails.get(key) ?? []));
    const own: Promise<void> = Promise.all(before)
      .then(() => this.perform(act))
      .catch((error: unknown) => this.failed(act, error))
      .finally(() => {
        for (const key of act.keys) if (this.tails.get(key) === own) this.tails.delete(key);
        this.pending--;
        const waiters = this.waiters;
        this.waiters = [];
        for (const wake of waiters) wake();
      });
    this.pending++;
    for (const key of act.keys) this.tails.set(key, own);
  }

  /** Resolves when another act may be given. */
  async room(): Promise<void> {
    while (this.pending >= this.most) await this.change();
  }

  /** Resolves when every act has ended. */
  async idle(): Promise<void> {
    while (this.pending > 0) await this.change();
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }
}
