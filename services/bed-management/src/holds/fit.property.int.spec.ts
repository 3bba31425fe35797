import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BedNeeds, PatientBrief } from '@wardstream/events';
import { eventually } from '@wardstream/testing';
import fc from 'fast-check';
import { BedHouse } from '../fixtures/bed-house.js';

interface Room {
  readonly beds: readonly string[];
  readonly sex: 'female' | 'male' | 'any';
  readonly negative: boolean;
  readonly telemetry: boolean;
  readonly level: 'ward' | 'icu';
}
const rooms: readonly Room[] = [
  { beds: ['W1-01', 'W1-02', 'W1-03'], sex: 'any', negative: false, telemetry: false, level: 'ward' },
  { beds: ['W1-04', 'W1-05', 'W1-06'], sex: 'any', negative: false, telemetry: true, level: 'ward' },
  { beds: ['W1-07', 'W1-08'], sex: 'female', negative: false, telemetry: false, level: 'ward' },
  { beds: ['W1-09', 'W1-10'], sex: 'male', negative: true, telemetry: false, level: 'ward' },
  { beds: ['W1-11'], sex: 'any', negative: true, telemetry: false, level: 'ward' },
  { beds: ['W1-12'], sex: 'any', negative: false, telemetry: true, level: 'ward' },
  { beds: ['ICU-01'], sex: 'any', negative: false, telemetry: true, level: 'icu' },
];
const label = (bed: string) => bed.slice(bed.indexOf('-') + 1);
const unit = (code: string, levelOfCare: string, list: readonly Room[]) => `
      - code: ${code}
        name: Unit ${code}
        levelOfCare: ${levelOfCare}
        waitTarget: 240
        rooms:${list
          .map(
            (r, i) => `
          - { room: ${'ABCDEFG'[i]}, sex: ${r.sex}, negativePressure: ${r.negative}, beds: "${r.beds.map(label).join(', ')}" }`,
          )
          .join('')}
        attributes: { telemetry: "${list.flatMap((r) => (r.telemetry ? r.beds.map(label) : [])).join(', ')}" }`;
const hospital = `
facilities:
  - id: H1
    name: Hillside
    timeZone: Europe/Paris
    units:${unit('W1', 'ward', rooms.slice(0, 6))}${unit('ICU', 'icu', rooms.slice(6))}
`;

/** A patient, with the one request there is for them. */
interface Waiting {
  readonly visit: string;
  readonly sex: PatientBrief['sex'];
  readonly isolation: BedNeeds['isolation'];
  readonly telemetry: boolean;
  readonly levelOfCare: 'ward' | 'icu';
}
const pool: readonly Waiting[] = (['female', 'male', 'female', 'male', 'unknown'] as const).flatMap((sex, i) =>
  (['none', 'none', 'contact', 'droplet', 'airborne', 'protective'] as const).map((isolation, j): Waiting => {
    return {
      visit: `P${i}${j}`,
      sex,
      isolation,
      telemetry: (i + j) % 3 === 0,
      levelOfCare: j === 1 && i > 1 ? 'icu' : 'ward',
    };
  }),
);

/** The hard rules once more, as a bed manager would say them: what is wrong with this patient here, beside these. */
function wrongs(who: Waiting, room: Room, mates: readonly Waiting[]): string[] {
  const shared = room.beds.length > 1;
  const known = (sex: string) => sex === 'female' || sex === 'male';
  const all: [string, boolean][] = [
    ['sex of the room', known(who.sex) && room.sex !== 'any' && room.sex !== who.sex],
    ['sex of the others', known(who.sex) && mates.some((m) => known(m.sex) && m.sex !== who.sex)],
    ['negative pressure', who.isolation === 'airborne' && !room.negative],
    ['isolated from the others', mates.some((m) => m.isolation !== who.isolation)],
    ['protected from the others', who.isolation === 'protective' && shared],
    ['alone or in a cohort', ['contact', 'droplet'].includes(who.isolation) && shared && mates.length === 0],
    ['telemetry', who.telemetry && !room.telemetry],
    ['intensive care', who.levelOfCare === 'icu' && room.level !== 'icu'],
  ];
  return all.flatMap(([rule, isBroken]) => (isBroken ? [rule] : []));
}

describe('commands without an override', () => {
  const house = new BedHouse();
  beforeAll(async () => {
    await house.start(hospital);
    const brief = (p: Waiting) => ({ patient: { initials: 'A.B.', ageBand: '60s', sex: p.sex } });
    const asked = (p: Waiting) => ({
      specialty: null,
      sex: 'any' as const,
      equipment: [],
      isolation: p.isolation,
      telemetry: p.telemetry,
      levelOfCare: p.levelOfCare,
    });
    await house.append(
      pool.flatMap((p) => [
        house.encounter(p.visit, [], brief(p)),
        house.request(`R-${p.visit}`, p.visit, { ...brief(p), toUnit: null, needs: asked(p) }),
      ]),
    );
    const last = pool.at(-1)!;
    await eventually(async () => {
      const { body } = await house.command('ICU-01', 'reserve', {
        bedRequestId: `R-${last.visit}`,
        override: { reason: 'is it known' },
      });
      expect(body.reservedFor).not.toBeNull();
    });
    await house.command('ICU-01', 'release', {});
  });
  afterAll(() => house.stop());

  it('never break a hard rule, two at once included, and what fits is never refused', async () => {
    const bed = fc.constantFrom(...rooms.flatMap((r) => r.beds));
    const request = fc.record({ bed, who: fc.constantFrom(...pool), what: fc.constantFrom('assign', 'reserve') });
    const turn = fc.record({ requests: fc.array(request, { minLength: 1, maxLength: 3 }), release: fc.option(bed) });
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 3, maxLength: 10 }), async (turns) => {
        const kept = new Map<string, Waiting>();
        const roomOf = (id: string) => rooms.find((r) => r.beds.includes(id))!;
        const matesOf = (id: string) => roomOf(id).beds.flatMap((b) => (b === id ? [] : (kept.get(b) ?? [])));
        for (const { requests, release } of turns) {
          const before = new Map(kept);
          const answers = await Promise.all(
            requests.map(async (w) => {
              const { status, body } = await house.command(w.bed, w.what, { bedRequestId: `R-${w.who.visit}` });
              return { ...w, status, code: body.code, reasons: body['reasons'] };
            }),
          );
          for (const a of answers) if (a.status === 200) kept.set(a.bed, a.who);
          for (const a of answers) {
            if (a.status === 200)
              expect([
                a.bed,
                wrongs(a.who, roomOf(a.bed), matesOf(a.bed)).filter(
                  (w) => w !== 'alone or in a cohort' || !before.has(a.bed),
                ),
              ]).toEqual([a.bed, []]);
            else if (a.code === 'bed-unsuitable' && requests.length === 1)
              expect(wrongs(a.who, roomOf(a.bed), matesOf(a.bed))).not.toEqual([]);
            else expect(['bed-unsuitable', 'bed-held', 'held-elsewhere']).toContain(a.code);
          }
          if (release !== null && kept.delete(release))
            expect((await house.command(release, 'release', {})).status).toBe(200);
        }
        await Promise.all([...kept.keys()].map((id) => house.command(id, 'release', {})));
      }),
      { numRuns: 30 },
    );
    const { body } = await house.send<{ equal: boolean }>('POST', 'replay-check/beds', undefined, 'administrator');
    expect(body).toMatchObject({ equal: true });
  });
});
