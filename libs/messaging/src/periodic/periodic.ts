import { jitter } from '@wardstream/kernel';

export interface PeriodicOptions {
  /** Real milliseconds between the end of a run and the beginning of the next, over 0; a function is asked before each wait. */
  readonly everyMs: number | (() => number);
  /** Whether the first run comes with `start`, not after a wait. */
  readonly atOnce?: boolean;
  /** The share of each wait, 0 to 1, of which a random part is cut, so that replicas do not run at one moment; 0 unless given. */
  readonly jitter?: number;
  /** Hears why a run failed; the next one comes all the same. Must not throw. */
  readonly onError: (error: unknown) => void;
  /** For tests: a number from 0 up to 1. */
  readonly random?: () => number;
}

/**
 * Runs a task again and again from `start` to `stop`, first after one wait unless told otherwise. Never twice at once: a run that takes longer than the wait
 * puts the next one off. A run that fails, also one that throws at once, is reported and ends nothing. The waits keep no process alive.
 */
export class Periodic {
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private started = false;

  /** `task` is given a signal that is aborted when it is to come to its end early. */
  constructor(
    private readonly task: (stopping: AbortSignal) => unknown,
    private readonly options: PeriodicOptions,
  ) {}

  /** A second call changes nothing; after `stop` it starts nothing. */
  start(): void {
    if (this.started) return;
    this.started = true;
    if (this.options.atOnce === true && !this.stopping.signal.aborted) this.running = this.run();
    else this.plan();
  }

  /** Resolves when the run under way has ended; none begins from now on. May be called again, and before `start`. */
  async stop(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
  }

  private plan(): void {
    if (this.stopping.signal.aborted) return;
    const { everyMs, jitter: share = 0, random = jitter } = this.options;
    const wait = typeof everyMs === 'number' ? everyMs : everyMs();
    this.timer = setTimeout(
      () => {
        this.running = this.run();
      },
      wait * (1 - share * random()),
    ).unref();
  }

  private async run(): Promise<void> {
    try {
      await this.task(this.stopping.signal);
    } catch (error) {
      this.options.onError(error);
    }
    this.plan();
  }
}
