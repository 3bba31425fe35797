import { describe, expect, it } from '@jest/globals';
import { de } from './de.js';
import { en } from './en.js';
import { chosenHours, chosenLanguage } from './language.js';

type Catalogue = { readonly [key: string]: string | Catalogue };

/** 'actions.undo' -> its text. */
function flat(catalogue: Catalogue, path = ''): [string, string][] {
  return Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : flat(value, `${path}${key}.`),
  );
}

const english = new Map(flat(en));
const german = new Map(flat(de));
/** What a text has to be filled in with, and the elements it marks. */
const filledIn = (text: string) => [...text.matchAll(/\{\s*(\w+)|<(\w+)>/g)].map(([, a, b]) => a ?? b).sort();

describe('the catalogue', () => {
  it('has the same keys in every language, and no empty text', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    const all = [...english, ...german];
    expect(all.filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('fills in the same values in every language', () => {
    const differ = [...english].filter(([key, text]) => {
      const [one, other] = [new Set(filledIn(text)), new Set(filledIn(german.get(key) ?? ''))];
      return [...one].sort().join() !== [...other].sort().join();
    });
    expect(differ).toEqual([]);
  });
});

describe('the language', () => {
  it('is what the address says, else what was chosen, else what the browser prefers, else English', () => {
    expect(chosenLanguage('de', 'en', ['en-GB'])).toBe('de');
    expect(chosenLanguage(null, 'de', ['en-GB'])).toBe('de');
    expect(chosenLanguage(null, null, ['fr-FR', 'de-AT', 'en'])).toBe('de');
    expect(chosenLanguage('xx', 'yy', ['fr'])).toBe('en');
  });

  it('has 24 hours unless 12 are chosen', () => {
    expect([chosenHours(null, null), chosenHours('12', '24'), chosenHours('x', '12')]).toEqual(['24', '12', '12']);
  });
});
