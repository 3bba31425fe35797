import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encounterConflictChanged, type FacilityData, type MovementFact } from '@wardstream/events';
import { inboundExamples, inboundTypes, readInboundEvent } from '@wardstream/events/inbound';
import { eventually } from '@wardstream/testing';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { AdmissionsHouse, type Shown } from '../../testing/admissions-house.spec.js';
import { departmentEvent } from './department-event.spec.js';

let house: AdmissionsHouse;
beforeAll(async () => {
  house = await AdmissionsHouse.start({ WARDSTREAM_EVENT_MAX_BYTES: '4096', WARDSTREAM_EVENTS_MAX_BATCH: '50' });
  await house.configure(smallHouse);
});
afterAll(() => house?.remove());

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json; charset=utf-8';
const post = (payload: string | Buffer, type: string, headers: Record<string, string> = {}) =>
  house.call('POST', 'events', ['department-system'], { payload, type, headers });
const send = (event: unknown) => post(JSON.stringify(event), STRUCTURED);
const sendBatch = (events: unknown) => post(JSON.stringify(events), BATCH);
const stored = (id: string) =>
  house.rows<{ format: string; disposition: string; transport: string; reused: boolean }>(
    'SELECT format, disposition, transport, control_id_reused AS reused FROM admissions.message WHERE control_id = $1 ORDER BY position',
    [id],
  );
const outcomes = ({ body }: { body: Shown }): string[] =>
  (body['events'] as Shown[]).map(({ status, outcome }) => `${String(status)} ${String(outcome)}`);

