import type { BedFact, BedSetup, FactContent, Hold, StayInBed } from '../bed-facts.js';
import { deriveBed, type BedInput } from '../derive-bed.js';

/** The bed that these suites are about. */
export const setup: BedSetup = { facility: 'H1', bedId: 'W-1', staffed: true, surge: false };
/** '10:30' of one day, in milliseconds. */
export const at = (clock: string) => Date.parse(`2026-03-02T${clock}:00.000Z`);
export const clock = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().slice(11, 16));

export const stay = (encounterId: string, from: string, to?: string, more: Partial<StayInBed> = {}): StayInBed => ({
  encounterId,
  movementId: `${encounterId}@${from}`,
  from: at(from),
  to: to === undefined ? null : at(to),
  leavesDirty: true,
  endedBy: to === undefined ? null : 'discharge',
  ...more,
});
export const fact = (when: string, content: FactContent): BedFact => ({
  id: `${content.kind}@${when}`,
  at: at(when),
  recordedAt: at(when),
  receivedAt: at(when),
  by: 'sender',
  ...content,
});
export const status = (when: string, code: 'C' | 'H' | 'I' | 'K' | 'O' | 'U') =>
  fact(when, { kind: 'status-reported', code });
export const hold = (encounterId: string, since: string, more: Partial<Hold> = {}): Hold => ({
  id: `${encounterId}@${since}`,
  encounterId,
  kind: 'assignment',
  bedRequestId: null,
  since: at(since),
  plan: null,
  expectedAt: null,
  begins: 'when-told',
  until: null,
  releasedAt: null,
  endedAt: null,
  ...more,
});
export const derive = (input: Partial<BedInput>, now = '23:00') =>
  deriveBed({ setup, checkpoint: null, stays: [], facts: [], holds: [], ...input }, { now: at(now) });
/** '10:00 occupied a' for each segment. */
export const story = (input: Partial<BedInput>, now?: string) =>
  derive(input, now).segments.map((s) => [clock(s.from), s.state, ...s.encounterIds].join(' '));
/** 'kind 10:00 11:00' for each conflict; what has not ended has one time. */
export const conflicts = (input: Partial<BedInput>) =>
  derive(input).conflicts.map((c) => [c.kind, clock(c.from), clock(c.to)].join(' ').trim());
