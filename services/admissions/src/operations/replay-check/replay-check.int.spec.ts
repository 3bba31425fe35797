import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { a01, a02, cases, corrections, fact, smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, type Sender, type Shown } from '../../testing/admissions-house.spec.js';
import { messageOf } from '../../testing/messages.spec.js';

let house: AdmissionsHouse;
let sender: Sender;
let first: string;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  sender = await house.sender();
  const all = Object.values({ ...cases, ...corrections }).flat();
  texts = all.flatMap(([, facts], i) => facts.map((f) => messageOf(f, `R${i}`)));
  const merge = fact('merge-patient', { at: '13:00', visit: null, retires: 'P2', family: 'Wood' });
  texts.push(
    ...[a01, a02, merge, fact('merge-visit', { at: '13:00', retires: 'V2' })].map((f) => messageOf(f, 'MERGED')),
  );
  // Two visits of one patient in two beds, and a number with and without authority.
  const of = (patient: string, visit: string, bed: string, trigger = 'A01', prior = ''): string =>
    `MSH|^~\\&|X|NGH|W|NGH|20260301100000+0000||ADT^${trigger}|${patient}${visit}${trigger}|P|2.5.1\rEVN|${trigger}|20260301100000+0000\r` +
    `PID|1||${patient}\rPV1|1|I|${bed}|||${prior}|||||||||||||${visit}`;
  texts.push(of('TWOBEDS', 'TB1', '4A^^1'), of('TWOBEDS', 'TB2', '4B^^1'));
  // And what one of them says of the bed of the other; it is nothing that the visit itself shows.
  for (const n of [1, 2, 3, 4, 5, 6])
    texts.push(
      of(`BOTH${n}`, `B${n}1`, '4A^^1'),
      of(`BOTH${n}`, `B${n}2`, '4B^^1'),
      of(`BOTH${n}`, `B${n}2`, '4B^^1', 'A08', '4A^^1'),
    );
  texts.push(of('TWONUMBERS', 'TN1', '4A'), of('TWONUMBERS', 'TN1^^^NGH^VN', '4A'));
  texts.push('MSH|^~\\&|X|NGH|W|NGH|2026||ADT^A01|Q1|P|2.5.1\rEVN|A01\rPID|1\rPV1|1|I');
  await Promise.all(texts.map((text) => sender.send(text)));
  await house.drained();
  const [row] = await house.rows<{ id: string }>(
    "SELECT id FROM admissions.encounter WHERE status = 'in-progress' ORDER BY id LIMIT 1",
  );
  first = row!.id;
});
afterAll(() => house?.remove());

const check = async (of = ''): Promise<Shown> => (await house.call('POST', `replay-check${of}`)).body;
/** The same said once more under another MSH-10. */
const again = (text: string): string => text.replace(/^((?:[^|]*\|){9})/, '$1AGAIN');
let texts: string[];

