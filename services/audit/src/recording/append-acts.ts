import { Inject, Injectable } from '@nestjs/common';
import { appended, chainList, chainOf, type ChainHead, type Seal } from '@wardstream/audit-model';
import type { ActData } from '@wardstream/events';
import { groupBy, instantOf, systemClock } from '@wardstream/kernel';
import { afterCommitOf } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { CONFIG, type ConfigOf, LOGGER, type Logger } from '@wardstream/service-kit';
import type { auditSettings } from '../audit.settings.js';
import { addSeals, lockChainList, lockChains, saveEnds } from '../persistence/chain.rows.js';
import { addEntries } from '../persistence/entry.rows.js';
import { makePartition, monthOf } from '../persistence/partitions.js';

/** A checkpoint is kept of a chain after so many entries, and of every day on which something was added. */
const CHECKPOINT_EVERY = 1_000;

/** Puts acts behind the ends of their facilities' chains, in the order in which they arrive, and seals the new ends. */
@Injectable()
export class AppendActs {
  /** Months of which this process knows that they have a partition. */
  private readonly months = new Set<string>();

  constructor(
    @Inject(CONFIG) private readonly config: ConfigOf<typeof auditSettings>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async append(tx: Tx, acts: readonly ActData[]): Promise<void> {
    if (acts.length === 0) return;
    const { key } = this.config;
    const byChain = groupBy(acts, chainOf);
    const nowMs = systemClock.nowMs();
    await this.makeMonth(tx, instantOf(nowMs));
    const { heads, begun } = await lockChains(tx, [...byChain.keys()]);
    const results = [...byChain].map(([facility, of]) => {
      const before = heads.get(facility)!;
      return { before, ...appended(before, of, nowMs) };
    });
    // After a clock that was set back a chain goes on in the month that it had come to.
    for (const { head } of results) await this.makeMonth(tx, head.arrivedAt!);
    await addEntries(
      tx,
      results.flatMap(({ entries }) => entries),
    );
    const ends = results.map(({ head }) => key.seal({ ...head, kind: 'end' }));
    const isCheckpoint = results.filter(({ before, head }) => isDue(before, head));
    const checkpoints = isCheckpoint.map(({ head }) => key.seal({ ...head, kind: 'checkpoint' }));
    await addSeals(tx, checkpoints);
    if (begun.length > 0) ends.push(key.seal(chainList(await lockChainList(tx))));
    await saveEnds(tx, ends);
    if (checkpoints.length > 0) afterCommitOf(tx, () => this.announce(checkpoints));
  }

  private async makeMonth(tx: Tx, instant: string): Promise<void> {
    const month = monthOf(instant);
    if (this.months.has(month)) return;
    await makePartition(tx, month);
    afterCommitOf(tx, () => this.months.add(month));
  }

  /** What stands in the log of the process is outside the database: a chain that was put back as a whole is found by it. */
  private announce(checkpoints: readonly Seal[]): void {
    for (const { facility, seq, hash, key, signature } of checkpoints)
      this.logger.info({ facility, seq, hash, key, signature }, 'audit checkpoint');
  }
}

function isDue(before: ChainHead, head: ChainHead): boolean {
  const everySo = Math.floor(head.seq / CHECKPOINT_EVERY) > Math.floor(before.seq / CHECKPOINT_EVERY);
  return everySo || before.arrivedAt?.slice(0, 10) !== head.arrivedAt?.slice(0, 10);
}
