import { PARTITIONS } from '../catalogue.js';
import { inboundExamples } from './examples.js';
import { INBOUND_TOPIC } from './inbound-topic.js';
import { type InboundType, inboundTypes } from './inbound-types.js';
import { dataSchema, eventSchema, type JsonSchema } from './json-schema.js';

const draft7 = (schema: JsonSchema) => {
  const { $schema: _stated, $id: _named, ...rest } = schema;
  return { schemaFormat: 'application/schema+json;version=draft-07', schema: rest };
};
const nameOf = (type: string): string => type.replaceAll(/[.-](\w)/g, (_, letter: string) => letter.toUpperCase());

/** Types of one shape have the same data. */
const dataOf = ({ shape, needsPlace }: InboundType): string =>
  needsPlace && shape === 'visit' ? 'visit-with-place' : shape;

/** The AsyncAPI 3 description of what departments may publish, on Kafka and over HTTP. */
export function asyncApi(): Record<string, unknown> {
  const messages = inboundTypes.map(({ type }) => nameOf(type));
  const references = (channel: string) => messages.map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
  const onChannel = Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Wardstream: movements that departments publish',
      version: '1.0.0',
      description:
        'CloudEvents 1.0, binary or structured mode. Attributes are the same in both; `id` with `source` is the identity of an ' +
        'event. What is wrong is kept in quarantine with its cause; what is repeated counts once.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      kafka: { host: 'localhost:9092', protocol: 'kafka', description: 'The brokers of the installation' },
      http: { host: 'localhost:8080', protocol: 'http', description: 'The one origin of the installation' },
    },
    channels: {
      movements: {
        address: INBOUND_TOPIC,
        servers: [{ $ref: '#/servers/kafka' }],
        bindings: { kafka: { topic: INBOUND_TOPIC, partitions: PARTITIONS } },
        messages: onChannel,
      },
      events: {
        address: '/api/v1/events',
        servers: [{ $ref: '#/servers/http' }],
        messages: onChannel,
      },
    },
    operations: {
      takeFromKafka: {
        action: 'receive',
        channel: { $ref: '#/channels/movements' },
        summary: 'Wardstream takes what departments publish on the topic.',
        messages: references('movements'),
      },
      takeOverHttp: {
        action: 'receive',
        channel: { $ref: '#/channels/events' },
        summary: 'Wardstream takes what departments post, and answers each event.',
        bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
        messages: references('events'),
      },
    },
    components: {
      messages: Object.fromEntries(
        inboundTypes.map((type, i) => {
          const { data, datacontenttype, ...attributes } = inboundExamples[i]!;
          const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, value]));
          return [
            nameOf(type.type),
            {
              name: type.type,
              title: type.type,
              summary: type.summary,
              contentType: 'application/json',
              headers: { $ref: '#/components/schemas/attributes' },
              payload: { $ref: `#/components/schemas/${dataOf(type)}` },
              examples: [{ name: type.type, headers: { ...headers, 'content-type': datacontenttype }, payload: data }],
            },
          ];
        }),
      ),
      schemas: {
        attributes: draft7(headerSchema()),
        ...Object.fromEntries(inboundTypes.map((type) => [dataOf(type), draft7(dataSchema(type))])),
      },
    },
  };
}

/** The attributes as headers of the Kafka binding; over HTTP the same with `ce-`. */
function headerSchema(): JsonSchema {
  const { properties } = eventSchema(inboundTypes[0]!) as { properties: Record<string, JsonSchema> };
  const { data: _payload, datacontenttype: _type, type: _const, ...plain } = properties;
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(Object.entries(plain).map(([name, schema]) => [`ce_${name}`, schema])),
      ce_type: { enum: inboundTypes.map(({ type }) => type) },
      'content-type': { type: 'string', description: 'application/json' },
    },
    required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type'],
  };
}
