import { describe, expect, it } from '@jest/globals';
import { linesTakenOut } from './append-only.js';

describe('what was taken out of a file', () => {
  const history = linesTakenOut('package.json');
  (history === null ? it.skip : it)('is found in its history', () => {
    expect(history!.length).toBeGreaterThan(10);
  });
});
