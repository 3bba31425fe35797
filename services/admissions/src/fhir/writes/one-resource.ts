import { type FhirIssue, operationOutcome } from '@wardstream/fhir';
import type { FhirAnswer, Writing } from '../fhir-http.js';
import { FhirRefusal } from '../fhir-refusal.js';
import type { TakeWrite } from './take-write.js';

type ResourceType = 'Encounter' | 'Location' | 'Patient';

/** As what a request that writes one resource is kept. */
export interface Sent {
  readonly client: string;
  readonly bytes: Buffer;
  readonly messageType: ResourceType;
  readonly trigger: 'POST' | 'PUT';
}

/** How it is kept; what is of another type than its URL says is kept as refused. @throws FhirRefusal 400 */
export async function sentAs(
  type: ResourceType,
  { user, body, method }: Writing,
  writes: Pick<TakeWrite, 'refuse'>,
): Promise<Sent> {
  const sent: Sent = { client: user.subject, bytes: body.bytes, messageType: type, trigger: method };
  if (body.json['resourceType'] === type) return sent;
  const diagnostics = `The body is no ${type}`;
  return writes.refuse(sent, [{ severity: 'error', code: 'structure', diagnostics, expression: 'resourceType' }]);
}

/** What is completed from what is known; what cannot be is kept as it came. */
export async function orKept<T>(completing: Promise<T>, sent: Sent, writes: Pick<TakeWrite, 'refuse'>): Promise<T> {
  try {
    return await completing;
  } catch (error) {
    if (error instanceof FhirRefusal) return writes.refuse(sent, error.issues, error.status);
    throw error;
  }
}

/** @throws FhirRefusal 400 where the id in the URL is another than that of the resource */
export function checkIdOfUrl(type: ResourceType, { id, body }: Writing): void {
  if (id === null || body.json['id'] === id) return;
  throw FhirRefusal.of(400, 'invariant', 'The id of the resource must be that of the URL', `${type}.id`);
}

/** The query of a conditional create; null where it has none. */
export function conditionOf({ ifNoneExist }: Writing): [string, string][] | null {
  return ifNoneExist === null ? null : [...new URLSearchParams(ifNoneExist.replace(/^.*\?/, ''))];
}

/** What the client prefers to be shown of what it wrote; undefined for nothing. `resource`: as it is now, if it can be shown. */
export function shownOf(
  { prefer }: Writing,
  resource: unknown,
  issues: readonly FhirIssue[],
): Pick<FhirAnswer, 'resource'> {
  const wanted = prefer.returns ?? (issues.length > 0 ? 'OperationOutcome' : 'representation');
  if (wanted === 'minimal') return {};
  return { resource: wanted === 'representation' ? (resource ?? operationOutcome(issues)) : operationOutcome(issues) };
}

/** Where the version that was written can be read. */
export function placeOfVersion(
  { base }: Writing,
  type: ResourceType,
  id: string,
  versionId: string | undefined,
): string {
  return `${base}/${type}/${id}${versionId === undefined ? '' : `/_history/${versionId}`}`;
}
