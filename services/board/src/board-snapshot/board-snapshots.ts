import { Inject, Injectable } from '@nestjs/common';
import type { ClockSync } from '@wardstream/api-contract';
import { Freshness } from '@wardstream/facility-state';
import { nowIso, type Clock } from '@wardstream/kernel';
import { CLOCK } from '@wardstream/service-kit';
import { snapshotBody, snapshotText } from '../domain/snapshot-text.js';
import type { StreamPlace } from '../domain/stream-place.js';
import { BoardView } from '../view/board-view.js';

/** A snapshot without the time, which is told when it is sent. */
export interface Snapshot {
  readonly place: StreamPlace;
  readonly body: string;
}

/** Everything open in a facility, at one place of its stream. */
@Injectable()
export class BoardSnapshots {
  constructor(
    private readonly view: BoardView,
    private readonly freshness: Freshness,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Null for a facility nothing was heard of. */
  take(facility: string): Snapshot | null {
    const board = this.view.board(facility);
    if (board === null) return null;
    const place = this.view.placeOf(facility);
    return { place, body: snapshotBody({ place, bodies: board.bodies(this.clock.nowMs()) }) };
  }

  /** As JSON, with the facility's time now. */
  text(facility: string, { place, body }: Snapshot): string {
    return snapshotText(body, place, this.sync(facility));
  }

  /** The facility's time now, and whether what is shown is of it. */
  sync(facility: string): ClockSync {
    const behind = this.freshness.of(facility);
    const catchingUp = behind === null ? {} : { catchingUp: { asOf: behind.asOf } };
    return { now: nowIso(this.clock), speed: this.clock.speed, ...catchingUp };
  }
}