describe('an event over HTTP', () => {
  it('is answered once it is durable, becomes an encounter, and counts once however often it comes', async () => {
    const event = departmentEvent('E1', 'movement.admitted', {
      visit: { number: 'E1' },
      place: { unit: '4A', bed: '1' },
    });
    const answer = await send(event);
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        ...{ index: 0, status: 200, outcome: 'accepted', code: 'taken', source: 'ED-EVENTS', id: 'E1', errors: [] },
        messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
    expect(await stored('E1')).toMatchObject([{ format: 'event', disposition: 'processed', transport: 'http' }]);
    await house.drained();
    expect(await house.encounter('E1')).toMatchObject({
      status: 'in-progress',
      location: { bedId: '4A-1' },
      movements: [{ kind: 'admit', at: '2026-03-01T10:00:00.000Z', recordedAt: '2026-03-01T10:00:30.000Z' }],
    });

    const again = await send(event);
    expect([again.status, again.body['outcome'], again.body['messageId']]).toEqual([
      200,
      'repeat',
      answer.body['messageId'],
    ]);
    // The same event in binary mode is the same event.
    const { data, ...attributes } = event;
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value]));
    const binary = await post(JSON.stringify(data), 'application/json', { ...headers, 'ce-traceparent': '00-1' });
    expect([binary.status, binary.body['outcome']]).toEqual([200, 'repeat']);
    expect(await stored('E1')).toHaveLength(1);
  });

  it('under the id of another is a new fact and a conflict of data quality', async () => {
    const place = { unit: '4A', bed: '2' };
    await send(departmentEvent('E2', 'movement.admitted', { visit: { number: 'E2' }, place }));
    const other = await send(
      departmentEvent(
        'E2',
        'movement.transferred',
        { visit: { number: 'E2' }, place: { unit: '4A', bed: '3' } },
        '11:00',
      ),
    );
    expect(other.body['outcome']).toBe('accepted');
    await house.drained();
    expect((await stored('E2')).map(({ reused }) => reused)).toEqual([false, true]);
    expect(await house.encounter('E2')).toMatchObject({ location: { bedId: '4A-3' } });
    await eventually(() =>
      expect(house.events(encounterConflictChanged).map((e) => (e.data as Shown)['kind'])).toContain(
        'control-id-reused',
      ),
    );
  });

  it('whose facility is not known is kept, answered so, and placed when it is configured', async () => {
    const event = departmentEvent('E3', 'movement.admitted', { facility: 'WGH', visit: { number: 'E3' } });
    const answer = await send(event);
    expect([answer.status, answer.body['outcome'], answer.body['errors']]).toMatchObject([
      200,
      'unplaced',
      [{ path: '/data/facility', code: 'facility-unknown', severity: 'W' }],
    ]);
    await house.configure({ ...smallHouse, id: 'WGH', aliases: [] });
    await eventually(async () => expect(await house.encounter('E3', 'WGH')).toMatchObject({ status: 'in-progress' }));
  });

  it('in an unknown bed says where it names it', async () => {
    const visits = [
      { visit: { number: 'E4' }, place: { unit: '4A', bed: '1' } },
      { visit: { number: 'E5' }, place: { unit: '4A', bed: '99' } },
    ];
    expect((await send(departmentEvent('E4', 'movement.swapped', { visits }))).body).toMatchObject({
      outcome: 'unplaced',
      errors: [{ path: '/data/visits/1/place', code: 'place-unknown', severity: 'W' }],
    });
  });

  it('without a visit is of the only open one of its patient, and waits where there is none', async () => {
    const patient = { id: 'P6' };
    await send(
      departmentEvent('E6', 'movement.admitted', { visit: { number: 'E6' }, patient, place: { unit: '4B', bed: '1' } }),
    );
    const moved = await send(
      departmentEvent('E6b', 'movement.transferred', { patient, place: { unit: '4B', bed: '2' } }, '12:00'),
    );
    expect(moved.body['outcome']).toBe('accepted');
    await house.drained();
    expect(await house.encounter('E6')).toMatchObject({ location: { bedId: '4B-2' } });
    const nobody = await send(
      departmentEvent('E6c', 'movement.transferred', { patient: { id: 'P0' }, place: { unit: '4B' } }),
    );
    expect([nobody.status, nobody.body]).toMatchObject([
      200,
      { outcome: 'unplaced', errors: [{ code: 'visit-missing', path: '/data/visit', severity: 'W' }] },
    ]);
  });

  it('that reports a bed is heard as an A20', async () => {
    const answer = await send(
      departmentEvent('E7', 'bed.status-reported', { place: { unit: '4B', bed: '3' }, status: 'housekeeping' }),
    );
    expect(answer.body['outcome']).toBe('accepted');
    await eventually(() =>
      expect(house.published.filter((e) => e.type === 'admissions.bed-status-reported')).toMatchObject([
        { subject: '4B-3', data: { code: 'H', cause: { trigger: 'A20', by: 'ED-EVENTS' } } },
      ]),
    );
  });
});

describe('a wrong event', () => {
  const wrong = departmentEvent('W1', 'movement.admitted', {
    visit: { number: 'W1' },
    place: { unit: '4B', bed: '4' },
    at: 'yesterday',
  });

  it('is a problem with every fault and where it is, and lies in quarantine without personal data in the list', async () => {
    const answer = await send({
      ...wrong,
      subject: undefined,
      data: { ...wrong.data, patient: { family: 'Secretperson', sex: 'x' } },
    });
    expect([answer.status, answer.type]).toEqual([400, expect.stringContaining('application/problem+json')]);
    expect(answer.body).toMatchObject({
      ...{ code: 'event-wrong', status: 400, outcome: 'wrong', id: 'W1', source: 'ED-EVENTS' },
      errors: [
        { path: '/data/at', code: 'wrong-value', severity: 'E' },
        { path: '/data/patient/sex', code: 'wrong-value', severity: 'E' },
      ],
    });
    const listed = await house.call('GET', 'quarantine?search=W1');
    expect(listed.body['items']).toMatchObject([
      {
        ...{ id: answer.body['messageId'], format: 'event', sendingApplication: 'ED-EVENTS', sendingFacility: 'NGH' },
        ...{ controlId: 'W1', messageType: 'movement.admitted', trigger: 'A01', cause: 'invalid', facility: 'NGH' },
        errors: [{ location: '/data/at' }, { location: '/data/patient/sex' }],
      },
    ]);
    expect(`${listed.text}${answer.text}`).not.toContain('Secretperson');
  });

  it('is corrected by a person and taken up, once', async () => {
    const { body } = await send(wrong);
    const id = String(body['messageId']);
    const { body: shown } = await house.call('GET', `quarantine/${id}`);
    const text = String(shown['text']);
    expect(JSON.parse(text)).toEqual({ ...wrong, datacontenttype: undefined });
    const replay = (payload: string) =>
      house.call('POST', `quarantine/${id}/replay`, ['administrator'], { payload, type: 'application/json' });
    const still = await replay(JSON.stringify({ message: text }));
    expect([still.status, still.body['code'], still.body['errors']]).toMatchObject([
      400,
      'still-wrong',
      [{ location: '/data/at' }],
    ]);
    const corrected = JSON.stringify({ message: text.replace('yesterday', '2026-03-01T10:00:00Z') });
    expect((await replay(corrected)).body).toMatchObject({ answer: 'AA', replayOf: id });
    expect((await replay(corrected)).body).toMatchObject({ code: 'not-in-quarantine' });
    await house.drained();
    expect(await house.encounter('W1')).toMatchObject({ status: 'in-progress', location: { bedId: '4B-4' } });
  });
});

