import {
  asyncApi,
  dataSchema,
  eventSchemas,
  INBOUND_TOPIC,
  inboundExamples,
  inboundTypes,
  type InboundShape,
} from '@wardstream/events/inbound';
import { stringify } from 'yaml';

interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  format?: string;
  description?: string;
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
}

/** What is published of inbound events, by path below docs/. */
export function inboundFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>([
    ['asyncapi.yaml', stringify(asyncApi(), { lineWidth: 0, aliasDuplicateObjects: false })],
    ['inbound-events/README.md', readme()],
  ]);
  for (const [type, schema] of eventSchemas()) files.set(`inbound-events/schemas/${type}.json`, json(schema));
  for (const event of inboundExamples) files.set(`inbound-events/examples/${event.type}.json`, json(event));
  return files;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const shapeTitles: Readonly<Record<InboundShape, string>> = {
  visit: 'Movements and updates of a visit',
  cancel: 'Cancels',
  correction: 'Corrections by movement id',
  revocation: 'Cancels by movement id',
  swap: 'Swaps',
  'visit-merge': 'Merged visits',
  'visit-move': 'Moved visits',
  deletion: 'Deleted visits',
  person: 'Patients',
  merge: 'Merged patients',
  bed: 'Bed status',
};

function readme(): string {
  const rows = inboundTypes.map(
    ({ type, summary, trigger }) =>
      `| \`${type}\` | ${summary} | ${trigger} | [schema](schemas/${type}.json) | [example](examples/${type}.json) |`,
  );
  return `# Events that departments publish

Written by \`npm run events\` from \`libs/events/src/inbound\`; a test fails when it is stale. How to send them:
[docs/integration.md](../integration.md#events).

CloudEvents 1.0, over HTTP (\`POST /api/v1/events\`) or on the Kafka topic \`${INBOUND_TOPIC}\`; the same as
[AsyncAPI 3](../asyncapi.yaml). \`source\` is the name of your system, \`id\` with it the identity of the event, \`subject\` the visit
or the bed, \`time\` when you recorded it. Inside a type only optional fields are added; fields that are not named here are let
pass. \`null\` says as little as a field that is left out. Every time has its offset.

| type | says | HL7 v2 | | |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

${[...new Set(inboundTypes.map(({ shape }) => shape))].map(section).join('\n')}`;
}

function section(shape: InboundShape): string {
  const types = inboundTypes.filter((type) => type.shape === shape);
  const rows: string[] = [];
  fields(dataSchema({ ...types[0]!, needsPlace: false }) as Schema, 'data', rows);
  const demanding = types.filter(({ needsPlace }) => needsPlace).map(({ type }) => `\`${type}\``);
  const demand =
    demanding.length === 0 ? '' : `\n${demanding.join(', ')}: with a place, unless a movement is corrected.\n`;
  return `## ${shapeTitles[shape]}

${types.map(({ type }) => `\`${type}\``).join(', ')}
${demand}
| field | type | is |
| --- | --- | --- |
${rows.join('\n')}
`;
}

function fields(schema: Schema, path: string, rows: string[]): void {
  const object = objectOf(schema);
  for (const [name, property] of Object.entries(object?.properties ?? {})) {
    const here = `${path}.${name}`;
    const optional = object?.required?.includes(name) ? '' : ' (optional)';
    const description = property.description ?? notNull(property).description ?? '';
    rows.push(`| \`${here}\` | ${typeOf(property)}${optional} | ${description} |`);
    fields(property, property.type === 'array' ? `${here}[]` : here, rows);
  }
}

const notNull = (schema: Schema): Schema =>
  schema.properties === undefined ? (schema.anyOf?.find(({ type }) => type !== 'null') ?? schema) : schema;

function objectOf(schema: Schema): Schema | undefined {
  const own = notNull(schema);
  if (own.properties) return own;
  return own.items === undefined ? undefined : objectOf(own.items);
}

function typeOf(schema: Schema): string {
  const own = notNull(schema);
  if (own.enum) return own.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (own.const !== undefined) return `\`${String(own.const)}\``;
  if (own.items) return `list of ${typeOf(own.items)}`;
  return own.format === 'date-time' ? 'moment' : (own.type ?? 'any');
}
