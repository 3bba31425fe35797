import { createConnection } from 'node:net';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { BedData } from '@wardstream/events';
import { ackCode, Client, House, MllpSender } from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';
import { folder as data } from '../samples/sample-messages.js';

/** Small inputs from public reports, which lie beside the repository where they are available; never part of it. */
export const reportedFolder = join(data, 'reported');
export const reportedPresent = existsSync(reportedFolder);

export interface ReportedEncounter {
  readonly id: string;
  readonly visitNumber: string;
  readonly status: string;
  readonly patient: { readonly name?: string | null; readonly birthDate?: string | null; readonly sex?: string | null };
  readonly location: {
    readonly unit: string;
    readonly room: string;
    readonly bed: string;
    readonly bedId: string | null;
  } | null;
  readonly conflicts: readonly { readonly kind: string; readonly severity: string }[];
  readonly movements: readonly { readonly kind: string; readonly at: string }[];
}

/** A house of its own for some folders, with everybody who looks into it. Folders of one house use different beds. */
export class ReportedHouse {
  house!: House;
  manager!: Client;
  administrator!: Client;
  private sender!: MllpSender;

  constructor(
    readonly hospital = join(reportedFolder, 'hospital.yaml'),
    environment: Record<string, string> = {},
  ) {
    beforeAll(async () => {
      this.house = new House({ mode: 'standalone', hospital: this.hospital, environment });
      await this.start();
    });
    afterAll(async () => {
      this.sender?.close();
      await this.house?.remove();
    });
  }

  /** Starts it, or starts it again on the same data. */
  async start(): Promise<void> {
    this.sender?.close();
    if (this.house.alive) await this.house.stop();
    await this.house.start();
    this.manager = await Client.as(this.house, 'bed-manager', 'department-system');
    this.administrator = await Client.as(this.house, 'administrator', 'operations-manager');
    this.sender = await MllpSender.connect(this.house.mllpPort);
    await eventually(async () => expect((await this.manager.get('/api/v1/facilities/HILL')).status).toBe(200));
  }

  /** Sends the files of a folder in order; answers their acknowledgements. */
  async send(folder: string): Promise<string[]> {
    const acks: string[] = [];
    for (const file of readdirSync(join(reportedFolder, folder))
      .filter((f) => f.endsWith('.hl7'))
      .sort())
      acks.push(await this.sender.send(readFileSync(join(reportedFolder, folder, file))));
    return acks;
  }

  /** As `sendSound`, by whole days later, so that the last of them is of the last day: what they plan is not over by the time of the test. */
  async sendRecent(folder: string): Promise<void> {
    const files = readdirSync(join(reportedFolder, folder)).filter((f) => f.endsWith('.hl7'));
    const texts = files.sort().map((file) => readFileSync(join(reportedFolder, folder, file), 'latin1'));
    const timeIn = /\b20\d{12}\b/g;
    const last = Math.max(...texts.flatMap((text) => text.match(timeIn) ?? []).map((time) => Date.parse(isoOf(time))));
    const days = Math.floor((Date.now() - last) / DAY_MS);
    const later = (time: string): string =>
      new Date(Date.parse(isoOf(time)) + days * DAY_MS).toISOString().replace(/[-:T]/g, '').slice(0, 14);
    for (const text of texts) expect(ackCode(await this.sender.send(text.replace(timeIn, later)))).toBe('AA');
  }

  sendText(text: string): Promise<string> {
    return this.sender.send(text);
  }

  /** As `send` to a sender in enhanced mode: one connection a message, and the codes of all that is answered, which may be nothing. */
  async sendEnhanced(folder: string): Promise<string[][]> {
    const codes: string[][] = [];
    for (const file of readdirSync(join(reportedFolder, folder))
      .filter((f) => f.endsWith('.hl7'))
      .sort())
      codes.push(await answersTo(this.house.mllpPort, readFileSync(join(reportedFolder, folder, file))));
    return codes;
  }

  /** As `send`, where every message is sound. */
  async sendSound(folder: string): Promise<string[]> {
    const acks = await this.send(folder);
    expect(acks.map(ackCode)).toEqual(acks.map(() => 'AA'));
    return acks;
  }

  async encountersOf(visit: string, facility = 'HILL'): Promise<ReportedEncounter[]> {
    const { status, body } = await this.manager.get<{ items: { id: string }[] }>(
      `/api/v1/facilities/${facility}/encounters?visitNumber=${visit}`,
    );
    expect(status).toBe(200);
    return Promise.all(
      body.items.map(async ({ id }) => (await this.manager.get<ReportedEncounter>(`/api/v1/encounters/${id}`)).body),
    );
  }

  async encounter(visit: string, facility = 'HILL'): Promise<ReportedEncounter> {
    const found = await this.encountersOf(visit, facility);
    expect(found.map((e) => e.visitNumber)).toEqual([visit]);
    return found[0]!;
  }

  async bed(id: string, facility = 'HILL'): Promise<BedData> {
    const { status, body } = await this.manager.get<BedData>(`/api/v1/facilities/${facility}/beds/${id}`);
    expect(status).toBe(200);
    return body;
  }

  /** Who the tile of a bed shows, by visit number. */
  async inBed(id: string, facility = 'HILL'): Promise<string[]> {
    return (await this.bed(id, facility)).occupants.map((o) => o.visitNumber).sort();
  }
}

/** Sends one message and one more that is answered in any mode; resolves with the codes of what came for the first. */
function answersTo(port: number, message: Buffer): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let heard = '';
    const socket = createConnection({ port, host: '127.0.0.1' }, () => {
      const end = Buffer.from('MSH|^~\\&|LAST|HILL|WARDSTREAM|HILL|20261130000000||ADT^A08|LAST|P|2.5.1\r', 'latin1');
      for (const part of [message, end])
        socket.write(Buffer.concat([Buffer.from([0x0b]), part, Buffer.from([0x1c, 0x0d])]));
    });
    socket.on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('latin1');
      const answers = [...heard.matchAll(/MSA\|([A-Z]{2})\|([^|\r]*)/g)];
      if (!answers.some(([, , id]) => id === 'LAST')) return;
      socket.destroy();
      resolve(answers.filter(([, , id]) => id !== 'LAST').map(([, code]) => code!));
    });
  });
}

const DAY_MS = 86_400_000;
const isoOf = (time: string): string => time.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z');

/** Whether an acknowledgement warns at this place: an ERR of severity W that names it. */
export function warnsAt(ack: string, segment: string, field: number): boolean {
  return ack
    .split('\r')
    .filter((line) => line.startsWith('ERR|') && line.split('|')[4] === 'W')
    .some((line) =>
      line
        .split('|')[2]!
        .split('~')
        .some((place) => {
          const [of, , at] = place.split('^');
          return of === segment && at === String(field);
        }),
    );
}
