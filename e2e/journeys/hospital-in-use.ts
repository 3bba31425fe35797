import { afterAll, beforeAll, expect } from '@jest/globals';
import type { BedData, UnitOccupancyData } from '@wardstream/events';
import {
  ackCode,
  adt,
  type AdtOptions,
  Client,
  House,
  type HouseOptions,
  MllpSender,
  Stream,
} from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';

export interface Encounter {
  id: string;
  visitNumber: string;
  status: string;
  location: { unit: string; room: string; bed: string; bedId: string | null } | null;
  movements: { id: string; kind: string; at: string; recordedAt: string; receivedAt: string; cancelled: boolean }[];
}

/** How the product runs; `release` lets go of what it stands on. */
export type WayOfRunning = () => Promise<HouseOptions & { release?: () => Promise<void> }>;

export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
export const NGH = '/api/v1/facilities/NGH';

/** The product, started for the suite it is made in, with everybody who uses it: a sender, two people and an open board. */
export class HospitalInUse {
  house!: House;
  sender!: MllpSender;
  manager!: Client;
  department!: Client;
  stream!: Stream;

  constructor(way: WayOfRunning) {
    let release: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      const { release: after, ...options } = await way();
      release = after;
      this.house = new House(options);
      await this.house.start();
      this.sender = await MllpSender.connect(this.house.mllpPort);
      this.manager = await Client.as(this.house, 'bed-manager');
      this.department = await Client.as(this.house, 'department-system');
      await eventually(async () => expect((await this.manager.get(NGH)).status).toBe(200));
      this.stream = await Stream.open(this.house, 'NGH', this.manager.token!);
      await eventually(() => expect(this.stream.events[0]?.event).toBe('snapshot'));
    });
    afterAll(async () => {
      this.stream?.close();
      this.sender?.close();
      await this.house?.remove();
      await release?.();
    });
  }

  readonly send = async (of: AdtOptions): Promise<void> => {
    const ack = await this.sender.send(adt(of));
    expect(`${ackCode(ack)} ${of.trigger}`).toBe(`AA ${of.trigger}`);
  };

  readonly encounterOf = async (visit: string): Promise<Encounter> => {
    const { status, body } = await this.manager.get<{ items: { id: string }[] } | { id: string }[]>(
      `${NGH}/encounters?visitNumber=${visit}`,
    );
    expect(status).toBe(200);
    const found = Array.isArray(body) ? body : body.items;
    expect(found).toHaveLength(1);
    return (await this.manager.get<Encounter>(`/api/v1/encounters/${found[0]!.id}`)).body;
  };

  readonly bed = async (id: string): Promise<BedData> => {
    const { status, body } = await this.manager.get<BedData>(`${NGH}/beds/${id}`);
    expect(status).toBe(200);
    return body;
  };

  readonly unit = async (id: string): Promise<UnitOccupancyData> => {
    const { body } = await this.manager.get<{ units: UnitOccupancyData[] }>(`${NGH}/occupancy`);
    return body.units.find((u) => u.unit === id)!;
  };

  readonly bedState = (id: string, state: string): Promise<void> =>
    eventually(async () => expect((await this.bed(id)).state).toBe(state), { timeoutMs: 15_000 });

  readonly streamedBed = (id: string, state: string): Promise<void> =>
    eventually(() => expect(this.stream.latest('bed', (b) => b.id === id)?.state).toBe(state), { timeoutMs: 15_000 });
}
