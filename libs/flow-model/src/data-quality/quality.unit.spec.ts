import { describe, expect, it } from '@jest/globals';
import { delayBounds, type BottleneckData, type SenderCountedData, type SenderHour } from '@wardstream/events';
import { RuleRegistry, type RuleOverride } from '../bottlenecks/bottleneck-rules.js';
import { evaluateBottlenecks, publishedBottleneck, type Bottleneck } from '../bottlenecks/bottlenecks.js';
import { foldEvents } from '../state/facility-events.js';
import { emptyFacility, type FacilityState } from '../state/facility-state.js';
import { feedSilence } from './feed-silence.js';
import { ghosts, silentEncounters, type DatedGhost } from './ghosts.js';
import { checkClocks, runningAhead } from './invalid-clocks.js';
import { nothingHeard, type HeardFeed, type QualityFacts } from './quality-facts.js';
import { hourlyMessages, messagesInLastHour, shareWindow } from './sender-shares.js';
import { at, configuration, FACILITY, Hospital } from '../hospital-builder.js';

const ms = (minute: number) => Date.parse(at(minute));
const hourAt = (minute: number) => new Date(Math.floor(ms(minute) / 3_600_000) * 3_600_000).toISOString();

function feed(heardAtMinute: number, usualGapSeconds: number | null = 600): HeardFeed {
  return {
    ...{ owner: 'admissions', facility: FACILITY, feed: 'NGH-ADT', name: 'Admissions' },
    ...{ lastReceivedAt: at(heardAtMinute), received: 900, usualGapSeconds },
  };
}

function hour(minute: number, counts: Partial<SenderHour>): SenderHour {
  const none = { received: 0, processed: 0, unplaced: 0, notActedOn: 0, quarantined: 0, refused: 0 };
  const times = { repeats: 0, controlIdsReused: 0, timed: 0, recordedAhead: 0, eventInFuture: 0, eventLongPast: 0 };
  return { at: hourAt(minute), ...none, ...times, ...counts };
}

function sender(hours: SenderHour[], usual: (number | null)[] = []): SenderCountedData {
  return {
    ...{ facility: FACILITY, sender: 'NGH-ADT', name: 'Admissions', version: 1, hours },
    ...{ firstReceivedAt: at(0), lastReceivedAt: at(0), delays: delayBounds.map(() => 0) },
    usual: { from: hourAt(0), perHour: usual },
    unknownPlaces: { messages: 0, codes: 0 },
  };
}

/** Judges the data alone, again and again, as the ticker does and keeps what it keeps. */
class Watch {
  readonly kept = new Map<string, Bottleneck>();
  constructor(
    private readonly rules: RuleOverride[] = [],
    private readonly state: FacilityState = emptyFacility(FACILITY),
  ) {}
  look(minute: number, facts: Partial<QualityFacts>): BottleneckData[] {
    const quality = { ...nothingHeard, ...facts };
    const changes = evaluateBottlenecks(this.kept, this.state, new RuleRegistry(this.rules), ms(minute), quality);
    for (const { bottleneck } of changes) this.kept.set(bottleneck.id, bottleneck);
    return changes.filter((c) => c.published).map((c) => publishedBottleneck(c.bottleneck));
  }
}

