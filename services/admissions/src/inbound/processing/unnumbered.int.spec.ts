import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ConflictData, type DataOf, messageFailureChanged } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import fc from 'fast-check';
import { a01, fact, smallHouse, summary } from '@wardstream/encounter-model/testing';
import type { DerivedEncounter } from '@wardstream/encounter-model';
import { AdmissionsHouse, answered, type Sender, type Shown } from '../../testing/admissions-house.spec.js';
import { messageOf } from '../../testing/messages.spec.js';
import { admission, histories, textOf } from '../../testing/unnumbered-histories.spec.js';
import { ProcessBatch } from './process-batch.js';

const RUNS = Number(process.env['UNNUMBERED_RUNS'] ?? 6);

type Failure = DataOf<typeof messageFailureChanged>;

let house: AdmissionsHouse;
let sender: Sender;
let visits = 0;
const newVisit = (): string => `U${(visits += 1)}`;

beforeAll(async () => {
  house = await AdmissionsHouse.start();
  await house.configure(smallHouse);
  sender = await house.sender();
});
afterAll(() => house?.remove());

async function shown(visit: string): Promise<ReturnType<typeof summary>> {
  return summary((await house.encounter(visit)) as unknown as DerivedEncounter);
}
describe('a message without a visit number (rule 2)', () => {
  const without = (trigger: string, patient: string, at: string): string =>
    `MSH|^~\\&|ADT1|NGH|W|NGH|${at}+0000||ADT^${trigger}|N${patient}${trigger}${at}|P|2.5.1\rEVN|${trigger}|${at}+0000\rPID|1||${patient}\rPV1|1|I|4B^^2`;

  it("belongs to the patient's only open visit, also when that was told a moment before", async () => {
    const visit = newVisit();
    const admitted = messageOf(a01, visit).replace(/PID\|1\|\|[^|]*\|/, 'PID|1||LONE|');
    const acks = await Promise.all([sender.send(admitted), sender.send(without('A02', 'LONE', '20260301120000'))]);
    expect(acks.map((a) => answered(a).slice(0, 2))).toEqual(['AA', 'AA']);
    await house.drained();
    expect((await shown(visit)).is).toBe('in-progress 4B-2');
    expect(answered(await sender.send(without('A02', 'LONE', '20260301120000'))).slice(0, 2)).toBe('AA');
    await house.drained();
    expect((await house.encounter(visit))!['movements']).toHaveLength(2);
  });

  it('waits for its visit where there is none, and where there are two, and says so', async () => {
    const none = await sender.send(without('A01', 'NOBODY', '20260301100000'));
    expect(none).toContain('MSA|AA|');
    expect(none).toMatch(/ERR\|[^|]*\|PV1\^1\^19\|101\^[^|]*\|W\|/);
    for (const visit of [newVisit(), newVisit()]) {
      await sender.send(messageOf(a01, visit).replace(/PID\|1\|\|[^|]*\|/, 'PID|1||TWICE|'));
    }
    await house.drained();
    const twice = await sender.send(without('A02', 'TWICE', '20260301120000'));
    expect(twice).toMatch(/MSA\|AA\|[^]*\|PV1\^1\^19\|101\^[^|]*\|W\|/);
    const { body } = await house.call('GET', 'messages?disposition=unplaced');
    const waiting = (body['items'] as { cause: string }[]).filter(({ cause }) => cause === 'visit-awaited');
    expect(waiting).toHaveLength(2);
  });

  const permutations = <T>(all: readonly T[]): T[][] =>
    all.length < 2
      ? [[...all]]
      : all.flatMap((one, i) => permutations(all.toSpliced(i, 1)).map((rest) => [one, ...rest]));

  it('comes to the same in whatever order it and its admission come', async () => {
    const shownAs: unknown[] = [];
    for (const order of permutations([0, 1, 2, 3])) {
      const [visit, next] = [newVisit(), newVisit()];
      const patient = `ORDER${visit}`;
      const admitted = (number: string, f: typeof a01) =>
        messageOf(f, number).replace(/PID\|1\|\|[^|]*\|/, `PID|1||${patient}|`);
      const messages = [
        admitted(visit, fact('admit', { at: '10:00', in: '4A-1' })),
        without('A02', patient, '20260301110000'),
        without('A03', patient, '20260301120000'),
        admitted(next, fact('admit', { at: '15:00', in: '4A-2' })),
      ];
      for (const i of order) expect(answered(await sender.send(messages[i]!)).slice(0, 2)).toBe('AA');
      await house.drained();
      shownAs.push([(await shown(visit)).is, (await shown(next)).is]);
    }
    expect(new Set(shownAs.map((s) => JSON.stringify(s))).size).toBe(1);
    expect(shownAs[0]).toEqual([expect.stringMatching(/^discharged/), 'in-progress 4A-2']);
    expect((await house.call('POST', 'replay-check')).body).toMatchObject({ equal: true, differences: [] });
  });

  it('names the visit of each patient of a swap by itself', async () => {
    const [visit, other] = [newVisit(), newVisit()];
    const swap =
      `MSH|^~\\&|ADT1|NGH|W|NGH|20260301130000+0000||ADT^A17|SW${visit}|P|2.5.1\rEVN|A17|20260301130000+0000\r` +
      `PID|1||SW1${visit}\rPV1|1|I|4B^^1||||||||||||||||${visit}\rPID|2||SW2${visit}\rPV1|2|I|4B^^2`;
    expect(answered(await sender.send(swap)).slice(0, 2)).toBe('AA');
    for (const [number, patient, bed] of [
      [visit, `SW1${visit}`, '4B-2'],
      [other, `SW2${visit}`, '4B-1'],
    ] as const) {
      const admitted = messageOf(fact('admit', { at: '10:00', in: bed }), number);
      await sender.send(admitted.replace(/PID\|1\|\|[^|]*\|/, `PID|1||${patient}|`));
    }
    await house.drained();
    expect([(await shown(visit)).is, (await shown(other)).is]).toEqual(['in-progress 4B-1', 'in-progress 4B-2']);
    expect((await house.call('POST', 'replay-check')).body).toMatchObject({ equal: true, differences: [] });
  });

  it('is put into quarantine when its visit has not come in time', async () => {
    await sender.send(without('A02', 'NEVER', '20260301100000'));
    await house.waitInVain();
    const { body } = await house.call('GET', 'quarantine?cause=visit-missing');
    expect((body['items'] as Shown[]).map((item) => item['controlId'])).toContain('NNEVERA0220260301100000');
    expect((await house.call('POST', 'replay-check')).body).toMatchObject({ equal: true });
  });

  it('of which one patient of two waits in vain keeps what is known of the other', async () => {
    const visit = newVisit();
    await sender.send(messageOf(fact('admit', { at: '10:00', in: '4A-1' }), visit));
    const swap =
      `MSH|^~\\&|ADT1|NGH|W|NGH|20260301130000+0000||ADT^A17|HALF${visit}|P|2.5.1\rEVN|A17|20260301130000+0000\r` +
      `PID|1||P1-${visit}\rPV1|1|I|4B^^1||||||||||||||||${visit}\rPID|2||HALFNOBODY\rPV1|2|I|4B^^2`;
    const asBefore = async (): Promise<void> => {
      await house.drained();
      expect((await shown(visit)).is).toBe('in-progress 4B-1');
      expect((await house.call('POST', 'replay-check')).body).toMatchObject({ equal: true, differences: [] });
      const { body } = await house.call('GET', `messages?search=HALF${visit}`);
      expect(body['items']).toMatchObject([{ disposition: 'unplaced', cause: 'visit-awaited' }]);
    };
    expect(answered(await sender.send(swap)).slice(0, 2)).toBe('AA');
    await asBefore();
    expect(answered(await sender.send(swap)).slice(0, 2)).toBe('AA');
    await house.waitInVain();
    await asBefore();
  });

  it('keeps nobody waiting for what is not processed', async () => {
    const batch = house.service.get(ProcessBatch);
    const process = batch.process.bind(batch);
    let go: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (go = resolve));
    let begun = 0;
    batch.process = async (tx, messages) => {
      begun += 1;
      await held;
      return process(tx, messages);
    };
    const senders = await Promise.all(Array.from({ length: 8 }, () => house.sender()));
    const visit = newVisit();
    await senders[0]!.send(messageOf(a01, visit).replace(/PID\|1\|\|[^|]*\|/, 'PID|1||HELD|'));
    // Nothing is processed from here on; every connection is answered all the same, also about the patient held up.
    const acks = await Promise.all(
      senders.flatMap((one, i) => [
        one.send(without('A02', i < 2 ? 'HELD' : `FREE${i}`, `2026030112000${i}`)),
        one.send(messageOf(a01, newVisit())),
      ]),
    );
    expect(acks.map((ack) => answered(ack).slice(0, 2))).toEqual(acks.map(() => 'AA'));
    expect(begun).toBe(1);
    go();
    batch.process = process;
    await house.drained();
    expect((await shown(visit)).is).toBe('in-progress 4B-2');
  });

  /** What became of the visits of a history, and of its messages. */
  const outcome = async (visit: string, texts: readonly string[]): Promise<string> => {
    await house.drained();
    const visits = await Promise.all([visit, `${visit}-V2`].map((number) => house.encounter(number)));
    const rows = await house.rows<{ id: string; is: string }>(
      `SELECT control_id AS id, disposition || coalesce(' ' || cause, '') AS is FROM admissions.message WHERE control_id = ANY($1::text[])`,
      [texts.map((text) => text.split('|')[9]!)],
    );
    const became = texts.map((text) => rows.find(({ id }) => id === text.split('|')[9])!.is);
    const shownAs = visits.map((found) => found && summary(found as unknown as DerivedEncounter));
    return JSON.stringify([shownAs, became]).replaceAll(visit, '');
  };

  it(
    'comes to the same in one batch with what its visit is, or goes on as, as after it',
    async () => {
      const batch = house.service.get(ProcessBatch);
      const process = batch.process.bind(batch);
      await fc.assert(
        fc.asyncProperty(histories, async (history) => {
          const [alone, together] = [newVisit(), newVisit()];
          const single = history.map((told) => textOf(told, alone));
          for (const text of single) {
            await sender.send(text);
            await house.drained();
          }
          let go: () => void = () => undefined;
          const held = new Promise<void>((resolve) => (go = resolve));
          batch.process = (tx, messages) => held.then(() => process(tx, messages));
          // What is sent while this one is held up is one batch.
          const first = sender.send(textOf(admission, newVisit()));
          const all = history.map((told) => textOf(told, together));
          await Promise.all([first, ...all.map((text) => sender.send(text))]);
          batch.process = process;
          go();
          expect(await outcome(together, all)).toEqual(await outcome(alone, single));
        }),
        { numRuns: RUNS },
      );
      expect((await house.call('POST', 'replay-check')).body).toMatchObject({ equal: true, differences: [] });
    },
    60_000 + 2_000 * RUNS,
  );

  it('is nothing to act on where it only updates the person', async () => {
    expect(answered(await sender.send(without('A08', 'NOBODY', '20260301100000'))).slice(0, 2)).toBe('AA');
    const { body } = await house.call('GET', 'messages?disposition=not-acted-on');
    expect(body['items'][0]).toMatchObject({ trigger: 'A08', disposition: 'not-acted-on' });
  });

  describe('and the beds it names, which are not certain as long as it waits', () => {
    const conflictOf = async (controlId: string): Promise<ConflictData> => {
      const [row] = await house.rows<{ data: ConflictData }>(
        `SELECT c.data FROM admissions.conflict c JOIN admissions.message m ON m.id = (c.data -> 'subject' ->> 'id')::uuid
          WHERE m.control_id = $1 AND c.data ->> 'kind' = 'message-not-processed'`,
        [controlId],
      );
      return row!.data;
    };
    const lastPublished = (messageId: string) => house.events<Failure>(messageFailureChanged, messageId).at(-1)?.data;
    const decide = (id: string, how: string, body: object) =>
      house.call('POST', `encounter-conflicts/${id}/${how}`, ['bed-manager'], {
        ...{ payload: JSON.stringify(body), type: 'application/json' },
      });
    /** Every message that waits or has waited in vain, and none else, has an open conflict, and its last event says the same. */
    const allTold = () =>
      eventually(async () => {
        const said = await house.rows<{ id: string; waits: boolean; open: boolean }>(
          `SELECT m.id, m.cause IN ('visit-awaited', 'visit-missing') AND m.disposition <> 'replayed' AS waits,
                  c.id IS NOT NULL AND c.closed_at IS NULL AS open
             FROM admissions.message m
             LEFT JOIN admissions.conflict c ON (c.data -> 'subject' ->> 'id')::uuid = m.id AND c.data ->> 'kind' = 'message-not-processed'
            WHERE m.trigger <> 'A08'`,
        );
        for (const { id, waits, open } of said) {
          expect([id, open]).toEqual([id, waits ?? false]);
          const told = lastPublished(id);
          expect([id, told !== undefined && told.settledAt === null]).toEqual([id, open]);
        }
      });

    it('are named by its trigger and place until its visit comes, in whatever order', async () => {
      await sender.send(without('A01', 'BEDLESS', '20260301100000'));
      await house.drained();
      const conflict = await conflictOf('NBEDLESSA0120260301100000');
      expect(conflict).toMatchObject({
        ...{ severity: 'medium', unit: '4B', closedAt: null, subject: { type: 'message' } },
        facts: [{ source: 'ADT1', says: 'a message (A01) that names 4B-2 names no visit and waits for it' }],
      });
      await eventually(() =>
        expect(lastPublished(conflict.subject.id)).toMatchObject({
          ...{ cause: 'visit-awaited', beds: ['4B-2'], units: [], encounterIds: [], settledAt: null },
        }),
      );
      for (const order of permutations([0, 1, 2])) {
        const visit = newVisit();
        const admitted = messageOf(fact('admit', { at: '10:00', in: '4A-1' }), visit);
        const messages = [
          admitted.replace(/PID\|1\|\|[^|]*\|/, `PID|1||STEP${visit}|`),
          without('A02', `STEP${visit}`, '20260301110000'),
          without('A03', `STEP${visit}`, '20260301120000'),
        ];
        for (const i of order) {
          await sender.send(messages[i]!);
          await house.drained();
          await allTold();
        }
      }
    });

    it('stay so when it has waited in vain, until a person gives it up or it is processed after all', async () => {
      await sender.send(without('A02', 'VAIN', '20260301100000'));
      await house.waitInVain();
      await allTold();
      const { id, version, subject } = await conflictOf('NVAINA0220260301100000');
      const closing = await decide(id, 'close', { reason: 'the patient never came', version });
      expect(closing.body).toMatchObject({ reason: 'the patient never came' });
      await eventually(() =>
        expect(lastPublished(subject.id)).toMatchObject({ version: version + 1, settledAt: expect.any(String) }),
      );
      expect((await decide(id, 'reopen', { version: version + 1 })).status).toBe(200);
      await allTold();

      const admitted = messageOf(fact('admit', { at: '09:00', in: '4A-1' }), newVisit());
      await sender.send(admitted.replace(/PID\|1\|\|[^|]*\|/, 'PID|1||VAIN|'));
      await house.drained();
      expect((await house.call('POST', `quarantine/${subject.id}/replay`)).status).toBe(200);
      await eventually(async () => expect((await conflictOf('NVAINA0220260301100000')).closedBy).toBe('later facts'));
      await allTold();
    });
  });
});
