import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runningPostgresUrl } from '@wardstream/deploy/local-postgres';
import { Client, House } from '@wardstream/product-under-test';
import { eventually } from '@wardstream/testing';
import pg from 'pg';

interface Act {
  readonly act: string;
  readonly bed: string | null;
  readonly outcome: string;
}
interface Listed<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

describe('the audit of a hospital on one box', () => {
  const house = new House({ mode: 'standalone' });
  let manager: Client;
  let auditor: Client;
  let facility: string;
  let beds: readonly string[];
  const noted = join(house.dataDir, 'noted.json');

  beforeAll(async () => {
    await house.start();
    [manager, auditor] = [await Client.as(house, 'bed-manager'), await Client.as(house, 'auditor')];
    await eventually(async () => {
      const { body } = await manager.get<Listed<{ id: string }>>('/api/v1/facilities');
      facility = body.items[0]!.id;
      const { body: all } = await manager.get<Listed<{ id: string }>>(`/api/v1/facilities/${facility}/beds`);
      beds = all.items.map(({ id }) => id);
      expect(beds.length).toBeGreaterThan(60);
    });
  });
  afterAll(async () => {
    await house.remove();
    rmSync(noted, { force: true });
  });

  const acts = async (query: string): Promise<Act[]> => {
    const all: Act[] = [];
    for (let after = ''; ;) {
      const { body } = await auditor.get<Listed<Act>>(`/api/v1/audit?limit=500&${query}${after}`);
      all.push(...body.items);
      if (body.next === null) return all;
      after = `&after=${body.next}`;
    }
  };
  const verify = (...args: string[]) => {
    const program = join(root, 'services', 'standalone', 'dist', 'audit-verify.js');
    const env = { ...process.env, WARDSTREAM_DATA_DIR: house.dataDir, DATABASE_URL: '' };
    delete (env as Record<string, string | undefined>)['DATABASE_URL'];
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { env, encoding: 'utf8' });
    return { status, said: stdout + stderr };
  };

  it('has every command that was answered once, although the power went twice amid them', async () => {
    const answered: string[] = [];
    const asked = beds.slice(0, 60);
    for (const [from, to] of [
      [0, 20],
      [20, 40],
    ] as const) {
      let killed: Promise<void> | undefined;
      await Promise.all(
        asked.slice(from, to).map(async (bed, n) => {
          const path = `/api/v1/facilities/${facility}/beds/${bed}/block`;
          const answer = await manager.post(path, { reason: 'Power test' }).catch(() => undefined);
          if (answer?.status === 200) answered.push(bed);
          if (n === 5) killed = house.kill();
        }),
      );
      await killed;
      await house.start();
    }
    for (const bed of asked.slice(40)) {
      const { status } = await manager.post(`/api/v1/facilities/${facility}/beds/${bed}/block`, { reason: 'No test' });
      expect(status).toBe(200);
      answered.push(bed);
    }
    expect(answered.length).toBeGreaterThan(20);
    await eventually(async () => {
      const found = await acts('act=bed.block&outcome=done');
      expect(answered.filter((bed) => !found.some((act) => act.bed === bed))).toEqual([]);
      expect(new Set(found.map(({ bed }) => bed)).size).toBe(found.length);
    });
    const blocked = await manager.get<Listed<{ id: string; state: string }>>(`/api/v1/facilities/${facility}/beds`);
    const { items } = blocked.body;
    const found = await acts('act=bed.block&outcome=done');
    expect(found.map(({ bed }) => bed).sort()).toEqual(
      items
        .filter(({ state }) => state === 'blocked')
        .map(({ id }) => id)
        .sort(),
    );
  });

  it('is verified by whoever has the public key, while the house runs', async () => {
    const { status, said } = verify('--save', noted);
    expect([status, said]).toEqual([0, expect.stringContaining('The audit is as it was written.')]);
    const { items } = JSON.parse(readFileSync(noted, 'utf8')) as Listed<{ facility: string }>;
    expect(items.map((item) => item.facility)).toContain(facility);
    expect(verify('--known', noted).status).toBe(0);
    expect(verify('--key', join(house.dataDir, 'nothing.pem'))).toMatchObject({ status: 2 });
  });

  it('is found out where somebody with the database changed it', async () => {
    const client = new pg.Client({
      connectionString: runningPostgresUrl(join(house.dataDir, 'postgres'), 'wardstream'),
    });
    await client.connect();
    await client.query(`SET session_replication_role = 'replica'`);
    await client.query(`DELETE FROM audit.audit_entry WHERE facility = $1 AND seq = 7`, [facility]);
    await client.end();
    const { status, said } = verify();
    expect(status).toBe(1);
    expect(said).toContain(`${facility} 7 missing: Entry 7 is missing.`);
  });
});
