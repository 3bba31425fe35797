import { describe, expect, it } from '@jest/globals';
import type { BoardSnapshot, EncounterView } from '@wardstream/api-contract';
import { entityOf, listedKinds } from '@wardstream/api-contract/board-entities';
import type { BedData, EncounterData, EventEnvelope, FeedData } from '@wardstream/events';
import { entryAs } from './board-entry.js';
import { boardEvents, boardTopics, entryOf } from './entry-of.js';
import { clockFrame, frame } from './frame.js';
import { snapshotBody, snapshotText } from './snapshot-text.js';
import { formatPlace, lettersNamed, parsePlace, streamNamed } from './stream-place.js';

const NOW = '2026-01-13T14:42:00.000Z';
const event = <T>(data: T, more: Partial<EventEnvelope> = {}): EventEnvelope<T> => ({
  id: 'i',
  type: 'bed-management.bed-changed',
  version: 1,
  source: 'bed-management',
  subject: 's',
  aggregateVersion: 7,
  facility: 'NGH',
  time: NOW,
  recordedAt: NOW,
  ...more,
  data,
});

describe('what the board reads', () => {
  it('are the events that tell of something it shows', () => {
    const told = [
      'admissions.conflict-changed',
      'admissions.encounter-changed',
      'admissions.feed-heard',
      'alerting.alert-changed',
      'bed-management.bed-changed',
      'bed-management.certainty-changed',
      'bed-management.conflict-changed',
      'bed-management.facility-configured',
      'bed-management.feed-heard',
      'department-coordination.bed-request-changed',
      'department-coordination.discharge-plan-changed',
      'department-coordination.feed-heard',
      'flow-engine.unit-occupancy-changed',
    ];
    expect(boardEvents.map(({ type }) => type)).toEqual(expect.arrayContaining(told));
    expect(boardTopics).toEqual([...new Set(boardEvents.map(({ topic }) => topic))].sort());
  });

  it('and of any other event it shows nothing', () => {
    expect(entryOf(event({ id: '4A-01' })).kind).toBe('bed');
    expect(() => entryOf(event({}, { type: 'bed-management.cleaning-job-changed' }))).toThrow(/shows nothing of/);
  });
});

describe('entries', () => {
  it('carry a bed without its history', () => {
    const bed = { id: '4A-01', state: 'dirty', history: { from: NOW, segments: [] } } as unknown as BedData;
    const entry = entryAs('bed', event(bed));
    expect(entry).toMatchObject({ facility: 'NGH', kind: 'bed', id: '4A-01', version: 7, endedAt: null });
    expect(JSON.parse(entry.body)).toEqual({ id: '4A-01', state: 'dirty' });
  });

  it('carry of an encounter only what a tile needs: no initials, nothing that changes without being seen', () => {
    const data = {
      encounterId: 'e1',
      facility: 'NGH',
      version: 7,
      visitNumber: 'V1',
      patient: { initials: 'T.M.', ageBand: '60s', sex: 'male' },
      status: 'discharged',
      class: 'I',
      specialty: null,
      location: null,
      inTransit: true,
      pendings: [{ kind: 'discharge', place: null, expectedAt: '2026-01-15T10:00:00.000Z', at: NOW }],
      stays: [],
      registeredAt: '2026-01-12T08:00:00.000Z',
      admittedAt: null,
      dischargedAt: NOW,
      conflictIds: [],
    } as unknown as EncounterData;
    const entry = entryAs('encounter', event(data));
    expect(entry.endedAt).toBe(NOW);
    expect(JSON.parse(entry.body)).toEqual({
      encounterId: 'e1',
      facility: 'NGH',
      visitNumber: 'V1',
      status: 'discharged',
      class: 'I',
      specialty: null,
      location: null,
      inTransit: true,
      heldBed: null,
      startedAt: '2026-01-12T08:00:00.000Z',
      arrivedAt: '2026-01-12T08:00:00.000Z',
      expectedDischargeAt: '2026-01-15T10:00:00.000Z',
    });
  });

  it('carry when a stay is expected to end: as it was announced, else as it was said beside a movement', () => {
    const view = (more: object) => {
      const data = { encounterId: 'e1', status: 'in-progress', class: 'I', pendings: [], stays: [], ...more };
      return (JSON.parse(entryAs('encounter', event(data as unknown as EncounterData)).body) as EncounterView)
        .expectedDischargeAt;
    };
    const [announced, said] = ['2026-01-15T10:00:00.000Z', '2026-01-17T10:00:00.000Z'];
    const pendings = [{ kind: 'discharge', place: null, expectedAt: announced, at: NOW }];
    expect([view({}), view({ expectedDischargeAt: said }), view({ expectedDischargeAt: said, pendings })]).toEqual([
      null,
      said,
      announced,
    ]);
  });

  it('carry initials of a visit that no bed shows, and of a planned one when and where it is to come', () => {
    const patient = { initials: 'T.M.', ageBand: '60s', sex: 'male' };
    const place = { unit: 'XRAY', room: null, bed: '1', bedId: null, asSent: 'XRAY^^1' };
    const view = (more: object) => {
      const data = { encounterId: 'e1', status: 'in-progress', class: 'I', patient, pendings: [], stays: [], ...more };
      return JSON.parse(entryAs('encounter', event(data as unknown as EncounterData)).body) as EncounterView;
    };
    expect(view({ location: place }).patient).toEqual(patient);
    const bed = { unit: '4A', room: 'A', bed: '01', bedId: '4A-01' };
    expect(view({ stays: [{ place: bed, to: null, holdsBed: true }] }).patient).toBeUndefined();
    const pending = { kind: 'admit', place, expectedAt: NOW, at: NOW };
    const planned = view({ status: 'planned', pendings: [pending] });
    expect(planned.expectedAdmission).toEqual({ place, expectedAt: NOW });
    expect(planned.patient).toEqual(patient);
    expect(view({ class: 'O', inNoBed: true })).toMatchObject({ class: 'O', inNoBed: true });
    expect(view({})).not.toHaveProperty('inNoBed');
  });

  it('name the bed that a visit holds now, not one that it names or has left', () => {
    const held = (...stays: object[]) => {
      const data = { encounterId: 'e1', status: 'in-progress', pendings: [], stays } as unknown as EncounterData;
      return (JSON.parse(entryAs('encounter', event(data)).body) as { heldBed: string | null }).heldBed;
    };
    const place = { unit: '4A', room: 'A', bed: '01', bedId: '4A-01' };
    expect(held({ place, from: NOW, to: null, holdsBed: true })).toBe('4A-01');
    expect(held({ place, from: NOW, to: NOW, holdsBed: true })).toBeNull();
    expect(held({ place, from: NOW, to: null, holdsBed: false })).toBeNull();
    expect(held({ place: { ...place, bedId: null }, from: NOW, to: null, holdsBed: true })).toBeNull();
  });

  it('keep what two services heard of one sender apart', () => {
    const feed = { feed: 'ADT', name: 'Admissions' } as FeedData;
    const ids = ['admissions', 'bed-management'].map((source) => entryAs('feed', event(feed, { source })).id);
    expect(ids).toEqual(['admissions/ADT', 'bed-management/ADT']);
  });
});

