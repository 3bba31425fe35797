import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BedData, FacilityData, UnitOccupancyData } from '@wardstream/events';
import { facilityOccupancy, type UnitOccupancy } from '@wardstream/flow-model';
import { ackCode, Client, House, MllpSender, replayCheck } from '@wardstream/product-under-test';
import { seededRandom } from '@wardstream/kernel';
import { serviceNames } from '@wardstream/service-directory';
import { eventually } from '@wardstream/testing';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { houseAsOf } from './comparable.js';
import type { KnownDay } from './known-day.js';
import { knownDays } from './known-days.js';
import { messagesOf } from './known-messages.js';
import { configured, shownOfKnown, trueOf, withoutConfigurations } from './known-shown.js';
import { historiesOf, type ToldMessage } from './random-history.js';
import { hospitalFile, hospitals, type RandomHospital } from './random-hospital.js';
import { ReducedHouse } from './reduced-house.js';

const HOSPITALS = 40;
/** Beside them, of which the truth is known. */
const KNOWN = 40;
const seed = Number(process.env['TRUTH_SEED'] ?? 20260302);
const times = ['2026-03-02T08:00:00.000Z', '2026-03-02T11:30:00.000Z', '2026-03-02T15:45:00.000Z'];

interface World {
  readonly hospital: RandomHospital;
  readonly told: readonly ToldMessage[];
}

/** JSON of an answer, as far as it is compared. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shapes are what the test is about
type Shown = Record<string, any>;

describe(`the product on PostgreSQL, ${HOSPITALS} hospitals drawn at random with seed ${seed}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'wardstream-truth-'));
  const worlds: World[] = Array.from({ length: HOSPITALS }, (_, i) => {
    const id = `T${String(i + 1).padStart(2, '0')}`;
    const world = hospitals(id).chain((hospital) => historiesOf(hospital).map((told) => ({ hospital, told })));
    return fc.sample(world, { numRuns: 1, seed: seed + i })[0]!;
  });
  const known = Array.from({ length: KNOWN }, (_, i) => {
    const id = `K${String(i + 1).padStart(2, '0')}`;
    const days = hospitals(id).chain((hospital) =>
      knownDays(hospital, 30, 20).map((day) => ({ hospital, day: withoutConfigurations(day) })),
    );
    const { hospital, day } = fc.sample(days, { numRuns: 1, seed: seed + i })[0]!;
    return { hospital, day, told: messagesOf(hospital, day.statements) };
  });
  const file = join(folder, 'hospitals.yaml');
  const inFile = (ofKnown: (hospital: RandomHospital) => RandomHospital): void =>
    writeFileSync(file, hospitalFile([...worlds.map((w) => w.hospital), ...known.map((k) => ofKnown(k.hospital))]));
  let house: House;
  let client: Client;

  beforeAll(async () => {
    inFile((hospital) => hospital);
    house = new House({ mode: 'standalone', hospital: file });
    await house.start();
    client = await Client.as(house, 'bed-manager', 'administrator');
  });
  afterAll(async () => {
    await house?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it('ends where the pure core does, told in disorder, with repeats, over several connections', async () => {
    const random = seededRandom(seed);
    const all = [...worlds, ...known].flatMap(({ told }) =>
      told.flatMap((t) => [t.text, ...(random() < 0.3 ? [t.text] : []), ...(random() < 0.2 ? [t.again] : [])]),
    );
    const order = all.map((text) => ({ text, at: random() })).sort((a, b) => a.at - b.at);
    const senders = await Promise.all([1, 2, 3, 4].map(() => MllpSender.connect(house.mllpPort)));
    const acks = await Promise.all(order.map(({ text }, i) => senders[i % 4]!.send(text)));
    for (const sender of senders) sender.close();
    const codes = new Map<string, number>();
    for (const ack of acks) codes.set(ackCode(ack), (codes.get(ackCode(ack)) ?? 0) + 1);
    console.log(`${order.length} messages:`, [...codes].map(([code, count]) => `${code} ${count}`).join(', '));
    expect(acks.filter((ack) => !['AA', 'AE'].includes(ackCode(ack)))).toEqual([]);

    const sent = new Set(order.map((o) => o.text));
    for (const { hospital, told } of worlds) {
      const facility = (await client.get<FacilityData>(`/api/v1/facilities/${hospital.id}`)).body;
      const reduced = new ReducedHouse(facility, Date.now());
      const texts = told.flatMap((t) => [t.text, t.again]).filter((text) => sent.has(text));
      reduced.take(texts.map((text) => ({ text, receivedAt: new Date().toISOString() })));
      await eventually(async () => expect(await shownOf(hospital.id)).toEqual(expectedOf(reduced)), {
        timeoutMs: 60_000,
        everyMs: 500,
      });
    }
  });

  it('is what truly happened, where that is known', async () => {
    await expectTruth((day) => day);
  });

  it('keeps patients in sight in a unit that the configuration drops, and finds them there when it is listed again', async () => {
    const left = (hospital: RandomHospital) => (hospital.units.length > 1 ? hospital.units.slice(1) : hospital.units);
    const codes = (units: RandomHospital['units']) => units.map((u) => u.code);
    await house.stop();
    inFile((hospital) => ({ ...hospital, units: left(hospital) }));
    await house.start();
    await expectTruth((day, hospital) => configured(hospital, day, codes(left(hospital))));
    await house.stop();
    inFile((hospital) => hospital);
    await house.start();
    await expectTruth((day, hospital) => configured(hospital, day, codes(hospital.units)));
  });

  it('keeps what a replay of its messages comes to', async () => {
    const body = await replayCheck(client, 'encounters');
    expect(body).toMatchObject({ equal: true, differences: [] });
    console.log(`replay: ${body['messages']} messages, ${body['facts']} facts, ${body['encounters']} encounters equal`);
    expect(body['messages']).toBeGreaterThan(HOSPITALS * 5);
    const beds = await replayCheck(client, 'beds');
    expect(beds).toMatchObject({ equal: true, differences: [] });
    expect(beds['beds']).toBeGreaterThan(HOSPITALS);
  });

  it('has no dead letter', async () => {
    for (const service of serviceNames)
      expect([service, (await client.get(`/api/v1/dead-letters/${service}`)).body]).toEqual([service, []]);
  });

  async function expectTruth(until: (day: KnownDay, hospital: RandomHospital) => KnownDay): Promise<void> {
    for (const { hospital, day } of known)
      await eventually(
        async () => expect(await shownOfKnown(client, hospital.id)).toEqual(trueOf(hospital, until(day, hospital))),
        { timeoutMs: 60_000, everyMs: 500 },
      );
  }

  async function shownOf(facility: string): Promise<unknown> {
    const path = `/api/v1/facilities/${facility}`;
    const { items } = (await client.get<{ items: { id: string }[] }>(`${path}/encounters?limit=500`)).body;
    const encounters: Shown[] = [];
    for (const { id } of items) encounters.push((await client.get<Shown>(`/api/v1/encounters/${id}`)).body);
    const beds = (await client.get<{ items: BedData[] }>(`${path}/beds`)).body.items;
    const occupancy = async (query: string) =>
      (await client.get<{ units: UnitOccupancyData[] }>(`${path}/occupancy${query}`)).body.units.map(countsOf);
    const asOf: unknown[] = [];
    for (const at of times) asOf.push(await occupancy(`?at=${at}`));
    return {
      encounters: Object.fromEntries(
        encounters.map((e) => [
          e['id'],
          encounterOf(
            e,
            (e['conflicts'] as Shown[]).map((c) => c['kind'] as string),
          ),
        ]),
      ),
      beds: Object.fromEntries(beds.map((b) => [b.id, bedOf(b)])),
      occupancy: await occupancy(''),
      asOf,
    };
  }
});

/** Rule 21: what is said of visits under way by which one person holds several beds, merged from several numbers or not. */
function inTwoBeds({ encounters, inSeveralBeds }: ReducedHouse): ReadonlyMap<string, readonly string[]> {
  const merged = new Set(inSeveralBeds.flat());
  const held = new Map<string, { readonly id: string; readonly bed: string }[]>();
  for (const { encounterId, derived } of encounters) {
    const { status, patient, stays } = derived;
    const stay = stays.find((s) => s.to === null && s.holdsBed);
    if (patient.id === null || stay === undefined || !['in-progress', 'on-leave'].includes(status)) continue;
    const key = JSON.stringify([patient.id, patient.domain]);
    const { unit, room, bed, bedId } = stay.place;
    const place = bedId ?? JSON.stringify([unit, room, bed]);
    held.set(key, [...(held.get(key) ?? []), { id: encounterId, bed: place }]);
  }
  const found = new Map<string, string[]>();
  const bedOfVisit = new Map([...held.values()].flat().map(({ id, bed }) => [id, bed]));
  for (const ids of inSeveralBeds) {
    if (new Set(ids.map((id) => bedOfVisit.get(id))).size < 2) continue;
    for (const id of ids) found.set(id, ['merged-patients-both-in-beds']);
  }
  for (const sides of held.values()) {
    if (new Set(sides.map((side) => side.bed)).size < 2) continue;
    for (const { id } of sides) if (!merged.has(id)) found.set(id, ['patient-in-two-beds']);
  }
  return found;
}

