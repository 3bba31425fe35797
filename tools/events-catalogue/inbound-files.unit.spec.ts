import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { INBOUND_TOPIC, inboundTypes } from '@wardstream/events/inbound';
import { parse } from 'yaml';
import { inboundFiles } from './inbound-files.js';

const docs = new URL('../../docs/', import.meta.url);
const files = inboundFiles();

describe('what is published of inbound events', () => {
  it('is what the language says now (npm run events writes it)', () => {
    for (const [path, text] of files) {
      const url = new URL(path, docs);
      expect([path, existsSync(url) && readFileSync(url, 'utf8') === text]).toEqual([path, true]);
    }
  });

  it('has no file of a type that is no more', () => {
    const found = readdirSync(new URL('inbound-events', docs), { recursive: true }).map(String);
    const stale = found.filter(
      (path) => /\.\w+$/.test(path) && !files.has(`inbound-events/${path.replaceAll('\\', '/')}`),
    );
    expect(stale).toEqual([]);
  });

  it('describes both ways in, with a message for every type and no reference to what is not there', () => {
    const document = parse(files.get('asyncapi.yaml')!) as Record<string, unknown>;
    const at = (pointer: string): unknown =>
      pointer
        .slice(2)
        .split('/')
        .reduce<unknown>(
          (value, name) => (value as Record<string, unknown> | undefined)?.[name.replaceAll('~1', '/')],
          document,
        );
    expect(document['asyncapi']).toBe('3.0.0');
    expect(at('#/channels/movements/address')).toBe(INBOUND_TOPIC);
    expect(at('#/channels/events/address')).toBe('/api/v1/events');
    expect(Object.keys(at('#/components/messages') as object)).toHaveLength(inboundTypes.length);
    const references = [...files.get('asyncapi.yaml')!.matchAll(/\$ref: "?(#[^"\s]+)/g)].map(([, pointer]) => pointer!);
    expect(references.length).toBeGreaterThan(4 * inboundTypes.length);
    expect(references.filter((pointer) => at(pointer) === undefined)).toEqual([]);
  });
});
