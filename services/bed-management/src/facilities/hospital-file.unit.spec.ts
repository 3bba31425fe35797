import { describe, expect, it } from '@jest/globals';
import { facilityData } from '@wardstream/events';
import { readFileSync } from 'node:fs';
import { HospitalFileError, readHospitalFile } from './hospital-file.js';

const northgate = new URL('../../../../deploy/hospitals/northgate-general.yaml', import.meta.url);

const faultsOf = (text: string): string[] => {
  try {
    readHospitalFile(text, 'h.yaml');
  } catch (error) {
    if (error instanceof HospitalFileError) return error.faults.map((f) => `${f.line}: ${f.message}`);
    throw error;
  }
  return [];
};

const small = (rooms: string, more = '') => `facilities:
  - id: H1
    name: Hillside
    timeZone: Europe/Paris
    units:
      - code: W1
        name: Ward one
        levelOfCare: ward
        waitTarget: 240
        rooms:
${rooms
  .split('\n')
  .map((l) => `          ${l}`)
  .join('\n')}
${more}`;

describe('the hospital file', () => {
  it('describes Northgate General as the boards show it', () => {
    const [plan, ...others] = readHospitalFile(readFileSync(northgate, 'utf8'));
    expect(others).toEqual([]);
    const { cleaning, ...facility } = plan!;
    expect(facilityData.parse({ ...facility, version: 1 }).id).toBe('NGH');
    const count = Object.fromEntries(plan!.units.map((u) => [u.id, plan!.beds.filter((b) => b.unit === u.id).length]));
    expect(count).toEqual({
      ...{ ED: 40, AMU: 38, ICU: 18, HDU: 12, '4A': 28, '4B': 28, '4C': 30, '5A': 28 },
      ...{ '3A': 30, '3B': 30, '3C': 24, '6A': 22, MAT: 26, REC: 14 },
    });
    const inpatient = plan!.units.filter((u) => u.inpatient).map((u) => u.id);
    expect(plan!.beds.filter((b) => inpatient.includes(b.unit))).toHaveLength(314);
    expect(plan!.beds.filter((b) => b.surge).map((b) => b.id)).toEqual([
      ...['AMU-35', 'AMU-36', 'AMU-37', 'AMU-38', '4A-20', '3A-29', '3A-30'],
    ]);
    expect(plan!.beds.filter((b) => !b.staffed).map((b) => b.id)).toEqual(['4A-19', '3B-23', '3B-24']);
    expect(plan!.beds.find((b) => b.id === '4A-21')).toMatchObject({ room: '21', bed: '21' });
    expect(plan!.beds.find((b) => b.id === '4A-21')!.attributes).toContain('negative');
    expect(plan!.rooms.find((r) => r.unit === '4A' && r.id === 'D')).toMatchObject({ name: 'Bay D', sex: 'male' });
    expect(cleaning['ED']).toEqual({ startWithin: 10, takes: 15, turnWithin: 30 });
    expect(cleaning['4A']).toEqual({ startWithin: 30, takes: 30, turnWithin: 60 });
  });

  it.each([
    ['waitTarget: 240', 'waitTarget: 99999999999'],
    ['waitTarget: 240', 'waitTarget: -1'],
    ['waitTarget: 240', 'waitTarget: 1e9'],
    ['name: Hillside', String.raw`name: "Hill\0side"`],
    ['name: Hillside', String.raw`name: "Hill\ud800side"`],
    ['name: Hillside', `name: ${'x'.repeat(1_001)}`],
    ['beds: 01..02', 'beds: 00000001..99999999'],
    ['id: H1', `id: ${'H'.repeat(21)}`],
  ])('is refused where %s is %s, which cannot be kept', (sound, wrong) => {
    const text = small('- { room: A, beds: 01..02 }');
    expect([faultsOf(text), text.includes(sound)]).toEqual([[], true]);
    expect(faultsOf(text.replace(sound, wrong)).length).toBeGreaterThan(0);
  });

  it('says what ages a unit takes and which rooms men and women may share', () => {
    const [plan] = readHospitalFile(small('- { room: A, mixed: true, beds: 01..02 }', '        ages: 16..120\n'));
    expect([plan!.units[0]!.ages, plan!.rooms[0]!.mixed]).toEqual([{ from: 16, to: 120 }, true]);
    const wrong = (ages: string) => faultsOf(small('- { room: A, beds: 01..02 }', `        ages: ${ages}\n`))[0];
    expect(wrong('16')).toContain('whole years such as 16..120');
    expect(wrong('60..16')).toContain('ends before it begins');
  });

  it('keeps leading zeros, ranges and lists as they are written', () => {
    const [plan] = readHospitalFile(small('- { room: A, beds: [001..003, 7, X1] }\n- { singles: "10, 12" }'));
    expect(plan!.beds.map((b) => b.id)).toEqual([...['W1-001', 'W1-002', 'W1-003', 'W1-7', 'W1-X1', 'W1-10', 'W1-12']]);
    expect(plan!.rooms.map((r) => r.name)).toEqual(['Room A', 'Room 10', 'Room 12']);
  });

  it('numbers beds by room where the unit says so', () => {
    const rooms = '- { room: 101, beds: A, negativePressure: true }\n- { room: 102, beds: [A, B] }';
    const [plan] = readHospitalFile(small(rooms, '        bedsNumberedIn: room\n        surge: 102-B\n'));
    expect(plan!.beds.map((b) => [b.id, b.surge, b.attributes])).toEqual([
      ['W1-101-A', false, ['negative']],
      ['W1-102-A', false, []],
      ['W1-102-B', true, []],
    ]);
    expect(faultsOf(small(rooms))).toEqual([
      "12: bed 'W1-A' is there twice; if beds are numbered anew in each room, say bedsNumberedIn: room",
    ]);
  });

  it('is refused whole, with every fault and its line', () => {
    const text = `facilities:
  - id: H 1
    name: Hillside
    timeZone: Mars/Base
    units:
      - code: W1
        name: Ward one
        levelOfCare: wardish
        waitTarget: soon
        colour: red
        rooms:
          - { room: A, beds: 01..4 }
          - { room: A, beds: 05, sex: women }
          - { singles: 05 }
        surge: 99
        attributes: { shiny: 05 }
      - code: W1
        name: Ward two
        levelOfCare: ward
        waitTarget: 10
        rooms: []
`;
    expect(faultsOf(text)).toEqual([
      "2: a facility: 'id' 'H 1' must be up to 20 letters, digits, dots and underscores",
      "4: 'Mars/Base' is no time zone; write it like Europe/London",
      "8: a unit: 'levelOfCare' is 'wardish'; it may be ward, step-down, icu, ed, recovery, maternity, neonatal",
      "9: a unit: 'waitTarget' 'soon' must be a whole number of minutes above 0",
      expect.stringMatching(/^10: a unit has no 'colour'; it may have code, /),
      "12: beds: '01..4' is no bed label and no range such as 01..04 (both ends equally long)",
      '12: beds names no bed',
      "13: room 'A' is in W1 twice",
      "13: a room of unit W1: 'sex' is 'women'; it may be female, male, any",
      "14: bed 'W1-05' is there twice; if beds are numbered anew in each room, say bedsNumberedIn: room",
      "15: surge: unit W1 has no bed '99'",
      expect.stringMatching(/^16: attributes has no 'shiny'/),
      "17: unit 'W1' is there twice",
      "21: a unit: 'rooms' must have at least one entry",
    ]);
  });

  it('says where the YAML itself is broken', () => {
    expect(faultsOf('facilities:\n  - id: [a\n    name: b\n')[0]).toMatch(/^[23]: /);
    expect(faultsOf('')).toEqual(['1: the file must be a mapping']);
  });
});
