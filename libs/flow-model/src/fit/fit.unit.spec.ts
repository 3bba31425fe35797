import { describe, expect, it } from '@jest/globals';
import { levelsOfCare, need, type BedNeeds, type LevelOfCare, type Need } from '@wardstream/events';
import fc from 'fast-check';
import { bedSettings, fitOnBoard, patientNeeds, type BedInRoom } from './fit-in-room.js';
import { asRoomMate, fitOf, isHard, levelWanted, type BedSetting, type PatientNeeds } from './fit.js';
import { configuration } from '../hospital-builder.js';

const setting = (more: Partial<BedSetting> = {}): BedSetting => ({
  ...{ id: 'W1-01', unit: 'W1', levelOfCare: 'ward', specialties: ['MED'], ages: null, roomName: 'Bay A' },
  ...{ roomSex: 'any', mixed: false, shared: true, attributes: [], ...more },
});
const patient = (more: Partial<PatientNeeds> = {}): PatientNeeds => ({
  ...{
    sex: 'female',
    ageBand: '60s',
    levelOfCare: null,
    specialty: null,
    unit: null,
    roomSex: 'any',
    needs: [],
    ...more,
  },
});
const mate = (more: Partial<PatientNeeds> = {}, attributes: readonly Need[] = []) =>
  asRoomMate(patient(more), { attributes });
const codes = (p: PatientNeeds, bed: BedSetting, mates: ReturnType<typeof mate>[] = []) =>
  fitOf(p, bed, mates).map((m) => `${m.severity} ${m.code}`);

describe('fitOf', () => {
  const man = patient({ sex: 'male' });
  const woman = patient();
  const table: [string, PatientNeeds, BedSetting, ReturnType<typeof mate>[], string[]][] = [
    ['a woman in a women’s bay', woman, setting({ roomSex: 'female' }), [mate()], []],
    ['a man in a women’s bay', man, setting({ roomSex: 'female' }), [], ['hard room-sex']],
    ['a man in a bay with women', man, setting(), [mate()], ['hard room-mates-sex']],
    ['a man in a bay that may be mixed', man, setting({ mixed: true }), [mate()], []],
    ['a man with women in intensive care', man, setting({ levelOfCare: 'icu' }), [mate()], []],
    ['a man beside a bed whose patient is of unknown sex', man, setting(), [mate({ sex: 'unknown' })], []],
    ['somebody of unknown sex with women', patient({ sex: 'unknown' }), setting(), [mate()], ['soft sex-not-known']],
    ['a place asked for among men', patient({ roomSex: 'male' }), setting({ roomSex: 'male' }), [], ['soft sex-as-asked']],
    ['a place asked for among men, in a women’s bay', patient({ roomSex: 'male' }), setting({ roomSex: 'female' }), [], ['hard room-sex', 'soft sex-as-asked']],
    ['children together', patient({ ageBand: '0s' }), setting(), [mate({ sex: 'male', ageBand: '0s' })], []],
    ['a boy with women', patient({ sex: 'male', ageBand: '0s' }), setting(), [mate()], ['hard room-mates-sex']],
    ['a newborn boy with mothers', patient({ sex: 'male', ageBand: '0s' }), setting({ levelOfCare: 'maternity', roomSex: 'female' }), [mate()], []],
    ['contact isolation in a single room', patient({ needs: ['contact'] }), setting({ shared: false }), [], []],
    ['contact isolation in a bay', patient({ needs: ['contact'] }), setting(), [], ['hard isolation']],
    ['contact isolation in its cohort', patient({ needs: ['contact'] }), setting(), [mate({ needs: ['contact'] })], []],
    ['another isolation in a cohort', patient({ needs: ['droplet'] }), setting(), [mate({ needs: ['contact'] })], ['hard isolation', 'hard room-mates-isolation']],
    ['no isolation in a cohort', woman, setting(), [mate({ needs: ['contact'] })], ['hard room-mates-isolation']],
    ['no isolation beside a bed that isolates', woman, setting(), [mate({ needs: ['contact'] }, ['contact'])], []],
    ['airborne without negative pressure', patient({ needs: ['airborne'] }), setting({ shared: false }), [], ['hard isolation']],
    ['airborne with it', patient({ needs: ['airborne'] }), setting({ shared: false, attributes: ['negative'] }), [], []],
    ['airborne with it, and others in the room', patient({ needs: ['airborne'] }), setting({ attributes: ['negative'] }), [mate()], ['hard isolation']],
    ['somebody beside an airborne patient', woman, setting({ attributes: ['negative'] }), [mate({ needs: ['airborne'] }, ['negative'])], ['hard room-mates-isolation']],
    ['two who are to be protected', patient({ needs: ['protective'] }), setting(), [mate({ needs: ['protective'] })], ['hard isolation', 'hard room-mates-isolation']],
    ['intensive care on a ward', patient({ levelOfCare: 'icu' }), setting(), [], ['hard level-of-care']],
    ['ward care in intensive care', patient({ levelOfCare: 'ward' }), setting({ levelOfCare: 'icu' }), [], ['soft higher-level-of-care']],
    ['ward care in the emergency department', patient({ levelOfCare: 'ward' }), setting({ levelOfCare: 'ed' }), [], ['hard level-of-care']],
    ['telemetry and watch where there are none', patient({ needs: ['telemetry', 'watch'] }), setting(), [], ['hard equipment', 'soft equipment']],
    ['an adult among newborns', woman, setting({ levelOfCare: 'neonatal' }), [], ['hard age']],
    ['a sixty-year-old where children are', woman, setting({ ages: { from: 0, to: 15 } }), [], ['hard age']],
    ['a teenager where children are', patient({ ageBand: '10s' }), setting({ ages: { from: 0, to: 15 } }), [], ['soft age']],
    ['a surgical patient on a medical ward that was not asked for', patient({ specialty: 'SUR', unit: 'W2' }), setting(), [], ['soft specialty', 'soft other-unit']],
    ['nobody knows anything', patient({ sex: 'unknown', ageBand: null }), setting(), [], []],
  ]; // prettier-ignore
  it.each(table)('%s', (_name, p, bed, mates, expected) => {
    expect(codes(p, bed, mates)).toEqual(expected);
  });

  it('says both values in words', () => {
    expect(fitOf(man, setting({ roomSex: 'female' }), [])).toEqual([
      {
        ...{ code: 'room-sex', severity: 'hard', needed: 'men', given: 'women' },
        words: 'Bay A is for women; the place is for a man.',
      },
    ]);
  });

  const someone = fc.record({
    sex: fc.constantFrom('female', 'male', 'other', 'unknown'),
    ageBand: fc.constantFrom(null, '0s', '10s', '60s'),
    levelOfCare: fc.constantFrom(null, ...levelsOfCare),
    specialty: fc.constantFrom(null, 'MED', 'SUR'),
    unit: fc.constantFrom(null, 'W1', 'W2'),
    roomSex: fc.constantFrom('any', 'female', 'male'),
    needs: fc.uniqueArray(fc.constantFrom(...need.options), { maxLength: 3 }),
  }) as fc.Arbitrary<PatientNeeds>;
  const somewhere = fc.record({
    id: fc.constant('W1-01'),
    unit: fc.constant('W1'),
    levelOfCare: fc.constantFrom(...levelsOfCare),
    specialties: fc.constantFrom([], ['MED']),
    ages: fc.constantFrom(null, { from: 0, to: 15 }),
    roomName: fc.constant('Bay A'),
    roomSex: fc.constantFrom('any', 'any', 'female', 'male'),
    mixed: fc.boolean(),
    shared: fc.boolean(),
    attributes: fc.uniqueArray(fc.constantFrom(...need.options), { maxLength: 3 }),
  }) as fc.Arbitrary<BedSetting>;
  const ofMates = new Set(['room-mates-sex', 'room-mates-isolation']);

  it('of two in one room: whoever comes second, it is refused or it is not', () => {
    fc.assert(
      fc.property(someone, someone, somewhere, (a, b, bed) => {
        const second = (who: PatientNeeds, beside: PatientNeeds) =>
          fitOf(who, bed, [asRoomMate(beside, bed)]).some(
            (m) => isHard(m) && (ofMates.has(m.code) || m.code === 'isolation'),
          );
        const alone = (who: PatientNeeds) => fitOf(who, bed, []).some((m) => isHard(m) && m.code === 'isolation');
        // Who may not be there alone either is told by that.
        if (!alone(a) && !alone(b)) expect(second(a, b)).toBe(second(b, a));
      }),
    );
  });

  it('does not depend on the order of those in the room, and no mate makes a room better but a cohort', () => {
    fc.assert(
      fc.property(someone, fc.array(someone, { maxLength: 4 }), somewhere, (who, others, bed) => {
        const mates = others.map((o) => asRoomMate(o, bed));
        const of = (list: typeof mates) =>
          fitOf(who, bed, list)
            .filter(isHard)
            .map((m) => m.code);
        expect(of([...mates].reverse())).toEqual(of(mates));
        const kept = of([]).filter((code) => code !== 'isolation');
        expect(of(mates)).toEqual(expect.arrayContaining(kept));
        expect(fitOf(who, bed, mates).every((m) => m.words !== '' && m.needed !== '' && m.given !== '')).toBe(true);
      }),
    );
  });
});

