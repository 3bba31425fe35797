import { causeOf, isDatabaseAway, type ViewMessaging } from '@wardstream/messaging';
import { writesRefused } from '@wardstream/persistence';
import type { Lane } from './lane.js';
import type { LaneStore } from './lane-store.js';
import type { Letters } from './letters.js';
import type { Places } from './places.js';
import type { ViewFold } from './view-fold.js';

/** What of a lane goes into one transaction. */
interface Part {
  readonly lane: Lane;
  readonly upTo: Places;
  readonly keys: readonly string[];
  readonly withLetters: boolean;
}

export interface WriteBehindParts {
  readonly messaging: ViewMessaging;
  readonly fold: ViewFold;
  readonly store: LaneStore;
  readonly letters: Letters;
  /** Which log is read. */
  log(): string;
  lanes(): Iterable<Lane>;
  /** Others write for these lanes now. */
  lost(lanes: readonly Lane[]): void;
  stored(lane: Lane): void;
  lettersChanged(): void;
}

/** A pass is made so often before a change is looked for that is to blame; a lock may have been in the way. */
const TRIES = 3;
const MOST_TRIES = 20;

/**
 * Writes what was folded, with how far the log was read, in one transaction for all lanes of this replica. Positions are noted before rows are
 * gathered, so rows may be ahead of them and never behind; what is folded again after a crash changes nothing.
 */
export class WriteBehind {
  /** Passes in a row that failed although the database was there. */
  private failures = 0;

  constructor(private readonly parts: WriteBehindParts) {}

  /**
   * One pass; answers whether another is due at once. Rejects when the database is away, or refuses what no single change is to blame for.
   */
  async pass(): Promise<boolean> {
    const plan = [...this.parts.lanes()]
      .filter((lane) => lane.mayWrite && lane.hasNews)
      .map((lane): Part => ({ lane, upTo: lane.read.copy(), keys: lane.unwritten.keys(), withLetters: true }));
    if (plan.length === 0) return false;
    try {
      await this.commit(plan);
      this.failures = 0;
      return false;
    } catch (error) {
      if (await this.isEveryonesTrouble(error)) throw error;
      this.failures += 1;
      if (this.failures < TRIES) throw error;
      await this.isolate(plan, error);
      this.failures = 0;
      return true;
    }
  }

  /** Nothing is wrong with what is to be written: the database is away, or takes no writes. */
  private async isEveryonesTrouble(error: unknown): Promise<boolean> {
    return writesRefused(error) !== undefined || (await isDatabaseAway(error, this.parts.messaging.unitOfWork, true));
  }

  private async commit(plan: readonly Part[]): Promise<void> {
    const { messaging, fold, store, letters } = this.parts;
    const log = this.parts.log();
    const asked = plan.filter(({ lane }) => lane.asked).map(({ lane }) => lane);
    for (const lane of asked) lane.asked = false;
    try {
      const { kept, after } = await messaging.unitOfWork.run(async (tx) => {
        const mine = await store.advance(
          tx,
          log,
          plan.map(({ lane, upTo }) => ({ partition: lane.partition, upTo })),
        );
        const held = plan.filter(({ lane }) => mine.has(lane.partition));
        if (held.length === 0) return { kept: held, after: undefined };
        const fresh = held.filter(({ lane }) => !lane.begun).map(({ lane }) => lane.partition);
        if (fresh.length > 0) await fold.taken?.(tx, fresh);
        const unsaved = held.flatMap(({ lane, upTo, withLetters }) =>
          withLetters ? letters.unsaved(lane.partition, upTo) : [],
        );
        await messaging.park(
          tx,
          unsaved.map((letter) => letter.unsaved!),
        );
        const writes = held.map(({ lane, keys }) => ({ partition: lane.partition, keys }));
        return { kept: held, after: await fold.write(tx, writes, log) };
      });
      for (const { lane, upTo, withLetters } of kept) {
        lane.begun = true;
        if (withLetters) letters.saved(lane.partition, upTo);
        lane.writtenUpTo(upTo);
        this.parts.stored(lane);
      }
      this.parts.lost(plan.filter((part) => !kept.includes(part)).map(({ lane }) => lane));
      after?.();
    } catch (error) {
      for (const lane of asked) lane.asked = true;
      throw error;
    }
  }

  /**
   * Something in the plan cannot be written. The changes are written in halves, without moving the positions, until the one to blame is
   * alone; that one becomes a dead letter, and the next pass goes on with the rest.
   */
  private async isolate(plan: readonly Part[], error: unknown): Promise<void> {
    const changes = plan.flatMap(({ lane, keys }) => keys.map((key) => ({ lane, key })));
    const faults = await this.faultsAmong(changes, error);
    // Where not one of several can be written, it is none of them, unless that goes on for long.
    const isNobodys = faults.length === changes.length && changes.length !== 1;
    if (isNobodys && this.failures < MOST_TRIES) throw error;
    const { letters, messaging } = this.parts;
    for (const { lane, key, cause } of faults) {
      const change = lane.unwritten.of(key);
      if (change === undefined) continue;
      lane.unwritten.drop(key);
      letters.add(change.incoming, causeOf('permanent-failure', cause), [key]);
      messaging.logger.error({ topic: change.at.topic }, 'A change could not be written and becomes a dead letter');
      messaging.metrics.dead('permanent-failure', 1);
    }
    this.parts.lettersChanged();
  }

  private async faultsAmong(
    changes: readonly { readonly lane: Lane; readonly key: string }[],
    error: unknown,
  ): Promise<{ lane: Lane; key: string; cause: unknown }[]> {
    const [only] = changes;
    if (only === undefined) return [];
    if (changes.length === 1) return [{ ...only, cause: error }];
    const half = Math.ceil(changes.length / 2);
    const faults = [];
    for (const some of [changes.slice(0, half), changes.slice(half)]) {
      const byLane = new Map<Lane, string[]>();
      for (const { lane, key } of some) byLane.set(lane, [...(byLane.get(lane) ?? []), key]);
      const plan = [...byLane].map(([lane, keys]): Part => ({ lane, keys, upTo: lane.stored, withLetters: false }));
      try {
        await this.commit(plan);
      } catch (cause) {
        if (await this.isEveryonesTrouble(cause)) throw cause;
        faults.push(...(await this.faultsAmong(some, cause)));
      }
    }
    return faults;
  }
}