describe('places of a stream', () => {
  const place = { stream: '0a1b2c3d', partition: 7, next: [0, 12, 987_654_321_012], letters: '00000000' };

  it('are written as ids and read back', () => {
    expect(parsePlace(formatPlace(place))).toEqual(place);
    expect(formatPlace(place)).toMatch(/^[0-9a-z.-]+$/);
  });

  it.each([undefined, '', '12', '0a1b2c3d-12', 'xyz.1.1.00000000', '0a1b2c3d.1..00000000', '0a1b2c3d.1.1-.00000000'])(
    '%s names no place',
    (id) => expect(parsePlace(id)).toBeNull(),
  );

  it('are of one log and of the topics that the board reads', () => {
    expect(streamNamed('a', ['t1', 't2'])).toMatch(/^[0-9a-f]{8}$/);
    const names = [streamNamed('a', ['t1']), streamNamed('b', ['t1']), streamNamed('a', ['t1', 't2'])];
    expect(new Set(names).size).toBe(3);
    expect(lettersNamed(['x', 'y'])).toBe(lettersNamed(['y', 'x']));
    expect(lettersNamed(['x'])).not.toBe(lettersNamed([]));
  });
});

describe('frames', () => {
  it('are text/event-stream', () => {
    expect(frame('bed', '{}', '0a1b2c3d-2')).toBe('event: bed\nid: 0a1b2c3d-2\ndata: {}\n\n');
    expect(clockFrame({ now: NOW, speed: 60 })).toBe(`event: clock\ndata: {"now":"${NOW}","speed":60}\n\n`);
  });
});

describe('snapshots', () => {
  it('are put together from texts and are the JSON they should be', () => {
    const place = { stream: '0a1b2c3d', partition: 1, next: [9, 0], letters: '00000000' };
    const body = snapshotBody({
      place,
      bodies: new Map([
        ['facility', '{"id":"NGH"}'],
        ['bed', '{"id":"a"},{"id":"b"}'],
      ]),
    });
    const snapshot = JSON.parse(snapshotText(body, place, { now: NOW, speed: 1 })) as BoardSnapshot;
    const none = Object.fromEntries(listedKinds.map((kind) => [entityOf(kind).list, []]));
    expect(snapshot).toEqual({
      ...none,
      lastEventId: '0a1b2c3d.1.9-0.00000000',
      now: NOW,
      speed: 1,
      facility: { id: 'NGH' },
      beds: [{ id: 'a' }, { id: 'b' }],
      units: [],
      alerts: [],
      conflicts: [],
      feeds: [],
      requests: [],
      plans: [],
      encounters: [],
      certainties: [],
    });
    const empty = JSON.parse(
      snapshotText(snapshotBody({ place, bodies: new Map() }), place, { now: NOW, speed: 1 }),
    ) as BoardSnapshot;
    expect(empty.facility).toBeNull();
  });
});
