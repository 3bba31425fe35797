import { readdirSync, readFileSync } from 'node:fs';

export const keptSamplesPath = 'libs/events/samples';
const folder = new URL(`../../../${keptSamplesPath}/`, import.meta.url);

/** Data of events as they were published once, by the pattern of the event (`<type>.v<version>`): one JSON text in a line. */
export function keptSamples(): ReadonlyMap<string, readonly unknown[]> {
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.jsonl'))
      .map((file) => [
        file.slice(0, -'.jsonl'.length),
        readFileSync(new URL(file, folder), 'utf8')
          .trimEnd()
          .split('\n')
          .map((line): unknown => JSON.parse(line)),
      ]),
  );
}
