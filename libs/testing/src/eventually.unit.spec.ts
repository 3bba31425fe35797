import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  it('answers the first value that is not false', async () => {
    let tries = 0;
    const answer = await eventually(
      () => {
        tries += 1;
        if (tries === 1) throw new Error('too early');
        return tries === 2 ? false : `try ${tries}`;
      },
      { everyMs: 1 },
    );
    expect(answer).toBe('try 3');
  });

  it('takes undefined, null and 0 as answers: a probe of expectations returns nothing', async () => {
    await expect(eventually(() => undefined)).resolves.toBeUndefined();
    await expect(eventually(() => null)).resolves.toBeNull();
    await expect(eventually(() => 0)).resolves.toBe(0);
  });

  it('reports the last failure and keeps it as the cause', async () => {
    let tries = 0;
    const failure = await eventually(
      () => {
        tries += 1;
        throw new Error(`failure ${tries}`);
      },
      { timeoutMs: 30, everyMs: 5, what: 'The bed' },
    ).catch((error: Error) => error);
    expect(failure).toBeInstanceOf(Error);
    expect((failure as Error).message).toContain('The bed did not hold within 30 ms');
    expect((failure as Error).message).toContain(`failure ${tries}`);
    expect(((failure as Error).cause as Error).message).toBe(`failure ${tries}`);
  });

  it('gives up on a probe that never answers', async () => {
    await expect(eventually(() => new Promise(() => undefined), { timeoutMs: 20 })).rejects.toThrow(
      'the probe did not answer in time',
    );
  });
});
