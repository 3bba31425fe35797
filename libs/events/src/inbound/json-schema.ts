import { z } from 'zod';
import { attributes } from './cloud-event.js';
import { type InboundType, inboundTypes, shapes } from './inbound-types.js';

/** JSON Schema of draft 7, which every tool and AsyncAPI 3 read. */
export type JsonSchema = Record<string, unknown>;

/** The name under which the schema of a type is known everywhere. */
export function schemaId(type: string): string {
  return `urn:wardstream:schema:${type}:1`;
}

function written(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    ...{ target: 'draft-7', io: 'input' },
    override: ({ jsonSchema }) => {
      // `format` says the rest, and people can read it.
      if (jsonSchema.format === 'date-time') jsonSchema.pattern = '^[0-9]{4}-';
    },
  });
}

/** The schema of the data of a type. */
export function dataSchema(type: InboundType): JsonSchema {
  const { $schema: _stated, ...schema } = written(shapes[type.shape]);
  return type.needsPlace ? withPlace(schema, type.shape === 'swap') : schema;
}

/** The schema of an event of a type in JSON form (structured mode). */
export function eventSchema(type: InboundType): JsonSchema {
  const { properties, required } = written(attributes) as {
    properties: JsonSchema;
    required: string[];
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: schemaId(type.type),
    title: type.type,
    description: type.summary,
    type: 'object',
    properties: { ...properties, type: { const: type.type }, data: dataSchema(type) },
    required: [...required, 'type', 'data'],
  };
}

/** The schemas of all types by type. */
export function eventSchemas(): ReadonlyMap<string, JsonSchema> {
  return new Map(inboundTypes.map((type) => [type.type, eventSchema(type)]));
}

/** A place is there, or taken back, unless a movement is corrected. */
const placeOrCorrection = {
  anyOf: [
    { required: ['place'], properties: { place: { type: 'object' } } },
    { required: ['deletes'], properties: { deletes: { type: 'array', contains: { const: 'place' } } } },
    {
      required: ['movement'],
      properties: {
        movement: {
          type: 'object',
          required: ['action'],
          properties: { action: { enum: ['update', 'cancel'] } },
        },
      },
    },
  ],
};

function withPlace(schema: JsonSchema, ofEach: boolean): JsonSchema {
  if (!ofEach) return { ...schema, allOf: [placeOrCorrection] };
  const properties = schema['properties'] as { visits: { items: JsonSchema } };
  const items = withPlace(properties.visits.items, false);
  return { ...schema, properties: { ...properties, visits: { ...properties.visits, items } } };
}
