import type { UnitOfWork } from '@wardstream/persistence';
import { errorFields, type MessagingLogger } from '../messaging-logger.js';
import { shareOf } from '../partitioning.js';
import { backoffMs, Coalesced, pause, Wakeup } from '../waiting.js';
import { LaneSession } from './lane-session.js';

/** Lanes that work is spread over; a facility is in one of them. */
export const LANES = 32;

export interface LaneLeasesParts {
  readonly url: string;
  /** The work that is shared, the same in every process that shares it. */
  readonly name: string;
  readonly unitOfWork: UnitOfWork;
  readonly logger: MessagingLogger;
  /** How often it is looked who lives, ms; 1,000 unless told. */
  readonly pollMs?: number;
}

const all = Array.from({ length: LANES }, (_, lane) => lane);

/**
 * Which lanes of a kind of work this process has, of all that do it: each lane is with one process at most, and with one soon after
 * another left or died. A lane is a session advisory lock, as the lead of the outbox relay and the partitions of the log are; who
 * lives is known by locks as well, so nothing is written and nobody has to agree on a time. Lanes are for working side by side: what
 * keeps order and counts once must do so without them, as a process learns only afterwards that it lost its connection.
 */
export class LaneLeases {
  private readonly lanes = new Set<number>();
  private readonly wakeup = new Wakeup();
  private readonly stopping = new AbortController();
  private readonly notice: Coalesced;
  private readonly listeners = new Set<() => void>();
  private running: Promise<void> | undefined;

  constructor(private readonly parts: LaneLeasesParts) {
    this.notice = new Coalesced(() => this.send());
  }

  /** The lanes this process has now. */
  get held(): ReadonlySet<number> {
    return this.lanes;
  }

  get holdsAll(): boolean {
    return this.lanes.size === LANES;
  }

  /** Calls `listener` when lanes came or went, and when another process says that there is work for others. */
  onChanged(listener: () => void): void {
    this.listeners.add(listener);
  }

  /** Resolves once this process has its first share, or cannot have one yet; then it goes on trying. */
  async start(): Promise<void> {
    if (this.running !== undefined) return;
    await new Promise<void>((resolve) => {
      this.running = this.loop(resolve);
    });
  }

  /** Says to the other processes that there is work in their lanes; after the commit of the work. */
  notify(): void {
    if (!this.stopping.signal.aborted) this.notice.ask();
  }

  /** Gives all lanes back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeup.wake();
    await this.running;
    await this.notice.drained();
  }

  private async loop(began: () => void): Promise<void> {
    const { url, name, logger, pollMs = 1_000 } = this.parts;
    const { signal } = this.stopping;
    let failures = 0;
    while (!signal.aborted) {
      let session: LaneSession | undefined;
      try {
        session = await LaneSession.open(url, name, {
          lost: () => {
            this.becomes([]);
            this.wakeup.wake();
          },
          told: (what) => (what === 'work' ? this.changed() : this.wakeup.wake()),
        });
        failures = 0;
        while (!signal.aborted) {
          await this.share(session);
          began();
          await this.wakeup.wait(pollMs);
        }
      } catch (error) {
        failures += 1;
        if (!signal.aborted)
          logger.warn({ ...errorFields(error), failures, name }, 'Lanes of work cannot be shared now');
        began();
      } finally {
        this.becomes([]);
        await session?.close();
      }
      if (failures > 0) await pause(backoffMs(failures, 100, 5_000), signal);
    }
  }

  /** Gives what is another's, and takes of what is ours all that is free. */
  private async share(session: LaneSession): Promise<void> {
    const members = await session.members();
    const wanted = new Set(shareOf(members.map(padded), padded(session.me), all));
    const given = [...this.lanes].filter((lane) => !wanted.has(lane));
    const missing = [...wanted].filter((lane) => !this.lanes.has(lane));
    if (given.length + missing.length === 0) return;
    const kept = [...this.lanes].filter((lane) => wanted.has(lane));
    if (given.length > 0) {
      this.becomes(kept);
      await session.give(given);
    }
    const taken = missing.length === 0 ? [] : await session.take(missing);
    if (session.isAlive) this.becomes([...kept, ...taken]);
  }

  private becomes(lanes: readonly number[]): void {
    const isSame = lanes.length === this.lanes.size && lanes.every((lane) => this.lanes.has(lane));
    if (isSame) return;
    this.lanes.clear();
    for (const lane of lanes) this.lanes.add(lane);
    this.parts.logger.info({ name: this.parts.name, lanes: lanes.length }, 'Has lanes of work');
    this.changed();
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private async send(): Promise<void> {
    try {
      await this.parts.unitOfWork.query('SELECT pg_notify($1, $2)', [LaneSession.channel(this.parts.name), 'work']);
    } catch {
      // Those who have the lanes find it when they look by themselves.
    }
  }
}

/** Members are sorted as texts. */
function padded(member: number): string {
  return String(member).padStart(12, '0');
}