describe('a batch', () => {
  it('answers each, and one that is wrong stops no other', async () => {
    const good = departmentEvent('B1', 'movement.admitted', {
      visit: { number: 'B1' },
      place: { unit: 'ED', bed: '1' },
    });
    const answer = await sendBatch([
      good,
      { ...good, id: 'B2', type: 'movement.admited' },
      5,
      good,
      departmentEvent('B3', 'movement.admitted', { visit: { number: 'B3' }, place: { unit: 'ED', bed: '77' } }),
      { ...good, id: 'B4', data: { ...good.data, note: 'x'.repeat(5_000) } },
      { ...good, id: 'B5\u0000', source: '\ud800', data: null },
    ]);
    expect([answer.status, answer.body['taken'], answer.body['wrong']]).toEqual([207, 3, 4]);
    expect(outcomes(answer)).toEqual([
      '200 accepted',
      '400 wrong',
      '400 wrong',
      '200 repeat',
      '200 unplaced',
      '413 wrong',
      '400 wrong',
    ]);
    expect(answer.body['events'][1]['errors']).toMatchObject([{ path: '/type', code: 'unknown-type' }]);
    await house.drained();
    expect(await house.encounter('B1')).toMatchObject({ location: { bedId: 'ED-1' } });
    const kept = await house.rows<{ control_id: string; cause: string; kept: number; length: number }>(
      "SELECT control_id, cause, octet_length(raw) AS kept, length FROM admissions.message WHERE control_id LIKE 'B4%' OR control_id LIKE 'B5%' ORDER BY 1",
    );
    expect(kept).toMatchObject([
      { control_id: 'B4', cause: 'too-large', kept: 4096 },
      { control_id: 'B5\u{fffd}', cause: 'invalid' },
    ]);
    expect(outcomes(await sendBatch([good]))).toEqual(['200 repeat']);
  });

  it('of nothing is nothing; of more than are taken is refused whole', async () => {
    expect(await sendBatch([])).toMatchObject({ status: 200, body: { taken: 0, wrong: 0, events: [] } });
    const many = Array.from({ length: 51 }, (_, i) =>
      departmentEvent(`M${i}`, 'movement.admitted', { visit: { number: 'M' } }),
    );
    expect(await sendBatch(many)).toMatchObject({ status: 413, body: { code: 'batch-too-large', limit: 50 } });
    expect(await stored('M0')).toEqual([]);
  });
});

