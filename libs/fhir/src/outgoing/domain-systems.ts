import { fhirText } from './text.js';

/** URIs of identifier systems by the domain that HL7 v2 writes (CX-4): the inverse of `IdentifierDomains`. */
export type DomainSystems = ReadonlyMap<string, string>;

/** The system of a domain: the one configured, the domain itself where it is a URI, else a name for it of ours. */
export function systemOf(domain: string | null, systems: DomainSystems): string | null {
  const name = fhirText(domain);
  if (domain === null || name === null) return null;
  const known = systems.get(domain);
  if (known !== undefined) return known;
  return /^[a-z][a-z0-9+.-]*:\S+$/i.test(name) ? name : `urn:wardstream:fhir:domain:${encodeURIComponent(name)}`;
}
