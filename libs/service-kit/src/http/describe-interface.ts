import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { problem } from '@wardstream/api-contract';
import { z } from 'zod';
import { isFhirUrl } from './problem-form.js';
import { PROBLEM_TYPE } from './problem.js';

type Schema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];
type Converted = { readonly schema: Schema; readonly components: Record<string, Schema> };

/** The OpenAPI of one service, made of its routes and of the schemas of the contract that they name. */
export function describeInterface(app: INestApplication, name: string, summary: string): OpenAPIObject {
  const title = new DocumentBuilder().setTitle(name).setDescription(summary).setVersion('1').addBearerAuth().build();
  const document = SwaggerModule.createDocument(app, title, {
    standardSchemaConverter: (schema, { schemaType }) =>
      schemaType === 'output' && schema instanceof z.ZodType ? described(schema) : undefined,
  });
  describeProblems(document);
  return document;
}

/** What is answered may come to have more fields: a reader must not refuse those that it does not know. */
function described(schema: z.ZodType): Converted {
  const {
    $schema: _dialect,
    definitions = {},
    ...root
  } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'output',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  return { schema: root as Schema, components: definitions as Record<string, Schema> };
}

/** Every route may refuse. Below `/fhir/R4` refusals are OperationOutcomes, which FHIR describes. */
function describeProblems(document: OpenAPIObject): void {
  const { schema, components } = described(problem);
  const refusal = {
    description: 'A refusal, with a stable `code`.',
    content: { [PROBLEM_TYPE]: { schema: localised(schema) } },
  };
  for (const [path, operations] of Object.entries(document.paths)) {
    if (isFhirUrl(path)) continue;
    for (const operation of Object.values(operations)) {
      if (typeof operation === 'object' && 'responses' in operation) operation.responses['default'] = refusal;
    }
  }
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...components },
  };
}

/** Definitions of a JSON schema are components of an OpenAPI document. */
function localised(schema: Schema): Schema {
  return '$ref' in schema ? { $ref: schema.$ref.replace('#/definitions/', '#/components/schemas/') } : schema;
}
