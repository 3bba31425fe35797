import { describe, expect, it } from '@jest/globals';
import type { BedData, BedState } from '@wardstream/events';
import { copyOfBed } from './bed-copy.js';

const at = (clock: string) => `2026-03-02T${clock}:00.000Z`;

/** A bed whose history changed from the first of these on: '10:00 dirty'. */
const bed = (...segments: string[]): BedData => {
  const parts = segments.map((s) => s.split(' ') as [string, BedState]);
  const history = parts.map(([from, state], i) => {
    const next = parts[i + 1];
    return { from: at(from), to: next ? at(next[0]) : null, state, encounterIds: [] };
  });
  const [, state] = parts.at(-1)!;
  return {
    ...{ id: '4A-01', facility: 'H1', version: 1, unit: '4A', room: 'A', bed: '01', staffed: true, surge: false },
    ...{ attributes: [], state, since: history.at(-1)!.from, occupants: [], reservedFor: null, needs: [], clocks: [] },
    ...{ blocked: null, closed: null, cleaningJobId: null, conflicts: [], asOf: at('12:00') },
    history: { from: history[0]!.from, segments: history },
    cause: { kind: 'x', by: 'x', at: at('12:00'), recordedAt: at('12:00'), receivedAt: at('12:00') },
  };
};
const clean = (known: ReturnType<typeof copyOfBed>) => [
  known.isClean,
  known.cleanAt === null ? null : new Date(known.cleanAt).toISOString().slice(11, 16),
];

describe('a bed that was derived anew', () => {
  it('was ready when cleaning ended, and still when it is reserved or the patient is in it', () => {
    const dirty = copyOfBed(bed('08:00 available', '09:00 occupied', '10:00 dirty'), undefined);
    expect(clean(dirty)).toEqual([false, '08:00']);
    const ready = copyOfBed(bed('10:00 dirty', '10:30 cleaning', '10:50 reserved'), dirty);
    expect(clean(ready)).toEqual([true, '10:50']);
    expect(clean(copyOfBed(bed('10:50 reserved', '11:20 occupied'), ready))).toEqual([true, '10:50']);
  });

  it('tells of a cleaning that was over before anybody heard of it', () => {
    const before = copyOfBed(bed('08:00 available', '09:00 occupied'), undefined);
    const after = copyOfBed(bed('09:00 occupied', '10:00 dirty', '10:40 available', '10:45 occupied'), before);
    expect(clean(after)).toEqual([true, '10:40']);
  });

  it('forgets a readiness that a late fact took away', () => {
    const ready = copyOfBed(bed('08:00 dirty', '10:50 available'), undefined);
    expect(clean(copyOfBed(bed('08:00 dirty'), ready))).toEqual([false, null]);
  });
});
