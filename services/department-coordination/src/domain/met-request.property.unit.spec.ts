import { describe, expect, it } from '@jest/globals';
import type { BedData } from '@wardstream/events';
import fc from 'fast-check';
import { deriveRequest, rememberBed, type RememberedBed, type RequestFacts, type RequestState } from './bed-request.js';
import { copyOfBed } from './bed-copy.js';
import type { BedCopy, EncounterCopy } from './copies.js';

const start = Date.parse('2026-03-02T08:00:00.000Z');
const iso = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
const facts: RequestFacts = {
  ...{ id: 'r', facility: 'H1', encounterId: 'e', visitNumber: 'V', source: 'ED', toUnit: 'ICU', priority: 'routine' },
  needs: { levelOfCare: 'ward', specialty: null, isolation: 'none', sex: 'any', telemetry: false, equipment: [] },
  ...{ decisionToAdmitAt: null, requestedAt: start, readyToMoveAt: null, cancelled: null },
};
const levels = new Map([
  ['ICU', 'icu'],
  ['W2', 'ward'],
  ['ED', 'ed'],
] as const);

/** One version of the bed W2-05: kept for the request or not, and what made it so. */
const bed = (version: number, isKept: boolean, at: number, cause: string): BedData => ({
  ...{ id: 'W2-05', facility: 'H1', version, unit: 'W2', room: 'A', bed: '05', staffed: true, surge: false },
  ...{ attributes: [], state: isKept ? 'reserved' : 'available', since: iso(at), occupants: [], needs: [], clocks: [] },
  reservedFor: isKept
    ? {
        ...{ encounterId: 'e', visitNumber: 'V', patient: { initials: '', ageBand: null, sex: 'unknown' } },
        ...{ kind: 'assignment', since: iso(at), until: null, bedRequestId: 'r' },
      }
    : null,
  ...{ blocked: null, closed: null, cleaningJobId: null, conflicts: [], asOf: iso(at) },
  history: { from: iso(at), segments: [{ from: iso(at), to: null, state: 'available', encounterIds: [] }] },
  cause: { kind: cause, by: 'x', at: iso(at), recordedAt: iso(at), receivedAt: iso(at) },
});
const encounter = (version: number, stays: readonly (readonly [string, number])[]): EncounterCopy => ({
  ...{
    id: 'e',
    facility: 'H1',
    visitNumber: 'V',
    version,
    status: 'in-progress',
    dischargedAt: null,
    cancelledAt: null,
  },
  ...{ patient: { initials: '', ageBand: null, sex: 'unknown' }, location: null, pendingDischarge: null },
  stays: stays.map(([bedId, from], i) => ({
    place: { unit: bedId.split('-')[0]!, room: null, bed: bedId.split('-')[1]!, bedId },
    from: start + from * 60_000,
    to: stays[i + 1] === undefined ? null : start + stays[i + 1]![1] * 60_000,
    holdsBed: true,
  })),
});

type Heard = { readonly bed: BedData } | { readonly encounter: EncounterCopy };

/** What the projector does with each event in turn. */
function hear(events: readonly Heard[]): RequestState {
  let known: BedCopy | undefined;
  let visit: EncounterCopy | null = null;
  let memory: RememberedBed | null = null;
  let state: RequestState | null = null;
  for (const event of events) {
    if ('bed' in event) known = copyOfBed(event.bed, known);
    else visit = event.encounter;
    if (known !== undefined) memory = rememberBed(memory, facts, known);
    state = deriveRequest({ facts, encounter: visit, bed: memory, targetMinutes: 60, levels });
  }
  return state!;
}

describe('a request whose patient is moved beside the bed that was given', () => {
  it('ends alike whatever is heard first, and does not open again because its hold ended', () => {
    const moments = fc.record({ moved: fc.integer({ min: 20, max: 60 }), ended: fc.integer({ min: 15, max: 70 }) });
    const causes = fc.constantFrom('released', 'bed-request-occupied', 'admit');
    fc.assert(
      fc.property(
        moments,
        causes,
        fc.constantFrom('W2-03', 'W2-05', 'ED-02'),
        fc.array(fc.boolean()),
        (m, cause, to, picks) => {
          const beds: Heard[] = [{ bed: bed(1, true, 10, 'assigned') }, { bed: bed(2, false, m.ended, cause) }];
          const visits: Heard[] = [
          { encounter: encounter(1, [['ED-01', -30]]) },
          { encounter: encounter(2, [['ED-01', -30], [to, m.moved]]) },
        ]; // prettier-ignore
          const inOrder = [...beds, ...visits];
          const [b, v] = [[...beds], [...visits]];
          const mixed: Heard[] = [];
          for (const pick of picks) mixed.push(...(pick ? b : v).splice(0, 1));
          const state = hear([...mixed, ...b, ...v]);
          expect(state).toEqual(hear(inOrder));
          const isGiven = cause !== 'released' || m.moved <= m.ended;
          expect(state.status).toBe(to !== 'ED-02' && isGiven ? 'occupied' : 'requested');
        },
      ),
    );
  });
});