describe('levelWanted', () => {
  it('takes the word ward for nothing said where a unit is named', () => {
    const wanted: [LevelOfCare, LevelOfCare | null, LevelOfCare][] = [
      ['ward', null, 'ward'],
      ['ward', 'maternity', 'maternity'],
      ['icu', 'ward', 'icu'],
    ];
    for (const [asked, unit, expected] of wanted) expect(levelWanted(asked, unit)).toBe(expected);
  });
});

describe('fitOnBoard', () => {
  it('finds the others of the room, holds included, without the patient', () => {
    const given = configuration({ W1: 12 });
    const { beds } = given;
    const inRoom = beds.filter((b) => b.unit === beds[0]!.unit && b.room === beds[0]!.room);
    const house = { ...given, rooms: given.rooms.map((r) => ({ ...r, sex: 'any' as const })) };
    const [first, second] = inRoom;
    if (second === undefined) throw new Error('the first room of the simulated hospital has one bed');
    const man = { initials: 'M', ageBand: '40s', sex: 'male' as const };
    const hold = { encounterId: 'e1', patient: { initials: 'W', ageBand: '50s', sex: 'female' as const } };
    const kept: BedInRoom = { ...second, needs: [], occupants: [], reservedFor: hold };
    const needs: BedNeeds = {
      ...{ levelOfCare: 'ward', specialty: null, isolation: 'none', sex: 'any', telemetry: false, equipment: [] },
    };
    const request = { toUnit: first!.unit, needs, encounterId: 'e2', patient: man };
    const hard = (of: typeof request) =>
      fitOnBoard(house, new Map([[second.id, kept]]), first!.id, of)
        .filter(isHard)
        .map((m) => m.code);
    expect(hard(request)).toEqual(['room-mates-sex']);
    expect(hard({ ...request, encounterId: 'e1' })).toEqual([]);
    expect(bedSettings(house).get(first!.id)).toMatchObject({ shared: true, roomSex: 'any' });
    expect(patientNeeds(man, request, () => 'icu').levelOfCare).toBe('icu');
  });
});
