import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { BedView, BoardSnapshot, EncounterView } from '@wardstream/api-contract';
import {
  admissionsFeedHeard,
  alertChanged,
  bedConflictChanged,
  bedRequestChanged,
  dischargePlanChanged,
  encounterChanged,
  type AlertData,
  type ConflictData,
} from '@wardstream/events';
import { eventually, startPostgres, type TestPostgres } from '@wardstream/testing';
import { bed, BoardUnderTest, facility, NOW, numberOf, type Told } from './board.fixture.spec.js';
import { formatPlace, parsePlace } from './domain/stream-place.js';
import { StreamPruner } from './stream/stream-pruner.js';

let postgres: TestPostgres;
const boards: BoardUnderTest[] = [];
const web = mkdtempSync(join(tmpdir(), 'board-web-'));

beforeAll(async () => {
  postgres = await startPostgres();
  mkdirSync(join(web, 'assets'));
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Wardstream</title>');
  writeFileSync(join(web, 'assets', 'index-a1b2c3.js'), 'export {};');
  writeFileSync(join(web, 'assets', 'index-a1b2c3.js.br'), brotliCompressSync('export {};'));
});
afterEach(async () => {
  for (const board of boards.splice(0)) await board.stop();
});
afterAll(async () => {
  await postgres?.stop();
  rmSync(web, { recursive: true });
});

async function start(name: string, values: Record<string, string> = {}): Promise<BoardUnderTest> {
  const [database, log] = await Promise.all([postgres.createDatabase(name), postgres.createDatabase(`${name}_log`)]);
  const board = await BoardUnderTest.start(database, log, { WARDSTREAM_WEB_DIR: web, ...values });
  boards.push(board);
  return board;
}

const patient = { initials: 'T.M.', ageBand: '60s', sex: 'male' };
const encounter = (version: number, more: object = {}): Told => ({
  definition: encounterChanged,
  subject: 'e1',
  version,
  facility: 'NGH',
  data: {
    encounterId: 'e1',
    facility: 'NGH',
    version,
    visitNumber: 'V1',
    patient,
    status: 'in-progress',
    class: 'I',
    specialty: 'MED',
    location: null,
    inTransit: false,
    pendings: [{ kind: 'discharge', place: null, expectedAt: '2026-01-15T10:00:00.000Z', at: NOW }],
    stays: [],
    registeredAt: '2026-01-12T08:00:00.000Z',
    admittedAt: '2026-01-12T09:00:00.000Z',
    dischargedAt: null,
    conflictIds: [],
    cause: { kind: 'admit', by: 'ADT', at: NOW, recordedAt: NOW, receivedAt: NOW },
    ...more,
  },
});
const alert = (id: string, version: number, more: Partial<AlertData> = {}): Told => ({
  definition: alertChanged,
  subject: id,
  version,
  facility: 'NGH',
  data: {
    id,
    facility: 'NGH',
    version,
    rule: 'dirty-not-started',
    subject: { type: 'bed', id: '4A-01' },
    unit: '4A',
    where: '4A-01',
    severity: 'warn',
    state: 'firing',
    title: 'Cleaning not started',
    detail: '41 min, limit 30.',
    measured: 41,
    limit: 30,
    measuredIn: 'minutes',
    since: NOW,
    firedAt: NOW,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    ...more,
  },
});
const conflict = (id: string, version: number, more: Partial<ConflictData> = {}): Told => ({
  definition: bedConflictChanged,
  subject: id,
  version,
  facility: 'NGH',
  data: {
    id,
    facility: 'NGH',
    version,
    kind: 'bed-disputed',
    severity: 'high',
    subject: { type: 'bed', id: '4A-01' },
    unit: '4A',
    facts: [],
    openedAt: NOW,
    closedAt: null,
    closedBy: null,
    reason: null,
    ...more,
  },
});
const request = (version: number, status: string): Told => ({
  definition: bedRequestChanged,
  subject: 'r1',
  version,
  facility: 'NGH',
  data: {
    id: 'r1',
    facility: 'NGH',
    version,
    encounterId: 'e1',
    visitNumber: 'V1',
    patient,
    status,
    source: 'ED',
    from: null,
    toUnit: '4A',
    priority: 'routine',
    needs: { levelOfCare: 'ward', specialty: null, isolation: 'none', sex: 'any', telemetry: false, equipment: [] },
    assignedBedId: null,
    readyToMove: false,
    targetMinutes: 240,
    decisionToAdmitAt: null,
    requestedAt: NOW,
    assignedAt: null,
    bedCleanAt: null,
    readyToMoveAt: null,
    occupiedAt: status === 'occupied' ? NOW : null,
    cancelledAt: null,
  },
});
const plan = (version: number, status: string): Told => ({
  definition: dischargePlanChanged,
  subject: 'e1',
  version,
  facility: 'NGH',
  data: {
    encounterId: 'e1',
    facility: 'NGH',
    version,
    visitNumber: 'V1',
    status,
    unit: '4A',
    bedId: '4A-01',
    expectedAt: null,
    pendingAt: NOW,
    confirmedAt: null,
    departedAt: status === 'departed' ? NOW : null,
    cancelledAt: null,
    waitingFor: null,
    targetMinutes: 120,
  },
});
const feed: Told = {
  definition: admissionsFeedHeard,
  subject: 'ADT',
  version: 1,
  facility: 'NGH',
  data: { facility: 'NGH', feed: 'ADT', name: 'Admissions', lastReceivedAt: NOW, received: 1, usualGapSeconds: null },
};

