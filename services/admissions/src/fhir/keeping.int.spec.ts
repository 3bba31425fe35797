import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { ProcessBatch } from '../inbound/processing/process-batch.js';
import { AdmissionsHouse, type Shown } from '../testing/admissions-house.spec.js';
import { FhirClient, issues } from '../testing/fhir-client.spec.js';
import { SendersFile } from '../testing/senders-file.spec.js';

let house: AdmissionsHouse;
let client: FhirClient;
let senders: SendersFile;

beforeAll(async () => {
  senders = new SendersFile(
    [
      'senders:',
      '  - { match: { applications: EXAMPLES }, facility: NGH }',
      '  - match: { applications: MAPPED }',
      '    facility: NGH',
      "    identifiers: { authorities: { 'http://ehr.example/visits': NGH }, withoutAuthority: NGH }",
      '',
    ].join('\n'),
  );
  house = await AdmissionsHouse.start({ WARDSTREAM_SENDERS_FILE: senders.path });
  await house.configure(smallHouse);
  client = new FhirClient(house, { roles: ['department-system'] });
});
afterAll(async () => {
  await house?.remove();
  senders?.remove();
});

const at = (time: string): string => `2026-03-01T${time}:00Z`;

function encounter(
  id: string,
  status: string,
  ...places: (readonly [bed: string, from: string, to?: string])[]
): Record<string, unknown> {
  const end = places.at(-1)?.[2];
  return {
    ...{ resourceType: 'Encounter', id, status, class: { code: 'IMP' }, serviceProvider: { display: 'NGH' } },
    identifier: [{ system: 'urn:wardstream:fhir:domain:NGH', value: id }],
    period: { start: at('10:00'), ...(status === 'finished' && end !== undefined ? { end: at(end) } : {}) },
    location: places.map(([bed, from, to]) => ({
      location: { reference: `Location/NGH.bed.${bed}` },
      period: { start: at(from), ...(to === undefined ? {} : { end: at(to) }) },
    })),
  };
}

const told = ({ status, location, stays, movements }: Shown): unknown => ({ status, location, stays, movements });

describe('a client with a profile', () => {
  it.each([
    ['a system that the profile maps', 'M1', { system: 'http://ehr.example/visits', value: 'M1' }],
    ['no system', 'M2', { value: 'M2' }],
  ])('speaks of the same visit as HL7 v2 by %s, and reads what it wrote', async (_, visit, identifier) => {
    const sender = await house.sender();
    await sender.send(
      [
        `MSH|^~\\&|ADT1|NGH|W|NGH|20260301100000+0000||ADT^A01|${visit}|P|2.5.1`,
        'EVN|A01|20260301100000+0000||||20260301100000+0000',
        `PID|1||P${visit}^^^NGH^MR||Doe^Jane||19600101|F`,
        `PV1|1|I|4A^^4||||||||||||||||${visit}^^^NGH^VN`,
      ].join('\r'),
    );
    await house.drained();
    const said = { ...encounter(visit, 'in-progress', ['4A-4', '10:00', '11:00'], ['4B-4', '11:00']), id: undefined };
    const answer = await client.post(
      'Encounter',
      { ...said, identifier: [identifier] },
      { prefer: 'return=representation' },
      { subject: 'MAPPED' },
    );
    expect(answer).toMatchObject({ status: 200, body: { id: (await house.encounter(visit))!['id'] } });
    const again = await client.post(
      'Encounter',
      { ...said, identifier: [identifier], status: 'finished' },
      {},
      { subject: 'MAPPED' },
    );
    expect(again.status).toBe(200);
    expect(await house.encounter(visit)).toMatchObject({ status: 'discharged', conflicts: [] });
    expect(await house.rows('SELECT FROM admissions.encounter WHERE visit_number = $1', [visit])).toHaveLength(1);
  });
});

