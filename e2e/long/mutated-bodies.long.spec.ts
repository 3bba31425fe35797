import { describe, expect, it } from '@jest/globals';
import { ackCode, adt, MllpSender } from '@wardstream/product-under-test';
import { seededRandom } from '@wardstream/kernel';
import { bodyOf, mutateBody, type Schema } from './bodies-of.js';
import { FuzzedHouse } from './fuzzed-house.js';

const COUNT = Number(process.env['LONG_BODIES'] ?? 20_000);
const SEED = Number(process.env['LONG_SEED'] ?? 1);
const hospital = {
  id: 'B1',
  units: [
    {
      code: 'U1',
      rooms: [
        { code: 'R1', beds: 2 },
        { code: 'R2', beds: 2 },
      ],
    },
  ],
};
const beds = ['U1-01', 'U1-02', 'U1-03', 'U1-04'];
const visits = Array.from({ length: 12 }, (_, i) => `BV${i}`);

interface Route {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly schema: Schema;
}
interface Operation {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

/** Resources and events by hand, where the OpenAPI says no more than that there is an object. */
const examples: readonly { readonly path: RegExp; readonly body: (visit: string, bed: string) => unknown }[] = [
  {
    path: /Encounter/,
    body: (visit, bed) => ({
      resourceType: 'Encounter',
      id: visit,
      identifier: [{ system: 'S', value: visit }],
      status: 'in-progress',
      class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'IMP' },
      subject: { reference: `Patient/P${visit}`, identifier: { system: 'B1', value: `P${visit}` } },
      serviceProvider: { reference: 'Organization/B1' },
      period: { start: new Date().toISOString() },
      location: [{ status: 'active', location: { reference: `Location/B1-${bed}` } }],
    }),
  },
  {
    path: /Patient/,
    body: (visit) => ({
      resourceType: 'Patient',
      id: `P${visit}`,
      birthDate: '1960-01-01',
      gender: 'female',
      name: [{ family: 'A', given: ['B'] }],
    }),
  },
  {
    path: /Location/,
    body: (_, bed) => ({
      resourceType: 'Location',
      id: `B1-${bed}`,
      operationalStatus: { code: 'H' },
      physicalType: { coding: [{ code: 'bd' }] },
    }),
  },
  {
    path: /events$/,
    body: (visit, bed) => ({
      specversion: '1.0',
      id: visit,
      source: 'LONG',
      type: 'wardstream.inbound.movement.admitted',
      time: new Date().toISOString(),
      data: { facility: 'B1', visit: { number: visit }, patient: { id: `P${visit}` }, to: { bed } },
    }),
  },
];

describe(`${COUNT} mutated bodies, seed ${SEED}`, () => {
  const fuzzed = new FuzzedHouse([hospital]);
  const ids: string[] = [];

  async function routes(): Promise<Route[]> {
    const { body } = await fuzzed.administrator.get<{ paths: Record<string, Record<string, Operation>> }>(
      '/api/v1/openapi.json',
    );
    return Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => method !== 'get')
        .map(([method, { requestBody }]) => {
          const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? ['application/json', {}];
          return { method: method.toUpperCase(), path, type, schema: content.schema ?? {} };
        }),
    );
  }

  it('answers each once, never by a fault of its own', async () => {
    const sender = await MllpSender.connect(fuzzed.house.mllpPort);
    for (const [i, visit] of visits.slice(0, 6).entries())
      expect(
        ackCode(
          await sender.send(
            adt({ trigger: 'A01', visit, at: i < 2 ? `U1^^0${i + 1}` : 'U1', facility: 'B1', when: new Date() }),
          ),
        ),
      ).toBe('AA');
    sender.close();
    const all = await routes();
    expect(all.length).toBeGreaterThan(50);
    const statuses = new Map<number, number>();
    const faults: string[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < COUNT) {
        const i = next++;
        const random = seededRandom(SEED * 104_729 + i);
        const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
        const route = pick(all);
        const names = [...visits, ...beds, 'female', 'a reason', ...ids.slice(-50)];
        const example = examples.find((e) => e.path.test(route.path));
        const sound =
          example === undefined ? bodyOf(route.schema, random, names) : example.body(pick(visits), pick(beds));
        const body = JSON.stringify(random() < 0.2 ? sound : mutateBody(sound, random));
        const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
          if (random() < 0.1) return encodeURIComponent(pick(['\u0000', '\u{1F600}', 'x'.repeat(300), '..', '%', "'"]));
          if (name === 'facility') return 'B1';
          if (name === 'bedId') return pick(beds);
          if (name === 'step') return pick(['request', 'start', 'complete', 'pending', 'confirm', 'cancel']);
          return encodeURIComponent(
            pick(name === 'visit' ? visits : [...ids.slice(-50), '00000000-0000-4000-8000-000000000000']),
          );
        });
        const answer = await fetch(`${fuzzed.house.origin}${path}`, {
          method: route.method,
          headers: { authorization: `Bearer ${fuzzed.administrator.token}`, 'content-type': route.type },
          body,
        });
        const text = await answer.text();
        const id = /"id":"([0-9a-f-]{36})"/.exec(text)?.[1];
        if (id !== undefined && ids.length < 5_000) ids.push(id);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status >= 500 && answer.status !== 501)
          faults.push(`${route.method} ${route.path} ${answer.status} ${body.slice(0, 200)}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, lane));
    console.log(
      `${COUNT} bodies:`,
      [...statuses]
        .sort(([a], [b]) => a - b)
        .map(([s, n]) => `${s} ${n}`)
        .join(', '),
    );
    expect(faults.slice(0, 30)).toEqual([]);
    expect(fuzzed.house.alive).toBe(true);
  });

  it('keeps what a replay of its messages comes to', () => fuzzed.untilSettled());

  it('leaves nothing parked or dead', () => fuzzed.expectNothingLeftBehind());

  it('shows no bed free that has a patient', async () => {
    await fuzzed.expectNoFalseTile();
    fuzzed.tellEventLoop('all of it');
  });
});
