import type { Logger } from '../logging/logger.js';
import type { Acts } from './acts.js';
import type { CurrentAct } from './current-act.js';

/** Records acts that are refused at the door; routes are closed before there is anything that records. */
export class RefusedActs {
  private acts: Acts | undefined;

  constructor(private readonly logger: Logger) {}

  recordBy(acts: Acts): void {
    this.acts = acts;
  }

  readonly record = async (act: CurrentAct, error: unknown): Promise<void> => {
    await this.acts
      ?.notDone(act, error)
      .catch((err: unknown) => this.logger.warn({ err, act: act.name }, 'a refused act could not be recorded'));
  };
}
