import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bedChanged, encounterChanged, type EncounterData, type NewEvent, toEnvelope } from '@wardstream/events';
import { type Tx, UnitOfWork } from '@wardstream/persistence';
import { eventually } from '@wardstream/testing';
import { EncounterChangedConsumer } from '../encounters/encounter-changed.consumer.js';
import { BedHouse } from '../fixtures/bed-house.js';

const EVENTS = 100;
const house = new BedHouse();
let visits = 0;
/** Beds of each facility that somebody is in. */
const beds = new Map<string, number>();

const hospital = `
facilities:
${Array.from(
  { length: EVENTS },
  (_, i) => `  - id: F${i}
    name: Facility ${i}
    timeZone: Europe/Paris
    units:
      - code: W1
        name: Ward one
        levelOfCare: ward
        waitTarget: 240
        rooms: [{ room: A, beds: 001..${i === 0 ? '250' : '030'} }]
`,
).join('')}`;

beforeAll(() => house.start(hospital), 180_000);
afterAll(() => house.stop());

/** A transaction that counts its statements. */
function counting(tx: Tx, count: () => void): Tx {
  const query = (...of: Parameters<Tx['query']>): unknown => {
    count();
    return tx.query(...of);
  };
  return Object.assign(Object.create(tx) as Tx, { query });
}

/** Visits in beds that nobody was in, of each of so many facilities in turn. */
function admissionsOf(facilities: number): NewEvent<EncounterData>[] {
  return Array.from({ length: EVENTS }, (_, i) => {
    const facility = `F${i % facilities}`;
    const used = (beds.get(facility) ?? 0) + 1;
    beds.set(facility, used);
    const event = house.encounter(`V${(visits += 1)}`, [[`W1-${String(used).padStart(3, '0')}`, 0]]);
    return { ...event, facility, definition: encounterChanged, data: { ...(event.data as EncounterData), facility } };
  });
}

describe('the statements of a batch of events', () => {
  it('are as many for a hundred facilities as for one', async () => {
    const unitOfWork = house.service.get(UnitOfWork);
    const consumer = house.service.get(EncounterChangedConsumer);
    const statements: number[] = [];
    for (const facilities of [1, 1, 10, 100]) {
      let count = 0;
      await unitOfWork.run(async (tx) =>
        consumer.on(
          admissionsOf(facilities).map((event) => toEnvelope(event)),
          { tx: counting(tx, () => (count += 1)), afterCommit: () => undefined },
        ),
      );
      statements.push(count);
    }
    expect(new Set(statements.slice(1)).size).toBe(1);
  });

  it('are of few transactions, though facilities are in all partitions', async () => {
    const unitOfWork = house.service.get(UnitOfWork);
    const original = unitOfWork.run.bind(unitOfWork);
    let transactions = 0;
    unitOfWork.run = (of) => {
      let isHandling = false;
      return original((tx) =>
        of(
          counting(tx, () => {
            if (!isHandling) transactions += 1;
            isHandling = true;
          }),
        ),
      );
    };
    const before = house.published.filter(({ type }) => type === bedChanged.type).length;
    await house.append(admissionsOf(100) as NewEvent<unknown>[]);
    await eventually(() =>
      expect(house.published.filter(({ type }) => type === bedChanged.type).length).toBe(before + EVENTS),
    );
    Object.assign(unitOfWork, { run: original });
    expect(transactions).toBeLessThanOrEqual(5);
  });
});
