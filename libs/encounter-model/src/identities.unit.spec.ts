import { describe, expect, it } from '@jest/globals';
import type { FactKind } from '@wardstream/events';
import fc from 'fast-check';
import { deriveFacility } from './derive-facility.js';
import { directory, fact, type FactInput } from './testing/facts.builder.spec.js';
import {
  identitiesNamed,
  type Identity,
  mayBeOthers,
  type PlacedFact,
  settledSurvivors,
  subjectOf,
} from './identities.js';
import { statesIdentity } from './visit-fact.js';

const patients = ['P1', 'P2', 'P3', 'P4'] as const;
const time = fc.integer({ min: 8, max: 15 }).map((h) => `${String(h).padStart(2, '0')}:00`);

function placed(kind: FactKind, said: FactInput): PlacedFact {
  const stated = fact(kind, said);
  return { ...stated, facility: 'NGH', encounterId: subjectOf('NGH', stated.fact)! };
}

const ofVisit = fc
  .record({
    kind: fc.constantFrom('admit' as const, 'transfer' as const, 'discharge' as const),
    at: time,
    in: fc.constantFrom('4A-1', '4B-1'),
    visit: fc.constantFrom('V1', 'V2', 'V3', 'V4'),
    patient: fc.constantFrom(...patients),
    family: fc.constantFrom('Ward', 'Wood'),
  })
  .map(({ kind, ...said }) => placed(kind, said));
const ofPerson = fc
  .record({
    kind: fc.constantFrom(
      'person' as const,
      'merge-patient' as const,
      'merge-patient' as const,
      'delete-person' as const,
    ),
    at: time,
    rec: time,
    patient: fc.constantFrom(...patients),
    retires: fc.constantFrom(...patients),
    family: fc.constantFrom('Ward', 'Ward', 'Wood'),
  })
  .map(({ kind, retires, ...said }) =>
    placed(kind, { ...said, visit: null, ...(kind === 'merge-patient' ? { retires } : {}) }),
  );

/** Which identifier each one of these facts goes by. */
const statedIn =
  (facts: readonly PlacedFact[]) =>
  (id: string): PlacedFact[] =>
    facts.filter((f) => f.encounterId === id);

function identitiesOf(facts: readonly PlacedFact[]): Map<string, Identity> {
  const rows = new Map<string, Identity>();
  for (const f of facts) if (statesIdentity(f.fact)) for (const row of identitiesNamed(f)) rows.set(row.id, row);
  const survivors = settledSurvivors(rows.values(), statedIn(facts));
  return new Map([...rows].map(([id, row]) => [id, { ...row, survivor: survivors.get(id) ?? id }]));
}

describe('which visits may be others by what is told of persons', () => {
  it('are all that are others', () => {
    fc.assert(
      fc.property(
        fc.array(ofVisit, { minLength: 1, maxLength: 8 }),
        fc.array(ofPerson, { maxLength: 5 }),
        fc.array(ofPerson, { minLength: 1, maxLength: 3 }),
        (visits, known, told) => {
          const [then, now] = [
            [...visits, ...known],
            [...visits, ...known, ...told],
          ];
          const before = deriveFacility(then, directory).encounters;
          const shown = before.map(({ encounterId, facility, derived }) => ({
            ...{ encounterId, facility, shown: derived.patient, conflictIds: derived.conflicts.map((c) => c.id) },
          }));
          const others = mayBeOthers(shown, told, identitiesOf(then), identitiesOf(now), statedIn(now)).map(
            (e) => e.encounterId,
          );
          for (const { encounterId, derived } of deriveFacility(now, directory).encounters)
            if (!others.includes(encounterId))
              expect(derived).toEqual(before.find((e) => e.encounterId === encounterId)!.derived);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are none but those of the patient that a merge retires, where it says what is shown', () => {
    const merge = (n: number): PlacedFact =>
      placed('merge-patient', { at: clockOf(n), visit: null, patient: 'P0', retires: `P${n}` });
    const visits = Array.from({ length: 101 }, (_, n) =>
      placed('admit', { at: '08:00', in: '4A-1', visit: `V${n}`, patient: `P${n}` }),
    );
    const then = [...visits, ...Array.from({ length: 99 }, (_, n) => merge(n + 1))];
    const shown = deriveFacility(then, directory).encounters.map(({ encounterId, facility, derived }) => ({
      ...{ encounterId, facility, shown: derived.patient, conflictIds: derived.conflicts.map((c) => c.id) },
    }));
    const now = [...then, merge(100)];
    const others = mayBeOthers(shown, [merge(100)], identitiesOf(then), identitiesOf(now), statedIn(now));
    expect(others.map((e) => e.encounterId)).toEqual([visits[100]!.encounterId]);
  });

  it('are those of a patient of whom something is taken back', () => {
    const visit = placed('admit', { at: '08:00', in: '4A-1', visit: 'V1', patient: 'P1' });
    const shown = deriveFacility([visit], directory).encounters.map(({ encounterId, facility, derived }) => ({
      ...{ encounterId, facility, shown: derived.patient, conflictIds: [] },
    }));
    const others = (...deletes: 'name'[]) => {
      const told = placed('person', { at: '09:00', visit: null, patient: 'P1', deletes });
      const now = [visit, told];
      return mayBeOthers(shown, [told], identitiesOf([visit]), identitiesOf(now), statedIn(now)).length;
    };
    expect([others(), others('name')]).toEqual([0, 1]);
  });
});

const clockOf = (n: number): string => `1${Math.floor(n / 60)}:${String(n % 60).padStart(2, '0')}`;