describe('what is no event at all', () => {
  const event = JSON.stringify(departmentEvent('N1', 'movement.admitted', { visit: { number: 'N1' } }));
  it.each<[string, string | Buffer, string, Record<string, string>, number, string]>([
    ['text that is not JSON', '{"patient": "Doe', STRUCTURED, {}, 400, 'not-json'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), STRUCTURED, {}, 400, 'not-json'],
    ['a batch that is no list', event, BATCH, {}, 400, 'batch-expected'],
    ['JSON without attributes', event, 'application/json', {}, 400, 'not-an-event'],
    ['another format', '<event/>', 'application/cloudevents+xml', {}, 415, 'media-type-not-supported'],
    ['another character set', event, `${STRUCTURED}; charset=utf-16`, {}, 415, 'media-type-not-supported'],
    ['a compressed body', event, STRUCTURED, { 'content-encoding': 'gzip' }, 415, 'media-type-not-supported'],
    ['data that is no JSON', 'x', 'text/plain', { 'ce-specversion': '1.0' }, 415, 'media-type-not-supported'],
    ['one event that is too large', event.replace('N1', 'x'.repeat(5_000)), STRUCTURED, {}, 413, 'event-too-large'],
  ])('%s is refused', async (_, payload, type, headers, status, code) => {
    const answer = await post(payload, type, headers);
    expect([answer.status, answer.body['code'], answer.type]).toEqual([
      status,
      code,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(answer.text).not.toContain('Doe');
  });

  it('and who may not send is told so', async () => {
    const of = { payload: event, type: STRUCTURED };
    expect((await house.call('POST', 'events', ['bed-manager'], of)).status).toBe(403);
    expect((await house.service.fastify.inject({ method: 'POST', url: '/api/v1/events' })).statusCode).toBe(401);
  });
});

describe('the published examples', () => {
  const examplesHouse: FacilityData = {
    ...smallHouse,
    id: 'EXH',
    aliases: [],
    units: [...smallHouse.units, { ...smallHouse.units[1]!, id: 'RECV', name: 'RECV' }],
    rooms: [
      ...smallHouse.rooms,
      { ...smallHouse.rooms[0]!, id: 'MAJA', name: 'MAJA' },
      { ...smallHouse.rooms[2]!, id: 'A', name: 'A' },
    ],
    beds: [
      { ...smallHouse.beds[0]!, id: 'ED-06', room: 'MAJA', bed: '06' },
      ...['01', '02'].map((bed) => ({ ...smallHouse.beds[4]!, id: `4A-${bed}`, room: 'A', bed })),
    ],
  };
  it('are taken as they stand, and state what they say', async () => {
    await house.configure(examplesHouse);
    const events = inboundExamples.map((e) => ({ ...e, data: { ...e.data, facility: 'EXH' } }));
    const answer = await sendBatch(events);
    expect(outcomes(answer)).toEqual(events.map(() => '200 accepted'));
    await house.drained();
    const ids = (answer.body['events'] as Shown[]).map((e) => String(e['messageId']));
    const kept = await house.rows<{ id: string; fact: MovementFact }>(
      'SELECT message_id AS id, content AS fact FROM admissions.fact WHERE message_id = ANY($1::uuid[])',
      [ids],
    );
    for (const [i, event] of events.entries()) {
      const { facts } = readInboundEvent(event);
      expect(kept.filter((row) => row.id === ids[i]).map((row) => row.fact.kind)).toEqual(facts.map((f) => f.kind));
    }
  });
});

describe('the description', () => {
  it('is open to tools: the types, a schema for each, and AsyncAPI', async () => {
    const get = async (path: string) => {
      const answer = await house.service.fastify.inject({ method: 'GET', url: `/api/v1/events/${path}` });
      return { status: answer.statusCode, type: String(answer.headers['content-type']), body: answer.json<Shown>() };
    };
    const { body } = await get('schema');
    expect(body['types']).toHaveLength(inboundTypes.length);
    for (const { type, schema } of body['types'] as Shown[]) {
      const one = await get(String(schema).replace('/api/v1/events/', ''));
      expect([one.status, one.body['title'], one.type]).toEqual([
        200,
        type,
        expect.stringContaining('application/schema+json'),
      ]);
    }
    expect(await get('schema/movement.none')).toMatchObject({ status: 404, body: { code: 'event-type-not-found' } });
    expect(await get('asyncapi.json')).toMatchObject({ status: 200, body: { asyncapi: '3.0.0' } });
  });
});
