import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Answers, AnswersByItself } from './answers.js';

const thing = z.object({ id: z.string(), at: z.iso.datetime(), kind: z.enum(['a', 'b']), items: z.array(z.string()) });
const one = { id: '1', at: new Date(0), kind: 'a', items: ['x'] } as const;

class Things {
  @Answers(thing)
  one() {
    return one;
  }

  @Answers(thing, 201)
  later(_id: string) {
    return Promise.resolve({ ...one, at: '2026-01-13T08:00:00Z', more: 1 });
  }

  // @ts-expect-error -- a field is left out
  @Answers(thing)
  less() {
    return { id: '1', at: new Date(0), kind: 'a' } as const;
  }

  // @ts-expect-error -- no such kind
  @Answers(thing)
  other() {
    return { ...one, kind: 'c' } as const;
  }

  // @ts-expect-error -- nobody knows what it gives
  @Answers(thing)
  anything(): unknown {
    return one;
  }

  @AnswersByItself(thing)
  text(): string {
    return JSON.stringify(one);
  }
}

describe('the schema that a handler answers by', () => {
  it.each([
    ['one', '200'],
    ['later', '201'],
    ['text', '200'],
  ] as const)('%s: is described with %s', (name, status) => {
    const described = Reflect.getMetadata('swagger/apiResponse', Things.prototype[name]) as object;
    expect(described).toEqual({ [status]: expect.objectContaining({ standardSchema: thing }) });
  });
});
