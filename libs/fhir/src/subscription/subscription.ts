import { err, ok, type Result } from '@wardstream/kernel';
import { error, type FhirIssue } from '../outcome/issue.js';
import { readResource } from '../outcome/structure.js';
import { parseDateTime } from '../r4/date-time.js';
import type { EncounterResource, LocationResource, SubscriptionResource } from '../r4/resources.js';
import { type EncounterSearch, parseEncounterSearch } from '../search/encounter-search.js';
import { type LocationSearch, parseLocationSearch } from '../search/location-search.js';
import { subscription as subscriptionSchema } from './subscription.schema.js';

/** What a subscription watches for. */
export type SubscriptionCriteria =
  | { readonly type: 'Encounter'; readonly search: EncounterSearch }
  | { readonly type: 'Location'; readonly search: LocationSearch };

/** A request to be told of changes (R4 Subscription, rest-hook). */
export interface RestHook {
  /** `off` ends it; anything else asks for it. */
  readonly wanted: boolean;
  readonly reason: string;
  /** As sent. */
  readonly criteriaText: string;
  readonly criteria: SubscriptionCriteria;
  readonly endpoint: string;
  /** Whether the resource goes along; else the receiver is only told that there is something. */
  readonly withResource: boolean;
  /** Headers to send, as name and value. They may hold a secret: to be stored as one, and never told again. */
  readonly headers: readonly (readonly [string, string])[];
  readonly end: string | null;
}

export interface SubscriptionOptions {
  readonly timeZone: string;
  /** Whether plain http may be used, as for a receiver on the same machine. */
  readonly allowHttp?: boolean;
}

/** Headers that are the sender's own. */
const reserved: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'connection',
  'transfer-encoding',
]);

/** Reads a Subscription that is to be created or changed. Never throws. */
export function readSubscription(input: unknown, options: SubscriptionOptions): Result<RestHook, readonly FhirIssue[]> {
  const read = readResource(subscriptionSchema, input, 'Subscription');
  if (!read.ok) return read;
  const { status, reason, criteria: criteriaText, channel, end } = read.value;
  const issues: FhirIssue[] = [];
  if (channel.type !== 'rest-hook') {
    issues.push(error('not-supported', 'Subscription.channel.type', 'Only the channel rest-hook is supported'));
  }
  const endpoint = endpointOf(channel.endpoint, options.allowHttp === true, issues);
  const payload = channel.payload ?? '';
  const withResource = payload !== '';
  if (withResource && !/^application\/(fhir\+)?json\s*(;.*)?$/.test(payload)) {
    issues.push(error('not-supported', 'Subscription.channel.payload', 'Only application/fhir+json is sent'));
  }
  const headers = (channel.header ?? []).map((text, i) => headerOf(text, i, issues));
  const criteria = criteriaOf(criteriaText, options.timeZone, issues);
  if (issues.length > 0 || endpoint === null || criteria === null) return err(issues);
  return ok({
    wanted: status !== 'off',
    reason,
    criteriaText,
    criteria,
    endpoint,
    withResource,
    headers: headers.filter((h) => h !== null),
    end: end === undefined ? null : (parseDateTime(end, options.timeZone)?.iso ?? null),
  });
}

function endpointOf(text: string | undefined, allowHttp: boolean, issues: FhirIssue[]): string | null {
  const at = 'Subscription.channel.endpoint';
  if (text === undefined) {
    issues.push(error('required', at, 'The element is missing'));
    return null;
  }
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))) {
    issues.push(
      error('value', at, allowHttp ? 'The endpoint must be an http or https URL' : 'The endpoint must be an https URL'),
    );
    return null;
  }
  if (url.username !== '' || url.password !== '') {
    issues.push(error('value', at, 'The endpoint must hold no password; send a header instead'));
    return null;
  }
  return url.href;
}

function headerOf(text: string, i: number, issues: FhirIssue[]): readonly [string, string] | null {
  const m = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\t]*?)[ \t]*$/.exec(text);
  const name = m?.[1]?.toLowerCase();
  if (m !== null && name !== undefined && !reserved.has(name)) return [name, m[2]!];
  issues.push(
    error(
      'value',
      `Subscription.channel.header[${i}]`,
      'The header must be `Name: value`, and none that is ours to set',
    ),
  );
  return null;
}

function criteriaOf(text: string, timeZone: string, issues: FhirIssue[]): SubscriptionCriteria | null {
  const at = 'Subscription.criteria';
  const m = /^(Encounter|Location)(?:\?(.*))?$/.exec(text);
  if (m === null) {
    issues.push(error('not-supported', at, 'The criteria must be a search for Encounter or Location'));
    return null;
  }
  const query = new URLSearchParams(m[2] ?? '');
  const type = m[1] as 'Encounter' | 'Location';
  const add = (faults: readonly FhirIssue[]): null => {
    for (const { code, diagnostics, expression } of faults) {
      issues.push(error(code, at, `${expression ?? ''}: ${diagnostics}`));
    }
    return null;
  };
  if (type === 'Encounter') {
    const search = parseEncounterSearch(query, { timeZone });
    return search.ok ? { type, search: search.value } : add(search.error);
  }
  const search = parseLocationSearch(query);
  return search.ok ? { type, search: search.value } : add(search.error);
}

/** A subscription as it is kept. */
export interface KeptSubscription {
  readonly id: string;
  readonly versionId: string;
  readonly lastUpdated: string;
  readonly status: SubscriptionResource['status'];
  readonly hook: Pick<RestHook, 'reason' | 'criteriaText' | 'endpoint' | 'withResource' | 'end'>;
  /** The last thing that went wrong, in words without personal data. */
  readonly error: string | null;
}

/** A Subscription as it is told: without its headers, which may hold a secret. */
export function subscriptionResource(kept: KeptSubscription): SubscriptionResource {
  const { id, versionId, lastUpdated, status, hook, error: failure } = kept;
  return {
    resourceType: 'Subscription',
    id,
    meta: { versionId, lastUpdated },
    status,
    reason: hook.reason,
    criteria: hook.criteriaText,
    ...(hook.end === null ? {} : { end: hook.end }),
    ...(failure === null ? {} : { error: failure }),
    channel: {
      type: 'rest-hook',
      endpoint: hook.endpoint,
      ...(hook.withResource ? { payload: 'application/fhir+json' as const } : {}),
    },
  };
}

/** One request to a subscriber. */
export interface HookRequest {
  readonly method: 'POST' | 'PUT';
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | null;
}

/**
 * What is sent to a rest-hook because of a resource (R4 subscription.html, rest-hook): with a payload an update of the resource
 * below the endpoint, `PUT [endpoint]/Encounter/id`; without one a POST with no body. A repeat is harmless: the update carries the
 * whole resource and its version.
 */
export function hookRequest(
  hook: Pick<RestHook, 'endpoint' | 'withResource' | 'headers'>,
  resource: EncounterResource | LocationResource,
): HookRequest {
  if (!hook.withResource) return { method: 'POST', url: hook.endpoint, headers: hook.headers, body: null };
  const url = new URL(hook.endpoint);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${resource.resourceType}/${resource.id}`;
  return {
    method: 'PUT',
    url: url.href,
    headers: [...hook.headers, ['content-type', 'application/fhir+json; charset=utf-8']],
    body: JSON.stringify(resource),
  };
}