describe('a silent feed', () => {
  it('is told once, with its usual gap and since when, rises, and clears only after it was heard for a while', () => {
    const watch = new Watch();
    expect(watch.look(19, { feeds: [feed(0)] })).toEqual([]);
    expect(watch.look(20, { feeds: [feed(0)] })).toMatchObject([
      {
        ...{ rule: 'feed-silent', state: 'active', severity: 'warn', where: 'Admissions', unit: null },
        ...{ since: at(0), raisedAt: at(20), measured: 20, limit: 20, usual: 10, measuredIn: 'minutes' },
        subject: { type: 'feed', id: 'admissions/NGH-ADT' },
      },
    ]);
    expect(watch.look(30, { feeds: [feed(0)] })).toEqual([]);
    expect(watch.look(41, { feeds: [feed(0)] })).toMatchObject([{ severity: 'high', limit: 40, version: 2 }]);
    // Heard again: not believed at once.
    expect(watch.look(45, { feeds: [feed(45)] })).toEqual([]);
    expect(watch.look(49, { feeds: [feed(45)] })).toEqual([]);
    expect(watch.look(50, { feeds: [feed(49)] })).toMatchObject([{ state: 'cleared', clearedAt: at(50), version: 3 }]);
    expect(watch.look(51, { feeds: [feed(49)] })).toEqual([]);
  });

  it('is not judged before its usual gap is known', () => {
    expect(new Watch().look(10_000, { feeds: [feed(0, null)] })).toEqual([]);
  });

  it('alarms nobody for a pause that the product itself made, but goes on alarming of one it had told', () => {
    const started = { feeds: [feed(0)], listeningSince: ms(500) };
    const watch = new Watch();
    expect(watch.look(501, started)).toEqual([]);
    expect(watch.look(519, started)).toEqual([]);
    expect(watch.look(520, started)).toMatchObject([{ severity: 'warn', since: at(0) }]);
    // The next start finds it told already: it neither ends nor begins anew.
    expect(watch.look(700, { ...started, listeningSince: ms(699) })).toMatchObject([{ severity: 'high' }]);
    expect(watch.look(701, { ...started, listeningSince: ms(699) })).toEqual([]);
  });

  it('may be silent for longer in hours in which it usually says little', () => {
    const night = sender([], [1, 60]);
    // At one message an hour 99 of 100 gaps stay under 4.6 hours.
    expect(feedSilence(feed(0), night, ms(0)).usual).toBeCloseTo(60 * Math.log(100), 3);
    // At one a minute that is less than its usual gap of ten minutes, which counts then.
    expect(feedSilence(feed(0), night, ms(60)).usual).toBe(10);
    expect(feedSilence(feed(0), sender([], [0]), ms(0)).usual).toBeCloseTo(120 * Math.log(100), 3);
    expect(feedSilence(feed(0, 60), undefined, ms(30)).usual).toBe(2.5);
  });
});

describe('shares of messages', () => {
  it('are of this hour and the one before, else of a day, and of twenty messages at least', () => {
    const busy = sender([hour(-600, { received: 500 }), hour(0, { received: 30, quarantined: 3 })]);
    expect(shareWindow(busy, ms(5))).toMatchObject({ received: 30, quarantined: 3, from: hourAt(-60) });
    const calm = sender([hour(-600, { received: 30, quarantined: 3 }), hour(0, { received: 1 })]);
    expect(shareWindow(calm, ms(5))).toMatchObject({ received: 31, quarantined: 3 });
    expect(shareWindow(sender([hour(0, { received: 19, quarantined: 19 })]), ms(5))).toBeNull();
  });

  it('are summed once an hour, by however many facilities they are asked for', () => {
    let read = 0;
    const counting = {
      *[Symbol.iterator]() {
        read += 1;
        yield hour(0, { received: 30, quarantined: 3 });
      },
    } as unknown as SenderCountedData['hours'];
    for (let facility = 0; facility < 1_000; facility += 1)
      expect(shareWindow({ hours: counting }, ms(facility / 100))?.quarantined).toBe(3);
    expect(read).toBe(1);
    expect(shareWindow({ hours: counting }, ms(60))?.from).toBe(hourAt(0));
    expect(read).toBe(2);
  });

  it('raise what is quarantined or refused, what is not placed and what is recorded ahead', () => {
    const watch = new Watch();
    const counted = hour(0, {
      received: 100,
      processed: 80,
      quarantined: 4,
      refused: 2,
      unplaced: 14,
      timed: 80,
      recordedAhead: 8,
    });
    const told = watch.look(5, { senders: [sender([counted])] });
    expect(told.map((b) => [b.rule, b.severity, b.measured, b.limit])).toEqual([
      ['messages-quarantined', 'warn', 6, 5],
      ['messages-unplaced', 'warn', 14, 5],
      ['sender-clock-ahead', 'warn', 10, 10],
    ]);
    const better = { ...counted, received: 600, timed: 600 };
    expect(watch.look(10, { senders: [sender([better])] })).toEqual([]);
    expect(watch.look(26, { senders: [sender([better])] }).map((b) => b.state)).toEqual([
      'cleared',
      'cleared',
      'cleared',
    ]);
  });

  it('count the last sixty minutes and the last day by the hour', () => {
    const minuteOfHour = new Date(at(0)).getUTCMinutes();
    const s = sender([hour(-60, { received: 60 }), hour(0, { received: 10 })]);
    expect(messagesInLastHour(s, ms(30 - minuteOfHour))).toBe(40);
    expect(hourlyMessages(s, ms(0)).slice(-3)).toEqual([0, 60, 10]);
  });
});

