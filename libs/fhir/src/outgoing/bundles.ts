import type { BundleResource, OperationOutcomeResource, OutResource } from '../r4/resources.js';

/** Where this server's FHIR interface is, without a slash at the end. */
type Base = string;

type Stored = Extract<OutResource, { readonly id: string }>;

/** One page of a search. */
export interface SearchPage {
  readonly matches: readonly Stored[];
  readonly included?: readonly Stored[];
  /** How many match in all; absent where that was not counted. */
  readonly total?: number;
  /** The search as it was understood, as a query without `?`. */
  readonly self: string;
  /** The query of the next page. */
  readonly next?: string | null;
  /** What was not understood and passed over. */
  readonly outcome?: OperationOutcomeResource;
}

/** A searchset of resources of one type. */
export function searchsetBundle(base: Base, type: Stored['resourceType'], page: SearchPage): BundleResource {
  const link = (relation: string, query: string): { relation: string; url: string } => ({
    relation,
    url: query === '' ? `${base}/${type}` : `${base}/${type}?${query}`,
  });
  const entry = [
    ...page.matches.map((resource) => ({ ...entryOf(base, resource), search: { mode: 'match' as const } })),
    ...(page.included ?? []).map((resource) => ({ ...entryOf(base, resource), search: { mode: 'include' as const } })),
    ...(page.outcome === undefined ? [] : [{ resource: page.outcome, search: { mode: 'outcome' as const } }]),
  ];
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(page.total === undefined ? {} : { total: page.total }),
    link: [link('self', page.self), ...((page.next ?? null) === null ? [] : [link('next', page.next!)])],
    ...(entry.length > 0 ? { entry } : {}),
  };
}

/** A version of a resource as its history tells of it. */
export interface Version {
  readonly resource: Stored;
  readonly method: 'POST' | 'PUT';
}

/** The versions of a resource, the latest first, as they are given. */
export function historyBundle(base: Base, versions: readonly Version[]): BundleResource {
  return {
    resourceType: 'Bundle',
    type: 'history',
    total: versions.length,
    ...(versions.length > 0
      ? {
          entry: versions.map(({ resource, method }) => ({
            ...entryOf(base, resource),
            request: {
              method,
              url: method === 'POST' ? resource.resourceType : `${resource.resourceType}/${resource.id}`,
            },
            response: {
              status: method === 'POST' ? '201' : '200',
              ...(resource.meta?.versionId === undefined ? {} : { etag: etagOf(resource.meta.versionId) }),
              ...(resource.meta?.lastUpdated === undefined ? {} : { lastModified: resource.meta.lastUpdated }),
            },
          })),
        }
      : {}),
  };
}

/** What became of one entry of a transaction. */
export interface Written {
  readonly type: 'Encounter' | 'Patient' | 'Location';
  /** Null of a Location that is none of this server's. */
  readonly id: string | null;
  /** Null of what has no versions: a Location that is no bed, or of a bed that nothing was told of yet. */
  readonly versionId: string | null;
  readonly lastModified: string;
  readonly created: boolean;
  readonly outcome?: OperationOutcomeResource;
}

/** The answer to a transaction, entry for entry in the order of the request. */
export function transactionResponse(base: Base, written: readonly Written[]): BundleResource {
  return {
    resourceType: 'Bundle',
    type: 'transaction-response',
    ...(written.length > 0
      ? {
          entry: written.map(({ type, id, versionId, lastModified, created, outcome }) => ({
            response: {
              status: created ? '201' : '200',
              ...(id === null
                ? {}
                : { location: `${base}/${type}/${id}${versionId === null ? '' : `/_history/${versionId}`}` }),
              ...(versionId === null ? {} : { etag: etagOf(versionId) }),
              lastModified,
              ...(outcome === undefined ? {} : { outcome }),
            },
          })),
        }
      : {}),
  };
}

/** The weak entity tag of a version. */
export function etagOf(versionId: string): string {
  return `W/"${versionId}"`;
}

/** The version in an If-Match; null where it is none. */
export function versionOfEtag(text: string): string | null {
  return /^\s*(?:W\/)?"?([A-Za-z0-9\-.]{1,64})"?\s*$/.exec(text)?.[1] ?? null;
}

function entryOf(base: Base, resource: Stored): { fullUrl: string; resource: Stored } {
  return { fullUrl: `${base}/${resource.resourceType}/${resource.id}`, resource };
}
