import { Inject, Injectable } from '@nestjs/common';
import type { ClockSync, EncounterData, EventEnvelope } from '@wardstream/events';
import { monotonicMs, systemClock, type Clock } from '@wardstream/kernel';
import { EventServer } from '@wardstream/messaging';
import { CLOCK } from '@wardstream/service-kit';
import { SenderBacklog } from '../domain/sender-backlog.js';

/** A record that waited no longer than this to be read is of the present, real milliseconds. */
const PRESENT_MS = 15_000;
/** A sender that said nothing for so long has said what it had. */
const SETTLED_AFTER_MS = 5_000;

interface Known {
  readonly backlog: SenderBacklog;
  notedAt: number;
}

/**
 * Whether what the board shows is of the present. It is not while the log holds what it has not read and what it read last is old (a
 * start, an outage, a replay), nor while a sender reads in a backlog of its own. Known in the process that reads the log of the facility.
 */
@Injectable()
export class Freshness {
  private readonly byFacility = new Map<string, Known>();

  constructor(
    private readonly server: EventServer,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Encounters as they were absorbed. What a configuration or a person changed says nothing of a sender. */
  note(events: readonly EventEnvelope<EncounterData>[]): void {
    for (const { facility, data } of events) {
      const { by, trigger, recordedAt, receivedAt } = data.cause;
      if (trigger === undefined) continue;
      const known = this.byFacility.get(facility) ?? { backlog: new SenderBacklog(), notedAt: 0 };
      known.backlog.note([{ sender: by, recordedAt, receivedAt }]);
      known.notedAt = monotonicMs();
      this.byFacility.set(facility, known);
    }
  }

  /** What a stream says of it beside the time. */
  of(facility: string): Pick<ClockSync, 'catchingUp'> {
    const own = this.ownBacklog();
    const known = this.byFacility.get(facility);
    if (known !== undefined && monotonicMs() - known.notedAt > SETTLED_AFTER_MS) known.backlog.settle();
    const senders = known?.backlog.asOf() ?? null;
    if (own === undefined && senders === null) return {};
    if (own === undefined || own === null) return { catchingUp: { asOf: senders ?? own ?? null } };
    return { catchingUp: { asOf: senders === null || own < senders ? own : senders } };
  }

  /** The facility's time up to which the log was read; null if nothing was; undefined if all of it was, or what is left is new. */
  private ownBacklog(): string | null | undefined {
    if (this.server.unread() === 0) return undefined;
    const newest = this.server.readUpToMs;
    if (newest === null) return null;
    const age = systemClock.nowMs() - newest;
    return age <= PRESENT_MS ? undefined : new Date(this.clock.nowMs() - age * this.clock.speed).toISOString();
  }
}