describe('ghosts', () => {
  const stateOf = (hospital: Hospital) => foldEvents(emptyFacility(FACILITY), hospital.events, hospital.nowMs);

  it('are beds without an open visit, holds of none, and inpatients without a bed', () => {
    const hospital = new Hospital(configuration({ ED: 2, W1: 5 }));
    hospital.encounter('P1', { location: { unit: 'W1', room: null, bed: '1', bedId: 'W1-1' } });
    hospital.bed('W1-1', 'occupied', ['P1']);
    hospital.bed('W1-2', 'occupied', ['P2']);
    hospital.bed('W1-3', 'occupied', []);
    hospital.encounter('P4', { class: 'I', location: { unit: 'W1', room: null, bed: null, bedId: null } });
    hospital.encounter('P5', { class: 'E', location: { unit: 'ED', room: null, bed: null, bedId: null } });
    hospital.encounter('P6', { class: 'I', location: null });
    hospital.encounter('P7', { class: 'O', location: null });
    const found = ghosts(stateOf(hospital)).map((g) => [g.kind, g.id, g.unit]);
    expect(found.sort()).toEqual([
      ['bed-without-encounter', 'W1-2', 'W1'],
      ['bed-without-encounter', 'W1-3', 'W1'],
      ['encounter-without-bed', 'P4', 'W1'],
      ['encounter-without-bed', 'P6', null],
    ]);
    // The visit's word comes: no ghost any more.
    hospital.encounter('P2', { location: { unit: 'W1', room: null, bed: '2', bedId: 'W1-2' } });
    expect(ghosts(stateOf(hospital)).map((g) => g.id)).not.toContain('W1-2');
  });

  it('say of a visit without a bed where its sender puts it, as it was sent', () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    const at = (unit: string | null, bed: string | null, asSent?: string) => ({
      class: 'I',
      location: { ...{ unit, room: null, bed, bedId: null }, ...(asSent === undefined ? {} : { asSent }) },
    });
    hospital.encounter('P1', at('W1', '99', 'W1^A^99'));
    hospital.encounter('P2', at('W1', null));
    hospital.encounter('P3', at('Ward 9', '1', 'Ward 9^^1'));
    hospital.encounter('P4', { class: 'I', location: null });
    expect(ghosts(stateOf(hospital)).map((g) => [g.id, g.where, g.why])).toEqual([
      ['P1', 'W1', 'its sender puts it in W1^A^99: no bed that is known here'],
      ['P2', 'W1', 'its sender names the unit and no bed of it'],
      ['P3', 'unit not known', 'its sender puts it in Ward 9^^1: no unit that is known here'],
      ['P4', 'unit not known', 'its sender names no place'],
    ]);
  });

  it('are told by bed after an hour, and by unit where several patients are without a bed for four', () => {
    const ghost = (kind: DatedGhost['kind'], id: string, since: number): DatedGhost => {
      return { kind, id, unit: 'W1', bedId: null, encounterId: null, where: id, why: '', since: at(since) };
    };
    const all = [
      ghost('bed-without-encounter', 'W1-2', 0),
      ghost('hold-without-encounter', 'W1-2', 10),
      ghost('encounter-without-bed', 'P1', 0),
      ghost('encounter-without-bed', 'P2', 0),
    ];
    const watch = new Watch();
    expect(watch.look(59, { ghosts: all })).toEqual([]);
    expect(watch.look(60, { ghosts: all })).toMatchObject([
      { rule: 'ghost-bed', subject: { type: 'bed', id: 'W1-2' }, unit: 'W1', since: at(0), limit: 60 },
    ]);
    const later = watch.look(240, { ghosts: all });
    expect(later.map((b) => [b.rule, b.subject.id, b.severity, b.measured, b.measuredIn])).toEqual([
      ['ghost-bed', 'W1-2', 'high', 240, 'minutes'],
      ['ghost-encounter', 'W1', 'warn', 2, 'count'],
    ]);
    expect(watch.look(241, {}).map((b) => b.state)).toEqual(['cleared', 'cleared']);
  });

  it('are beds whose visit was not heard of for long; a new configuration is no word of the patient', () => {
    const hospital = new Hospital(configuration({ W1: 2 }));
    hospital.encounter('P1', { location: { unit: 'W1', room: null, bed: '1', bedId: 'W1-1' } });
    hospital.bed('W1-1', 'occupied', ['P1']);
    const heard = silentEncounters(stateOf(hospital), 0, hospital.nowMs)[0]!.since;
    const again = hospital.events.findLast((e) => e.subject === 'P1')!;
    const data = { ...(again.data as object), cause: { kind: 'facility-configured', receivedAt: at(900) } };
    const state = foldEvents(stateOf(hospital), [{ ...again, aggregateVersion: 99, data }], ms(900));
    expect(silentEncounters(state, 800, ms(900))).toMatchObject([{ id: 'W1-1', since: heard }]);
    expect(silentEncounters(state, 2_000, ms(900))).toEqual([]);
  });
});

