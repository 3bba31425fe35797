import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { House } from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';

/** An alert that is over sooner than this was none. */
const SHORT_MS = 10_000;
const READY_MS = 400_000;
/** Of those that are open at any time so many may really end just then. */
const BY_CHANCE = 2;

interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly where: string;
  readonly state: 'firing' | 'acknowledged' | 'resolved';
}

/** Looks at the list of alerts again and again, from before the house is ready until it is stopped. */
class AlertWatch {
  /** When each was seen first, and when it was seen to be over. */
  readonly seen = new Map<string, { readonly alert: Alert; readonly firstMs: number; endMs: number | null }>();
  private running = true;
  private readonly looking: Promise<void>;

  constructor(private readonly house: House) {
    this.looking = this.look();
  }

  /** Alerts that were over as good as at once. */
  short(): string[] {
    const all = [...this.seen.values()].filter(({ firstMs, endMs }) => endMs !== null && endMs - firstMs < SHORT_MS);
    return all.map(({ alert }) => `${alert.rule} ${alert.where}`);
  }

  /** What is open, by id in words. */
  open(): Map<string, string> {
    const open = [...this.seen].filter(([, { endMs }]) => endMs === null);
    return new Map(open.map(([id, { alert }]) => [id, `${alert.rule} ${alert.where}`]));
  }

  async stop(): Promise<void> {
    this.running = false;
    await this.looking;
  }

  private async look(): Promise<void> {
    const headers = { authorization: `Bearer ${await this.house.token('operations-manager')}` };
    while (this.running) {
      const answer = await fetch(`${this.house.origin}/api/v1/alerts?limit=1000`, {
        headers,
        signal: AbortSignal.timeout(5_000),
      }).catch(() => null);
      if (answer?.ok === true) this.take(((await answer.json()) as { items: Alert[] }).items);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }

  private take(alerts: readonly Alert[]): void {
    const now = Date.now();
    for (const alert of alerts) {
      const known = this.seen.get(alert.id);
      const isOver = alert.state === 'resolved';
      if (known === undefined) this.seen.set(alert.id, { alert, firstMs: now, endMs: isOver ? now : null });
      else if (isOver) known.endMs ??= now;
    }
  }
}

describe('the demo hospital', () => {
  const house = new House({ mode: 'standalone', demo: ['--speed', '1', '--at', '17:00', '--backfill-days', '1'] });
  let watch: AlertWatch | undefined;
  beforeAll(async () => {
    const started = house.start();
    // Its port is known as soon as it begins to start.
    await eventually(() => expect(house.httpPort).toBeGreaterThan(0));
    watch = new AlertWatch(house);
    await started;
  }, READY_MS);
  afterAll(async () => {
    await watch?.stop();
    await house.remove();
  });

  const isJudged = async (): Promise<void> => {
    const headers = { authorization: `Bearer ${await house.token('operations-manager')}` };
    const answer = await fetch(`${house.origin}/api/v1/facilities/NGH/bottlenecks`, { headers });
    const { items, notJudged } = (await answer.json()) as { items: unknown[]; notJudged?: object };
    expect(notJudged).toBeUndefined();
    expect(items.length).toBeGreaterThan(0);
  };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

  it('raises what is true once it has played the past, and nothing that is over within seconds', async () => {
    await eventually(isJudged, { timeoutMs: 60_000, everyMs: 250 });
    await pause(SHORT_MS + 2_000);
    expect(watch!.seen.size).toBeGreaterThan(0);
    expect(watch!.short().slice(BY_CHANCE)).toEqual([]);
  });

  it(
    'neither raises nor takes back any falsely when it is killed and started again',
    async () => {
      const before = watch!.open();
      await house.kill();
      await house.start();
      await eventually(isJudged, { timeoutMs: 90_000, everyMs: 250 });
      await pause(SHORT_MS + 2_000);
      // A minute or two went by in the hospital too: some may have come to an end of their own.
      const after = watch!.open();
      const ended = [...before].flatMap(([id, what]) => (after.has(id) ? [] : [what]));
      expect(ended.slice(BY_CHANCE)).toEqual([]);
      expect(watch!.short().slice(BY_CHANCE)).toEqual([]);
    },
    READY_MS,
  );
});
