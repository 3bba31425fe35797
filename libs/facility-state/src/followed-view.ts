import type { EventEnvelope } from '@wardstream/events';
import { newOpaqueId } from '@wardstream/kernel';
import {
  causeOf,
  isReadable,
  PermanentFailure,
  topicNamed,
  type EventContext,
  type Follower,
  type Incoming,
  type LetterCopy,
  type LogReader,
  type PartitionLag,
  type RecordBatch,
  type ReceivedRecord,
  type ViewMessaging,
} from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { LaneStore } from './lane-store.js';
import { Lane } from './lane.js';
import { Letters } from './letters.js';
import { Places, type LogPosition } from './places.js';
import { ReplicaLanes } from './replica-lanes.js';
import type { ViewFold } from './view-fold.js';

export interface FollowedViewOptions {
  /** The least time between two writes, ms; 300 unless told. */
  readonly writeEveryMs?: number;
  /** How often a replica says that it lives and looks who else does, ms; 1,500 unless told. */
  readonly beatMs?: number;
  /** A replica that is silent for so long loses its lanes, ms; 6,000 unless told. */
  readonly leaseMs?: number;
}

/**
 * A view of a service over the log: each replica reads all partitions and folds them in memory, so that whoever looks is answered from there
 * before anything is written. What has changed is written every few hundred milliseconds, together with how far the log was read, by the
 * replica that holds the lane. After a crash a replica loads the rows and reads on from where they stand: what it comes to is the fold
 * of all events. What cannot be read or folded becomes a dead letter of the service and stops nothing else.
 */
export class FollowedView implements LogReader {
  private readonly me = newOpaqueId();
  private readonly store: LaneStore;
  private readonly lanes: ReplicaLanes;
  private readonly waiting = new Letters();
  private readonly patterns: ReadonlySet<string>;
  private readonly retry: ReturnType<ViewMessaging['retry']>;
  private follower: Follower | undefined;
  private logId = '';
  private letterPrint: string | undefined;
  private beginning: Promise<void> | undefined;

  constructor(
    private readonly messaging: ViewMessaging,
    private readonly fold: ViewFold,
    options: FollowedViewOptions = {},
  ) {
    this.patterns = new Set(fold.consumes.map(({ pattern }) => pattern));
    this.store = new LaneStore(messaging.unitOfWork, this.me, messaging.lettersPrint);
    this.lanes = new ReplicaLanes({
      messaging,
      fold,
      store: this.store,
      letters: this.waiting,
      times: {
        writeEveryMs: options.writeEveryMs ?? 300,
        beatMs: options.beatMs ?? 1_500,
        leaseMs: options.leaseMs ?? 6_000,
      },
      me: this.me,
      log: () => this.logId,
      follower: () => this.follower,
      lettersAre: (print) => this.lettersAre(print),
      lettersChanged: () => this.newLetters(),
      taken: () => this.retry.kick(),
    });
    this.retry = messaging.retry(
      fold.consumes,
      () => this.lanes.held(),
      (events, context) => this.takeAgain(events, context),
    );
    messaging.attach(this);
  }

  /** Which log it reads; '' before it has begun. */
  get log(): string {
    return this.logId;
  }

  begin(): Promise<void> {
    this.beginning ??= this.start();
    return this.beginning;
  }

  /** Takes nothing more, writes what is left and gives its lanes to the others. */
  async close(): Promise<void> {
    this.lanes.stop();
    await this.beginning?.catch(() => undefined);
    await this.follower?.close();
    await this.lanes.ended();
    await this.retry.stop();
    if (this.follower === undefined) return;
    try {
      await this.lanes.handOver();
    } catch (error) {
      this.messaging.logger.warn(
        { err: error },
        'What was folded last is not written; it is read again at the next start',
      );
    }
  }

  /** All partition numbers; none before it has begun. */
  partitions(): readonly number[] {
    return this.follower?.partitions() ?? [];
  }

  lag(): readonly PartitionLag[] {
    return this.follower?.lag() ?? [];
  }

  /** Records of a partition number that are not folded yet. */
  unread(partition: number): number {
    return this.lag().reduce((sum, each) => (each.partition === partition ? sum + each.lag : sum), 0);
  }

  /** When the log took the newest record of a partition number that was folded, ms of real time; null before the first. */
  readUpToMs(partition: number): number | null {
    return this.lanes.find(partition)?.readUpToMs ?? null;
  }

