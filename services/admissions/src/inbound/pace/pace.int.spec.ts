import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { smallHouse } from '@wardstream/encounter-model/testing';
import { encounterChanged } from '@wardstream/events';
import type { EventLog } from '@wardstream/messaging';
import { PostgresEventLog } from '@wardstream/messaging-postgres';
import { Metrics } from '@wardstream/service-kit';
import { eventually } from '@wardstream/testing';
import { AdmissionsHouse, answered, type Sender } from '../../testing/admissions-house.spec.js';

let house: AdmissionsHouse;
let sender: Sender;
let log: EventLog;
/** What the beds wait for before they handle what they were given. */
let beds: Promise<void> = Promise.resolve();
let letBedsGo: () => void = () => undefined;
let control = 0;

beforeAll(async () => {
  house = await AdmissionsHouse.start(
    { WARDSTREAM_PACE_SECONDS: '0.2', WARDSTREAM_PACE_FLOOR: '5', WARDSTREAM_PACE_LONGEST_SECONDS: '60' },
    (url) => (log = new PostgresEventLog({ url })),
  );
  await log.subscribe({ group: 'bed-management', topics: [encounterChanged.topic], onBatch: () => beds });
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(async () => {
  letBedsGo();
  await house?.remove();
});

const admit = (): string => {
  const visit = `P${++control}`;
  return [
    `MSH|^~\\&|ADT1|NGH|W|NGH|20260302101500+0000||ADT^A01|${visit}|P|2.5.1`,
    'EVN|A01|20260302101500+0000',
    `PID|1||M${visit}^^^NGH^MR||Ward^Ada`,
    `PV1|1|I|4A^^1||||||||||||||||${visit}`,
  ].join('\r');
};
const send = (count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, () => sender.send(admit())));
const isTaken = (acks: readonly string[]): boolean => acks.every((ack) => answered(ack).startsWith('AA'));

async function metric(name: string): Promise<number> {
  const text = await house.service.get(Metrics).registry.getSingleMetricAsString(name);
  return Number(/^\w+ ([\d.e+-]+)$/m.exec(text)![1]);
}

describe('intake', () => {
  it('keeps pace with the beds: what they do not follow waits, is taken all the same, and at once when they follow again', async () => {
    expect(isTaken(await send(50))).toBe(true);
    beds = new Promise((resolve) => (letBedsGo = resolve));
    expect(isTaken(await send(150))).toBe(true);
    await eventually(async () => expect(await metric('wardstream_intake_on_the_way_most')).toBe(100));

    const late = send(20);
    await eventually(async () => expect(await metric('wardstream_intake_held')).toBeGreaterThan(0));
    expect(isTaken(await late)).toBe(true);
    expect(await metric('wardstream_intake_lag_seconds')).toBeGreaterThan(0.2);

    letBedsGo();
    beds = Promise.resolve();
    await eventually(async () => expect(await metric('wardstream_intake_lag_seconds')).toBe(0));
    expect(isTaken(await send(90))).toBe(true);
    expect(await metric('wardstream_intake_held')).toBe(0);
    expect(await metric('wardstream_intake_overdue_total')).toBe(0);
  });

  it('asks nothing of the log while nothing comes in', async () => {
    await house.drained();
    await eventually(async () => expect(await metric('wardstream_intake_lag_seconds')).toBe(0));
    let asked = 0;
    const { progressOf } = log;
    log.progressOf = (...of) => ((asked += 1), progressOf.apply(log, of));
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const atRest = asked;
    await send(1);
    await eventually(() => expect(asked).toBeGreaterThan(atRest));
    expect(atRest).toBe(0);
  });
});
