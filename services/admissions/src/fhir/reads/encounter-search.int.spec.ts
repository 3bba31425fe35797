import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { findEncounters } from '../../encounters/persistence/encounter-reads.rows.js';
import { type FhirEncounterQuery, searchFhirEncounters } from '../persistence/fhir-encounter.rows.js';
import { encounterSearch } from '../../persistence/migrations/0013-encounter-search.migration.js';
import { AdmissionsHouse } from '../../testing/admissions-house.spec.js';
import { FhirClient } from '../../testing/fhir-client.spec.js';

const COPIES = 20_000;

let house: AdmissionsHouse;

/** An Encounter in 4A-1 but for what is said. */
const encounter = (visit: string, more: object): Record<string, unknown> => ({
  resourceType: 'Encounter',
  identifier: [{ system: 'urn:wardstream:fhir:domain:NGH', value: visit }],
  status: 'in-progress',
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
  period: { start: '2026-03-01T10:00:00Z' },
  location: [{ location: { reference: 'Location/NGH.bed.4A-1' }, period: { start: '2026-03-01T10:00:00Z' } }],
  serviceProvider: { identifier: { value: 'NGH' } },
  ...more,
});

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  const client = new FhirClient(house, { roles: ['department-system'] });
  const [away, ward] = [{ reference: 'Location/NGH.bed.4B-1' }, { reference: 'Location/NGH.ward.4B' }];
  for (const [visit, more] of Object.entries({
    T1: {},
    T2: { status: 'finished', period: { start: '2026-03-01T10:00:00Z', end: '2026-03-01T12:00:00Z' } },
    T3: { status: 'planned', location: [{ location: away, status: 'planned' }] },
    T4: { status: 'planned', period: {}, location: [] },
    T5: { class: { code: 'AMB' }, location: [{ location: ward }] },
    T6: { status: 'cancelled' },
    T7: { location: [{ location: { display: 'Somewhere' } }], class: { code: 'LOCAL' } },
  })) {
    expect((await client.post('Encounter', encounter(visit, more))).status).toBe(201);
  }
  await house.drained();
});
afterAll(() => house?.remove());

const terms = (): Promise<object[]> =>
  house.rows(
    'SELECT visit_number, class, period_start, period_end, places FROM admissions.encounter ORDER BY visit_number',
  );

describe('what encounters are searched for by', () => {
  it('is the same of those that were there before it was stored apart', async () => {
    const saved = await terms();
    expect(saved).toContainEqual({
      visit_number: 'T2',
      class: 'I',
      period_start: '2026-03-01T10:00:00.000Z',
      period_end: '2026-03-01T12:00:00.000Z',
      places: ['bed NGH\u001f4A-1', 'room NGH\u001f4A\u001f4A-R1', 'ward NGH\u001f4A'],
    });
    const backfill = encounterSearch.up('admissions').filter((sql) => sql.startsWith('UPDATE'));
    await house.rows(
      "UPDATE admissions.encounter SET class = 'none', period_start = NULL, period_end = NULL, places = '{}'",
    );
    for (const sql of backfill) await house.rows(sql.replace('UPDATE encounter', 'UPDATE admissions.encounter'));
    expect(await terms()).toEqual(saved);
  });
});

describe('among many that are over', () => {
  /** How PostgreSQL goes about what a search asks. */
  const planOf = async (search: (tx: Tx) => Promise<unknown>): Promise<string> => {
    const plan = await house.service.get(UnitOfWork).search(async (tx) => {
      const explaining = { query: (sql: string, of: unknown[]) => tx.query(`EXPLAIN ${sql}`, of) };
      return (await search(explaining as Tx)) as { 'QUERY PLAN': string }[];
    });
    return plan.map((line) => line['QUERY PLAN']).join('\n');
  };
  const none: FhirEncounterQuery = {
    ...{ ids: null, numbers: [], status: [], class: [], dates: [], places: [], byOtherNumbers: true, patients: [] },
    ...{ after: null, limit: 51 },
  };
  const on = (prefix: 'ge' | 'eq' | 'sa'): FhirEncounterQuery => ({
    ...none,
    dates: [[{ prefix, from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z' }]],
  });

  beforeAll(async () => {
    await house.rows(
      `INSERT INTO admissions.encounter (id, facility, visit_number, visit_domain, version, status, unit, patient_id, patient_domain,
              began_at, ended_at, unresolved, directory_version, digest, conflict_ids, merged_into, view, class, period_start, period_end, places)
       SELECT gen_random_uuid(), facility, 'C' || i, visit_domain, 1, 'discharged', NULL, 'P' || i, 'NGH', began_at - i * interval '1 hour',
              ended_at - i * interval '1 hour', false, 1, '', '{}', NULL, view, class,
              to_char(began_at - i * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
              to_char(ended_at - i * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), ARRAY['ward NGH' || E'\\x1f' || i % 10]
         FROM admissions.encounter, generate_series(100, ${COPIES}) AS t (i) WHERE visit_number = 'T2'`,
    );
    await house.rows('ANALYZE admissions.encounter');
  });

  it.each<[string, FhirEncounterQuery, string]>([
    ['those of a date on', on('ge'), 'encounter_period'],
    ['those of a day', on('eq'), 'encounter_period'],
    ['those of after a day', on('sa'), 'encounter_period'],
    [
      'those in a bed',
      { ...none, places: [[{ facility: 'NGH', kind: 'bed', unit: '4A', room: 'A', bedId: '4A-1' }]] },
      'encounter_places',
    ],
    ['those that are not over', { ...none, status: [['in-progress', 'on-leave']] }, 'encounter_open'],
  ])('%s are found by an index', async (_, query, index) => {
    expect(await planOf((tx) => searchFhirEncounters(tx, query))).toContain(index);
  });

  it('those in the house at a time, those in a unit, and the one of a number, are found by an index', async () => {
    const [facility, limit] = ['NGH', 101];
    expect(await planOf((tx) => findEncounters(tx, { facility, limit, unit: '4A' }))).toContain('encounter_unit');
    expect(await planOf((tx) => findEncounters(tx, { facility, limit, at: '2026-03-01T11:00:00.000Z' }))).toContain(
      'encounter_in_house',
    );
    const byNumber = await planOf((tx) => findEncounters(tx, { facility, limit, visitNumber: 'T1' }));
    expect(byNumber).toMatch(/encounter_visit|encounter_number/);
    expect(byNumber).not.toContain('Seq Scan on encounter');
  });
});
