import { describe, expect, it } from '@jest/globals';
import {
  admissionsFeedHeard,
  cleaningJobChanged,
  encounterConflictChanged,
  toEnvelope,
  type AnyEventDefinition,
  type BedData,
  type EventEnvelope,
} from '@wardstream/events';
import { at, configuration, FACILITY, Hospital } from '@wardstream/flow-model/simulated-hospital';
import { FacilityMemory } from './facility-memory.js';

const now = Date.parse(at(60));
const place = (offset: number) => ({ topic: 't', offset });

function event(definition: AnyEventDefinition, subject: string, version: number, data: object): EventEnvelope {
  const time = { time: at(version), recordedAt: at(version) };
  return toEnvelope({ definition, subject, aggregateVersion: version, facility: FACILITY, ...time, data });
}
function conflict(version: number, closedAt: string | null): EventEnvelope {
  const about = { kind: 'bed-disputed', severity: 'high', subject: { type: 'bed', id: 'W1-1' }, unit: 'W1', facts: [] };
  const open = { openedAt: at(0), closedAt, closedBy: null, reason: null };
  return event(encounterConflictChanged, 'C1', version, { id: 'C1', facility: FACILITY, version, ...about, ...open });
}
function heard(version: number): EventEnvelope {
  const data = { facility: FACILITY, feed: 'ADT', name: 'ADT', received: version, lastReceivedAt: at(version) };
  return event(admissionsFeedHeard, `${FACILITY}/ADT`, version, { ...data, usualGapSeconds: null });
}
function cleaning(version: number, startedAt: string): EventEnvelope {
  const none = { claimedAt: null, claimedBy: null, completedAt: null, cancelledAt: null, cancelReason: null };
  const job = { id: 'J1', facility: FACILITY, version, bedId: 'W1-2', unit: 'W1', status: 'started' };
  const kind = { kind: 'standard', priority: 'normal', requestedAt: at(30), startedAt };
  return event(cleaningJobChanged, 'J1', version, { ...job, ...none, ...kind });
}

describe('a facility in memory', () => {
  it.each([
    ['a feed', [heard(1), heard(2)], (m: FacilityMemory) => m.quality.feeds],
    ['a conflict', [conflict(1, null), conflict(2, at(2))], (m: FacilityMemory) => m.quality.openConflicts()],
    ['a cleaning', [cleaning(1, at(20)), cleaning(2, at(40))], (m: FacilityMemory) => m.quality.invalidClocks(now)],
  ] as const)('takes the highest version of %s, whatever the order and however often', (_, events, of) => {
    const straight = new FacilityMemory(FACILITY);
    events.forEach((e, i) => straight.fold(e, place(i), now));
    const other = new FacilityMemory(FACILITY);
    [events[1], events[0], events[1], events[0]].forEach((e, i) => other.fold(e, place(i), now));
    expect(of(other)).toEqual(of(straight));
    expect(other.fold(events[0], place(9), now)).toBeNull();
  });

  it('keeps what is to be written of a thing as it is after its last change, until it was written or another has', () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    const memory = new FacilityMemory(FACILITY);
    hospital.minute = 10;
    hospital.bed('W1-1', 'occupied', ['P1']);
    hospital.minute = 20;
    hospital.bed('W1-1', 'dirty');
    hospital.events.forEach((e, i) => memory.fold(e, place(i), now));
    const bed = hospital.beds.get('W1-1')!;
    const written = memory.unwritten.of('bed/W1-1')!;
    expect(written.thing).toMatchObject({ version: bed.data.version, data: { state: 'dirty' } });
    expect(written.patch).toMatchObject({ from: at(0), segments: bed.segments });

    hospital.minute = 30;
    hospital.bed('W1-1', 'available');
    memory.fold(hospital.events.at(-1)!, place(10), now);
    // What was written is not the last word any more.
    memory.unwritten.forget('bed/W1-1', written);
    const later = memory.unwritten.of('bed/W1-1')!;
    expect(later.thing).toMatchObject({ data: { state: 'available' } });
    memory.unwritten.forgetBefore(() => 10);
    expect(memory.unwritten.of('bed/W1-1')).toBe(later);
    expect(memory.unwritten.of('bed/W1-2')).toBeUndefined();
    memory.unwritten.forgetBefore(() => 11);
    expect(memory.unwritten.of('bed/W1-1')).toBeUndefined();
    // Asked for again it is what memory has.
    expect(memory.change('bed/W1-1')?.thing).toEqual(later.thing);
  });

  it('changes nothing by an event that it refuses', () => {
    const hospital = new Hospital(configuration({ W1: 1 }));
    const memory = new FacilityMemory(FACILITY);
    hospital.events.forEach((e, i) => memory.fold(e, place(i), now));
    memory.unitsToPublish();
    memory.notePublished(['W1']);
    hospital.minute = 5;
    hospital.bed('W1-1', 'occupied', ['P1']);
    const poison = structuredClone(hospital.events.at(-1)!) as EventEnvelope & { data: BedData };
    (poison.data.history.segments as unknown[]).push(poison.data.history.segments.at(-1));
    expect(() => memory.fold(poison, place(9), now)).toThrow('two states at one time');
    expect(memory.live.state.beds.get('W1-1')?.state).toBe('available');
    expect([...memory.unitsToPublish()]).toEqual([]);
    memory.fold(hospital.events.at(-1)!, place(9), now);
    expect([...memory.unitsToPublish()]).toEqual(['W1']);
  });
});
