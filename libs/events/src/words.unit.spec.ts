import { describe, expect, it } from '@jest/globals';
import { keptSamples } from '@wardstream/testing';
import { z } from 'zod';
import { eventCatalogue, readData, wordOr, wordOrText } from './index.js';
import { placesOf, valuesAt } from './testing/index.js';

const kept = keptSamples();
const NEW = 'of-a-later-version';

/** The places where a word that is not known leaves nothing to be understood of the whole event. */
const DECIDE = [
  'admissions.encounter-changed.v1 status',
  'admissions.bed-status-reported.v1 code',
  'bed-management.cleaning-job-changed.v1 status',
  'department-coordination.bed-request-changed.v1 status',
  'department-coordination.discharge-plan-changed.v1 status',
  'flow-engine.bottleneck-changed.v1 state',
  'alerting.alert-changed.v1 state',
];
/** The places where it is kept as it came: what reads them shows and compares it. */
const TEXT = [
  'admissions.conflict-changed.v1 subject.type',
  'bed-management.conflict-changed.v1 subject.type',
  'flow-engine.bottleneck-changed.v1 rule',
  'flow-engine.bottleneck-changed.v1 subject.type',
];

const wordPlaces = eventCatalogue.flatMap(({ pattern, schema }) =>
  placesOf(schema)
    .filter((place) => place.schema instanceof z.ZodEnum)
    .map(({ path }) => ({ pattern, schema, path, place: `${pattern} ${path}` })),
);

describe('an event of a later version', () => {
  it.each(wordPlaces)('with a word that is not known is no fault: $place', ({ pattern, schema, path, place }) => {
    let changed = 0;
    for (const sample of kept.get(pattern)!) {
      const data = structuredClone(sample);
      const words = valuesAt(data, path).filter(({ value }) => value !== null);
      if (words.length === 0) continue;
      changed += 1;
      for (const word of words) word.set(NEW);
      const read = readData(schema, data);
      if (DECIDE.includes(place)) {
        expect(read).toEqual({ kind: 'ignored' });
        continue;
      }
      if (read.kind !== 'read') throw new Error(`not read: ${JSON.stringify(read)}`);
      // Whoever handles it meets nothing that it would not meet in an event of its own version, but for texts.
      const found = valuesAt(read.data, path).map(({ value }) => value);
      if (TEXT.includes(place)) expect(found).toEqual(words.map(() => NEW));
      else expect(schema.safeParse(read.data).success).toBe(true);
    }
    expect(changed).toBeGreaterThan(0);
  });

  it.each(eventCatalogue)('with fields that are not known is read without them: $pattern', ({ pattern, schema }) => {
    for (const sample of kept.get(pattern)!) {
      const data = structuredClone(sample);
      const objects = placesOf(schema).filter((place) => place.schema instanceof z.ZodObject);
      for (const { path } of objects)
        for (const { value } of valuesAt(data, path))
          if (value !== null) (value as Record<string, unknown>)['ofALaterVersion'] = { at: NEW };
      expect(JSON.stringify(data)).toContain('ofALaterVersion');
      expect(readData(schema, data)).toEqual({ kind: 'read', data: sample });
    }
  });
});

describe('data with words that are not known', () => {
  const schema = z.object({
    colour: wordOr(['red', 'green'], 'red'),
    shape: wordOrText(['round', 'square']),
    size: z.enum(['small', 'large']).optional(),
    parts: z.array(z.object({ kind: z.enum(['wheel', 'door']), n: z.number() })),
    marks: z.array(z.enum(['a', 'b'])),
    end: z
      .object({ by: z.enum(['x', 'y']) })
      .nullable()
      .optional(),
  });
  const data = { colour: 'green', shape: 'round', parts: [], marks: [] };

  it('takes for another what the schema says, keeps texts, and leaves out the smallest part that may be missing', () => {
    expect(
      readData(schema, {
        colour: NEW,
        shape: NEW,
        size: NEW,
        parts: [
          { kind: NEW, n: 1 },
          { kind: 'door', n: 2 },
        ],
        marks: ['a', NEW],
        end: { by: NEW },
      }),
    ).toEqual({ kind: 'read', data: { colour: 'red', shape: NEW, parts: [{ kind: 'door', n: 2 }], marks: ['a'] } });
  });

  it('keeps null where it stood, and never makes it of a word', () => {
    const ended = z.object({ endedBy: z.enum(['x', 'y']).nullable() });
    expect(readData(ended, { endedBy: null })).toEqual({ kind: 'read', data: { endedBy: null } });
    expect(readData(ended, { endedBy: NEW })).toEqual({ kind: 'ignored' });
  });

  it.each([
    ['a field is missing', { ...data, colour: NEW, parts: undefined }],
    ['a word is no text', { ...data, colour: 3 }],
    ['a field of another kind is wrong', { ...data, shape: NEW, parts: [{ kind: 'door', n: 'two' }] }],
    ['it is not even an object', [NEW]],
  ])('is at fault where %s', (_, broken) => expect(readData(schema, broken).kind).toBe('invalid'));
});
