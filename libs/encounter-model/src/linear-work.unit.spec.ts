import { beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const names = [
  'transfers',
  'transfers of one instant, in a chain',
  'transfers of one instant, in no order',
  'transfers, and a cancel',
  'transfers, all undone in turn',
  'transfers, all undone without a place',
  'transfers, each undone at once',
  'transfers, undone by their numbers',
  'transfers under one number',
  'cancels of lost transfers',
  'admissions, each cancelled',
  'discharges, each taken back',
  'discharges of one stay',
  'discharges dated before the admission',
  'stays, one after the other',
  'plans',
  'plans to leave, all taken back',
  'deletions',
  'merged visits',
  'merged patients',
  'updates',
  'updates that correct times',
  'admissions said again, with their time',
  'leaves and returns',
];

describe('the work of deriving an encounter', () => {
  let work: Record<string, number[]> = {};

  beforeAll(() => {
    const file = (name: string): string => fileURLToPath(new URL(`testing/${name}`, import.meta.url));
    const options = ['-C', '@wardstream/source', '--experimental-transform-types', '--no-warnings'];
    const printed = execFileSync(process.execPath, [
      ...options,
      '--import',
      file('sources.spec.ts'),
      file('linear-work.measure.spec.ts'),
    ]);
    work = JSON.parse(printed.toString()) as Record<string, number[]>;
  });

  it('is measured so that a square would be seen', () => {
    const [ten, hundred] = work['a square'] as [number, number];
    expect(hundred / ten).toBeGreaterThan(50);
  });

  it('is measured for every history of the list', () => {
    expect(Object.keys(work).filter((name) => name !== 'a square')).toEqual(names);
  });

  it.each(names)('grows with its facts, and no faster: %s', (name) => {
    const [, hundred, thousand] = work[name] as [number, number, number];
    expect(hundred).toBeGreaterThan(100);
    // Sorted lists cost the logarithm of their length as well: half as much again.
    expect({ work: work[name], times: thousand / hundred < 15 }).toEqual({ work: work[name], times: true });
  });
});
