import { describe, expect, it } from '@jest/globals';
import { deriveRequest, rememberBed, type RememberedBed, type RequestFacts, type RequestInput } from './bed-request.js';
import type { BedCopy, EncounterCopy, StayCopy } from './copies.js';
import { processClocks } from './process-clocks.js';

/** '10:30' of one day, in milliseconds. */
const at = (clock: string) => Date.parse(`2026-03-02T${clock}:00.000Z`);
const clock = (iso: string | null) => iso?.slice(11, 16) ?? null;

const facts = (more: Partial<RequestFacts> = {}): RequestFacts => ({
  ...{ id: 'r', facility: 'H1', encounterId: 'e', visitNumber: 'V', source: 'ED', toUnit: '4A', priority: 'routine' },
  needs: { levelOfCare: 'ward', specialty: null, isolation: 'none', sex: 'any', telemetry: false, equipment: [] },
  ...{ decisionToAdmitAt: at('09:50'), requestedAt: at('10:00'), readyToMoveAt: null, cancelled: null, ...more },
});
const stay = (bedId: string, from: string, to?: string): StayCopy => {
  const [unit, bed] = bedId.split('-');
  const place = { unit: unit!, room: null, bed: bed!, bedId };
  return { place, from: at(from), to: to === undefined ? null : at(to), holdsBed: true };
};
const encounter = (stays: StayCopy[], more: Partial<EncounterCopy> = {}): EncounterCopy => ({
  ...{ id: 'e', facility: 'H1', visitNumber: 'V', version: 1, status: 'in-progress', dischargedAt: null },
  ...{ patient: { initials: 'A.B.', ageBand: null, sex: 'female' }, cancelledAt: null, pendingDischarge: null, stays },
  ...{ location: stays.at(-1)?.place ?? null, ...more },
});
const held = (bedId: string, since: string, cleanAt: string | null = '08:00'): RememberedBed => ({
  ...{ bedId, heldSince: at(since), isClean: cleanAt !== null, cleanAt: cleanAt === null ? null : at(cleanAt) },
});
const derive = (input: Partial<RequestInput>) =>
  deriveRequest({
    facts: facts(),
    encounter: encounter([stay('ED-06', '08:00')]),
    bed: null,
    targetMinutes: 240,
    levels: new Map([
      ['4A', 'ward'],
      ['AMU', 'ward'],
      ['ED', 'ed'],
      ['REC', 'recovery'],
      ['ICU', 'icu'],
    ]),
    ...input,
  });

describe('a bed request', () => {
  it('waits, is assigned while a bed is kept for it, and is met when the patient comes to that bed', () => {
    expect(derive({})).toMatchObject({ status: 'requested', assignedBedId: null, from: { bedId: 'ED-06' } });
    const assigned = derive({ bed: held('4A-01', '10:10') });
    expect([assigned.status, assigned.assignedBedId, clock(assigned.assignedAt)]).toEqual([
      'assigned',
      '4A-01',
      '10:10',
    ]);
    const bed = held('4A-01', '10:10');
    const met = derive({ bed, encounter: encounter([stay('ED-06', '08:00', '11:00'), stay('4A-01', '11:00')]) });
    expect(met).toMatchObject({ status: 'occupied', assignedBedId: '4A-01', from: { bedId: 'ED-06' } });
    expect([clock(met.assignedAt), clock(met.bedCleanAt), clock(met.occupiedAt)]).toEqual(['10:10', '08:00', '11:00']);
  });

  it('is met outside the place it was made from, in the unit or at the level of care it asks for', () => {
    const after = (bedId: string, more: Partial<RequestInput> = {}) =>
      derive({ encounter: encounter([stay('ED-06', '08:00', '11:00'), stay(bedId, '11:00')]), ...more });
    const table: [string, Partial<RequestInput>, string | null][] = [
      ['4A-09', {}, '4A-09'],
      ['AMU-02', { bed: held('4A-01', '10:10') }, 'AMU-02'],
      ['ICU-02', {}, 'ICU-02'],
      ['REC-02', {}, null],
      ['ED-07', {}, null],
      ['XX-02', {}, null],
      ['AMU-02', { facts: facts({ toUnit: null }) }, 'AMU-02'],
      ['REC-02', { facts: facts({ toUnit: null }) }, null],
      ['AMU-02', { facts: facts({ toUnit: 'ICU' }) }, null],
      ['AMU-02', { facts: facts({ toUnit: 'ICU' }), bed: { ...held('AMU-05', '10:10'), unit: 'AMU' } }, 'AMU-02'],
    ];
    for (const [bedId, input, expected] of table) {
      const { status, assignedBedId } = after(bedId, input);
      expect([bedId, status === 'occupied' ? assignedBedId : null]).toEqual([bedId, expected]);
    }
  });

  it('for another bed of the same unit is met by a move, not by where the patient lies already', () => {
    const here = encounter([stay('4A-05', '08:00')]);
    expect(derive({ encounter: here }).status).toBe('requested');
    const moved = encounter([stay('4A-05', '08:00', '11:00'), stay('4A-21', '11:00')]);
    expect(derive({ encounter: moved })).toMatchObject({ status: 'occupied', assignedBedId: '4A-21' });
  });

  it('that was recorded after the move has clocks that are not valid', () => {
    const bed = held('4A-01', '10:10');
    const late = derive({ bed, encounter: encounter([stay('ED-06', '08:00', '09:55'), stay('4A-01', '09:55')]) });
    expect(late.status).toBe('occupied');
    expect(processClocks(late).map((c) => [c.name, c.minutes, c.valid])).toEqual([
      ['request-to-assign', 10, true],
      ['total', null, false],
      ['boarding', 5, true],
    ]);
  });

  it('is cancelled with a reason by the department, by a discharge, by the end of the visit; and not after it was met', () => {
    const cancelled = { at: at('10:30'), reason: 'Goes home.' };
    expect(derive({ facts: facts({ cancelled }) })).toMatchObject({ status: 'cancelled', cancelReason: 'Goes home.' });
    const home = { status: 'discharged' as const, dischargedAt: at('12:00'), location: null };
    const gone = derive({ encounter: encounter([stay('ED-06', '08:00', '12:00')], home), bed: held('4A-01', '10:10') });
    expect([gone.status, clock(gone.cancelledAt), gone.assignedBedId]).toEqual(['cancelled', '12:00', null]);
    const later = encounter([stay('ED-06', '08:00', '11:00'), stay('4A-01', '11:00', '12:00')], home);
    expect(derive({ encounter: later, bed: held('4A-01', '10:10') }).status).toBe('occupied');
    const never = encounter([], { status: 'cancelled', cancelledAt: at('10:40') });
    expect(derive({ encounter: never })).toMatchObject({
      status: 'cancelled',
      cancelReason: 'The visit was cancelled.',
    });
  });

  it('opens again when the transfer that met it is taken back', () => {
    const bed = held('4A-01', '10:10');
    expect(derive({ bed, encounter: encounter([stay('ED-06', '08:00')]) }).status).toBe('assigned');
  });

  it('of a patient nobody knows yet waits all the same', () => {
    expect(derive({ encounter: null })).toMatchObject({ status: 'requested', from: null, patient: { initials: '' } });
  });
});