describe('the replay of the stored messages', () => {
  it('equals what is kept after every kind of message', async () => {
    const report = await check();
    expect(report).toMatchObject({ equal: true, differences: [], waiting: 0 });
    expect(report['messages']).toBeGreaterThan(300);
    expect(report['facts']).toBeGreaterThanOrEqual(report['messages']);
    expect(report['encounters']).toBeGreaterThan(100);
  });

  it('comes to the same in as many calls as one likes, the last of which says so', async () => {
    const whole = await check();
    const reports = [await check('?limit=1')];
    while (reports.at(-1)!['next'] !== null) reports.push(await check(`?limit=1&after=${reports.at(-1)!['next']}`));
    expect(reports.length).toBeGreaterThan(4);
    expect(reports.at(-1)).toEqual(whole);
    expect(reports.slice(0, -1).map((r) => r['equal'])).toEqual(reports.slice(1).map(() => null));
    expect((await house.call('POST', 'replay-check?after=x')).status).toBe(400);
  });

  it('equals what is kept when everything is said again: nothing hangs on which of several said it', async () => {
    house.clock.advanceMs(60_000);
    await Promise.all(texts.map((text) => sender.send(again(text))));
    await house.drained();
    expect(await check()).toMatchObject({ equal: true, differences: [] });
  });

  /** What a fault does, and what undoes it; `$1` is an encounter in progress. */
  const faults: readonly [title: string, harm: string, repair: string, field: string][] = [
    [
      'a status that was changed',
      "UPDATE admissions.encounter SET status = 'discharged' WHERE id = $1",
      "UPDATE admissions.encounter SET status = 'in-progress' WHERE id = $1",
      'row.status',
    ],
    [
      'a place that was changed',
      `UPDATE admissions.encounter SET view = jsonb_set(view::jsonb, '{location,unit}', '"XX"') WHERE id = $1`,
      "UPDATE admissions.encounter SET view = jsonb_set(view::jsonb, '{location,unit}', to_jsonb(unit)) WHERE id = $1",
      'location',
    ],
    [
      'a place it is not searched by any more',
      "UPDATE admissions.encounter SET places = array_append(places, 'x') WHERE id = $1",
      "UPDATE admissions.encounter SET places = array_remove(places, 'x') WHERE id = $1",
      'row.places',
    ],
    [
      'a conflict that was taken off',
      'UPDATE admissions.encounter SET conflict_ids = conflict_ids || $1::uuid WHERE id = $1',
      'UPDATE admissions.encounter SET conflict_ids = array_remove(conflict_ids, $1::uuid) WHERE id = $1',
      'row.conflictIds',
    ],
    [
      'a fact that was altered',
      `UPDATE admissions.fact SET content = jsonb_set(content::jsonb, '{kind}', '"leave"') WHERE encounter_id = $1 AND content ->> 'kind' = 'admit'`,
      `UPDATE admissions.fact SET content = jsonb_set(content::jsonb, '{kind}', '"admit"') WHERE encounter_id = $1 AND content ->> 'kind' = 'leave'`,
      'fact.content',
    ],
    [
      'a fact that nobody stated',
      `INSERT INTO admissions.fact SELECT 'ffffffff-0000-4000-8000-000000000000', encounter_id, message_id, source, received_at, content
         FROM admissions.fact WHERE encounter_id = $1 LIMIT 1`,
      "DELETE FROM admissions.fact WHERE id = 'ffffffff-0000-4000-8000-000000000000' AND encounter_id = $1",
      'fact.unstated',
    ],
  ];
  it.each(faults)('finds %s, by encounter and field, without a value', async (_, harm, repair, field) => {
    await house.rows(harm, [first]);
    const { status, body } = await house.call('POST', 'replay-check');
    expect([status, body['equal']]).toEqual([200, false]);
    expect(body['differences']).toContainEqual({ encounterId: first, field });
    for (const found of body['differences'] as object[])
      expect(Object.keys(found).sort()).toEqual(['encounterId', 'field']);
    await house.rows(repair, [first]);
    expect(await check()).toMatchObject({ equal: true });
  });

  /** Conflicts of one patient's visits are no encounter's own: of two beds (rule 21), of two numbers (rule 30). */
  const ofPatients: readonly [kind: string, harm: string, field: string][] = [
    ['patient-in-two-beds', 'DELETE FROM admissions.conflict WHERE id = $1', 'conflict.missing'],
    [
      'patient-in-two-beds',
      `UPDATE admissions.conflict SET closed_at = now(), data = (data::jsonb || '{"closedAt": "2026-03-01T10:00:00Z", "closedBy": "later facts"}')::json
        WHERE id = $1`,
      'conflict.missing',
    ],
    [
      'patient-in-two-beds',
      `UPDATE admissions.conflict SET data = jsonb_set(data::jsonb, '{facts,0,says}', '"in 4A-9"')::json WHERE id = $1`,
      'conflict.facts',
    ],
    ['visit-under-two-numbers', 'DELETE FROM admissions.conflict WHERE id = $1', 'conflict.missing'],
    [
      'visit-under-two-numbers',
      `INSERT INTO admissions.conflict SELECT 'ffffffff-0000-4000-8000-000000000001', facility, version, opened_at, closed_at,
              (data::jsonb || '{"id": "ffffffff-0000-4000-8000-000000000001"}')::json FROM admissions.conflict WHERE id = $1`,
      'conflict.unfounded',
    ],
  ];
  it.each(ofPatients)('finds a conflict of a patient that is not as the visits say: %s', async (kind, harm, field) => {
    const [kept] = await house.rows<{ id: string; subject: string; row: object }>(
      `SELECT id, data -> 'subject' ->> 'id' AS subject, to_json(c) AS row FROM admissions.conflict c
        WHERE data ->> 'kind' = $1 AND closed_at IS NULL ORDER BY id LIMIT 1`,
      [kind],
    );
    await house.rows(harm, [kept!.id]);
    expect(await check()).toMatchObject({ equal: false, differences: [{ encounterId: kept!.subject, field }] });
    await house.rows("DELETE FROM admissions.conflict WHERE id IN ($1, 'ffffffff-0000-4000-8000-000000000001')", [
      kept!.id,
    ]);
    await house.rows(
      'INSERT INTO admissions.conflict SELECT * FROM json_populate_record(NULL::admissions.conflict, $1)',
      [JSON.stringify(kept!.row)],
    );
    expect(await check()).toMatchObject({ equal: true, differences: [] });
  });

  it('finds a fact, an encounter and an identity that are gone', async () => {
    const [lost] = await house.rows<{ id: string }>(
      "DELETE FROM admissions.fact WHERE encounter_id = $1 AND content ->> 'kind' = 'admit' RETURNING encounter_id AS id",
      [first],
    );
    expect((await check())['differences']).toContainEqual({ encounterId: lost!.id, field: 'fact.missing' });
    await house.rows('DELETE FROM admissions.encounter WHERE id = $1', [first]);
    expect((await check())['differences']).toContainEqual({ encounterId: first, field: 'encounter.missing' });
    const [turned] = await house.rows<{ id: string }>(
      'UPDATE admissions.identity SET survivor = id WHERE survivor <> id RETURNING id',
    );
    expect((await check())['differences']).toContainEqual({ encounterId: turned!.id, field: 'identity.survivor' });
  });

  it('is for administrators', async () => {
    expect((await house.call('POST', 'replay-check', ['auditor'])).status).toBe(403);
  });
});
