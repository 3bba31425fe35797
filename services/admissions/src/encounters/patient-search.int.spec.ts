import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fact, smallHouse } from '@wardstream/encounter-model/testing';
import type { Role } from '@wardstream/service-kit';
import { growingTablesRead, StatementRecorder } from '@wardstream/testing';
import { AdmissionsHouse, answered, type Sender, type Shown } from '../testing/admissions-house.spec.js';
import { messageOf } from '../testing/messages.spec.js';

let house: AdmissionsHouse;
let sender: Sender;
let recorder: StatementRecorder;

beforeAll(async () => {
  recorder = new StatementRecorder();
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(async () => {
  recorder.stop();
  await house?.remove();
});

type Said = Parameters<typeof fact>[1];

async function tell(visit: string, name: string, kind: Parameters<typeof fact>[0], said: Said): Promise<void> {
  const text = messageOf(fact(kind, said), visit).replace('|Ward^Ada|', `|${name}|`);
  expect(answered(await sender.send(text)).slice(0, 2)).toBe('AA');
}

async function search(q: string, roles: Role[] = ['bed-manager'], limit = 20): Promise<Shown> {
  const payload = JSON.stringify({ q, limit });
  const answer = await house.call('POST', 'facilities/NGH/patients/search', roles, {
    payload,
    type: 'application/json',
  });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.body;
}
const visits = (answer: Shown): string[] => (answer['items'] as Shown[]).map((i) => i['visitNumber'] as string);

describe('a search for a patient', () => {
  beforeAll(async () => {
    await tell('N1', 'Müller^Änne', 'admit', { at: '08:00', in: '4A-1' });
    await tell('N1', 'Müller^Änne', 'transfer', { at: '09:00', in: '4B-2', from: '4A-1' });
    await tell('N2', 'MUELLER^Jörg', 'admit', { at: '08:10', in: '4A-2' });
    await tell('N3', "O'Brien-Łukasz^Siân", 'admit', { at: '08:20', in: '4A-3' });
    await tell('N3', "O'Brien-Łukasz^Siân", 'discharge', { at: '11:00', in: '4A-3' });
    await tell('N4', 'Иванов^Анна', 'admit', { at: '08:30', in: '4B-4' });
    await tell('N5', 'Ng^Wei', 'admit', { at: '08:40', in: '4A-4' });
    await house.drained();
  });

  it.each([
    ['n1', ['N1'], 'visit-number'],
    ['N1', ['N1'], 'visit-number'],
    ['p1-n2', ['N2'], 'mrn'],
    ['4b-2', ['N1'], 'bed'],
    ['4B 2', ['N1'], 'bed'],
    ['müller', ['N2', 'N1'], 'name'],
    ['Mueller', ['N2', 'N1'], 'name'],
    ['mull', ['N1'], 'name'],
    ['anne mull', ['N1'], 'name'],
    ['Müller, Änne', ['N1'], 'name'],
    ['obrien', ['N3'], 'name'],
    ["o'brien lukasz", ['N3'], 'name'],
    ['sian', ['N3'], 'name'],
    ['ИВАН', ['N4'], 'name'],
    ['ng wei', ['N5'], 'name'],
    ['ngo wei', [], 'name'],
    ['anne obrien', [], 'name'],
    ['%%%', [], 'name'],
    ["' OR true --", [], 'name'],
  ])('for %s finds %j', async (q, expected, by) => {
    const found = await search(q);
    expect(visits(found)).toEqual(expected);
    for (const item of found['items'] as Shown[]) expect(item['foundBy']).toBe(by);
  });

  it('tells where the patient is and was, with times', async () => {
    const [found] = (await search('N1'))['items'] as Shown[];
    expect(found).toMatchObject({
      status: 'in-progress',
      patient: { initials: 'ÄM', family: 'Müller', given: 'Änne', id: 'P1-N1' },
      location: { bedId: '4B-2' },
      since: '2026-03-01T09:00:00.000Z',
      places: [
        { place: { bedId: '4B-2' }, from: '2026-03-01T09:00:00.000Z', to: null },
        { place: { bedId: '4A-1' }, from: '2026-03-01T08:00:00.000Z', to: '2026-03-01T09:00:00.000Z' },
      ],
    });
  });

  it('of a bed that was left finds who was in it', async () => {
    expect(visits(await search('4A-3'))).toEqual(['N3']);
  });

  it('by two letters looks for no name', async () => {
    expect(await search('mü')).toMatchObject({ items: [], searchedBy: ['visit-number', 'mrn', 'bed'] });
  });

  it('finds and shows no name without the permission, and no MRN', async () => {
    expect(await search('müller', ['operations-manager'])).toEqual({
      ...{ facility: 'NGH', items: [], more: false },
      searchedBy: ['visit-number', 'bed'],
    });
    expect(visits(await search('p1-n2', ['auditor']))).toEqual([]);
    const found = await search('n2', ['operations-manager']);
    expect(visits(found)).toEqual(['N2']);
    expect(JSON.stringify(found)).not.toMatch(/mueller|jörg|P1-N2|1956/i);
  });

  it('answers at most what was asked for, and says that there is more', async () => {
    expect(await search('mueller', ['bed-manager'], 1)).toMatchObject({ items: [{ visitNumber: 'N2' }], more: true });
  });

  it('follows a name that is corrected, a visit that is taken back and one that is merged', async () => {
    await tell('N6', 'Falsch^Eva', 'admit', { at: '12:00', in: 'ED-1' });
    await tell('N6', 'Richtig^Eva', 'update', { at: '12:10', in: 'ED-1' });
    await tell('N6', 'Doppelt^Eva', 'admit', { at: '12:00', in: 'ED-2', visit: 'N7' });
    await house.drained();
    expect(visits(await search('falsch'))).toEqual([]);
    expect(visits(await search('richtig'))).toEqual(['N6']);
    await tell('N6', 'Richtig^Eva', 'merge-visit', { at: '13:00', in: 'ED-1', retires: 'N7' });
    await house.drained();
    expect(visits(await search('N6-N7'))).toEqual(['N6']);
    expect(visits(await search('doppelt'))).toEqual([]);
  });

  it('refuses what is too short or no text, and a facility that is not known', async () => {
    const post = (path: string, body: unknown) =>
      house.call('POST', path, ['bed-manager'], { payload: JSON.stringify(body), type: 'application/json' });
    expect(await post('facilities/NGH/patients/search', { q: ' x ' })).toMatchObject({ status: 400 });
    expect(await post('facilities/NGH/patients/search', {})).toMatchObject({ status: 400 });
    const { status, body } = await post('facilities/NOWHERE/patients/search', { q: 'müller' });
    expect([status, body['code']]).toEqual([404, 'facility-not-found']);
    expect(JSON.stringify(body)).not.toMatch(/müller/);
  });

  it('reads no table from end to end, however many visits there are', async () => {
    await house.rows(
      `INSERT INTO admissions.encounter (id, facility, visit_number, version, status, unresolved, directory_version, digest, conflict_ids, view, began_at)
       SELECT gen_random_uuid(), 'NGH', 'BULK' || n, 1, CASE WHEN n % 100 = 0 THEN 'in-progress' ELSE 'discharged' END, false, 1, '', '{}',
              json_build_object('patient', json_build_object('family', 'Bulk' || chr(97 + n % 26), 'given', 'Given' || n % 1000),
                                'stays', '[]'::json, 'pendings', '[]'::json, 'brief', json_build_object('initials', 'XX', 'sex', 'unknown')), now()
         FROM generate_series(1, 20000) AS n`,
    );
    await house.rows('ANALYZE');
    expect(visits(await search('given7 bulk'))).toHaveLength(20);
    for (const q of ['BULK1', '4A-1', 'p1-n2', 'müller']) await search(q);
    const searches = recorder.statements.filter(
      ({ text }) => /patient_term t|AS hit/.test(text) && !/INSERT|DELETE/.test(text),
    );
    expect(searches.length).toBeGreaterThan(3);
    const reads = await growingTablesRead(house.url, searches, { small: new Set(['identity']), rowsAtLeast: 200 });
    // Searches are planned each for what it asks (`UnitOfWork.search`), so a plan for any parameters is never used.
    expect(reads.filter((read) => read.startsWith('custom')).map((read) => read.slice(0, 120))).toEqual([]);
  });
});

describe('visits from before there were terms', () => {
  it('are found as any other', async () => {
    const { patientTermsOfBefore } =
      await import('../persistence/migrations/0030-patient-terms-of-before.migration.js');
    const terms =
      'SELECT facility, kind, open, term, encounter_id FROM admissions.patient_term ORDER BY encounter_id, kind, term';
    const before = await house.rows(terms);
    await house.rows('DELETE FROM admissions.patient_term');
    await house.rows('SET search_path = admissions; ' + patientTermsOfBefore.up('admissions').join('; '));
    expect(await house.rows(terms)).toEqual(before);
  });
});

describe('the terms of a visit', () => {
  const terms = (visit: string): Promise<Shown[]> =>
    house.rows(
      `SELECT t.kind, t.open, t.term FROM admissions.patient_term t JOIN admissions.encounter e ON e.id = t.encounter_id
        WHERE e.visit_number = '${visit}' ORDER BY t.kind, t.term`,
    );

  it('are the same when it is over and open again, but for that', async () => {
    await tell('N8', 'Ünal^Can', 'admit', { at: '14:00', in: 'ED-3' });
    await house.drained();
    const open = await terms('N8');
    expect(open.map(({ kind, term }) => `${kind} ${term}`)).toEqual([
      ...['mrn p1-n8', 'name can', 'name uenal', 'name unal', 'visit-number n8'],
    ]);
    await tell('N8', 'Ünal^Can', 'discharge', { at: '15:00', in: 'ED-3' });
    await house.drained();
    expect(await terms('N8')).toEqual(open.map((term) => ({ ...term, open: false })));
    await tell('N8', 'Ünal^Can', 'cancel-discharge', { at: '15:00', in: 'ED-3' });
    await house.drained();
    expect(await terms('N8')).toEqual(open);
  });

  it('are those that the first functions gave, whatever a name is made of', async () => {
    const { patientTerms } = await import('../persistence/migrations/0029-patient-terms.migration.js');
    const functions = patientTerms.up('first_terms').filter((step) => /FUNCTION (?:folded|name_words)/.test(step));
    expect(functions).toHaveLength(2);
    await house.rows(['CREATE SCHEMA first_terms; SET search_path = first_terms', ...functions].join('; '));
    const alphabet = [..."aZ9 -'`´’ʼ.,_äÖüßæŒþøŁđðıéñÅИа中ﬁ\u0308\u00a0\u2003"];
    const rows = await house.rows(
      `SELECT s.said FROM (SELECT string_agg(($1::text[])[1 + (hashint8(n * 31 + i) & 2147483647) % cardinality($1::text[])], '' ORDER BY i) AS said
                             FROM generate_series(1, 2000) AS n, generate_series(1, 1 + n % 9) AS i GROUP BY n) AS s
        WHERE admissions.folded(s.said) IS DISTINCT FROM first_terms.folded(s.said)
           OR admissions.name_words(s.said) IS DISTINCT FROM first_terms.name_words(s.said)`,
      [alphabet],
    );
    expect(rows).toEqual([]);
  });

  it('go with it', async () => {
    const [bulk] = await house.rows<{ id: string }>(`SELECT id FROM admissions.encounter WHERE visit_number = 'BULK7'`);
    const left = `SELECT count(*)::int AS n FROM admissions.patient_term WHERE encounter_id = '${bulk!.id}'`;
    expect(await house.rows(left)).toEqual([{ n: 3 }]);
    await house.rows(`DELETE FROM admissions.encounter WHERE id = '${bulk!.id}'`);
    expect(await house.rows(left)).toEqual([{ n: 0 }]);
  });
});
