import type { Cause, EventEnvelope } from '@wardstream/events';
import { monotonicMs, systemClock, type Clock } from '@wardstream/kernel';
import { partitionOf } from '@wardstream/messaging';
import { FactStream, type KnownFact } from './fact-stream.js';
import type { FollowedView } from './followed-view.js';

/** What is known of a facility is not of the present. */
export interface Behind {
  /** As of when it is, ISO; null if that is not known. */
  readonly asOf: string | null;
  /** What lies behind: the log that is not read, or what a source reads in. */
  readonly because: 'log' | 'source';
}

/** The log as `FollowedView` reads it. */
export type ReadLog = Pick<FollowedView, 'partitions' | 'unread' | 'readUpToMs'>;

/** While the log holds what was not read, and what was read last is older than this, it is not of the present. Real milliseconds. */
const PRESENT_MS = 15_000;
/** A source that said nothing for so long has said what it had. Real milliseconds. */
const SETTLED_AFTER_MS = 5_000;
/** After a single late fact so long; a backlog goes on sooner. Real milliseconds. */
const UNSETTLED_MS = 2_000;
/** Sources that are remembered of a facility: names that senders give themselves are many if they like. Those heard last. */
const MOST_SOURCES = 200;

interface Source {
  readonly stream: FactStream;
  heardAt: number;
}

interface Known {
  readonly sources: Map<string, Source>;
  /** The newest time at which a service of ours handled something of the facility, ISO. */
  handledAt: string | null;
}

/**
 * Whether what a process folded of a facility is of the present. It is not while the log holds what it has not read and what it read
 * last is old (a start, an outage, a replay), nor while one of the facility's sources reads in a backlog, or its facts come through the
 * services in between much later than they were received. Every process reads all of the log and knows it alike.
 */
export class Freshness {
  private readonly byFacility = new Map<string, Known>();

  constructor(
    private readonly log: ReadLog,
    private readonly clock: Clock,
    private readonly now: () => number = monotonicMs,
  ) {}

  /** Each event as it is folded; what was known before need not be told. */
  note(event: EventEnvelope): void {
    let known = this.byFacility.get(event.facility);
    if (known === undefined) this.byFacility.set(event.facility, (known = { sources: new Map(), handledAt: null }));
    const cause = causeOf(event);
    const handledAt = cause?.receivedAt ?? event.recordedAt;
    if (known.handledAt === null || handledAt > known.handledAt) known.handledAt = handledAt;
    const fact = factOf(event, cause, this.clock.nowMs());
    if (fact === null) return;
    const name = `${event.type} ${cause?.by ?? ''}`;
    const source = known.sources.get(name) ?? { stream: new FactStream(), heardAt: 0 };
    known.sources.delete(name);
    known.sources.set(name, source);
    source.stream.note(fact);
    source.heardAt = this.now();
    if (known.sources.size > MOST_SOURCES) known.sources.delete(known.sources.keys().next().value!);
  }

  /** Null while it is of the present. */
  of(facility: string): Behind | null {
    const asOf = [this.ownBacklog(facility), this.sourcesOf(facility)].filter((behind) => behind !== null);
    return asOf.reduce<Behind | null>((a, b) => (a === null || isEarlier(b.asOf, a.asOf) ? b : a), null);
  }

  /** Whether a moment ago some source told of the past as it does not usually: a late entry, or a backlog begins. */
  isUnsettled(facility: string): boolean {
    const sources = [...(this.byFacility.get(facility)?.sources.values() ?? [])];
    return sources.some(
      ({ stream, heardAt }) => this.now() - heardAt <= UNSETTLED_MS && stream.isUnusuallyLate(this.clock.speed),
    );
  }

  private ownBacklog(facility: string): Behind | null {
    const partition = partitionOf(facility, Math.max(1, this.log.partitions().length));
    if (this.log.unread(partition) === 0) return null;
    const newest = this.log.readUpToMs(partition);
    if (newest === null) return { asOf: null, because: 'log' };
    const age = systemClock.nowMs() - newest;
    if (age <= PRESENT_MS) return null;
    // A clock that runs faster did not always, and may have stood still meanwhile: only events tell what time it was.
    const byAge = this.clock.speed === 1 ? new Date(this.clock.nowMs() - age).toISOString() : null;
    return { asOf: this.byFacility.get(facility)?.handledAt ?? byAge, because: 'log' };
  }

  private sourcesOf(facility: string): Behind | null {
    const known = this.byFacility.get(facility);
    if (known === undefined) return null;
    let behindAtMs: number | null = null;
    for (const { stream, heardAt } of known.sources.values()) {
      if (this.now() - heardAt <= SETTLED_AFTER_MS) {
        behindAtMs = earlier(behindAtMs, stream.behindAtMs(this.clock.speed));
      }
    }
    return behindAtMs === null ? null : { asOf: new Date(behindAtMs).toISOString(), because: 'source' };
  }
}

function causeOf({ data }: EventEnvelope): Cause | undefined {
  return (data as { readonly cause?: Cause } | null)?.cause;
}

const kindsOfFacts = new Set([
  'admissions.encounter-changed',
  'bed-management.bed-changed',
  'department-coordination.bed-request-changed',
  'department-coordination.discharge-plan-changed',
]);

/**
 * When a fact of the facility's state was recorded. A message says it; of what was entered, that is the time it was entered for, since
 * who enters the past of hours in a row is reading it in. What a configuration or a person changed of a visit tells nothing of a source.
 */
function factOf(event: EventEnvelope, cause: Cause | undefined, knownMs: number): KnownFact | null {
  if (!kindsOfFacts.has(event.type)) return null;
  if (cause === undefined) return { recordedMs: Date.parse(event.time), receivedMs: null, knownMs };
  const isMessage = cause.trigger !== undefined;
  if (!isMessage && event.type === 'admissions.encounter-changed') return null;
  const recordedMs = Date.parse(isMessage ? cause.recordedAt : cause.at);
  return { recordedMs, receivedMs: Date.parse(cause.receivedAt), knownMs };
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

/** Not known is earlier than all that is. */
function isEarlier(a: string | null, b: string | null): boolean {
  return b !== null && (a === null || a < b);
}
