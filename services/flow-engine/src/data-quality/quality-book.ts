import { Inject, Injectable } from '@nestjs/common';
import { NO_FACILITY, type SenderCountedData } from '@wardstream/events';
import { INVALID_CLOCK_HOURS, type FoundInvalidClock, type HeardFeed } from '@wardstream/flow-model';
import type { Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { QualityStore, type QualityFact } from '../persistence/quality-store.js';

/** What is known of one facility's data. */
export interface KnownQuality {
  readonly feeds: readonly HeardFeed[];
  /** Its own senders. */
  readonly senders: readonly SenderCountedData[];
  /** Senders of messages that name no facility configured here: they are everybody's. */
  readonly unattributed: readonly SenderCountedData[];
  readonly invalidClocks: readonly FoundInvalidClock[];
}

const HOUR_MS = 3_600_000;

/** Feeds, senders and invalid clocks in memory. The rows are the truth: a refresh reads what has changed in them. */
@Injectable()
export class QualityBook {
  private readonly facts = new Map<string, QualityFact>();
  private readonly clocks = new Map<string, { readonly mark: string; readonly found: FoundInvalidClock[] }>();

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly store: QualityStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Reads what is new; two small statements while nothing is. */
  async refresh(): Promise<void> {
    const after = new Date(this.clock.nowMs() - INVALID_CLOCK_HOURS * HOUR_MS).toISOString();
    await this.unitOfWork.read(async (tx) => {
      const heads = await this.store.heads(tx);
      const changed = heads.filter((h) => this.facts.get(keyOf(h))?.version !== h.version);
      for (const fact of await this.store.load(tx, changed)) this.facts.set(keyOf(fact), fact);
      const marks = new Map((await this.store.clockMarks(tx, after)).map((m) => [m.facility, m.mark]));
      for (const facility of this.clocks.keys()) if (!marks.has(facility)) this.clocks.delete(facility);
      for (const [facility, mark] of marks) {
        if (this.clocks.get(facility)?.mark === mark) continue;
        this.clocks.set(facility, { mark, found: await this.store.clocks(tx, facility, after) });
      }
    });
  }

  of(facility: string): KnownQuality {
    const all = [...this.facts.values()];
    const senders = (of: string) =>
      all.filter((f) => f.kind === 'sender' && f.facility === of).map((f) => f.data as SenderCountedData);
    return {
      feeds: all.filter((f) => f.kind === 'feed' && f.facility === facility).map((f) => f.data as HeardFeed),
      senders: senders(facility),
      unattributed: senders(NO_FACILITY),
      invalidClocks: this.clocks.get(facility)?.found ?? [],
    };
  }
}

function keyOf({ kind, facility, id }: Pick<QualityFact, 'kind' | 'facility' | 'id'>): string {
  return `${kind}/${facility}/${id}`;
}
