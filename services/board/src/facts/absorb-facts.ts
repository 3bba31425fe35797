import { Inject, Injectable } from '@nestjs/common';
import type { EventEnvelope } from '@wardstream/events';
import type { EventContext } from '@wardstream/messaging';
import type { ToEntry } from '../domain/board-entry.js';
import { FANOUT, type Fanout } from '../fanout/fanout.js';
import { BoardStore } from '../persistence/board-store.js';

/** Takes a batch of facts into the board in the handler's transaction and tells of the news after its commit. */
@Injectable()
export class AbsorbFacts {
  constructor(
    private readonly store: BoardStore,
    @Inject(FANOUT) private readonly fanout: Fanout,
  ) {}

  async absorb<T>(events: readonly EventEnvelope<T>[], toEntry: ToEntry<T>, context: EventContext): Promise<void> {
    const moved = await this.store.record(context.tx, events.map(toEntry));
    for (const facility of moved) context.afterCommit(() => this.fanout.announce(facility));
  }
}