  /** Whether it is in touch with the log, so that with nothing unread the state is of this moment. */
  isLive(): boolean {
    return this.follower?.isLive() ?? false;
  }

  /** How far a partition number was folded, as it is now. */
  placesOf(partition: number): Places {
    return this.lanes.of(partition).read.copy();
  }

  /** How far a partition number is known to be written, by whichever replica. */
  storedOf(partition: number): Places {
    return this.lanes.of(partition).stored.copy();
  }

  /** What could not be taken, and so is missing from the state. */
  letters(): readonly LetterCopy[] {
    return this.waiting.all();
  }

  /** Whether what `fold` gave this key for may not be in its row yet. */
  isUnwritten(partition: number, key: string): boolean {
    return this.lanes.of(partition).unwritten.of(key) !== undefined;
  }

  /** Whether this replica writes for a partition number now, and has all that was written of it. */
  holds(partition: number): boolean {
    return this.lanes.of(partition).mayWrite;
  }

  /** Has `write` called soon for these lanes, also where nothing was folded, if this replica holds them. */
  ask(partitions: readonly number[]): void {
    for (const partition of partitions) this.lanes.of(partition).asked = true;
    this.lanes.wake();
  }

  /** Something of this view's may have been redriven or given up. */
  lookForDueEvents(): void {
    this.retry.kick();
    this.lanes.beatNow();
  }

  private async start(): Promise<void> {
    const { log, service, unitOfWork } = this.messaging;
    const names = [...new Set(this.fold.consumes.map(({ topic }) => topic))];
    await log.ensureTopics(names.map(topicNamed));
    this.logId = await log.identity();
    for (const { partition, positions } of await unitOfWork.read((tx) => this.store.lanes(tx, this.logId))) {
      this.lanes.add(new Lane(partition, positions));
    }
    // Where it begins is settled before the rows are read: they may hold more than was read up to there, and never less.
    let loaded: () => void = () => undefined;
    let failed: (error: unknown) => void = () => undefined;
    const loading = new Promise<void>((resolve, reject) => ([loaded, failed] = [resolve, reject]));
    loading.catch(() => undefined);
    this.follower = await log.follow({
      group: service,
      topics: names,
      from: (topic, partition) => {
        const lane = this.lanes.find(partition);
        return lane?.stored.has(topic) === true ? String(lane.stored.of(topic)) : null;
      },
      onBatch: async (batch) => {
        await loading;
        await this.take(batch);
      },
    });
    try {
      await this.load();
    } catch (error) {
      failed(error);
      await this.follower.close();
      this.follower = undefined;
      throw error;
    }
    loaded();
    await this.store.ensure(this.logId, this.follower.partitions());
    this.retry.start();
    this.lanes.start();
  }

  private async load(): Promise<void> {
    const { unitOfWork } = this.messaging;
    const isFirst = this.lanes.all().every(({ stored }) => stored.equals(new Places()));
    if (isFirst) await unitOfWork.run(async (tx) => this.fold.carryOver?.(tx));
    await unitOfWork.read(async (tx) => {
      await this.fold.load(tx, this.logId);
      this.waiting.sync(await this.messaging.letters(tx));
    });
    this.fold.lettersChanged?.();
  }

