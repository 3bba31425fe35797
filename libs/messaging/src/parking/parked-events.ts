import type { Tx, UnitOfWork } from '@wardstream/persistence';
import { errorFields, type MessagingLogger } from '../messaging-logger.js';
import { Wakeup } from '../waiting.js';

/** A thing of which something was told that this service has not applied: it waits to be tried again, or for a person. */
export interface ParkedAggregate {
  readonly topic: string;
  /** Null where the record could not even be read so far. */
  readonly facility: string | null;
  readonly subject: string | null;
  /** The data of the last event that waits, unchecked: it carries the whole state of its thing. Null where it is no JSON. */
  readonly data: unknown;
}

/** Things looked at at once; beyond them the rest counts as unreadable, which doubts more and not less. */
const MOST = 2_000;

const list = `
  SELECT m.topic, m.event_facility AS facility, m.event_subject AS subject, m.value
    FROM (SELECT lane FROM parked_lane ORDER BY lane LIMIT $1) l
    CROSS JOIN LATERAL (
      SELECT topic, event_facility, event_subject, value FROM parked_message
       WHERE lane = l.lane AND discarded_at IS NULL ORDER BY position DESC LIMIT 1) m`;

const fingerprint = `
  SELECT count(*)::text || ' ' || coalesce(sum(position), 0)::text AS print FROM parked_message WHERE discarded_at IS NULL`;

/**
 * What a service was told and has not applied. It is read from the rows that keep it, so it outlives a restart, and ends by itself
 * when the event is handled or a person gives it up.
 */
export class ParkedEvents {
  private readonly wakeup = new Wakeup();
  private stopped = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly logger: MessagingLogger,
    private readonly pollMs: number,
  ) {}

  /** In the caller's transaction. Empty, by one look at an empty table, as long as nothing is parked. */
  async list(tx: Tx): Promise<ParkedAggregate[]> {
    const rows = await tx.query<Omit<ParkedAggregate, 'data'> & { value: string }>(list, [MOST]);
    return rows.map(({ value, ...parked }) => ({ ...parked, data: parsed(value) }));
  }

  /** Something was put aside, handled or given up in this process. */
  changed(): void {
    this.wakeup.wake();
  }

  /**
   * Calls `apply` now and whenever what is parked may have changed, here or in another process. One call at a time; one that
   * rejects is logged and made again.
   */
  watch(apply: () => Promise<void>): void {
    this.running = this.loop(apply);
  }

  /** Resolves when the call under way is over. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.wakeup.wake();
    await this.running;
  }

  private async loop(apply: () => Promise<void>): Promise<void> {
    let applied: string | undefined;
    while (!this.stopped) {
      try {
        const [row] = await this.unitOfWork.query<{ print: string }>(fingerprint);
        if (row?.print !== applied) {
          await apply();
          applied = row?.print;
        }
      } catch (error) {
        this.logger.warn(errorFields(error), 'What is parked could not be looked at now');
      }
      await this.wakeup.wait(this.pollMs);
    }
  }
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}
