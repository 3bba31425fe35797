import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { catalogueMarkdown } from './catalogue-markdown.ts';
import { inboundFiles } from './inbound-files.ts';
import { appendSamples } from './samples.ts';

const docs = new URL('../../docs/', import.meta.url);
writeFileSync(new URL('events.md', docs), catalogueMarkdown());
rmSync(new URL('inbound-events', docs), { recursive: true, force: true });
for (const folder of ['schemas', 'examples']) mkdirSync(new URL(`inbound-events/${folder}`, docs), { recursive: true });
appendSamples();
for (const [path, text] of inboundFiles()) writeFileSync(new URL(path, docs), text);
