import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { LaneLeases } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { createEnvironment, createService, type RunningService } from '@wardstream/service-kit';
import { eventually } from '@wardstream/testing';
import { admissionsService } from '../../admissions.service.js';
import { MllpListener } from '../mllp/mllp.listener.js';
import { AdmissionsHouse, answered, secret, Sender } from '../../testing/admissions-house.spec.js';
import { ProcessBatch } from './process-batch.js';

const facilities = Array.from({ length: 12 }, (_, i) => `H${i}`);
let house: AdmissionsHouse;
let other: RunningService;
let otherLog: PostgresEventLog;
let sendersTo: Sender[];
let control = 0;
let stopped = false;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  for (const id of facilities) await house.configure({ ...smallHouse, id, aliases: [] });
  otherLog = new PostgresEventLog({ url: house.url });
  const values = {
    ...{ DATABASE_URL: house.url, WARDSTREAM_AUTH_SECRET: secret, WARDSTREAM_LOG_LEVEL: 'silent' },
    ...{ WARDSTREAM_MLLP_PORT: '0', WARDSTREAM_MLLP_HOST: '127.0.0.1' },
  };
  other = await createService(admissionsService, createEnvironment(values, otherLog, { clock: house.clock }));
  await other.start();
  sendersTo = [await house.sender(), await Sender.open(other.get(MllpListener).port)];
}, 120_000);
afterAll(async () => {
  sendersTo?.[1]?.close();
  if (!stopped) await other?.stop();
  await otherLog?.close();
  await house?.remove();
});

const admit = (facility: string): string => {
  const visit = `R${++control}`;
  return [
    `MSH|^~\\&|ADT1|${facility}|W|${facility}|20260302101500+0000||ADT^A01|${visit}|P|2.5.1`,
    'EVN|A01|20260302101500+0000',
    `PID|1||M${visit}^^^${facility}^MR||Ward^Ada`,
    `PV1|1|I|4A^^1||||||||||||||||${visit}`,
  ].join('\r');
};

/** The facilities whose messages a replica processes from now on. */
function facilitiesOf(service: RunningService): Set<string> {
  const batch = service.get(ProcessBatch);
  const process = batch.process.bind(batch);
  const seen = new Set<string>();
  batch.process = (tx, messages) => {
    for (const { verdict } of messages) if (verdict.facility !== null) seen.add(verdict.facility);
    return process(tx, messages);
  };
  return seen;
}

const encounters = async (): Promise<number> =>
  Number((await house.rows<{ n: string }>('SELECT count(*) AS n FROM admissions.encounter'))[0]!.n);

/** Sends so many messages of each facility to each replica. */
async function send(rounds: number, to: readonly Sender[]): Promise<void> {
  const told = Array.from({ length: rounds }, () => facilities).flat();
  const acks = await Promise.all(to.flatMap((sender) => told.map((facility) => sender.send(admit(facility)))));
  for (const ack of acks) expect(answered(ack).slice(0, 2)).toBe('AA');
}

describe('two replicas', () => {
  it('process side by side, each its lanes, whoever took the messages', async () => {
    const lanes = [house.service, other].map((service) => service.get(LaneLeases));
    await eventually(() => expect(lanes.map(({ held }) => held.size)).toEqual([16, 16]));
    const seen = [facilitiesOf(house.service), facilitiesOf(other)];
    await send(5, sendersTo);
    await house.drained();
    expect(await encounters()).toBe(2 * 5 * facilities.length);
    expect([...seen[0]!].filter((facility) => seen[1]!.has(facility))).toEqual([]);
    expect([...seen[0]!, ...seen[1]!].sort()).toEqual([...facilities].sort());
    expect(Math.min(seen[0]!.size, seen[1]!.size)).toBeGreaterThan(0);
    const facts = await house.rows<{ n: string }>('SELECT count(*) AS n FROM admissions.fact');
    expect(facts).toEqual([{ n: String(2 * 5 * facilities.length) }]);
  });

  it('hand over: what one that ends has taken, and what comes after, is processed by the one that is left', async () => {
    const before = await encounters();
    await send(3, [sendersTo[1]!]);
    stopped = true;
    await Promise.all([other.stop(), send(3, [sendersTo[0]!])]);
    await send(1, [sendersTo[0]!]);
    await eventually(() => expect(house.service.get(LaneLeases).holdsAll).toBe(true));
    await house.drained();
    expect(await encounters()).toBe(before + 7 * facilities.length);
  });
});
