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
  /** The same by facility, each made anew when one of its facts has changed. */
  private readonly byFacility = new Map<string, Map<string, QualityFact>>();
  private readonly known = new Map<string, Pick<KnownQuality, 'feeds' | 'senders'>>();
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
      for (const fact of await this.store.load(tx, changed)) this.take(fact);
      const marks = new Map((await this.store.clockMarks(tx, after)).map((m) => [m.facility, m.mark]));
      for (const facility of this.clocks.keys()) if (!marks.has(facility)) this.clocks.delete(facility);
      for (const [facility, mark] of marks) {
        if (this.clocks.get(facility)?.mark === mark) continue;
        this.clocks.set(facility, { mark, found: await this.store.clocks(tx, facility, after) });
      }
    });
  }

  of(facility: string): KnownQuality {
    const { feeds, senders } = this.own(facility);
    const invalidClocks = this.clocks.get(facility)?.found ?? [];
    return { feeds, senders, unattributed: this.unattributed(), invalidClocks };
  }

  /** Senders of messages that name no facility configured here. */
  unattributed(): readonly SenderCountedData[] {
    return this.own(NO_FACILITY).senders;
  }

  private take(fact: QualityFact): void {
    const { facility } = fact;
    const own = this.byFacility.get(facility) ?? new Map<string, QualityFact>();
    own.set(keyOf(fact), fact);
    this.facts.set(keyOf(fact), fact);
    this.byFacility.set(facility, own);
    this.known.delete(facility);
  }

  private own(facility: string): Pick<KnownQuality, 'feeds' | 'senders'> {
    const before = this.known.get(facility);
    if (before !== undefined) return before;
    const facts = [...(this.byFacility.get(facility)?.values() ?? [])];
    const fresh = {
      feeds: facts.filter((f) => f.kind === 'feed').map((f) => f.data as HeardFeed),
      senders: facts.filter((f) => f.kind === 'sender').map((f) => f.data as SenderCountedData),
    };
    this.known.set(facility, fresh);
    return fresh;
  }
}

function keyOf({ kind, facility, id }: Pick<QualityFact, 'kind' | 'facility' | 'id'>): string {
  return `${kind}/${facility}/${id}`;
}
