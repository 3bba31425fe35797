import { type DomainSystems, type IdentifierDomains, systemOf } from '@wardstream/fhir';

const OURS = 'urn:wardstream:fhir:domain:';

/**
 * Domains of a client's identifier systems. A system of ours, as it goes out for a domain that HL7 v2 senders wrote, is that
 * domain; `configured` says those of the client.
 */
export class ClientDomains extends Map<string, string> implements IdentifierDomains {
  override has(system: string): boolean {
    return super.has(system) || ownDomain(system) !== undefined;
  }

  override get(system: string): string | undefined {
    return super.get(system) ?? ownDomain(system);
  }
}

function ownDomain(system: string): string | undefined {
  if (!system.startsWith(OURS)) return undefined;
  try {
    return decodeURIComponent(system.slice(OURS.length)) || undefined;
  } catch {
    return undefined;
  }
}

/** The inverse, for what goes out to the client: the first system that a domain was configured by. */
export function systemsOf(domains: ReadonlyMap<string, string>): DomainSystems {
  const systems = new Map<string, string>();
  for (const [system, domain] of domains) if (!systems.has(domain)) systems.set(domain, system);
  return systems;
}

/** An identifier that is read as this number of this domain again. */
export function identifierOf(
  { number, domain }: { readonly number: string; readonly domain: string | null },
  type: 'VN' | 'MR',
): Record<string, unknown> {
  const system = systemOf(domain, new Map());
  return {
    type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: type }] },
    ...(system === null ? {} : { system }),
    value: number,
  };
}
