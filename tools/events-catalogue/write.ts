import { writeFileSync } from 'node:fs';
import { catalogueMarkdown } from './catalogue-markdown.ts';

writeFileSync(new URL('../../docs/events.md', import.meta.url), catalogueMarkdown());
