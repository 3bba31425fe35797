import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  admissionsFeedHeard,
  bedStatusReported,
  type ConflictData,
  encounterChanged,
  encounterConflictChanged,
  type EncounterData,
  type FeedData,
} from '@wardstream/events';
import { seededRandom } from '@wardstream/kernel';
import { eventually } from '@wardstream/testing';
import {
  a01,
  a02,
  cases,
  corrections,
  fact,
  neighbours,
  smallHouse,
  summary,
} from '@wardstream/encounter-model/testing';
import type { DerivedEncounter, VisitFact } from '@wardstream/encounter-model';
import { AdmissionsHouse, answered, type Sender } from './testing/admissions-house.spec.js';
import { messageOf } from './testing/messages.spec.js';
import { SendersFile } from './testing/senders-file.spec.js';

let house: AdmissionsHouse;
let sender: Sender;
let senders: SendersFile;

beforeAll(async () => {
  senders = new SendersFile('senders:\n  - { match: { applications: ADT2 }, facility: NGH, name: Second system }\n');
  house = await AdmissionsHouse.start({ WARDSTREAM_SENDERS_FILE: senders.path });
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(async () => {
  await house?.remove();
  senders?.remove();
});

/** Sends the facts of a visit in the given order, each received when it says. */
async function tell(visit: string, ...facts: VisitFact[]): Promise<void> {
  for (const f of facts) {
    house.clock.set(f.receivedAt);
    const ack = await sender.send(messageOf(f, visit));
    expect(answered(ack).slice(0, 2)).toBe('AA');
  }
}

async function shown(visit: string): Promise<ReturnType<typeof summary>> {
  return summary((await house.encounter(visit)) as unknown as DerivedEncounter);
}

let visits = 0;
const newVisit = (): string => `V${++visits}`;

describe('every trigger and rule, through the real service', () => {
  const all = Object.entries({ ...cases, ...corrections, ...neighbours }).flatMap(([theme, of]) =>
    of.map(([title, facts, expected]) => [`${theme}: ${title}`, facts, expected] as const),
  );

  it.each(all)('%s', async (_, facts, expected) => {
    const visit = newVisit();
    await tell(visit, ...facts);
    await house.drained();
    expect(await shown(visit)).toMatchObject({ conflicts: [], ...expected });
  });

  it('comes to the same in another order, with repeats, over several connections', async () => {
    const random = seededRandom(7);
    const told = all.flatMap(([, facts, expected]) => {
      const visit = newVisit();
      const messages = facts.map((f) => ({ text: messageOf(f, visit), receivedAt: f.receivedAt }));
      const untied = facts.every((f) => f.receivedAt === f.fact.recordedAt);
      return untied ? [{ visit, expected, messages }] : [];
    });
    const arriving = told.flatMap(({ messages }) => [...messages, messages[0]!]).map((m) => ({ m, order: random() }));
    arriving.sort((a, b) => a.order - b.order);
    // All of it has happened when it comes.
    house.clock.set('2026-03-31T00:00:00.000Z');
    const senders = await Promise.all([1, 2, 3].map(() => house.sender()));
    await Promise.all(arriving.map(({ m }, i) => senders[i % 3]!.send(m.text)));
    await house.drained();
    for (const { visit, expected } of told) {
      expect([visit, await shown(visit)]).toMatchObject([visit, { conflicts: [], ...expected }]);
    }
    expect(told.length).toBeGreaterThan(100);
  });
});

describe('what is published', () => {
  it('is the whole encounter after each change, in growing versions, with its cause', async () => {
    const visit = newVisit();
    await tell(visit, a01, a02, fact('discharge', { at: '15:00', in: '4B-1' }));
    await house.drained();
    const { id } = (await house.encounter(visit))!;
    const events = await eventually(() => {
      const found = house.events<EncounterData>(encounterChanged, id as string);
      expect(found.at(-1)?.data.status).toBe('discharged');
      return found;
    });
    const versions = events.map((e) => e.aggregateVersion);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(events.at(-1)).toMatchObject({
      facility: 'NGH',
      data: {
        visitNumber: visit,
        patient: { initials: 'AW', ageBand: '60s', sex: 'female' },
        location: null,
        stays: [
          { place: { bedId: '4A-1' }, leavesDirty: true, endedBy: 'transfer' },
          { place: { bedId: '4B-1' }, endedBy: 'discharge' },
        ],
        cause: { kind: 'discharge', trigger: 'A03', by: 'ADT1', at: '2026-03-01T15:00:00.000Z' },
      },
    });
    expect(JSON.stringify(events)).not.toMatch(/Ward"|Ada|1956/);
  });

  it('is nothing where a repeat changes nothing', async () => {
    const visit = newVisit();
    await tell(visit, a01);
    await house.drained();
    const { id, version } = (await house.encounter(visit))!;
    await tell(visit, fact('admit', { at: '10:00', recv: '10:05', in: '4A-1', again: 1 }));
    await house.drained();
    expect((await house.encounter(visit))!['version']).toBe(version);
    expect(await house.rows('SELECT FROM admissions.fact WHERE encounter_id = $1', [id])).toHaveLength(2);
  });

  it('is a conflict when it opens and when later facts close it', async () => {
    const visit = newVisit();
    await tell(visit, a01, fact('update', { at: '13:00', in: '4B-1' }));
    await house.drained();
    const [open] = (await house.encounter(visit))!['conflicts'] as ConflictData[];
    expect(open).toMatchObject({
      kind: 'update-place-differs',
      severity: 'low',
      subject: { type: 'encounter' },
      unit: '4A',
      closedAt: null,
      facts: [{ says: 'in 4A-1' }, { source: 'ADT1', says: 'in 4B-1', at: '2026-03-01T13:00:00.000Z' }],
    });
    await tell(visit, fact('transfer', { at: '14:00', in: '4B-1', from: '4A-1' }));
    await house.drained();
    expect((await house.encounter(visit))!['conflicts']).toEqual([]);
    await eventually(() => {
      const told = house.events<ConflictData>(encounterConflictChanged, open!.id).map((e) => e.data);
      expect(told.map((c) => [c.version, c.closedAt !== null, c.closedBy])).toEqual([
        [1, false, null],
        [2, true, 'later facts'],
      ]);
    });
  });

  it('is the status of a bed that A20 tells, for a bed that is known', async () => {
    const a20 = (bed: string, code: string): string =>
      `MSH|^~\\&|EVS|NGH|W|NGH|20260301100000+0000||ADT^A20|B${bed}${code}|P|2.5.1\rEVN|A20|20260301100000+0000\rNPU|4A^^${bed}|${code}`;
    expect(answered(await sender.send(a20('2', 'K')))).toBe('AA B2K');
    const elsewhere = await sender.send(a20('77', 'U'));
    expect(elsewhere).toMatch(/ERR\|[^|]*\|NPU\^1\^1\|204[^|]*\|W\|/);
    await house.drained();
    await eventually(() => {
      expect(house.events(bedStatusReported)).toMatchObject([
        {
          subject: '4A-2',
          time: '2026-03-01T10:00:00.000Z',
          data: { place: { bedId: '4A-2' }, code: 'K', cause: { kind: 'bed-status', trigger: 'A20', by: 'EVS' } },
        },
      ]);
    });
  });

  it('is that a feed was heard, by the name it is configured with', async () => {
    await tell(newVisit(), fact('admit', { at: '10:00', in: '4A-1', source: 'ADT2' }));
    await eventually(() => {
      const feeds = house.events<FeedData>(admissionsFeedHeard).map((e) => e.data);
      expect(feeds.map((f) => [f.feed, f.name])).toEqual(
        expect.arrayContaining([
          ['ADT1', 'ADT1'],
          ['ADT2', 'Second system'],
        ]),
      );
      expect(feeds.every((f) => f.facility === 'NGH' && f.received > 0)).toBe(true);
    });
  });
});

describe('repeats and control ids (rule 1)', () => {
  it('a repeat is answered AA again and kept once', async () => {
    const message = messageOf(a01, newVisit(), { controlId: 'R1' });
    const other = await house.sender();
    const acks = await Promise.all([sender.send(message), other.send(`${message}\r`), sender.send(message)]);
    expect(acks.map(answered)).toEqual(['AA R1', 'AA R1', 'AA R1']);
    expect(await house.rows("SELECT FROM admissions.message WHERE control_id = 'R1'")).toHaveLength(1);
  });

  it('the same control id with another body is a new fact, and a conflict', async () => {
    const [first, second] = [newVisit(), newVisit()];
    for (const visit of [first, second]) {
      expect(answered(await sender.send(messageOf(a01, visit, { controlId: 'R2' })))).toBe('AA R2');
    }
    await house.drained();
    expect([(await shown(first)).is, (await shown(second)).is]).toEqual(['in-progress 4A-1', 'in-progress 4A-1']);
    await eventually(() => {
      const conflict = house
        .events<ConflictData>(encounterConflictChanged)
        .find((e) => e.data.kind === 'control-id-reused');
      expect(conflict?.data).toMatchObject({ subject: { type: 'message' }, facts: [{ source: 'ADT1' }] });
    });
  });
});
