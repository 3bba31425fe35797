import fc from 'fast-check';
import { fact, type FactInput } from '@wardstream/encounter-model/testing';
import type { VisitFact } from '@wardstream/encounter-model';
import { messageOf } from './messages.spec.js';

/** What is said, and whether by the number of its visit. */
type Step = readonly [kind: VisitFact['fact']['kind'], said: Omit<FactInput, 'at'>, isNumbered: boolean];

/** What is said by number. The first is an admission. */
const numbered: readonly Step[] = [
  ['admit', { in: '4A-1' }, true],
  ['admit', { in: '4A-2', visit: 'V2' }, true],
  ['to-inpatient', { in: '4A-1', visit: 'V2', retires: 'V1' }, true],
  ['merge-visit', { visit: 'V2', retires: 'V1' }, true],
  ['merge-visit', { visit: 'V1', retires: 'V2' }, true],
  ['merge-patient', { visit: null, patient: 'P2', retires: 'P1' }, true],
  ['discharge', {}, true],
  ['cancel-admit', { in: '4A-1' }, true],
  ['delete', { visit: 'V2' }, true],
];
const unnumbered: readonly Step[] = [
  ['transfer', { in: '4B-1' }, false],
  ['transfer', { in: '4B-2', patient: 'P2' }, false],
  ['discharge', { in: '4A-1' }, false],
  ['cancel-discharge', { in: '4A-1' }, false],
];

interface Told {
  readonly step: Step;
  readonly hour: number;
}

/** The admission of a patient. */
export const admission: Told = { step: numbered[0]!, hour: 8 };

/** Each step at an hour of its own, in the order in which it is sent; one at least says no number. */
export const histories: fc.Arbitrary<Told[]> = fc
  .tuple(
    fc.shuffledSubarray([...numbered], { minLength: 2, maxLength: 4 }),
    fc.shuffledSubarray([...unnumbered], { minLength: 1, maxLength: 2 }),
  )
  .chain(([some, others]) => {
    const steps = [...some, ...others];
    const order = fc.shuffledSubarray(
      steps.map((_, i) => i),
      { minLength: steps.length },
    );
    const hours = fc.shuffledSubarray([8, 9, 10, 11, 12, 13, 14, 15, 16], {
      minLength: steps.length,
      maxLength: steps.length,
    });
    return fc.tuple(order, hours).map(([inOrder, hour]) => inOrder.map((i) => ({ step: steps[i]!, hour: hour[i]! })));
  });

/** Its message, for visits of these numbers. */
export function textOf({ step: [kind, said, isNumbered], hour }: Told, visit: string): string {
  const text = messageOf(fact(kind, { ...said, at: `${String(hour).padStart(2, '0')}:00` }), visit);
  return isNumbered ? text : text.replace(/^(PV1(?:\|[^|\r]*){18})\|[^|\r]*/m, '$1|');
}
