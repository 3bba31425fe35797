import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { BedData } from '@wardstream/events';
import { Client, House, replayCheck } from '@wardstream/product-under-test';
import { serviceNames } from '@wardstream/service-directory';
import { eventually } from '@wardstream/testing';
import { hospitalFile, type RandomHospital } from '../truth/random-hospital.js';

const SETTLE_MS = 1_800_000;

interface Encounter {
  readonly id: string;
  readonly visitNumber: string;
  readonly status: string;
  readonly class: string | null;
  readonly inNoBed?: boolean;
  readonly location: { readonly bedId: string | null } | null;
}

/** What event-loop-watch.mjs writes: turns of more than 200 ms, and of those of which this thread itself ran for so long. */
interface EventLoop {
  readonly over200: number;
  readonly over200OfCpu: number;
  readonly turns: readonly {
    readonly at: string;
    readonly ms: number;
    readonly cpuMs: number;
    readonly ran: string[];
  }[];
}

/** docs/encounter-rules.md no. 7. */
const inNoBed: ReadonlySet<string | null> = new Set(['P', 'R', 'C', 'N']);

function liesInBed(visit: Encounter): boolean {
  return visit.inNoBed !== true && !inNoBed.has(visit.class);
}

/** A house of random hospitals that is told what nobody ought to send, and the questions whether its boards are still true. */
export class FuzzedHouse {
  house!: House;
  administrator!: Client;
  private readonly folder = mkdtempSync(join(tmpdir(), 'wardstream-long-'));
  private told: EventLoop | undefined;
  private toldUpTo = '';
  private readonly loop = join(this.folder, 'event-loop.json');

  constructor(readonly hospitals: readonly RandomHospital[]) {
    beforeAll(async () => {
      const hospital = join(this.folder, 'hospitals.yaml');
      writeFileSync(hospital, hospitalFile(hospitals));
      const watch = fileURLToPath(new URL('event-loop-watch.mjs', import.meta.url));
      const environment = { NODE_OPTIONS: `--import=${watch}`, EVENT_LOOP_FILE: this.loop };
      this.house = new House({ mode: 'standalone', hospital, environment });
      await this.house.start();
      this.administrator = await Client.as(this.house, 'administrator', 'auditor', 'bed-manager', 'department-system');
      for (const { id } of hospitals)
        await eventually(async () =>
          expect((await this.administrator.get(`/api/v1/facilities/${id}`)).status).toBe(200),
        );
    });
    afterAll(async () => {
      await this.house?.remove();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** Prints the long turns of the product's event loop since the last call, and what ran in them (event-loop-watch.mjs). */
  tellEventLoop(phase: string): void {
    const now = JSON.parse(readFileSync(this.loop, 'utf8')) as EventLoop;
    const fresh = now.turns.filter(({ at }) => at > this.toldUpTo);
    const over = (key: 'over200' | 'over200OfCpu'): number => now[key] - (this.told?.[key] ?? 0);
    console.log(
      `event loop, ${phase}: ${over('over200')} turns over 200 ms (${over('over200OfCpu')} of this thread's own time)`,
      ...fresh.map(({ at, ms, cpuMs, ran }) => `\n  ${at} ${ms} ms, own ${cpuMs} ms: ${ran.slice(0, 6).join(', ')}`),
    );
    this.told = now;
    this.toldUpTo = new Date().toISOString();
  }

  /** Waits until all that was told has been acted on: what is kept is what the messages say, of encounters, beds and counts. */
  async untilSettled(): Promise<void> {
    await eventually(
      async () => {
        for (const kind of ['encounters', 'beds'] as const)
          expect([kind, await replayCheck(this.administrator, kind)]).toMatchObject([
            kind,
            { equal: true, waiting: 0, differences: [] },
          ]);
      },
      { timeoutMs: SETTLE_MS },
    );
  }

  /** Nothing waits, parked or dead, in any service. */
  async expectNothingLeftBehind(): Promise<void> {
    for (const service of serviceNames) {
      const { body } = await this.administrator.get<unknown[]>(`/api/v1/dead-letters/${service}?state=all`);
      expect([service, body]).toEqual([service, []]);
    }
  }

  /** No bed is shown free while an open visit's own record says that its patient is in it, and no free bed names an occupant. */
  async expectNoFalseTile(): Promise<void> {
    for (const { id } of this.hospitals) {
      await eventually(async () => {
        const { body } = await this.administrator.get<{ items: BedData[] }>(`/api/v1/facilities/${id}/beds`);
        const beds = new Map(body.items.map((bed) => [bed.id, bed]));
        const wrong = body.items.filter(
          (b) => (b.state === 'occupied') !== b.occupants.length > 0 && b.state !== 'occupied',
        );
        expect(wrong.map((b) => [b.id, b.state, b.occupants])).toEqual([]);
        for (const visit of await this.openVisits(id)) {
          const bed = beds.get(visit.location?.bedId ?? '');
          if (bed !== undefined && liesInBed(visit))
            expect([visit.visitNumber, bed.id, bed.state]).toEqual([visit.visitNumber, bed.id, 'occupied']);
        }
      });
    }
  }

  private async openVisits(facility: string): Promise<Encounter[]> {
    const open: Encounter[] = [];
    for (const status of ['in-progress', 'on-leave']) {
      for (let after = ''; ;) {
        const { body } = await this.administrator.get<{ items: Encounter[]; next: string | null }>(
          `/api/v1/facilities/${facility}/encounters?status=${status}&limit=500${after}`,
        );
        open.push(...body.items);
        if (body.next === null) break;
        after = `&after=${body.next}`;
      }
    }
    return open;
  }
}
