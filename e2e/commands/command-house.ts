import { createServer, type Server } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { ackCode, adt, type AdtOptions, Client, House, MllpSender } from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';

export const CMD = '/api/v1/facilities/CMD';
export const FHIR_JSON = 'application/fhir+json';
const BEDS = 240;
const SURGE = 40;
/** Units of which each has a request that nobody answers, so that each has an alert of its own. */
const ALERTED = 9;

/** Of whom everything is asked. */
export const everybodysRoles = [
  'administrator',
  'bed-manager',
  'department-staff',
  'operations-manager',
  'department-system',
] as const;

/** One request. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Sent as JSON, unless it is a text. */
  readonly body?: unknown;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request was answered: its status, and the code of what it was refused for. */
export interface Answered {
  readonly said: string;
  readonly status: number;
  /** Undefined where the answer is no JSON. */
  readonly json: unknown;
  readonly body: Record<string, unknown>;
}

interface Listed {
  readonly items: readonly Record<string, unknown>[];
}

/** A hospital of one large unit where every command has beds and visits of its own, and with everybody it talks to. */
export class CommandHouse {
  house!: House;
  everybody!: Client;
  private sender!: MllpSender;
  private hooks!: Server;
  private readonly folder = mkdtempSync(join(tmpdir(), 'wardstream-commands-'));
  private beds = 0;
  private surges = 0;
  private visits = 0;
  private minutes = 0;