function expectedOf(reduced: ReducedHouse): unknown {
  const twoBeds = inTwoBeds(reduced);
  return {
    encounters: Object.fromEntries(
      reduced.encounters.map(({ encounterId, derived }) => [
        encounterId,
        encounterOf(derived as unknown as Shown, [
          ...derived.conflicts.map((c) => c.kind),
          ...(twoBeds.get(encounterId) ?? []),
        ]),
      ]),
    ),
    beds: Object.fromEntries([...reduced.state.beds.values()].map((b) => [b.id, bedOf(b)])),
    occupancy: facilityOccupancy(reduced.state, reduced.now).map(countsOf),
    asOf: times.map((at) => facilityOccupancy(houseAsOf(reduced, Date.parse(at)), Date.parse(at)).map(countsOf)),
  };
}

/** What is shown of an encounter, without ids made of messages and times of receipt. */
function encounterOf(e: Shown, conflicts: readonly string[]): unknown {
  const { status, location, pendings, inTransit, registeredAt, admittedAt, dischargedAt } = e;
  return {
    ...{ status, class: e['class'], location, pendings, inTransit, registeredAt, admittedAt, dischargedAt },
    stays: (e['stays'] as Shown[]).map(({ movementId: _id, ...stay }) => stay),
    movements: (e['movements'] as Shown[]).map(({ id: _id, receivedAt: _received, ...movement }) => movement),
    conflicts: [...conflicts].sort(),
  };
}

function bedOf({ state, occupants, conflicts }: Pick<BedData, 'state' | 'occupants' | 'conflicts'>): unknown {
  return {
    state,
    occupants: occupants.map(({ encounterId, role, since }) => ({ encounterId, role, since })),
    conflicts: conflicts.map((c) => c.kind).sort(),
  };
}

function countsOf(u: UnitOccupancy | UnitOccupancyData): unknown {
  const { unit, occupied, reserved, available, dirty, cleaning, blocked, closed, surge, disputed, withoutBed } = u;
  return { unit, occupied, reserved, available, dirty, cleaning, blocked, closed, surge, disputed, withoutBed };
}
