import { expect } from '@jest/globals';
import type { BedData, FacilityData, UnitOccupancyData } from '@wardstream/events';
import { serviceNames } from '@wardstream/service-directory';
import { eventually } from '@wardstream/testing';
import { ackCode, Client, type House, MllpSender } from '@wardstream/product-under-test';
import { expectedEncounters } from './expected-state.js';
import type { SentMessage } from './history.js';

const NGH = '/api/v1/facilities/NGH';
/** So many visits are asked for at once: after a long run there are thousands. */
const ASKED_AT_ONCE = 8;

interface Movement {
  readonly kind: string;
  readonly at: string;
  readonly cancelled: boolean;
}

/** A department system that keeps what it has to say until it is acknowledged, and connects again when it must. */
export class PatientSender {
  acknowledged = 0;
  private connection: MllpSender | undefined;

  constructor(
    private readonly house: House,
    private readonly messages: readonly SentMessage[],
    private readonly window: number,
    private readonly mayGoOn: () => Promise<unknown> = () => Promise.resolve(),
  ) {}

  /** Sends all messages, in order, up to `window` unanswered; resolves when the last is acknowledged. */
  async run(): Promise<void> {
    const queue = [...this.messages];
    while (queue.length > 0) {
      await this.mayGoOn();
      try {
        this.connection ??= await MllpSender.connect(this.house.mllpPort);
        const batch = queue.slice(0, this.window);
        const outcomes = await Promise.allSettled(batch.map((m) => this.connection!.send(m.text)));
        // What was answered before the connection ended is done; the rest is sent again, in order.
        const done = outcomes.findIndex((o) => o.status === 'rejected' || ackCode(o.value) !== 'AA');
        const refused = outcomes.find((o) => o.status === 'fulfilled' && ackCode(o.value) === 'AR');
        if (refused) throw new Error('refused');
        queue.splice(0, done < 0 ? batch.length : done);
        this.acknowledged += done < 0 ? batch.length : done;
        if (done >= 0) throw new Error('connection lost');
      } catch {
        this.connection?.close();
        this.connection = undefined;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    this.connection?.close();
  }
}

/** Shares `messages` among `count` senders so that each visit stays with one of them. Each sends on when `mayGoOn` resolves. */
export function sendersFor(
  house: House,
  messages: readonly SentMessage[],
  count: number,
  window: number,
  mayGoOn?: () => Promise<unknown>,
): PatientSender[] {
  const lanes = Array.from({ length: count }, (): SentMessage[] => []);
  for (const message of messages) {
    let sum = 0;
    for (const c of message.visit) sum = (sum * 31 + c.charCodeAt(0)) >>> 0;
    lanes[sum % count]!.push(message);
  }
  return lanes.map((lane) => new PatientSender(house, lane, window, mayGoOn));
}

/** Waits until the house shows exactly what the pure reducer makes of all messages: encounters, beds and counts. */
export async function expectReducedState(house: House, messages: readonly SentMessage[]): Promise<void> {
  const client = await Client.as(house, 'bed-manager', 'administrator', 'auditor');
  const facility = (await client.get<FacilityData>(NGH)).body;
  const expected = expectedEncounters(messages, facility);

  await eventually(
    async () => {
      const beds = await bedsOf(client);
      const inBeds = beds.flatMap((b) => b.occupants.map((o) => `${b.id} ${o.visitNumber}`)).sort();
      const shouldBe = [...expected]
        .filter(([, e]) => e.location?.bedId && ['in-progress', 'on-leave'].includes(e.status))
        .map(([visit, e]) => `${e.location!.bedId} ${visit}`)
        .sort();
      expect(inBeds).toEqual(shouldBe);
      const { body } = await client.get<{ units: UnitOccupancyData[] }>(`${NGH}/occupancy`);
      for (const unit of body.units) {
        const occupied = beds.filter((b) => b.unit === unit.unit && b.state === 'occupied').length;
        expect([unit.unit, unit.occupied]).toEqual([unit.unit, occupied]);
      }
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );

  const visits = [...expected];
  for (let i = 0; i < visits.length; i += ASKED_AT_ONCE) {
    await Promise.all(visits.slice(i, i + ASKED_AT_ONCE).map((each) => expectVisit(client, ...each)));
  }
  for (const service of serviceNames) {
    expect([service, (await client.get(`/api/v1/dead-letters/${service}`)).body]).toEqual([service, []]);
  }
}

async function expectVisit(
  client: Client,
  visit: string,
  derived: { readonly status: string; readonly movements: readonly Movement[] },
): Promise<void> {
  const found = (await client.get<{ items: { id: string }[] }>(`${NGH}/encounters?visitNumber=${visit}`)).body.items;
  expect([visit, found.length]).toEqual([visit, 1]);
  const { body } = await client.get<{ status: string; movements: Movement[] }>(`/api/v1/encounters/${found[0]!.id}`);
  expect({ visit, status: body.status, movements: shown(body.movements) }).toEqual({
    visit,
    status: derived.status,
    movements: shown(derived.movements),
  });
}

async function bedsOf(client: Client): Promise<BedData[]> {
  return (await client.get<{ items: BedData[] }>(`${NGH}/beds`)).body.items;
}

function shown(movements: readonly Movement[]): string[] {
  return movements.map((m) => `${m.at} ${m.kind}${m.cancelled ? ' cancelled' : ''}`);
}
