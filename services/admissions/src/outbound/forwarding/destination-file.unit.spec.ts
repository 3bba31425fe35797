import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DestinationFileError, destinationKeys, readDestinations } from './destination-file.js';

const exists = (path: string): boolean => path.startsWith('/etc/');
const read = (text: string) => readDestinations(text, 'destinations.yaml', exists);

function faults(text: string): string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    if (!(error instanceof DestinationFileError)) throw error;
    return error.faults.map((f) => `${f.line}:${f.column} ${f.message}`);
  }
}

describe('the file of destinations', () => {
  it('is read, with what is left out', () => {
    expect(read('destinations:\n  - { name: ehr, host: ehr.example.org, port: 2575, adt: all }\n')).toEqual([
      {
        ...{
          name: 'ehr',
          host: 'ehr.example.org',
          port: 2575,
          tls: null,
          facilities: [],
          adt: 'all',
          bedStatus: false,
        },
        ...{ notFrom: [], controlId: 'kept', characterSet: null, places: [] },
        names: { sendingApplication: null, sendingFacility: null, receivingApplication: null, receivingFacility: null },
        seconds: { connect: 10, answer: 30, idle: 60 },
        retry: { first: 1, most: 60, errors: 3, rejects: 3 },
      },
    ]);
    expect(read('destinations: []')).toEqual([]);
  });

  it.each([
    ['port: 2575', 'port: 99999999999'],
    ['name: ehr', `name: ${'e'.repeat(64)}`],
    ['host: 10.0.0.1', String.raw`host: "10.0.0.1\0"`],
    ['host: 10.0.0.1', `host: ${'h'.repeat(1_001)}`],
    ['first: 1', 'first: 0'],
    ['first: 1', 'first: 1e3'],
    ['answer: 30', 'answer: 999999'],
    ['answer: 30', 'answer: -1'],
  ])('is refused where %s is %s', (sound, wrong) => {
    const text =
      'destinations:\n  - { name: ehr, host: 10.0.0.1, port: 2575, adt: all, retry: { first: 1 }, seconds: { answer: 30 } }\n';
    expect([faults(text), text.includes(sound)]).toEqual([[], true]);
    expect(faults(text.replace(sound, wrong))).toHaveLength(1);
  });

  it('is read in full', () => {
    const [destination] = read(`
destinations:
  - name: ehr
    host: 10.0.0.1
    port: 6661
    tls: { authorities: /etc/ca.pem, certificate: /etc/a.pem, key: /etc/a.key, serverName: ehr.example }
    facilities: NGH
    adt: [A01, A02, Z99]
    bedStatus: true
    names: { sendingApplication: WARDSTREAM, receivingApplication: EHR }
    controlId: own
    characterSet: 8859/1
    places: { 4A^R1^1: W4^01^A, '{unit}^*^{bed:digits}': '{unit}^^{bed:2}' }
    seconds: { answer: 5 }
    retry: { most: 10, errors: 1 }
`);
    expect(destination).toMatchObject({
      tls: { authorities: '/etc/ca.pem', certificate: '/etc/a.pem', key: '/etc/a.key', serverName: 'ehr.example' },
      ...{ facilities: ['NGH'], adt: ['A01', 'A02', 'Z99'], bedStatus: true, notFrom: ['EHR'], controlId: 'own' },
      places: [
        { from: '4A^R1^1', to: 'W4^01^A' },
        { from: '{unit}^*^{bed:digits}', to: '{unit}^^{bed:2}' },
      ],
      ...{ characterSet: '8859/1', seconds: { answer: 5 }, retry: { first: 1, most: 10, errors: 1 } },
    });
  });

  it('is refused whole, with every fault in its line', () => {
    expect(
      faults(`destinations:
  - name: EHR
    host: a
    port: 0
    adt: [all, A1]
    tls: { certificate: /tmp/gone.pem }
    characterSet: UNICODE UTF-16
    places: { '4A': '' , '*': x }
    retry: { first: 9, most: 2, often: 1 }
  - { name: b, host: b, port: 1 }
  - { name: c, host: c, port: 1, adt: none }
  - { name: c, host: c, port: 1, bedStatus: yes }
`),
    ).toEqual([
      "2:11 a destination: 'name' 'EHR' must be small letters, digits and hyphens",
      "4:11 'port' is 0; it may be 1 to 65535",
      "5:16 a destination: 'adt' 'A1' must be a trigger such as A01, 'all' or 'none'",
      "6:10 tls: 'certificate' and 'key' go together",
      "6:25 tls: 'certificate' names no file that is there",
      "7:19 'UNICODE UTF-16' is no character set that MLLP can carry; write it like UNICODE UTF-8 or 8859/1",
      "8:15 places: '4A' needs what it is called there",
      "8:26 places: '*' would be every place",
      "9:30 retry: 'most' is shorter than 'first'",
      "9:33 retry has no 'often'; it may have first, most, errors, rejects",
      "10:5 a destination needs 'adt' or 'bedStatus': nothing is sent to it",
      "12:5 a destination needs 'adt' or 'bedStatus': nothing is sent to it",
      "12:5 there is a destination 'c' already, in line 11",
      "12:45 a destination: 'bedStatus' is 'yes'; it may be true, false",
    ]);
    expect(faults('destinations: {')[0]).toMatch(/^1:/);
    expect(faults('')).toHaveLength(1);
  });

  it('is described by a schema that has the same keys', () => {
    const url = new URL('../../../../../deploy/schemas/destinations.schema.json', import.meta.url);
    const schema = JSON.parse(readFileSync(url, 'utf8')) as { $defs: { destination: Shape } };
    interface Shape {
      properties: Record<string, Shape>;
      additionalProperties: unknown;
    }
    const { destination } = schema.$defs;
    const { destination: own, ...inner } = destinationKeys;
    expect(Object.keys(destination.properties).sort()).toEqual([...own].sort());
    for (const [key, keys] of Object.entries(inner)) {
      expect([key, Object.keys(destination.properties[key]!.properties).sort()]).toEqual([key, [...keys].sort()]);
      expect(destination.properties[key]!.additionalProperties).toBe(false);
    }
  });
});