  private async take({ partition, records }: RecordBatch): Promise<void> {
    const lane = this.lanes.of(partition);
    const counts = new Map<string, number>();
    let skipped = 0;
    let ignored = 0;
    let putAside = 0;
    for (const record of records) {
      const at = { topic: record.topic, partition, offset: Number(record.offset) };
      if (lane.isRead(at)) continue;
      const incoming = this.messaging.read(record);
      if (incoming.decoded.kind === 'ignored') ignored += 1;
      else if (!isReadable(incoming)) putAside += this.putAside(incoming);
      else if (!this.patterns.has(incoming.decoded.definition.pattern)) skipped += 1;
      else {
        const { pattern } = incoming.decoded.definition;
        counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
        putAside += this.foldOne(lane, incoming, incoming.decoded.envelope, at);
      }
      lane.read.advance(at.topic, at.offset + 1);
    }
    // Read behind the one who writes: that one has kept these already.
    if (putAside > 0) this.waiting.saved(partition, lane.stored);
    lane.readUpToMs = records.at(-1)?.appendedAtMs ?? lane.readUpToMs;
    for (const [pattern, count] of counts) this.messaging.metrics.consumed(pattern, count);
    if (skipped > 0) this.messaging.metrics.skipped(skipped);
    if (ignored > 0) this.messaging.metrics.ignored(ignored);
    this.fold.folded?.(partition);
    this.lanes.wake();
    // A long backlog is folded in turns: in between others of the process have theirs.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Answers how many became dead letters. */
  private foldOne(lane: Lane, incoming: Incoming, event: EventEnvelope, at: LogPosition): 0 | 1 {
    try {
      lane.unwritten.add(this.fold.fold(event, at), at, incoming);
      return 0;
    } catch (error) {
      return this.putAside(incoming, error);
    }
  }

  private putAside(incoming: Incoming, error?: unknown): 1 {
    const cause =
      incoming.decoded.kind === 'unreadable'
        ? { code: incoming.decoded.code, name: 'UnreadableRecord', message: incoming.decoded.message }
        : causeOf('permanent-failure', error);
    this.waiting.add(incoming, cause);
    this.messaging.metrics.dead(cause.code, 1);
    this.messaging.logger.error({ code: cause.code, topic: incoming.record.topic }, 'A record becomes a dead letter');
    this.newLetters();
    return 1;
  }

  private newLetters(): void {
    // It may be kept and given up between two looks at the rows: then they look as they did before.
    this.letterPrint = undefined;
    this.fold.lettersChanged?.();
  }

  /** Letters that are due again, in the transaction that ends them. */
  private async takeAgain(events: readonly EventEnvelope[], context: EventContext): Promise<void> {
    const { tx } = context;
    const records = await this.messaging.recordsOf(
      tx,
      events.map(({ id }) => id),
    );
    const keysByLane = new Map<number, string[]>();
    for (const record of records) {
      const keys = new Set(await this.foldAgain(tx, record));
      const letter = this.waiting.at(record);
      for (const key of letter?.keys ?? []) keys.add(key);
      // Folded it is from now on, also if this transaction fails: the next must write it none the less.
      if (letter !== undefined) letter.keys = [...keys];
      keysByLane.set(record.partition, [...(keysByLane.get(record.partition) ?? []), ...keys]);
    }
    const mine = await this.store.hold(tx, this.logId, [...keysByLane.keys()]);
    if (mine.size < keysByLane.size) throw new Error('The lane of a dead letter went to another replica');
    await this.store.noteRedriven(tx, records);
    const writes = [...keysByLane].map(([partition, keys]) => ({ partition, keys: [...new Set(keys)] }));
    const after = await this.fold.write(tx, writes, this.logId);
    context.afterCommit(() => {
      for (const record of records) this.waiting.remove(record);
      after?.();
      for (const partition of keysByLane.keys()) this.fold.folded?.(partition);
      this.fold.lettersChanged?.();
    });
  }

  /** Folds what was a dead letter; throws PermanentFailure where it still cannot be. */
  private async foldAgain(tx: Tx, record: ReceivedRecord): Promise<readonly string[]> {
    const incoming = this.messaging.readAgain(record);
    if (incoming.decoded.kind === 'ignored') return [];
    if (!isReadable(incoming)) throw new PermanentFailure('The record still cannot be read');
    const { envelope } = incoming.decoded;
    await this.fold.recall?.(tx, envelope);
    const at = { topic: record.topic, partition: record.partition, offset: Number(record.offset) };
    try {
      return this.fold.fold(envelope, at);
    } catch (error) {
      throw new PermanentFailure(error instanceof Error ? error.message : 'It still cannot be folded', {
        cause: error,
      });
    }
  }

  private async lettersAre(print: string): Promise<void> {
    if (print === this.letterPrint) return;
    await this.syncLetters();
    this.letterPrint = this.waiting.hasUnsaved ? undefined : print;
  }

  /** Some letter came or went, here or at another replica: what was taken after all is folded, what was given up is waited for no longer. */
  private async syncLetters(): Promise<void> {
    const { unitOfWork } = this.messaging;
    const rows = await this.messaging.letters(unitOfWork);
    const { gone, isChanged } = this.waiting.sync(rows);
    for (const record of gone.length === 0 ? [] : await this.store.redriven(gone)) {
      await unitOfWork
        .read((tx) => this.foldAgain(tx, { ...record, appendedAtMs: 0 }))
        .catch((error: unknown) =>
          this.messaging.logger.warn({ err: error }, 'A redriven event could not be folded here'),
        );
      this.fold.folded?.(record.partition);
    }
    if (isChanged) this.fold.lettersChanged?.();
  }
}
