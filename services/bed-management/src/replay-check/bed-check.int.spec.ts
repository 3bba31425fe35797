import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '@wardstream/persistence';
import type { Role } from '@wardstream/service-kit';
import { BedHouse, encounterId } from '../fixtures/bed-house.js';
import type { BedReport } from './bed-check.js';

describe('beds derived anew', () => {
  const house = new BedHouse();
  const check = async (role: Role = 'administrator') => house.send<BedReport>('POST', 'replay-check/beds', {}, role);
  const differences = async () => (await check()).body.differences;
  const sql = (statement: string) => house.service.get(UnitOfWork).query(statement);

  beforeAll(async () => {
    await house.start();
    // Longer than two checkpoints, told backwards, so that much was derived again.
    const stays = Array.from({ length: 20 }, (_, i) =>
      house.encounter(`L${i}`, [['W2-01', -600 + i * 20, -590 + i * 20]]),
    );
    for (const stay of stays.reverse()) await house.append([stay]);
    await house.append([
      house.encounter('P1', [['W2-02', 0, 60]]),
      house.encounter('P2', [['W2-03', 0]]),
      house.encounter('P3', [['W2-03', 30]]),
      house.status('W2-04', 'O', 60),
    ]);
    await house.becomes('W2-01', (bed) => expect(bed.state).toBe('dirty'));
    await house.becomes('W2-02', (bed) => expect(bed.state).toBe('dirty'));
    const disputed = await house.becomes('W2-03', (bed) => expect(bed.occupants).toHaveLength(2));
    await house.becomes('W2-04', (bed) => expect(bed.state).toBe('occupied'));
    await house.command('W2-02', 'cleaning-started');
    await house.command('W2-05', 'block', { reason: 'Broken rail' });
    const body = { reason: 'Wristband read', version: 1, encounterId: encounterId('P3') };
    await house.send('POST', `bed-conflicts/${disputed.conflicts[0]!.id}/close`, body);
  }, 120_000);
  afterAll(() => house.stop());

  it('are what is kept', async () => {
    const { status, body } = await check();
    expect([status, body]).toEqual([200, { beds: 46, waiting: 0, equal: true, differences: [], next: null }]);
    expect(await sql('SELECT 1 FROM bed_checkpoint')).not.toEqual([]);
  });

  const faults: readonly [title: string, harm: string, bedId: string, field: string, repair: string][] = [
    [
      'a bed that is shown free',
      `UPDATE bed SET view = jsonb_set(view, '{state}', '"available"') WHERE id = 'W2-03'`,
      ...([
        'W2-03',
        'state',
        `UPDATE bed SET view = jsonb_set(view, '{state}', '"occupied"') WHERE id = 'W2-03'`,
      ] as const),
    ],
    [
      'a stay that is not shown',
      `UPDATE stay SET bed_id = 'W2-09' WHERE bed_id = 'W2-02'`,
      ...(['W2-09', 'state', `UPDATE stay SET bed_id = 'W2-02' WHERE bed_id = 'W2-09'`] as const),
    ],
    [
      'a claim of somebody else',
      `UPDATE bed_claim SET encounter_id = encounter_id || '?' WHERE bed_id = 'W2-02'`,
      ...(['W2-02', 'history.claims', `UPDATE bed_claim SET encounter_id = rtrim(encounter_id, '?')`] as const),
    ],
    [
      'a conflict that was closed by nobody',
      `UPDATE bed_conflict SET closed_at = opened_at WHERE bed_id = 'W2-04'`,
      ...(['W2-04', 'history.conflicts', `UPDATE bed_conflict SET closed_at = NULL WHERE bed_id = 'W2-04'`] as const),
    ],
    [
      'a cleaning that nobody did',
      `UPDATE cleaning_job SET completed_at = requested_at WHERE bed_id = 'W2-02'`,
      ...(['W2-02', 'history.jobs', `UPDATE cleaning_job SET completed_at = NULL WHERE bed_id = 'W2-02'`] as const),
    ],
  ];
  it.each(faults)('find %s, by bed and field, without a value', async (_, harm, bedId, field, repair) => {
    await sql(harm);
    const found = await differences();
    expect(found).toContainEqual({ facility: 'H1', bedId, field });
    for (const each of found) expect(Object.keys(each).sort()).toEqual(['bedId', 'facility', 'field']);
    await sql(repair);
    expect(await differences()).toEqual([]);
  });

  it('are compared page by page, as far as a call is to go, and no bed twice', async () => {
    const reports: BedReport[] = [];
    for (let next = ''; reports.length < 10; next = `&after=${reports.at(-1)!.next}`) {
      const { body } = await house.send<BedReport>('POST', `replay-check/beds?limit=1${next}`, {}, 'administrator');
      reports.push(body);
      if (body.next === null) break;
    }
    // Twenty at a time.
    expect(reports.map(({ beds, equal }) => [beds, equal])).toEqual([
      [20, null],
      [40, null],
      [46, null],
      [46, true],
    ]);
    const wrong = await house.send<{ code: string }>('POST', 'replay-check/beds?after=x', {}, 'administrator');
    expect([wrong.status, wrong.body.code]).toEqual([400, 'validation-failed']);
  });

  it('are for administrators', async () => {
    expect((await check('bed-manager')).status).toBe(403);
  });
});
