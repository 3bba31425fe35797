import { parseArgs } from 'node:util';

/** Parts of `npm run bench`, in the order they run. */
export const parts = [
  'ceilings',
  'standalone',
  'standalone-kafka',
  'facilities',
  'outage',
  'stack',
  'statements',
] as const;
export type Part = (typeof parts)[number];

export interface BenchOptions {
  readonly only: ReadonlySet<Part>;
  readonly rate: number;
  readonly seconds: number;
  readonly saturatedSeconds: number;
  readonly floodSeconds: number;
  readonly restSeconds: number;
  readonly outageMessages: number;
  readonly facilities: number;
  readonly beds: number;
}

const number = (name: string, text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`--${name} needs a number above 0`);
  return value;
};

/** Reads the command line. @throws Error in one line that says what is wrong */
export function readBenchOptions(argv: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      rate: { type: 'string', default: '100' },
      seconds: { type: 'string', default: '60' },
      'saturated-seconds': { type: 'string', default: '20' },
      'flood-seconds': { type: 'string', default: '60' },
      'rest-seconds': { type: 'string', default: '30' },
      outage: { type: 'string', default: '100000' },
      facilities: { type: 'string', default: '100' },
      beds: { type: 'string', default: '2000' },
    },
  });
  const only = values.only?.split(',') ?? [...parts];
  const unknown = only.find((name) => !parts.includes(name as Part));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: there are ${parts.join(', ')}`);
  return {
    only: new Set(only as Part[]),
    rate: number('rate', values.rate),
    seconds: number('seconds', values.seconds),
    saturatedSeconds: number('saturated-seconds', values['saturated-seconds']),
    floodSeconds: number('flood-seconds', values['flood-seconds']),
    restSeconds: number('rest-seconds', values['rest-seconds']),
    outageMessages: number('outage', values.outage),
    facilities: number('facilities', values.facilities),
    beds: number('beds', values.beds),
  };
}
