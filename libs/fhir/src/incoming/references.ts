import type { Bundle, BundleEntry } from '../r4/bundle.schema.js';
import type { Reference } from '../r4/datatypes.schema.js';

/** A resource that came along with another one, and where it stands. */
export interface Found {
  readonly resource: Readonly<Record<string, unknown>> & { readonly resourceType: string };
  /** FHIRPath, e.g. `Bundle.entry[3].resource`. */
  readonly path: string;
  /** Finds what this resource refers to in its turn. */
  readonly resolve: Resolve;
}

/** What a reference points at, among the resources that came along; undefined where it is none of them. */
export type Resolve = (reference: Reference) => Found | undefined;

type Contained = readonly ({ readonly resourceType: string } & Readonly<Record<string, unknown>>)[];

/** Finds what is contained in the resource itself, else what `outer` finds. */
export function resolverOf(contained: Contained | undefined, path: string, outer: Resolve = () => undefined): Resolve {
  const resolve: Resolve = (reference) => {
    const text = reference.reference ?? '';
    if (!text.startsWith('#')) return outer(reference);
    const index = (contained ?? []).findIndex(({ id }) => id === text.slice(1));
    if (index === -1) return undefined;
    return { resource: contained![index]!, path: `${path}.contained[${index}]`, resolve };
  };
  return resolve;
}

/**
 * The resources of one bundle by what may name them (R4 bundle.html#references): fullUrl, `Type/id`, an identifier in a logical
 * or a conditional reference. A version in the reference is passed over.
 */
export class BundleIndex {
  private readonly byUrl = new Map<string, number>();
  private readonly byTypeAndId = new Map<string, number>();
  private readonly byIdentifier = new Map<string, number>();
  private readonly entries: readonly BundleEntry[];

  constructor(bundle: Bundle) {
    this.entries = bundle.entry ?? [];
    for (const [i, { fullUrl, resource }] of this.entries.entries()) {
      if (fullUrl !== undefined && !this.byUrl.has(fullUrl)) this.byUrl.set(fullUrl, i);
      if (resource === undefined) continue;
      const { resourceType, id } = resource;
      put(this.byTypeAndId, typeof id === 'string' ? `${resourceType}/${id}` : lastTwo(fullUrl), i);
      for (const key of identifierKeys(resource['identifier'])) put(this.byIdentifier, `${resourceType} ${key}`, i);
    }
  }

  /** The resource of an entry, and what it refers to. */
  entry(index: number): Found | undefined {
    const { resource, fullUrl } = this.entries[index] ?? {};
    if (resource === undefined) return undefined;
    const path = `Bundle.entry[${index}].resource`;
    const contained = Array.isArray(resource['contained']) ? (resource['contained'] as Contained).filter(isNamed) : [];
    const resolve = resolverOf(contained, path, (reference) => this.find(reference, fullUrl));
    return { resource, path, resolve };
  }

  private find(reference: Reference, from: string | undefined): Found | undefined {
    const text = (reference.reference ?? '').split('/_history/')[0]!;
    const index = this.indexOf(text, from) ?? this.byLogical(reference);
    return index === undefined ? undefined : this.entry(index);
  }

  private indexOf(text: string, from: string | undefined): number | undefined {
    if (text === '') return undefined;
    const exact = this.byUrl.get(text);
    if (exact !== undefined) return exact;
    const conditional = /^([A-Za-z]+)\?identifier=([^&]+)$/.exec(text);
    if (conditional !== null) return this.byIdentifier.get(`${conditional[1]} ${decoded(conditional[2]!)}`);
    if (!/^[A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(text)) return undefined;
    const base = /^(https?:\/\/.*\/)[A-Za-z]+\/[A-Za-z0-9\-.]+$/.exec(from ?? '')?.[1];
    return (base === undefined ? undefined : this.byUrl.get(base + text)) ?? this.byTypeAndId.get(text);
  }

  private byLogical({ type, identifier }: Reference): number | undefined {
    if (type === undefined || identifier?.value === undefined) return undefined;
    return this.byIdentifier.get(`${type} ${identifier.system ?? ''}|${identifier.value}`);
  }
}

function isNamed(resource: unknown): resource is Contained[number] {
  return typeof resource === 'object' && resource !== null && 'resourceType' in resource;
}

function* identifierKeys(identifiers: unknown): Iterable<string> {
  if (!Array.isArray(identifiers)) return;
  for (const each of identifiers as unknown[]) {
    if (typeof each !== 'object' || each === null) continue;
    const { system, value } = each as { system?: unknown; value?: unknown };
    if (typeof value === 'string') yield `${typeof system === 'string' ? system : ''}|${value}`;
  }
}

function lastTwo(url: string | undefined): string {
  return url === undefined ? '' : url.split('/').slice(-2).join('/');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function put(map: Map<string, number>, key: string, index: number): void {
  if (key !== '' && !map.has(key)) map.set(key, index);
}
