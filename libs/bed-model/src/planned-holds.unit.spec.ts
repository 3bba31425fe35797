import { describe, expect, it } from '@jest/globals';
import type { PlannedBed } from '@wardstream/events';
import { plannedHolds } from './planned-holds.js';

const hour = 3_600_000;
const rules = { grace: 4 * hour, longest: 24 * hour, lead: 24 * hour };
const bed = (more: Partial<PlannedBed>): PlannedBed => ({
  ...{ movementId: 'm', bedId: '4A-01', kind: 'transfer', at: '2026-03-02T10:00:00.000Z', expectedAt: null },
  ...{ endedAt: null, endedBy: null, ...more },
});
const kept = (more: Partial<PlannedBed>): string => {
  const [hold] = plannedHolds('e', [bed(more)], rules, 'Europe/Paris');
  const text = (ms: number | null) => (ms === null ? '' : new Date(ms).toISOString().slice(8, 16));
  return `${text(hold!.since)} ${text(hold!.until)} ${hold!.begins}`;
};

describe('how long a plan keeps its bed', () => {
  it.each<[string, string | null, string]>([
    ['for a day after it was announced', null, '02T10:00 03T10:00 when-told'],
    ['until four hours after it was expected', '2026-03-02T14:00:00.000Z', '02T10:00 02T18:00 when-told'],
    ['from a day before it is expected', '2026-03-04T14:00:00.000Z', '03T14:00 04T18:00 by-time'],
    ['an expected day lasts until its end', '2026-03-02T23:00:00.000Z', '02T10:00 04T03:00 when-told'],
    ['today, too, whenever today it was announced', '2026-03-01T23:00:00.000Z', '02T10:00 03T03:00 when-told'],
    ['an expected time that was over tells nothing', '2026-03-02T08:00:00.000Z', '02T10:00 03T10:00 when-told'],
  ])('%s', (_, expectedAt, expected) => {
    expect(kept({ expectedAt })).toBe(expected);
  });

  it('ends with the plan, and has an id that follows from it', () => {
    const of = (more: Partial<PlannedBed>) => plannedHolds('e', [bed(more)], rules, 'UTC')[0]!;
    expect(of({ endedAt: '2026-03-02T11:00:00.000Z' }).endedAt).toBe(Date.parse('2026-03-02T11:00:00.000Z'));
    expect(of({ expectedAt: '2026-03-02T12:00:00.000Z' }).id).toBe(of({}).id);
    expect(of({ bedId: '4A-02' }).id).not.toBe(of({}).id);
  });
});
