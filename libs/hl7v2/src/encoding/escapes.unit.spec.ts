import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readDelimiters, standardDelimiters } from './delimiters.js';
import { escapeText, unescapeText } from './escapes.js';

const special = fc.constantFrom('|', '^', '~', '\\', '&', '\r', '\n', 'F', 'E', 'X', '.br', 'é', '漢', '\t');
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(special, { maxLength: 20 }).map((parts) => parts.join('')),
);
const punctuation = [...'!"#$%&\'()*+,-./:;<=>?@[\\]^`{|}~'];
const odd = fc
  .shuffledSubarray(punctuation, { minLength: 5, maxLength: 5 })
  .map(([field, component, repetition, escape, subcomponent]) => ({
    field: field!,
    component: component!,
    repetition: repetition!,
    escape: escape!,
    subcomponent: subcomponent!,
  }))
  // A '.' cannot escape '.br'.
  .filter((d) => d.escape !== '.');

describe('escapes', () => {
  it('come back as they were, with any separators', () => {
    fc.assert(
      fc.property(anyText, odd, (text, delimiters) => {
        expect(unescapeText(escapeText(text, delimiters), delimiters)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('leave no separator and no control character in a field', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeText(text, standardDelimiters).replaceAll(/\\[^\\]+\\/g, '')).not.toMatch(/[|^~&\\\x00-\x1f]/);
      }),
    );
  });

  it.each([
    ['\\F\\\\S\\\\T\\\\R\\\\E\\', '|^&~\\'],
    ['a\\.br\\b', 'a\nb'],
    ['a\\.sp2\\b', 'a\n\nb'],
    ['\\XC3A9\\', 'é'],
    ['\\H\\bold\\N\\', 'bold'],
    ['\\Zlocal\\', '\\Zlocal\\'],
    ['C:\\dir', 'C:\\dir'],
    ['a\\b\\F\\', 'a\\b|'],
    ['\\X0\\', '\\X0\\'],
    ['ends\\', 'ends\\'],
  ])('%s', (sent, meant) => {
    expect(unescapeText(sent, standardDelimiters)).toBe(meant);
  });

  it('reads hexadecimal bytes in the character set of the message', () => {
    expect(unescapeText('\\XE9\\', standardDelimiters, 'iso-8859-1')).toBe('é');
    expect(unescapeText('\\X8ABF\\', standardDelimiters, 'shift_jis')).toBe('漢');
  });

  it('make no text that cannot be stored', () => {
    expect(unescapeText('a\\X00\\b\\X0063\\', standardDelimiters)).toBe('abc');
    expect(unescapeText('a\\X00D8\\', standardDelimiters, 'utf-16le')).toBe('a\ufffd');
  });
});

describe('separators', () => {
  it.each([
    ['MSH|^~\\&|A', '|^~\\&'],
    ['MSH|^~\\&#|A', '|^~\\&'],
    ['MSH|^~\\\\&|A', '|^~\\&'],
    ['MSH|^|A', '|^~\\&'],
    ['MSH$%~\\&$A', '$%~\\&'],
    ['MSH|', '|^~\\&'],
    ['MSH|~\\&|A', '|~\\&'],
  ])('of %s', (line, expected) => {
    const d = readDelimiters(line)!;
    expect([d.field, d.component, d.repetition, d.escape, d.subcomponent].join('')).toContain(expected);
  });

  it('are none where MSH-1 is a letter, white space or absent', () => {
    expect(readDelimiters('MSH')).toBeNull();
    expect(readDelimiters('MSHA^~')).toBeNull();
    expect(readDelimiters('MSH ^~')).toBeNull();
  });
});