describe('the clocks of a request', () => {
  const names = (clocks: ReturnType<typeof processClocks>) =>
    clocks.map((c) => [c.name, clock(c.from), c.minutes, c.targetMinutes]);

  it('run from their own moments; the occupied timer from the last of ready, assigned and clean', () => {
    const ready = facts({ readyToMoveAt: at('10:20') });
    const stays = encounter([stay('ED-06', '08:00', '11:00'), stay('4A-01', '11:00')]);
    expect(
      names(processClocks(derive({ facts: ready, encounter: stays, bed: held('4A-01', '10:10', '10:40') }))),
    ).toEqual([
      ['request-to-assign', '10:00', 10, 15],
      ['occupied', '10:40', 20, 30],
      ['total', '10:00', 60, 240],
      ['boarding', '09:50', 70, 240],
    ]);
  });

  it('run on while the request is open, and do not begin before a dirty bed is clean', () => {
    const ready = facts({ readyToMoveAt: at('10:20'), source: 'Theatre' });
    expect(names(processClocks(derive({ facts: ready, bed: held('4A-01', '10:10', null) })))).toEqual([
      ['request-to-assign', '10:00', 10, 15],
      ['total', '10:00', null, 240],
    ]);
  });
});

describe('what is remembered of the bed', () => {
  const bed = (more: Partial<BedCopy> = {}): BedCopy => ({
    ...{ id: '4A-01', facility: 'H1', version: 1, unit: '4A', isClean: true, cleanAt: at('09:00'), hold: null },
    ...{ occupants: [], ...more },
  });
  const hold = { encounterId: 'e', bedRequestId: 'r', since: at('10:10') };
  const before = { ...held('4A-01', '10:10', '09:00'), unit: '4A' };

  it('begins with a hold for the request or, where the hold names none, for its encounter', () => {
    expect(rememberBed(null, facts(), bed({ hold }))).toEqual(before);
    expect(rememberBed(null, facts(), bed({ hold: { ...hold, bedRequestId: null } }))).toEqual(before);
    expect(rememberBed(null, facts(), bed({ hold: { ...hold, bedRequestId: 'other' } }))).toBeNull();
  });

  it('says until when the bed was kept, and follows it while the patient is in it', () => {
    expect(rememberBed(before, facts(), bed())).toEqual({ ...before, gone: { at: null } });
    const lastHold = { ...hold, givenUpAt: at('10:40') };
    const gone = { ...before, gone: { at: at('10:40') } };
    expect(rememberBed(before, facts(), bed({ lastHold }))).toEqual(gone);
    expect(rememberBed(gone, facts(), bed())).toEqual(gone);
    expect(derive({ bed: gone }).status).toBe('requested');
    expect(rememberBed(before, facts(), bed({ occupants: ['e'], cleanAt: at('10:30') }))?.cleanAt).toBe(at('10:30'));
    expect(rememberBed(before, facts(), bed({ id: '4A-02' }))).toEqual(before);
  });
});
