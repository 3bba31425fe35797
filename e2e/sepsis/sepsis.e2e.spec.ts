import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { UnitOccupancyData } from '@wardstream/events';
import { ackCode, Client, House, MllpSender } from '@wardstream/product-under-test';
import { seededRandom } from '@wardstream/kernel';
import { eventually } from '@wardstream/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Census, directCensus } from './direct-census.js';
import { sepsisAsAdt } from './sepsis-adt.js';
import { readSepsisLog, sepsisLogPresent } from './sepsis-log.js';

// Where the log does not lie beside the repository this is reported as skipped.
if (!sepsisLogPresent) process.stderr.write('The sepsis log is skipped: it does not lie beside the repository.\n');

const TIMES = 1_000;
const AT_ONCE = 8;

(sepsisLogPresent ? describe : describe.skip)('1,050 real cases, as ADT over MLLP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wardstream-sepsis-'));
  let house: House;
  let client: Client;
  let times: number[] = [];
  let expected: Census[] = [];
  let hospital: ReturnType<typeof sepsisAsAdt>;

  beforeAll(async () => {
    const log = readSepsisLog();
    hospital = sepsisAsAdt(log);
    const random = seededRandom(4);
    const all = log.map((l) => l.at);
    const [first, last] = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
    times = Array.from({ length: TIMES }, () => Math.floor(first + random() * (last - first)));
    expected = directCensus(log, times);
    const file = join(folder, 'sepsis.yaml');
    writeFileSync(file, hospital.file(['STRAIGHT', 'SHUFFLED']));
    // The log is of 2013 and 2014: further back than history is kept for unless told.
    const environment = { WARDSTREAM_FLOW_RETENTION_DAYS: '36500' };
    house = new House({ mode: 'standalone', hospital: file, environment });
    await house.start();
    client = await Client.as(house, 'bed-manager');
  });
  afterAll(async () => {
    await house?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const censusOf = async (facility: string, at: number): Promise<Census> => {
    const time = new Date(at).toISOString();
    const { status, body } = await client.get<{ units: UnitOccupancyData[] }>(
      `/api/v1/facilities/${facility}/occupancy?at=${time}`,
    );
    expect(status).toBe(200);
    return new Map(body.units.map((u) => [u.unit, u.occupied + u.withoutBed]));
  };

  async function replay(facility: string, messages: readonly string[]): Promise<void> {
    const senders = await Promise.all([1, 2, 3].map(() => MllpSender.connect(house.mllpPort)));
    const began = performance.now();
    const acks = await Promise.all(messages.map((m, i) => senders[i % 3]!.send(m)));
    const seconds = (performance.now() - began) / 1000;
    for (const sender of senders) sender.close();
    expect(acks.filter((ack) => ackCode(ack) !== 'AA')).toEqual([]);
    const probes = [0, 1, 2, 3, 4, 5].map((i) => i * 150);
    await eventually(
      async () => {
        for (const i of probes) expect(differences(await censusOf(facility, times[i]!), expected[i]!)).toEqual([]);
      },
      { timeoutMs: 60_000, everyMs: 250 },
    );
    console.log(`${facility}: ${messages.length} messages acknowledged in ${seconds.toFixed(1)} s`);
  }

  async function compare(facility: string): Promise<void> {
    let compared = 0;
    let patients = 0;
    const wrong: string[] = [];
    const waiting = times.map((_, i) => i);
    const ask = async (): Promise<void> => {
      for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
        const census = await censusOf(facility, times[i]!);
        wrong.push(...differences(census, expected[i]!).map((d) => `${new Date(times[i]!).toISOString()}: ${d}`));
        compared += census.size;
        for (const count of census.values()) patients += count;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
    console.log(
      `${facility}: ${times.length} times, ${compared} counts of a unit, ${(patients / times.length).toFixed(1)} patients ` +
        `on average, ${wrong.length} counts differ from the log`,
    );
    expect(wrong).toEqual([]);
  }

  it('give the census of the log at 1,000 times, replayed straight', async () => {
    await replay('STRAIGHT', hospital.messages('STRAIGHT'));
    await compare('STRAIGHT');
  });

  it('give it shuffled, with one message in three sent twice', async () => {
    const random = seededRandom(5);
    const messages = hospital.messages('SHUFFLED');
    const twice = messages.filter(() => random() < 1 / 3);
    const order = [...messages, ...twice].map((m) => ({ m, at: random() })).sort((a, b) => a.at - b.at);
    await replay(
      'SHUFFLED',
      order.map(({ m }) => m),
    );
    await compare('SHUFFLED');
  });

  it('are listed by unit at a time as they are counted', async () => {
    for (const i of [10, 300, 600, 900]) {
      for (const [unit, count] of expected[i]!) {
        const at = new Date(times[i]!).toISOString();
        const path = `/api/v1/facilities/SHUFFLED/encounters?at=${at}&unit=${unit}&limit=500`;
        const { body } = await client.get<{ items: unknown[] }>(path);
        expect([unit, body.items.length]).toEqual([unit, count]);
      }
    }
  });
});

function differences(census: Census, expected: Census): string[] {
  return [...new Set([...census.keys(), ...expected.keys()])].flatMap((unit) => {
    const [is, should] = [census.get(unit) ?? 0, expected.get(unit) ?? 0];
    return is === should ? [] : [`${unit} has ${is}, not ${should}`];
  });
}