describe('invalid clocks', () => {
  const job = {
    id: 'J1',
    facility: FACILITY,
    version: 1,
    bedId: 'W1-1',
    unit: 'W1',
    status: 'completed',
    claimedBy: null,
  };
  const times = { requestedAt: at(30), claimedAt: null, startedAt: at(20), completedAt: at(50), cancelledAt: null };
  const type = 'bed-management.cleaning-job-changed';

  it('are steps that end before they begin', () => {
    expect(checkClocks({ type, data: { ...job, ...times } })).toMatchObject({
      subject: { type: 'cleaning-job', id: 'J1' },
      invalid: [{ clock: 'evs-response', from: at(30), to: at(20), where: 'W1-1' }],
    });
    expect(checkClocks({ type, data: { ...job, ...times, startedAt: at(40) } })?.invalid).toEqual([]);
    expect(checkClocks({ type, data: { ...job, ...times, status: 'cancelled' } })?.invalid).toEqual([]);
    expect(checkClocks({ type: 'bed-management.bed-changed', data: {} })).toBeNull();
  });

  it('are visits discharged before they were admitted', () => {
    const hospital = new Hospital(configuration({ W1: 1 }));
    hospital.encounter('P1', { status: 'discharged', admittedAt: at(60), dischargedAt: at(10) });
    const event = hospital.events.findLast((e) => e.subject === 'P1')!;
    expect(checkClocks(event)?.invalid).toMatchObject([{ clock: 'stay', from: at(60), to: at(10) }]);
  });

  it('running, begin more than a minute ahead', () => {
    const hospital = new Hospital(configuration({ ED: 1, W1: 1 }));
    hospital.bed('ED-1', 'occupied', ['P1']);
    hospital.request('R1', { encounterId: 'P1', toUnit: 'W1', requestedAt: at(10), decisionToAdmitAt: at(10) });
    const state = foldEvents(emptyFacility(FACILITY), hospital.events, hospital.nowMs);
    expect(runningAhead(state, ms(0)).length).toBeGreaterThan(0);
    expect(runningAhead(state, ms(9.5))).toEqual([]);
  });

  it('raise one alert for the house by their number, and count for a day', () => {
    const found = (minute: number) => ({
      ...{ clock: 'stay' as const, subject: { type: 'encounter' as const, id: String(minute) }, unit: null },
      ...{ where: 'W1', from: at(1), to: at(0), source: null, foundAt: at(minute) },
    });
    const five = [0, 1, 2, 3, 4].map(found);
    const watch = new Watch();
    expect(watch.look(5, { invalidClocks: five.slice(0, 4) })).toEqual([]);
    expect(watch.look(6, { invalidClocks: five })).toMatchObject([
      { rule: 'invalid-clock', subject: { type: 'facility', id: FACILITY }, measured: 5, since: at(0) },
    ]);
    expect(watch.look(1500, { invalidClocks: five })).toEqual([]);
    expect(watch.look(1516, { invalidClocks: five })).toMatchObject([{ state: 'cleared', measured: 0 }]);
  });
});

describe('rules on data', () => {
  it('can be turned off and set otherwise for a facility', () => {
    const off = new Watch([{ rule: 'feed-silent', steps: [] }]);
    expect(off.look(1_000, { feeds: [feed(0)] })).toEqual([]);
    const patient = new Watch([{ rule: 'feed-silent', facility: FACILITY, steps: [{ severity: 'critical', at: 10 }] }]);
    expect(patient.look(99, { feeds: [feed(0)] })).toEqual([]);
    expect(patient.look(100, { feeds: [feed(0)] })).toMatchObject([{ severity: 'critical', limit: 100 }]);
  });
});
