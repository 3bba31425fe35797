import { describe, expect, it } from '@jest/globals';
import { monotonicMs } from '@wardstream/kernel';
import type { EventLog, LogRecord } from '../event-log.js';
import { Collector } from './collector.js';

/** What a test of the contract is given anew each time. */
export interface GatherScene {
  readonly log: EventLog;
  readonly topic: string;
  readonly group: string;
}

const anHour = 3_600_000;

/** What every driver must do for those who would rather have a few records together. Called within the suite of the driver. */
export function gatherContract(scene: () => GatherScene): void {
  describe('gathering', () => {
    const records = (from: number, to: number): LogRecord[] =>
      Array.from({ length: to - from + 1 }, (_, i) => ({
        topic: scene().topic,
        key: 'hospital-1',
        headers: {},
        value: String(from + i),
      }));

    it('brings at once what comes after a silence, and what comes behind it together', async () => {
      const { log, topic, group } = scene();
      const gatherMs = 1_000;
      const since = monotonicMs();
      const reader = await Collector.join(log, { group, topics: [topic], gatherMs });
      for (let n = 1; n <= 20; n += 1) await log.append(records(n, n));
      await reader.has(20);
      expect(reader.values).toEqual(records(1, 20).map(({ value }) => value));
      expect(reader.batches.length).toBeLessThanOrEqual(2 + (monotonicMs() - since) / gatherMs);
    });

    it('holds up neither a backlog nor the end', async () => {
      const { log, topic, group } = scene();
      await log.append(records(1, 1_000));
      const reader = await Collector.join(log, { group, topics: [topic], gatherMs: anHour, maxRecords: 100 });
      await reader.has(1_000);
      await reader.leave();
      expect(reader.values).toEqual(records(1, 1_000).map(({ value }) => value));
    });
  });
}
