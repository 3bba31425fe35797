import { describe, expect, it } from '@jest/globals';
import { keptSamples, keptSamplesPath, linesTakenOut } from '@wardstream/testing';
import { eventCatalogue, findEvent, readData } from './index.js';
import { notShown } from './testing/index.js';

const kept = keptSamples();
const patternOf = (pattern: string): [string, number] => {
  const [, type, version] = /^(.+)\.v(\d+)$/.exec(pattern)!;
  return [type!, Number(version)];
};

describe('the kept samples of events', () => {
  it.each([...kept].map(([pattern, samples]) => ({ pattern, samples })))(
    'of $pattern are read today as they were published',
    ({ pattern, samples }) => {
      const definition = findEvent(...patternOf(pattern));
      expect(definition).toBeDefined();
      for (const data of samples) expect(readData(definition!.schema, data)).toEqual({ kind: 'read', data });
    },
  );

  it.each(eventCatalogue)(
    'show every field and word of $pattern; `npm run events` appends what is missing',
    (definition) => {
      expect(notShown(definition, kept.get(definition.pattern) ?? [])).toEqual([]);
    },
  );

  const takenOut = linesTakenOut(keptSamplesPath);
  (takenOut === null ? it.skip : it)('are never changed nor removed', () => expect(takenOut).toEqual([]));
});
