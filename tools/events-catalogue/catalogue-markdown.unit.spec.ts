import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { eventCatalogue } from '@wardstream/events';
import { catalogueMarkdown } from './catalogue-markdown.js';

describe('docs/events.md', () => {
  it('is what the published language says now (npm run events writes it)', () => {
    expect(readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8')).toBe(catalogueMarkdown());
  });
  it('has a section for every event', () => {
    const text = catalogueMarkdown();
    for (const d of eventCatalogue) expect(text).toContain(`## ${d.type} v${d.version}`);
  });
});