  constructor() {
    beforeAll(async () => {
      this.hooks = createServer((request, response) => {
        request.resume();
        // Alerts are refused, so that there is something to send again; FHIR notifications are taken.
        response.writeHead(request.url === '/alerts' ? 400 : 200).end();
      });
      await new Promise<void>((resolve) => this.hooks.listen(0, '127.0.0.1', resolve));
      this.house = new House({ mode: 'standalone', hospital: this.hospitalFile(), environment: this.environment() });
      await this.house.start();
      this.everybody = await Client.as(this.house, ...everybodysRoles);
      this.sender = await MllpSender.connect(this.house.mllpPort);
      await eventually(async () => expect((await this.everybody.get(CMD)).status).toBe(200));
    });
    afterAll(async () => {
      this.sender?.close();
      await this.house?.remove();
      this.hooks?.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  get hookOrigin(): string {
    return `http://127.0.0.1:${(this.hooks.address() as AddressInfo).port}`;
  }

  /** A bed that nothing else uses. */
  newBed(): string {
    return `U-${String((this.beds += 1)).padStart(3, '0')}`;
  }

  newSurgeBed(): string {
    return `S-${String((this.surges += 1)).padStart(2, '0')}`;
  }

  newVisit(): string {
    return `CV${(this.visits += 1)}`;
  }

  /** PV1-3 of a bed. */
  place(bed: string): string {
    const [unit, code] = bed.split('-');
    return `${unit}^R^${code}`;
  }

  /** Sends a message that is sound, a little later than all before it. */
  async send(trigger: string, of: Omit<AdtOptions, 'trigger' | 'when' | 'facility'>): Promise<void> {
    const when = new Date(Date.now() - 20 * 3_600_000 + (this.minutes += 1) * 10_000);
    const message = adt({ trigger, facility: 'CMD', when, ...of });
    const ack = await this.sender.send(message);
    expect(`${ackCode(ack)} ${trigger}`).toBe(`AA ${trigger}`);
  }

  /** As `send`, whatever it is answered. */
  sendText(text: string): Promise<string> {
    return this.sender.send(text);
  }

  /** Admits a new visit; answers once the bed shows it. */
  async admit(bed: string, visit = this.newVisit()): Promise<string> {
    await this.send('A01', { visit, at: this.place(bed) });
    await this.until(bed, 'occupied');
    return visit;
  }

  /** A visit that is in no bed and known to everybody. */
  async arrived(): Promise<string> {
    const visit = this.newVisit();
    await this.send('A04', { visit, at: 'U', class: 'E' });
    await eventually(async () => expect(await this.encounter(visit)).toMatchObject({ status: 'in-progress' }));
    return visit;
  }

  async encounter(visit: string): Promise<Record<string, unknown>> {
    const { body } = await this.everybody.get<Listed>(`${CMD}/encounters?visitNumber=${visit}`);
    expect(body.items).toHaveLength(1);
    const { id } = body.items[0]!;
    return (await this.everybody.get(`/api/v1/encounters/${id as string}`)).body;
  }

  async until(bed: string, state: string): Promise<void> {
    await eventually(async () =>
      expect((await this.everybody.get(`${CMD}/beds/${bed}`)).body).toMatchObject({ id: bed, state }),
    );
  }

  /** A command that is to succeed: part of what comes before the one under test. */
  async done(path: string, body: unknown = {}): Promise<Record<string, unknown>> {
    const { said, body: answer } = await this.call({ method: 'POST', path, body });
    expect([path, said.slice(0, 1), said]).toEqual([path, '2', said]);
    return answer;
  }

  async items(path: string): Promise<readonly Record<string, unknown>[]> {
    const { status, body } = await this.everybody.get<Listed>(path);
    expect([path, status]).toEqual([path, 200]);
    return body.items;
  }

  /** The one of a list that fits, once it is there. */
  async oneOf(
    path: string,
    fits: (item: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown> & { readonly id: string }> {
    let found: Record<string, unknown> | undefined;
    await eventually(
      async () => {
        found = (await this.items(path)).find(fits);
        expect([path, found === undefined]).toEqual([path, false]);
        // After what was entered for hours ago alerts wait a moment for more of it.
      },
      { timeoutMs: 30_000 },
    );
    return found as Record<string, unknown> & { id: string };
  }

  async call({ method, path, body, type, headers }: Call): Promise<Answered> {
    const answer = await fetch(`${this.house.origin}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.everybody.token}`,
        ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    const json: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
    const read = (json ?? {}) as Record<string, unknown>;
    const code = answer.status < 400 ? '' : ` ${codeOf(read)}`;
    return { said: `${answer.status}${code}`, status: answer.status, json, body: read };
  }

  private hospitalFile(): string {
    const unit = (code: string, beds: string): string =>
      [
        `      - { code: ${code}, name: ${code}, levelOfCare: ward, waitTarget: 240,`,
        `          ${code === 'S' ? 'surge: all, ' : ''}rooms: [{ room: R, mixed: true, beds: ${beds} }] }`,
      ].join('\n');
    const alerted = Array.from({ length: ALERTED }, (_, i) => unit(`A${i}`, '01..02'));
    const units = [unit('U', `001..${BEDS}`), unit('S', `01..${SURGE}`), ...alerted];
    const file = join(this.folder, 'hospital.yaml');
    writeFileSync(
      file,
      `facilities:\n  - id: CMD\n    name: Commands\n    timeZone: UTC\n    units:\n${units.join('\n')}\n`,
    );
    return file;
  }

  private environment(): Record<string, string> {
    const destinations = join(this.folder, 'destinations.yaml');
    // Nobody listens there: what is to be forwarded waits. One destination for each run of a command on a whole destination.
    const named = ['ehr', 'ehr-1', 'ehr-2', 'ehr-3', 'ehr-4', 'ehr-5', 'ehr-6'].map((name) => ({
      ...{ name, host: '127.0.0.1', port: 9, adt: ['A05'], retry: { first: 60, most: 60 } },
    }));
    const senders = join(this.folder, 'senders.yaml');
    writeFileSync(senders, JSON.stringify({ senders: [{ match: { applications: 'NOBODY' }, facility: 'CMD' }] }));
    writeFileSync(destinations, JSON.stringify({ destinations: named }));
    const url = `http://127.0.0.1:${(this.hooks.address() as AddressInfo).port}/alerts`;
    return {
      WARDSTREAM_DESTINATIONS_FILE: destinations,
      WARDSTREAM_SENDERS_FILE: senders,
      WARDSTREAM_WEBHOOKS: JSON.stringify([{ name: 'pager', url, secret: 'a secret of sixteen' }]),
      WARDSTREAM_SUBSCRIPTION_HTTP: 'true',
      WARDSTREAM_SUBSCRIPTION_NETWORKS: '127.0.0.0/8',
    };
  }
}

function codeOf(body: Record<string, unknown>): string {
  const { code, issue } = body as { code?: string; issue?: readonly { readonly code: string }[] };
  return code ?? issue?.[0]?.code ?? 'no code';
}
