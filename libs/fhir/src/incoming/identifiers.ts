import type { MovementFact } from '@wardstream/events';
import { readResource } from '../outcome/structure.js';
import type { Identifier } from '../r4/datatypes.schema.js';
import { type Encounter, encounter as encounterSchema } from '../r4/encounter.schema.js';
import type { Patient } from '../r4/patient.schema.js';
import { identifierSystems, systems } from '../r4/systems.js';
import type { Resolve } from './references.js';

/**
 * Identifier systems (URIs) by the domain that HL7 v2 senders of the facility write for the same numbers (CX-4), so that one
 * visit is one visit whoever speaks of it. A system that is not here is its own domain.
 */
export type IdentifierDomains = ReadonlyMap<string, string>;

type Visit = NonNullable<MovementFact['visit']>;

interface Named {
  readonly id: string;
  readonly domain: string | null;
}

/** The identifier that says most: of a domain that is configured, of the right type, in official or usual use; then the first. */
function best(identifiers: readonly Identifier[], types: readonly string[], domains: IdentifierDomains): Named | null {
  let found: Named | null = null;
  let most = -Infinity;
  for (const { use, type, system, value } of identifiers) {
    const id = value?.trim() ?? '';
    if (id === '' || use === 'old') continue;
    const typed = (type?.coding ?? []).some(({ code }) => code !== undefined && types.includes(code));
    const socialSecurity = (type?.coding ?? []).some(({ code }) => code === 'SS' || code === 'DL');
    const score =
      (system !== undefined && domains.has(system) ? 16 : 0) +
      (typed ? 8 : 0) +
      (use === 'official' ? 2 : use === 'usual' ? 1 : use === 'temp' ? -1 : 0) -
      (socialSecurity ? 4 : 0);
    if (score <= most) continue;
    most = score;
    found = { id, domain: system === undefined || system === '' ? null : (domains.get(system) ?? system) };
  }
  return found;
}

/** How far up a chain of `partOf` is followed. */
const MOST_WHOLES = 10;

/**
 * The visit (docs/encounter-rules.md rules 2 and 29): that of the Encounter that this one is a part of, by what came along or by its
 * identifier; else Encounter.identifier (PV1-19, PV1-50), else the account's (PID-18), else the resource's own id. Null where there is
 * none: then it is the patient's only open visit.
 */
export function visitOf(encounter: Encounter, domains: IdentifierDomains, resolve: Resolve, wholes = 0): Visit | null {
  const whole = wholes < MOST_WHOLES ? wholeOf(encounter, domains, resolve, wholes) : null;
  if (whole !== null) return whole;
  const account = (encounter.account ?? []).flatMap(({ identifier }) => (identifier === undefined ? [] : [identifier]));
  const named = best(encounter.identifier ?? [], ['VN'], domains) ?? best(account, ['AN'], domains);
  if (named !== null) return { number: named.id, domain: named.domain };
  return encounter.id === undefined ? null : { number: encounter.id, domain: identifierSystems.logicalId };
}

/** Identifiers that are kept of one Encounter beside the number of its visit. */
const MOST_OTHERS = 10;

/** What an Encounter is called by beside the number of its visit: the own identifiers of a part, and all others that it has. */
export function otherNumbersOf({ identifier = [] }: Encounter, visit: Visit, domains: IdentifierDomains): Visit[] {
  const others = new Map<string, Visit>();
  for (const { system, value } of identifier) {
    const number = value?.trim() ?? '';
    const domain = system === undefined || system === '' ? null : (domains.get(system) ?? system);
    if (number === '' || (number === visit.number && domain === visit.domain)) continue;
    others.set(JSON.stringify([number, domain]), { number, domain });
  }
  return [...others.values()].slice(0, MOST_OTHERS);
}

function wholeOf({ partOf }: Encounter, domains: IdentifierDomains, resolve: Resolve, wholes: number): Visit | null {
  const found = partOf === undefined ? undefined : resolve(partOf);
  const read = found === undefined ? undefined : readResource(encounterSchema, found.resource, found.path);
  if (read?.ok === true) return visitOf(read.value, domains, found!.resolve, wholes + 1);
  const named = best(partOf?.identifier === undefined ? [] : [partOf.identifier], ['VN'], domains);
  return named === null ? null : { number: named.id, domain: named.domain };
}

/** The patient: the medical record number, else another identifier, else the reference's logical id. */
export function patientIdOf(
  patient: Patient | null,
  subject: Encounter['subject'],
  domains: IdentifierDomains,
): Named | null {
  const logical = subject?.identifier === undefined ? [] : [subject.identifier];
  const named = best([...(patient?.identifier ?? []), ...logical], ['MR', 'MRN'], domains);
  if (named !== null) return named;
  const id =
    patient?.id ?? /(?:^|\/)Patient\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/|$)/.exec(subject?.reference ?? '')?.[1];
  return id === undefined ? null : { id, domain: identifierSystems.logicalId };
}

/** An identifier type of table 0203. */
export function identifierType(code: 'VN' | 'MR'): { coding: { system: string; code: string }[] } {
  return { coding: [{ system: systems.identifierType, code }] };
}
