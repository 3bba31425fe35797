import { describe, expect, it } from '@jest/globals';
import { type ActName, acts, whatActDoes } from './acts.js';

const all = Object.entries(acts) as [ActName, (typeof acts)[ActName]][];

describe('the table of acts', () => {
  it.each(all)('%s: says what somebody does, as a sentence goes on', (name, { does }) => {
    expect(name).toMatch(/^[a-z-]+\.[a-z-]+$/);
    expect(does).toMatch(/^[a-z]+[A-Za-z, ]+[a-z]$/i);
    expect(whatActDoes(name)).toBe(does);
  });

  it('says of each something else, and of acts of a later version their name', () => {
    expect(new Set(all.map(([, { does }]) => does)).size).toBe(all.length);
    expect([whatActDoes('bed.paint'), whatActDoes('constructor')]).toEqual(['bed.paint', 'constructor']);
  });
});
