import { Inject, Injectable } from '@nestjs/common';
import type { EventEnvelope } from '@wardstream/events';
import {
  FollowedView,
  Freshness,
  type Behind,
  type LaneWrite,
  type LogPosition,
  type ViewFold,
} from '@wardstream/facility-state';
import { facilityEvents } from '@wardstream/flow-model';
import type { Clock } from '@wardstream/kernel';
import { partitionOf, pause, ViewMessaging } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CLOCK } from '@wardstream/service-kit';
import { DoubtBeds } from '../certainty/doubt-beds.js';
import { qualityEvents } from '../domain/quality-fact.js';
import type { FacilityMemory } from '../facility-memory/facility-memory.js';
import { FacilityRegistry } from '../facility-memory/facility-registry.js';
import type { Poll } from './facility-judgment.js';
import { FlowWriter, type FacilityWrite } from './flow-writer.js';

/** The least time between two writes: what changes figures is published so long after it was folded, plus the write itself. */
const WRITE_EVERY_MS = 150;
/** A write that is waited for is there within this time, or the database is away; whoever waits goes on without. */
const MOST_WAIT_MS = 5_000;
const POLL_EVERY_MS = 20;

/**
 * The flow engine's view of the log. Every process folds all facilities and answers from memory; what has changed is written, and what
 * looks different is published in the same transaction, by the process that holds the facility's lane.
 */
@Injectable()
export class FlowView implements ViewFold {
  readonly consumes = [...facilityEvents, ...qualityEvents];
  private readonly view: FollowedView;
  private readonly freshness: Freshness;
  /** Of facilities that are to be told of beside what their facts changed. */
  private readonly polls = new Map<string, Poll>();

  constructor(
    messaging: ViewMessaging,
    private readonly known: FacilityRegistry,
    private readonly writer: FlowWriter,
    private readonly doubt: DoubtBeds,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.view = new FollowedView(messaging, this, { writeEveryMs: WRITE_EVERY_MS });
    this.freshness = new Freshness(this.view, clock);
  }

  load(tx: Tx): Promise<void> {
    return this.known.load(tx);
  }

  fold(event: EventEnvelope, at: LogPosition): readonly string[] {
    const key = this.known.fold(event, at);
    if (key === null) return [];
    this.freshness.note(event);
    return [`${event.facility}\n${key}`];
  }

  async write(tx: Tx, lanes: readonly LaneWrite[]): Promise<() => void> {
    const keysOf = new Map<FacilityMemory, string[]>();
    for (const facility of this.of(lanes.map((lane) => lane.partition))) keysOf.set(facility, []);
    for (const key of lanes.flatMap((lane) => lane.keys)) {
      const end = key.indexOf('\n');
      const facility = this.known.of(key.slice(0, end));
      const keys = keysOf.get(facility) ?? [];
      keys.push(key.slice(end + 1));
      keysOf.set(facility, keys);
    }
    const polled = [...this.polls].filter(([id]) => keysOf.has(this.known.of(id)));
    const writes = [...keysOf].map(([facility, keys]): FacilityWrite => {
      const poll = this.polls.get(facility.id) ?? null;
      return { facility, keys, poll: this.isOutdated(facility.id, poll) ? null : poll };
    });
    const settle = await this.writer.write(tx, writes);
    return () => {
      settle();
      // What went to another process meanwhile is told by that one.
      for (const { facility } of writes) if (!this.isHeld(facility)) facility.published = null;
      for (const [id, poll] of polled) if (this.polls.get(id) === poll) this.polls.delete(id);
    };
  }

  taken(tx: Tx, partitions: readonly number[]): Promise<void> {
    return this.writer.take(tx, this.of(partitions));
  }

  lost(partitions: readonly number[]): void {
    for (const facility of this.of(partitions)) {
      facility.published = null;
      this.polls.delete(facility.id);
    }
  }

  recall(tx: Tx, event: EventEnvelope): Promise<void> {
    return this.known.recall(tx, event);
  }

  folded(partition: number): void {
    if (this.view.holds(partition)) return;
    const stored = this.view.storedOf(partition);
    for (const { unwritten } of this.of([partition])) unwritten.forgetBefore((topic) => stored.of(topic));
  }

  lettersChanged(): void {
    const changed = this.doubt.apply(this.view.letters());
    if (changed.length > 0) this.view.ask(this.lanesOf(changed));
  }

  /** Whether this process writes for any facility there may be. */
  isWriting(): boolean {
    return this.view.partitions().some((partition) => this.view.holds(partition));
  }

  /** Configured facilities that this process writes now. */
  held(): FacilityMemory[] {
    const held = this.of(this.view.partitions().filter((partition) => this.view.holds(partition)));
    return held.filter(({ live }) => live.state.configuration !== null);
  }

  /** Tells what there is to tell of these facilities, as far as this process writes them. Resolves when it is committed. */
  async publish(polls: ReadonlyMap<string, Poll>): Promise<void> {
    for (const [id, poll] of polls) this.polls.set(id, poll);
    this.view.ask(this.lanesOf(polls.keys()));
    await until(() => [...polls].every(([id, poll]) => this.polls.get(id) !== poll));
  }

  /** What of the facility is known is not of the present; null where it is, as far as the events tell. */
  behind(facility: string): Behind | null {
    const unsettled = this.freshness.isUnsettled(facility) ? ({ asOf: null, because: 'source' } as const) : null;
    return this.freshness.of(facility) ?? unsettled;
  }

  /** The partition number of a facility's events; 0 before the log is read. */
  partitionOf(facility: string): number {
    return partitionOf(facility, Math.max(1, this.view.partitions().length));
  }

  /** Resolves when rows have what memory has of a facility now. */
  async written(facility: string): Promise<void> {
    const [partition] = this.lanesOf([facility]);
    if (partition === undefined) return;
    const folded = this.view.placesOf(partition);
    await until(() => this.view.storedOf(partition).reaches(folded));
  }

  /** A backlog has begun to be read since the poll: what is known is half of it. The next poll finds it so. */
  private isOutdated(facility: string, poll: Poll | null): boolean {
    return poll !== null && poll.scope === 'all' && !poll.despite && this.behind(facility) !== null;
  }

  private isHeld({ id }: FacilityMemory): boolean {
    return this.lanesOf([id]).some((partition) => this.view.holds(partition));
  }

  private lanesOf(facilities: Iterable<string>): number[] {
    const partitions = this.view.partitions().length;
    return partitions === 0 ? [] : [...new Set([...facilities].map((id) => partitionOf(id, partitions)))];
  }

  private of(partitions: readonly number[]): FacilityMemory[] {
    const all = this.view.partitions().length;
    const wanted = new Set(partitions);
    return [...this.known.all()].filter(({ id }) => all > 0 && wanted.has(partitionOf(id, all)));
  }
}

async function until(isDone: () => boolean): Promise<void> {
  for (let waited = 0; !isDone() && waited < MOST_WAIT_MS; waited += POLL_EVERY_MS) await pause(POLL_EVERY_MS);
}
