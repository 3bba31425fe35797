import type { EventLog, GroupProgress } from './event-log.js';

/** How far consumer groups are in the log, for a service that goes by how well others keep up. Reads only. */
export class LogProgress {
  constructor(private readonly log: Pick<EventLog, 'progressOf'>) {}

  /** See `EventLog.progressOf`. Rejects while the log cannot be reached. */
  of(group: string, topics: readonly string[]): Promise<readonly GroupProgress[]> {
    return this.log.progressOf(group, topics);
  }
}
