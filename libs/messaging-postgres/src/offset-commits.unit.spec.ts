import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '@wardstream/messaging';
import { eventually } from '@wardstream/testing';
import type { GroupClaim } from './log-database.js';
import { OffsetCommits } from './offset-commits.js';

/** Keeps what it was given, and fails as often as it is told. */
class KeptCommits {
  readonly statements: (readonly GroupClaim[])[] = [];
  failures = 0;
  hold: Promise<void> = Promise.resolve();
  async commit(claims: readonly GroupClaim[]): Promise<void> {
    await this.hold;
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('the log is away');
    }
    this.statements.push(claims);
  }
}

const claim = (group: string, id: number, next: number): GroupClaim => ({ group, id, next, epoch: 1 });

describe('OffsetCommits', () => {
  it('notes the last of each group and partition with one statement', async () => {
    const kept = new KeptCommits();
    const commits = new OffsetCommits(kept, silentLogger);
    commits.add([claim('board', 1, 3), claim('board', 2, 5)]);
    commits.add([claim('alerting', 1, 4), claim('board', 1, 7)]);
    await eventually(() => expect(kept.statements).toHaveLength(1));
    const noted = kept.statements[0]!.map(({ group, id, next }) => `${group} ${id} ${next}`);
    expect(noted.sort()).toEqual(['alerting 1 4', 'board 1 7', 'board 2 5']);
    await commits.close();
  });

  it('notes at once what it is asked to, and no second time', async () => {
    const kept = new KeptCommits();
    const commits = new OffsetCommits(kept, silentLogger);
    commits.add([claim('board', 1, 3)]);
    await commits.flush();
    expect(kept.statements).toEqual([[claim('board', 1, 3)]]);
    await commits.flush();
    expect(kept.statements).toHaveLength(1);
  });

  it('says what was handled until it is noted, and notes what came while it noted', async () => {
    const kept = new KeptCommits();
    let release: () => void = () => undefined;
    kept.hold = new Promise((resolve) => (release = resolve));
    const commits = new OffsetCommits(kept, silentLogger);
    commits.add([claim('board', 1, 3)]);
    const flushed = commits.flush();
    expect(commits.handled('board', 1)).toBe(3);
    commits.add([claim('board', 1, 4)]);
    expect(commits.handled('board', 1)).toBe(4);
    expect(commits.handled('alerting', 1)).toBeUndefined();
    release();
    await flushed;
    await eventually(() => expect(commits.handled('board', 1)).toBeUndefined());
    expect(kept.statements.flat().map(({ next }) => next)).toEqual([3, 4]);
    await commits.close();
  });

  it('tries again what failed, by itself', async () => {
    const kept = new KeptCommits();
    kept.failures = 2;
    const commits = new OffsetCommits(kept, silentLogger);
    commits.add([claim('board', 1, 3)]);
    await commits.flush();
    expect(kept.statements).toEqual([]);
    await eventually(() => expect(kept.statements).toEqual([[claim('board', 1, 3)]]));
    await commits.close();
  });

  it('forgets what is not ours any more', async () => {
    const kept = new KeptCommits();
    const commits = new OffsetCommits(kept, silentLogger);
    commits.add([claim('board', 1, 3)]);
    commits.clear();
    await commits.flush();
    expect(kept.statements).toEqual([]);
    expect(commits.handled('board', 1)).toBeUndefined();
  });
});
