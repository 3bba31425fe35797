import { Inject, Injectable } from '@nestjs/common';
import type { ClockSync } from '@wardstream/events';
import { nowIso, type Clock } from '@wardstream/kernel';
import { CLOCK } from '@wardstream/service-kit';
import type { StreamPlace } from '../domain/event-id.js';
import { snapshotBody, snapshotText } from '../domain/snapshot-text.js';
import { Freshness } from '../facts/freshness.js';
import { BoardStore } from '../persistence/board-store.js';

/** Resolved alerts that a snapshot still carries, milliseconds of the facility's time. */
const ENDED_ALERTS_MS = 3_600_000;

/** A snapshot without the time, which is told when it is sent. */
export interface Snapshot {
  readonly place: StreamPlace;
  readonly body: string;
}

/** Everything open in a facility, as it was committed at one place of its stream. */
@Injectable()
export class BoardSnapshots {
  constructor(
    private readonly store: BoardStore,
    private readonly freshness: Freshness,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Null for a facility nothing was heard of. */
  async take(facility: string): Promise<Snapshot | null> {
    const endedSince = new Date(this.clock.nowMs() - ENDED_ALERTS_MS).toISOString();
    const parts = await this.store.snapshot(facility, endedSince);
    return parts === null ? null : { place: parts.place, body: snapshotBody(parts) };
  }

  /** As JSON, with the facility's time now. */
  text(facility: string, { place, body }: Snapshot): string {
    return snapshotText(body, place, this.sync(facility));
  }

  /** The facility's time now, and whether what is shown is of it. */
  sync(facility: string): ClockSync {
    return { now: nowIso(this.clock), speed: this.clock.speed, ...this.freshness.of(facility) };
  }
}