describe('the board', () => {
  it('begins a stream with a snapshot and goes on with every change, each with the next number', async () => {
    const board = await start('stream');
    await board.tell(
      facility('NGH'),
      bed('NGH', '4A-01', 1),
      encounter(1),
      request(1, 'requested'),
      plan(1, 'pending'),
    );
    await board.tell(feed, alert('a1', 1), conflict('c1', 1));
    const stream = await eventually(async () => {
      const opened = await board.stream('NGH');
      await eventually(() => expect(opened.events.length).toBeGreaterThan(0));
      expect(opened.snapshot.conflicts).toHaveLength(1);
      return opened;
    });
    expect(stream.snapshot).toMatchObject({
      now: NOW,
      speed: 1,
      facility: { name: 'Hospital NGH' },
      beds: [{ id: '4A-01', state: 'available' }],
      requests: [{ id: 'r1' }],
      plans: [{ encounterId: 'e1' }],
      alerts: [{ id: 'a1' }],
      feeds: [{ name: 'Admissions', owner: 'admissions' }],
      encounters: [
        { encounterId: 'e1', startedAt: '2026-01-12T09:00:00.000Z', expectedDischargeAt: '2026-01-15T10:00:00.000Z' },
      ],
    });
    expect(stream.snapshot.beds[0]).not.toHaveProperty('history');
    expect(stream.snapshot.lastEventId).toBe(stream.events[0]!.id);

    await board.tell(bed('NGH', '4A-01', 2, { state: 'dirty' }), bed('NGH', '4A-02', 1));
    await eventually(() => expect(stream.numbered).toHaveLength(3));
    const first = numberOf(stream.snapshot.lastEventId);
    expect(stream.numbered).toEqual([
      ['snapshot', first],
      ['bed', first + 1],
      ['bed', first + 2],
    ]);
    expect(stream.latest('clock')).toEqual({ now: NOW, speed: 1 });
  });

  it('shows what has ended once more on the stream, and no longer in a snapshot', async () => {
    const board = await start('ended');
    await board.tell(
      facility('NGH'),
      encounter(1),
      request(1, 'requested'),
      plan(1, 'pending'),
      conflict('c1', 1),
      alert('a1', 1),
    );
    const stream = await board.stream('NGH');
    // All of it: what is heard of only when it has ended is not shown at all.
    await eventually(async () => {
      const { body } = await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board');
      const { encounters, requests, plans, conflicts, alerts } = body;
      expect([encounters, requests, plans, conflicts, alerts].map((list) => list.length)).toEqual([1, 1, 1, 1, 1]);
    });
    await board.tell(
      encounter(2, { status: 'discharged', dischargedAt: NOW }),
      request(2, 'occupied'),
      plan(2, 'departed'),
      conflict('c1', 2, { closedAt: NOW, closedBy: 'facts', reason: 'withdrawn' }),
      alert('a1', 2, { state: 'resolved', resolvedAt: NOW }),
    );
    await eventually(() => {
      expect(stream.latest<EncounterView>('encounter')?.status).toBe('discharged');
      expect(stream.latest<ConflictData>('conflict')?.closedAt).toBe(NOW);
      expect(stream.latest<AlertData>('alert')?.state).toBe('resolved');
      expect(stream.latest<{ status: string }>('request')?.status).toBe('occupied');
      expect(stream.latest<{ status: string }>('plan')?.status).toBe('departed');
    });
    await eventually(async () => {
      const { body } = await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board');
      expect([body.encounters, body.requests, body.plans, body.conflicts]).toEqual([[], [], [], []]);
      expect(body.alerts.map((a) => a.state)).toEqual(['resolved']);
    });
    board.clock.advanceMs(3_600_001);
    await eventually(async () =>
      expect((await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board')).body.alerts).toEqual([]),
    );

    const closed = await board.get<{ items: ConflictData[] }>('/api/v1/conflicts?facility=NGH&state=closed');
    expect(closed.body.items).toMatchObject([{ id: 'c1', reason: 'withdrawn' }]);
    expect((await board.get<{ items: unknown[] }>('/api/v1/conflicts?facility=NGH')).body.items).toEqual([]);
  });

  it('takes no older state over a newer one, and says nothing of a change that nobody sees', async () => {
    const board = await start('versions');
    await board.tell(facility('NGH'), bed('NGH', '4A-01', 5, { state: 'dirty' }), encounter(1));
    const stream = await board.stream('NGH');
    await eventually(() => expect(stream.events.length).toBeGreaterThan(0));
    await board.tell(
      bed('NGH', '4A-01', 4, { state: 'occupied' }),
      encounter(2),
      encounter(3, { class: 'E' }),
      bed('NGH', '4A-09', 1),
    );
    await eventually(() => expect(stream.latest<BedView>('bed')?.id).toBe('4A-09'));
    await eventually(async () => {
      const { body } = await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board');
      expect(body.beds.map((b) => [b.id, b.state])).toEqual([
        ['4A-01', 'dirty'],
        ['4A-09', 'available'],
      ]);
      expect(body.encounters).toMatchObject([{ class: 'E' }]);
    });
    const { body } = await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board');
    const said = stream.numbered.length;
    await board.tell(encounter(4, { class: 'E', conflictIds: ['x'] }), bed('NGH', '4A-10', 1));
    await eventually(() => expect(stream.latest<BedView>('bed')?.id).toBe('4A-10'));
    expect(stream.numbered.slice(said).map(([event]) => event)).toEqual(['bed']);
    expect(numberOf(stream.lastId!)).toBeGreaterThan(numberOf(body.lastEventId));
  });

  it('goes on after Last-Event-ID, over a restart too, and begins anew where it cannot', async () => {
    const [database, log] = await Promise.all([
      postgres.createDatabase('resume'),
      postgres.createDatabase('resume_log'),
    ]);
    let board = await BoardUnderTest.start(database, log, { WARDSTREAM_WEB_DIR: web });
    await board.tell(facility('NGH'), bed('NGH', '4A-01', 1));
    const first = await board.stream('NGH');
    await eventually(async () => {
      expect((await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board')).body.beds).toHaveLength(1);
      expect(first.lastId).toBeDefined();
    });
    await board.tell(bed('NGH', '4A-01', 2), bed('NGH', '4A-01', 3));
    await eventually(() => expect(first.latest<BedView>('bed')?.version).toBe(3));
    const lastId = first.lastId!;
    await board.stop();

    board = await BoardUnderTest.start(database, log, { WARDSTREAM_WEB_DIR: web, WARDSTREAM_BOARD_KEEP_EVENTS: '100' });
    boards.push(board);
    await board.tell(bed('NGH', '4A-02', 1));
    await eventually(async () =>
      expect((await board.get<BoardSnapshot>('/api/v1/facilities/NGH/board')).body.beds).toHaveLength(2),
    );
    const resumed = await board.stream('NGH', lastId);
    await eventually(() => expect(resumed.numbered).toEqual([['bed', numberOf(lastId) + 1]]));
    expect(resumed.latest('clock')).toBeDefined();

    const head = resumed.lastId!;
    const idle = await board.stream('NGH', head);
    await eventually(() => expect(idle.events.map((e) => e.event)).toEqual(['clock']));

    const place = parsePlace(head)!;
    const beyond = formatPlace({ ...place, next: place.next.map((n) => n + 1_000) });
    const ofAnother = formatPlace({ ...place, stream: 'ffffffff' });
    const otherLetters = formatPlace({ ...place, letters: 'ffffffff' });
    // The last but one is what versions before this one wrote.
    for (const unusable of [beyond, ofAnother, otherLetters, '0a1b2c3d-1', 'nonsense']) {
      const anew = await board.stream('NGH', unusable);
      await eventually(() => expect(anew.events[0]?.event).toBe('snapshot'));
    }
    await board.tell(...Array.from({ length: 130 }, (_, i) => bed('NGH', `X-${i}`, 1)));
    await eventually(() => expect(resumed.latest<BedView>('bed')?.id).toBe('X-129'));
    await board.service.get(StreamPruner).prune();
    const pruned = await board.stream('NGH', lastId);
    await eventually(() => expect(pruned.events[0]?.event).toBe('snapshot'));
    const kept = await board.stream('NGH', resumed.ids.at(-50));
    await eventually(() => expect(kept.numbered).toHaveLength(49));
    expect(kept.events.map((e) => e.event)).not.toContain('snapshot');
  });

  it('tells who is signed in and what there is to see, and is closed to everyone else', async () => {
    const board = await start('access');
    await board.tell(facility('NGH'), facility('EAST'));
    await eventually(async () => {
      expect((await board.get('/api/v1/me', 'auditor')).body).toEqual({
        subject: 'mo',
        name: 'M. Okafor',
        roles: ['auditor'],
        units: null,
        session: null,
        facilities: [
          { id: 'EAST', name: 'Hospital EAST' },
          { id: 'NGH', name: 'Hospital NGH' },
        ],
      });
    });
    for (const path of ['me', 'conflicts', 'facilities/NGH/board', 'facilities/NGH/stream']) {
      const answer = await fetch(`${board.origin}/api/v1/${path}`);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        401,
        'application/problem+json; charset=utf-8',
      ]);
    }
    expect(await board.get('/api/v1/facilities/NOWHERE/stream')).toMatchObject({
      status: 404,
      body: { code: 'facility-unknown' },
    });
    expect(await board.get('/api/v1/facilities/NOWHERE/board')).toMatchObject({
      status: 404,
      body: { code: 'facility-unknown' },
    });
    expect(await board.get('/api/v1/conflicts?state=odd')).toMatchObject({
      status: 400,
      body: { code: 'validation-failed' },
    });
  });

  it('serves the web application strictly: its files, its one page for its places, nothing else', async () => {
    const board = await start('web');
    const page = await fetch(`${board.origin}/units/4A?bed=4A-14`);
    expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect(await page.text()).toContain('<title>Wardstream</title>');
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');

    const asset = await fetch(`${board.origin}/assets/index-a1b2c3.js`);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
    const encoded = await fetch(`${board.origin}/assets/index-a1b2c3.js`, { headers: { 'accept-encoding': 'br' } });
    expect([encoded.headers.get('content-encoding'), await encoded.text()]).toEqual(['br', 'export {};']);
    expect((await fetch(`${board.origin}/assets/gone.js`)).status).toBe(404);
    const nothing = await fetch(`${board.origin}/api/v1/nothing`);
    expect([nothing.status, nothing.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    for (const outside of [
      '/..%2f..%2fetc%2fpasswd.txt',
      '/%2e%2e/%2e%2e/package.json',
      '/assets/..%5c..%5cpackage.json',
    ]) {
      expect([outside, (await fetch(`${board.origin}${outside}`)).status]).toEqual([outside, 404]);
    }
  });

  it('says so where the web application was not built', async () => {
    const board = await start('unbuilt', { WARDSTREAM_WEB_DIR: join(web, 'nowhere') });
    const answer = await fetch(`${board.origin}/`);
    expect([answer.status, await answer.text()]).toEqual([503, 'The web application has not been built.\n']);
  });
});