describe('what was stored', () => {
  it('is processed after a crash between the answer and the processing, and the next version goes on from it', async () => {
    await house.end();
    // What is taken is stored, and nothing else happens to it before the service goes down.
    await house.begin((service) => {
      service.get(ProcessBatch).process = () =>
        Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNRESET' }));
    });
    const first = await client.put('Encounter/K1', encounter('K1', 'in-progress', ['4A-1', '10:00']));
    const second = await client.put(
      'Encounter/K1',
      encounter('K1', 'in-progress', ['4A-1', '10:00', '11:00'], ['4B-1', '11:00']),
    );
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(await house.encounter('K1')).toBeUndefined();
    await house.end();
    await house.begin();
    await house.drained();
    expect(await house.encounter('K1')).toMatchObject({ location: { bedId: '4B-1' }, conflicts: [] });
    const third = await client.put(
      'Encounter/K1',
      encounter('K1', 'finished', ['4A-1', '10:00', '11:00'], ['4B-1', '11:00', '12:00']),
    );
    expect(third).toMatchObject({ status: 200, body: { status: 'finished' } });
    expect(await house.encounter('K1')).toMatchObject({ status: 'discharged', conflicts: [] });
  });

  it('gives the same encounters when all of it is processed again', async () => {
    await client.put('Encounter/K2', encounter('K2', 'in-progress', ['4A-2', '10:00']));
    await client.put('Encounter/K2', encounter('K2', 'in-progress', ['4A-2', '10:00', '12:00'], ['4B-2', '12:00']));
    await client.put('Encounter/K2', encounter('K2', 'in-progress', ['4A-2', '10:00', '13:00'], ['4B-3', '13:00']));
    await client.put('Encounter/K3', encounter('K3', 'in-progress', ['4A-3', '10:00']));
    await client.put('Encounter/K3', encounter('K3', 'cancelled'));
    await house.drained();
    const before = await Promise.all(['K1', 'K2', 'K3'].map(async (visit) => told((await house.encounter(visit))!)));
    await house.end();
    await house.rows('DELETE FROM admissions.fact');
    await house.rows('DELETE FROM admissions.encounter');
    await house.rows('DELETE FROM admissions.identity');
    await house.rows(
      'INSERT INTO admissions.pending_message SELECT id, position FROM admissions.message ON CONFLICT DO NOTHING',
    );
    await house.begin();
    await house.drained();
    const after = await Promise.all(['K1', 'K2', 'K3'].map(async (visit) => told((await house.encounter(visit))!)));
    expect(after).toEqual(before);
  });

  it('is heard of as a feed, and what was refused is in quarantine with its cause', async () => {
    const wrong = await client.put('Encounter/K4', { ...encounter('K4', 'here', ['4A-4', '10:00']) });
    expect(wrong.status).toBe(400);
    const { body } = await house.call('GET', 'quarantine?cause=invalid');
    expect(body['items'][0]).toMatchObject({
      format: 'fhir',
      sendingApplication: 'EHR',
      trigger: 'PUT',
      errors: [{ location: 'Encounter.status' }],
    });
    const feeds = await house.rows<{ feed: string }>('SELECT feed FROM admissions.feed');
    expect(feeds.map((f) => f.feed)).toContain('EHR');
  });

  it('costs nothing that was answered when the database goes away', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `D${i}`);
    const send = (id: string): Promise<number> =>
      client.put(`Encounter/${id}`, encounter(id, 'in-progress', ['ED-1', '10:00'])).then(
        (r) => r.status,
        () => 0,
      );
    const first = Promise.all(ids.map(send));
    await house.postgres.crash();
    await house.postgres.restart();
    const statuses = await first;
    const kept = ids.filter((_, i) => statuses[i] === 200 || statuses[i] === 201);
    for (const id of ids.filter((one) => !kept.includes(one))) {
      for (let tries = 0; tries < 50 && ![200, 201].includes(await send(id)); tries += 1);
    }
    await house.drained();
    for (const id of ids) expect(await house.encounter(id)).toMatchObject({ status: 'in-progress' });
  });
});

/** HL7's own examples and Da Vinci's, which lie beside the repository where they are available; never part of it. */
const folder = fileURLToPath(new URL('../../../../../shared/data/fhir', import.meta.url));
const present = existsSync(folder);

(present ? describe : describe.skip)(
  `the examples of HL7 and Da Vinci${present ? '' : ' (shared/data/fhir is not beside the repository)'}`,
  () => {
    const names = present ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

    it('are taken, or refused with the reason, and every answer is R4', async () => {
      const figures: Record<string, string[]> = {};
      for (const name of names) {
        const resource = JSON.parse(readFileSync(join(folder, name), 'utf8')) as { resourceType: string; id: string };
        const { resourceType, id } = resource;
        const reply =
          resourceType === 'Bundle'
            ? await client.post('$process-message', resource, {}, { subject: 'EXAMPLES' })
            : await client.put(
                `${resourceType}/${id}`,
                resource,
                { prefer: 'return=OperationOutcome' },
                { subject: 'EXAMPLES' },
              );
        const what = `${resourceType} ${reply.status}`;
        figures[what] = [...(figures[what] ?? []), `${name}: ${issues(reply).join(', ')}`];
        if (resourceType === 'Encounter') {
          const read = await client.get(`Encounter/${id}`);
          expect([name, read.status, read.body['id']]).toEqual([name, 200, id]);
          const again = await client.put(`Encounter/${id}`, read.body, {}, { subject: 'EXAMPLES' });
          expect([name, again.status]).toEqual([name, 200]);
        }
      }
      console.log(
        Object.entries(figures)
          .map(([what, list]) => `${what}: ${list.length}\n  ${list.join('\n  ')}`)
          .join('\n'),
      );
      const counts = Object.fromEntries(Object.entries(figures).map(([what, list]) => [what, list.length]));
      expect(counts).toEqual({ 'Bundle 200': 2, 'Encounter 201': 10, 'Location 422': 6 });
      const beds = await house.rows<{ held: string }>(
        `SELECT count(*) AS held FROM admissions.encounter, json_array_elements(view -> 'stays') AS t (s)
          WHERE view ->> 'class' IN ('O', 'P') AND (s ->> 'holdsBed')::boolean`,
      );
      expect(beds).toEqual([{ held: '0' }]);
    });
  },
);
