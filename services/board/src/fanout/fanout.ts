/** Injection token of the Fanout. */
export const FANOUT = Symbol('FANOUT');

/**
 * Tells the processes that show a facility's stream that it has news. Only a hint: what is lost in it is found by looking
 * into the log a moment later, and a hint too many costs one look.
 */
export interface Fanout {
  /** After the commit. Never waits and never throws. */
  announce(facility: string): void;
  /** Until the returned function is called. */
  listen(listener: (facility: string) => void): () => void;
  close(): Promise<void>;
}

/** Within one process. */
export class LocalFanout implements Fanout {
  private readonly listeners = new Set<(facility: string) => void>();

  announce(facility: string): void {
    for (const listener of this.listeners) listener(facility);
  }

  listen(listener: (facility: string) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  close(): Promise<void> {
    this.listeners.clear();
    return Promise.resolve();
  }
}
