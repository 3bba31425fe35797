import { describe, expect, it } from '@jest/globals';
import { housePatients, patientGroups } from '@wardstream/flow-model';
import { hasNoData, noRate, noRateWord, totalsOf } from '../house/headline.js';
import { aBed, aBoard, ago, anEncounter, aUnit, MINUTE, NOW, occupiedBed } from '../stream/board.fixture.spec.js';
import { facilityView } from '../stream/facility-view.js';
import { localTime } from '../time/local-time.js';
import { unlistedBand } from '../unit/bands.js';
import { tileModel } from '../unit/tile-model.js';
import { groupHint, groupWord, patientParts, patientSections } from './patient-list.js';

const place = (unit: string | null, bed: string | null, more: object = {}) => ({
  ...{ unit, room: null, bed, bedId: null, ...more },
});
const inBed = (bedId: string) => place('4A', bedId.slice(3), { bedId });

/** One visit in every place a patient can be. */
const everywhere = aBoard({
  beds: [occupiedBed('4A-01', 'bed'), occupiedBed('4A-02', 'leave'), occupiedBed('4A-98', 'gone')],
  encounters: [
    anEncounter('bed', { location: inBed('4A-01'), inTransit: true }),
    anEncounter('leave', { status: 'on-leave', location: inBed('4A-02') }),
    anEncounter('gone', { location: inBed('4A-98') }),
    anEncounter('unit', { location: place('4A', '77', { asSent: '4A^A^77' }) }),
    anEncounter('unknown', { location: place('XRAY', '1', { asSent: 'XRAY^^1' }) }),
    anEncounter('nowhere'),
    anEncounter('planned', {
      status: 'planned',
      startedAt: null,
      expectedAdmission: { place: place('MAT', null), expectedAt: ago(-60) },
    }),
    anEncounter('clinic', { class: 'R', inNoBed: true, location: place('CLINIC', null) }),
  ],
});

describe('who is not simply in a bed', () => {
  it('is listed by where they are, with what the sender wrote, and leads to the unit where one is known', () => {
    const rows = patientSections(everywhere).flatMap(({ group, rows: list }) =>
      list.map((r) => [group, r.encounterId, r.where, r.sent, r.unit, r.bedId]),
    );
    expect(rows).toEqual([
      ['unknown-unit', 'unknown', 'unit not known', 'XRAY^^1', null, null],
      ['no-place', 'nowhere', 'no place told', '', null, null],
      ['unlisted-bed', 'gone', '4A-98', '', '4A', '4A-98'],
      ['unit', 'unit', '4A 77', '4A^A^77', '4A', null],
      ['on-leave', 'leave', '4A-02', '', '4A', '4A-02'],
      ['in-transit', 'bed', '4A-01', '', '4A', '4A-01'],
      ['ahead', 'planned', 'MAT', '', 'MAT', null],
    ]);
  });

  it('is in the counts of the house, each part as long as its list', () => {
    const patients = housePatients(facilityView(everywhere));
    expect(patients).toMatchObject({ inHouse: 6, inBeds: 2, ahead: 1 });
    const lists = new Map(patientSections(everywhere).map((s) => [s.group, s.rows.length]));
    for (const { group, words } of patientParts(patients)) expect(words).toMatch(new RegExp(`^${lists.get(group)} `));
    expect(patientParts(patients)).toHaveLength(lists.size);
  });

  it('is told in words, every group of them', () => {
    for (const group of patientGroups) {
      expect(groupWord[group]).toMatch(/^[A-Z][a-z ,]+$/);
      expect(groupHint[group]).not.toBe('');
    }
  });
});

describe('a bed that is not listed any more', () => {
  it('keeps its tile on the unit it was of until it is left', () => {
    expect(unlistedBand(everywhere, '4A')).toMatchObject({ name: 'Not listed any more', bedIds: ['4A-98'] });
    expect(unlistedBand(aBoard({ beds: [aBed('4A-98')] }), '4A')).toBeNull();
    expect(unlistedBand(everywhere, 'MAT')).toBeNull();
  });
});

describe('what nothing was heard of', () => {
  it('is no data on the house, never 0 % or free', () => {
    const silent = { available: 6, denominator: 6, unheard: 6 };
    const totals = totalsOf(aBoard({ units: [aUnit('4A', silent)] }), MINUTE);
    expect([totals.occupancyRate, totals.pressure, totals.available]).toEqual([null, null, 0]);
    expect([noRateWord(!hasNoData(totals)), noRate(!hasNoData(totals))]).toEqual([
      'no data',
      'nothing was heard of it yet',
    ]);
    expect(hasNoData({ denominator: 0, unheard: 0 })).toBe(false);
  });

  it('is no clean and empty bed, and has been so for no time', () => {
    const given = { state: aBoard(), minute: MINUTE, local: localTime('UTC') };
    const tile = tileModel(aBed('4A-01', { nothingHeard: true }), given);
    expect([tile.lead?.first, tile.clock]).toEqual(['Empty', null]);
  });
});

describe('a tile', () => {
  const tile = (bed: ReturnType<typeof aBed>, more: object) =>
    tileModel(bed, {
      state: aBoard({ encounters: [anEncounter('e', more)] }),
      minute: MINUTE,
      local: localTime('UTC'),
    });

  it('marks who is on leave, and says when a stay begins that lies ahead', () => {
    expect(tile(occupiedBed('4A-01', 'e'), { status: 'on-leave' })).toMatchObject({ marker: 'On leave' });
    expect(tile(occupiedBed('4A-01', 'e'), { status: 'on-leave' }).ariaLabel).toContain('on leave');
    const ahead = new Date(NOW + 28 * 60_000).toISOString();
    expect(tile(occupiedBed('4A-01', 'e'), { startedAt: ahead }).stay?.words).toBe('from 15:10');
  });
});
