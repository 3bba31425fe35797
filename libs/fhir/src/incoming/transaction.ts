import { err, ok, type Result } from '@wardstream/kernel';
import { error, type FhirIssue } from '../outcome/issue.js';
import type { Bundle, BundleEntry } from '../r4/bundle.schema.js';
import type { BundleIndex, Found } from './references.js';

/** Resource types that are taken. */
export const writableTypes = ['Encounter', 'Patient', 'Location'] as const;
export type WritableType = (typeof writableTypes)[number];

/** One interaction of a transaction, with the conditions that whoever carries it out has to check. */
export interface Interaction {
  readonly index: number;
  readonly fullUrl: string | null;
  readonly type: WritableType;
  readonly method: 'POST' | 'PUT';
  /** The id in the URL; null for a create and for a conditional update. */
  readonly id: string | null;
  /** The search of a conditional update, without `?`. */
  readonly search: string | null;
  readonly ifMatch: string | null;
  /** The search of a conditional create. */
  readonly ifNoneExist: string | null;
  readonly found: Found;
}

/** Reads the interactions of a transaction. It is taken as a whole or not at all, so every entry must be one that is taken. */
export function readTransaction(
  bundle: Bundle,
  index: BundleIndex,
): Result<readonly Interaction[], readonly FhirIssue[]> {
  const issues: FhirIssue[] = [];
  const interactions: Interaction[] = [];
  const urls = new Set<string>();
  for (const [i, entry] of (bundle.entry ?? []).entries()) {
    if (entry.fullUrl !== undefined && urls.has(entry.fullUrl)) {
      issues.push(error('duplicate', `Bundle.entry[${i}].fullUrl`, 'Two entries have the same fullUrl'));
    }
    if (entry.fullUrl !== undefined) urls.add(entry.fullUrl);
    const read = interactionOf(entry, i, index.entry(i));
    if (read.ok) interactions.push(read.value);
    else issues.push(...read.error);
  }
  return issues.length > 0 ? err(issues) : ok(interactions);
}

const form = /^\/?([A-Za-z]+)(?:\/([A-Za-z0-9\-.]{1,64})|\?(.+))?$/;

function interactionOf(
  { fullUrl, request }: BundleEntry,
  i: number,
  found: Found | undefined,
): Result<Interaction, readonly FhirIssue[]> {
  const at = `Bundle.entry[${i}]`;
  if (request === undefined) return err([error('required', `${at}.request`, 'The entry says not what to do')]);
  const { method, url } = request;
  if (method !== 'POST' && method !== 'PUT') {
    return err([error('not-supported', `${at}.request.method`, 'Only POST and PUT are taken in a transaction')]);
  }
  const parts = form.exec(url);
  const type = writableTypes.find((t) => t === parts?.[1]);
  if (parts === null)
    return err([error('value', `${at}.request.url`, 'The URL must be relative: Type, Type/id, Type?search')]);
  if (type === undefined) {
    return err([error('not-supported', `${at}.request.url`, `Only ${writableTypes.join(', ')} are taken here`)]);
  }
  if (found === undefined) return err([error('required', `${at}.resource`, 'The element is missing')]);
  if (found.resource.resourceType !== type) {
    return err([error('invariant', `${at}.resource`, 'The resource is of another type than the URL')]);
  }
  const [id, search] = [parts[2] ?? null, parts[3] ?? null];
  if (method === 'POST' && (id !== null || search !== null)) {
    return err([error('value', `${at}.request.url`, 'A create names the type alone')]);
  }
  if (method === 'PUT' && id === null && search === null) {
    return err([error('value', `${at}.request.url`, 'An update names an id or a search')]);
  }
  if (id !== null && found.resource['id'] !== id) {
    return err([error('invariant', `${at}.resource.id`, 'The id must be that of the URL')]);
  }
  return ok({
    index: i,
    fullUrl: fullUrl ?? null,
    type,
    method,
    id,
    search,
    ifMatch: request.ifMatch ?? null,
    ifNoneExist: request.ifNoneExist ?? null,
    found,
  });
}
