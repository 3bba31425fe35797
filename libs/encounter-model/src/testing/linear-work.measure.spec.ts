import type { VisitFact } from '../visit-fact.js';
import { Session } from 'node:inspector/promises';
import { derive, fact } from './facts.builder.spec.js';

/*
 * Prints, as JSON, how much work histories of visits of growing length are. A process of its own: counting calls
 * walks through every script that the process ever loaded, and a test's worker has loaded thousands.
 */

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });

/** How often any function of this library was called: what an act costs, whatever the machine. */
async function workOf(act: () => unknown): Promise<number> {
  // What ran before counts as well until it was taken.
  await session.post('Profiler.takePreciseCoverage');
  act();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const own = result.filter(({ url }) => url.includes('/encounter-model/src/'));
  return own
    .flatMap((script) => script.functions)
    .flatMap((f) => f.ranges)
    .reduce((sum, range) => sum + range.count, 0);
}

/** The `n`th minute of March. */
function minute(n: number): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${1 + Math.floor(n / 1440)} ${two(Math.floor(n / 60) % 24)}:${two(n % 60)}`;
}

const bed = (n: number): string => ['4A-1', '4A-2', '4A-3', '4B-1', '4B-2'][n % 5]!;
const many = (count: number, make: (i: number) => VisitFact[]): VisitFact[] =>
  Array.from({ length: count }, (_, i) => make(i)).flat();
const moved = (n: number, more = {}): VisitFact =>
  fact('transfer', { at: minute(n), in: bed(n), from: bed(n - 1), ...more });
const admitted = fact('admit', { at: minute(0), in: bed(0) });

/** Histories of one visit, by how long they are. */
const histories: Record<string, (count: number) => VisitFact[]> = {
  transfers: (n) => [admitted, ...many(n, (i) => [moved(i + 1)])],
  'transfers of one instant, in a chain': (n) => [
    admitted,
    ...many(n, (i) => [
      fact('transfer', { at: minute(1), rec: minute(1 + n - i), in: `4A^R^${i + 1}`, from: `4A^R^${i}` }),
    ]),
  ],
  'transfers of one instant, in no order': (n) => [
    admitted,
    ...many(n, (i) => [fact('transfer', { at: minute(1), rec: minute(1 + i), in: bed(i) })]),
  ],
  'transfers, and a cancel': (n) => [
    admitted,
    ...many(n, (i) => [moved(i + 1)]),
    fact('cancel-transfer', { at: minute(n + 1), in: bed(n - 1) }),
  ],
  'transfers, all undone in turn': (n) => [
    admitted,
    ...many(n, (i) => [moved(i + 1)]),
    ...many(n, (i) => [fact('cancel-transfer', { at: minute(n + 1 + i), in: bed(n - i - 1) })]),
  ],
  'transfers, all undone without a place': (n) => [
    admitted,
    ...many(n, (i) => [moved(i + 1)]),
    ...many(n, (i) => [fact('cancel-transfer', { at: minute(n + 1 + i) })]),
  ],
  'transfers, each undone at once': (n) => [
    admitted,
    ...many(n, (i) => [
      fact('transfer', { at: minute(2 * i + 1), in: bed(i + 1), from: bed(0) }),
      fact('cancel-transfer', { at: minute(2 * i + 2), in: bed(0) }),
    ]),
  ],
  'transfers, undone by their numbers': (n) => [
    admitted,
    ...many(n, (i) => [moved(i + 1, { zbe: `m${i}` })]),
    ...many(n, (i) => [fact('cancel-transfer', { at: minute(n + 1 + i), zbe: `m${i}`, action: 'cancel' })]),
  ],
  'transfers under one number': (n) => [admitted, ...many(n, (i) => [moved(i + 1, { zbe: 'm' })])],
  'cancels of lost transfers': (n) => [
    admitted,
    ...many(n, (i) => [fact('cancel-transfer', { at: minute(i + 1), in: bed(i + 1) })]),
  ],
  'admissions, each cancelled': (n) =>
    many(n, (i) => [
      fact('admit', { at: minute(3 * i), in: bed(i) }),
      fact('transfer', { at: minute(3 * i + 1), in: bed(i + 1), from: bed(i) }),
      fact('cancel-admit', { at: minute(3 * i + 2) }),
    ]),
  'discharges, each taken back': (n) => [
    admitted,
    ...many(n, (i) => [
      fact('discharge', { at: minute(2 * i + 1), in: bed(i) }),
      fact('cancel-discharge', { at: minute(2 * i + 2), in: bed(i + 1) }),
    ]),
  ],
  'discharges of one stay': (n) => [admitted, ...many(n, (i) => [fact('discharge', { at: minute(i + 1) })])],
  'discharges dated before the admission': (n) => [
    fact('admit', { at: minute(n + 1), in: bed(0) }),
    ...many(n, (i) => [fact('discharge', { at: minute(i), rec: minute(n + 2 + i) })]),
  ],
  'stays, one after the other': (n) =>
    many(n, (i) => [
      fact('admit', { at: minute(2 * i), in: bed(i) }),
      fact('discharge', { at: minute(2 * i + 1), in: bed(i) }),
    ]),
  plans: (n) => [
    admitted,
    ...many(n, (i) => [
      fact('pending-transfer', { at: minute(3 * i + 1), to: bed(i) }),
      fact('pending-discharge', { at: minute(3 * i + 2) }),
      fact('cancel-pending-transfer', { at: minute(3 * i + 3) }),
    ]),
  ],
  'plans to leave, all taken back': (n) => [
    admitted,
    ...many(n, (i) => [fact('pending-discharge', { at: minute(i + 1) })]),
    ...many(n, (i) => [fact('cancel-pending-discharge', { at: minute(n + 1 + i) })]),
  ],
  deletions: (n) => [
    admitted,
    ...many(n, (i) => [fact('cancel-discharge', { at: minute(2 * i + 1) }), fact('delete', { at: minute(2 * i + 2) })]),
  ],
  'merged visits': (n) => [
    admitted,
    ...many(n, (i) => [
      fact('admit', { at: minute(3 * i), in: bed(i), visit: `W${i}` }),
      fact('discharge', { at: minute(3 * i + 1), in: bed(i), visit: `W${i}` }),
      fact('merge-visit', { at: minute(3 * i + 2), retires: `W${i}` }),
    ]),
  ],
  'merged patients': (n) => [
    admitted,
    ...many(n, (i) => [fact('merge-patient', { at: minute(i + 1), visit: null, retires: `Q${i}` })]),
  ],
  updates: (n) => [
    admitted,
    ...many(n, (i) => [fact('update', { at: minute(i + 1), in: bed(i), changes: ['place'] })]),
  ],
  'updates that correct times': (n) => [
    admitted,
    fact('discharge', { at: minute(2), in: bed(0), how: '01' }),
    ...many(n, (i) => [
      fact('update', {
        at: minute(i + 3),
        began: '00:01',
        ended: '00:03',
        how: '20',
        changes: ['admission', 'discharge'],
      }),
    ]),
  ],
  'admissions said again, with their time': (n) =>
    many(n, (i) => [fact('admit', { at: minute(i), in: bed(0), began: '00:00', changes: ['admission'] })]),
  'leaves and returns': (n) => [
    admitted,
    ...many(n, (i) => [fact('leave', { at: minute(2 * i + 1) }), fact('return', { at: minute(2 * i + 2) })]),
  ],
};

let seen = 0;
const each = (n: number, act: () => void): void => Array.from({ length: n }, act).forEach(() => (seen += 1));
const square = (n: number): Promise<number> => workOf(() => each(n, () => each(n, () => (seen += 1))));

/** The calls of deriving each history with 10, 100 and 1,000 times its facts; and of a square of 10 and 100. */
const work: Record<string, number[]> = { 'a square': [await square(10), await square(100)] };
for (const [name, of] of Object.entries(histories)) {
  work[name] = [];
  for (const count of [10, 100, 1000]) {
    const facts = of(count);
    work[name].push(await workOf(() => derive(...facts)));
  }
}
console.log(JSON.stringify(work));
