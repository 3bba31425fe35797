import { existsSync, mkdirSync, readFileSync, appendFileSync } from 'node:fs';
import { eventCatalogue } from '@wardstream/events';
import { fullSample, leastSample, notShown } from '@wardstream/events/testing';

const folder = new URL('../../libs/events/samples/', import.meta.url);

/** Appends samples for whatever of the published language none of the kept ones shows. What is kept is never changed. */
export function appendSamples(): void {
  mkdirSync(folder, { recursive: true });
  for (const definition of eventCatalogue) {
    const file = new URL(`${definition.pattern}.jsonl`, folder);
    const kept = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
    const samples = kept.map((line): unknown => JSON.parse(line));
    const add = (data: unknown): void => {
      samples.push(data);
      appendFileSync(file, `${JSON.stringify(data)}\n`);
    };
    const missing = notShown(definition, samples);
    if (missing.includes('(least)')) add(leastSample(definition.schema));
    for (let nth = 0; notShown(definition, samples).length > 0; nth += 1) {
      const before = notShown(definition, samples).length;
      const sample = fullSample(definition.schema, nth);
      if (notShown(definition, [...samples, sample]).length < before) add(sample);
      if (nth > 1_000)
        throw new Error(`${definition.pattern}: no sample shows ${notShown(definition, samples).join(', ')}`);
    }
  }
}
