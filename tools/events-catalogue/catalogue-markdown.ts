import { type AnyEventDefinition, eventCatalogue, PARTITIONS } from '@wardstream/events';
import { z } from 'zod';

interface Schema {
  type?: string;
  format?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** The catalogue of the published language as the maintainers read it: docs/events.md. */
export function catalogueMarkdown(): string {
  const head = `# Events

Written by \`npm run events\` from \`libs/events\`; a test fails when it is stale.

CloudEvents 1.0 in binary mode: attributes in \`ce_*\` headers, data as JSON in the value. The key of every record is the facility id,
every topic has ${PARTITIONS} partitions, so one facility's events are in one order. Every event carries the whole state of its
aggregate; \`ce_aggregateversion\` only grows, and a reader that has seen a higher one ignores the event. Delivery is at least
once: recognise a repeat by \`ce_id\`. Inside a version only optional fields are added.

| event | version | topic | says |
| --- | --- | --- | --- |
${eventCatalogue.map((d) => `| [${d.type}](#${anchor(d)}) | ${d.version} | \`${d.topic}\` | ${d.summary} |`).join('\n')}
`;
  return `${[head, ...eventCatalogue.map(section)].join('\n')}`;
}

const anchor = (d: AnyEventDefinition) => `${d.type.replaceAll('.', '')}-v${d.version}`;

function section(d: AnyEventDefinition): string {
  const rows: string[] = [];
  fields(z.toJSONSchema(d.schema) as Schema, '', rows);
  return `## ${d.type} v${d.version}

${d.summary}

| field | type |
| --- | --- |
${rows.join('\n')}
`;
}

function fields(schema: Schema, path: string, rows: string[]): void {
  const object = objectOf(schema);
  if (object === undefined) return;
  for (const [name, property] of Object.entries(object.properties ?? {})) {
    const here = path === '' ? name : `${path}.${name}`;
    const optional = object.required?.includes(name) ? '' : ' (optional)';
    rows.push(`| \`${here}\` | ${typeOf(property)}${optional} |`);
    fields(property, property.type === 'array' || listOf(property) ? `${here}[]` : here, rows);
  }
}

const listOf = (schema: Schema) => schema.anyOf?.some((s) => s.type === 'array') ?? false;

function objectOf(schema: Schema): Schema | undefined {
  if (schema.properties) return schema;
  if (schema.items) return objectOf(schema.items);
  return schema.anyOf?.map(objectOf).find((s) => s !== undefined);
}

function typeOf(schema: Schema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.enum) return schema.enum.map((v) => `\`${String(v)}\``).join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  return schema.format === 'date-time' ? 'instant' : (schema.type ?? 'any');
}
