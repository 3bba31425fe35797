import { describe, expect, it } from '@jest/globals';
import { NotKnownYet, whenKnown } from './when-known.js';

const unknown = () => Promise.reject(new NotKnownYet('thing-not-known-yet', 'No such thing.'));

describe('whenKnown', () => {
  it('tries again until what is named is known', async () => {
    let tries = 0;
    const answer = await whenKnown(() => ((tries += 1) < 3 ? unknown() : Promise.resolve('done')));
    expect([answer, tries]).toEqual(['done', 3]);
  });

  it('gives up after a while with the reason, and says which attempt is the last', async () => {
    const last: boolean[] = [];
    const attempt = (isLast: boolean) => {
      last.push(isLast);
      return unknown();
    };
    await expect(whenKnown(attempt, 50)).rejects.toMatchObject({ code: 'thing-not-known-yet', refusal: 'not-found' });
    expect(last.filter(Boolean)).toEqual([true]);
    expect(last.at(-1)).toBe(true);
  });

  it('does not repeat what was refused for another reason', async () => {
    let tries = 0;
    const attempt = () => {
      tries += 1;
      return Promise.reject(new Error('no'));
    };
    await expect(whenKnown(attempt)).rejects.toThrow('no');
    expect(tries).toBe(1);
  });
});
