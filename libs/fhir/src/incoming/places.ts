import type { SentPlace } from '@wardstream/events';
import type { Result } from '@wardstream/kernel';
import { type FhirIssue, warning } from '../outcome/issue.js';
import { readResource } from '../outcome/structure.js';
import type { CodeableConcept, Reference } from '../r4/datatypes.schema.js';
import { type Location, location as locationSchema } from '../r4/location.schema.js';
import { identifierSystems } from '../r4/systems.js';
import type { Found, Resolve } from './references.js';
import { readSentPlace } from './sent-place.js';

/** Finds a place by the reference to its Location, e.g. `Location/NGH.bed.4A-14`; null where none is known. */
export type PlaceOf = (reference: string) => SentPlace | null;

/** What a reference to a Location says of where that is. */
export interface ReadPlace {
  /** Null where it is no place in a hospital (a home, a vehicle), or only the hospital itself. */
  readonly place: SentPlace | null;
  /** Codes of the site or building above it; one of them may name the facility. */
  readonly sites: readonly string[];
  readonly issues: readonly FhirIssue[];
}

type Level = 'bed' | 'room' | 'unit' | 'wing' | 'site' | 'elsewhere';

/** location-physical-type. A corridor holds patients as a room does. */
const levels: Readonly<Record<string, Level>> = {
  bd: 'bed',
  ro: 'room',
  co: 'room',
  wa: 'unit',
  wi: 'wing',
  lvl: 'wing',
  bu: 'site',
  si: 'site',
  ve: 'elsewhere',
  ho: 'elsewhere',
  rd: 'elsewhere',
  area: 'elsewhere',
  jdn: 'elsewhere',
  ca: 'elsewhere',
};

const DEEPEST = 10;

/**
 * Where a Location is: unit, room and bed from it and what it is part of, by their physical types; a code is the identifier, else
 * the name. A Location that did not come along is found by `placeOf`; one that nobody knows stays as it was sent (rule 14).
 */
export function readPlace(
  reference: Reference,
  physicalType: CodeableConcept | undefined,
  resolve: Resolve,
  placeOf: PlaceOf,
  path: string,
): ReadPlace {
  const sent = readSentPlace(reference.identifier);
  if (sent !== null) return { place: sent, sites: [], issues: [] };
  const found = resolve(reference);
  if (found?.resource.resourceType === 'Location') return chain(found, physicalType);
  if (found !== undefined) {
    return { place: null, sites: [], issues: [warning('value', path, 'The reference is to no Location')] };
  }
  const known = reference.reference === undefined ? null : placeOf(reference.reference);
  if (known !== null) return { place: known, sites: [], issues: [] };
  const ours = reference.identifier?.system === identifierSystems.sentPlace;
  const code =
    (ours ? null : reference.identifier?.value?.trim()) || reference.display?.trim() || idOf(reference.reference);
  if (code === null) {
    return { place: null, sites: [], issues: [warning('not-found', path, 'The reference names no Location')] };
  }
  const level = levelOf(physicalType) ?? (reference.identifier?.system === identifierSystems.place ? 'bed' : 'unit');
  const parts = new Parts();
  parts.add(level, code);
  return parts.made([]);
}

/** Unit, room and bed as they are gathered from the bed upwards. */
class Parts {
  private unit: string | null = null;
  private room: string | null = null;
  private bed: string | null = null;
  private wing: string | null = null;
  private facility: string | null = null;
  private readonly sites: string[] = [];
  private elsewhere = false;

  get empty(): boolean {
    return this.unit === null && this.room === null && this.bed === null;
  }

  add(level: Level | null, code: string): void {
    switch (level) {
      case 'bed':
        this.bed ??= code;
        return;
      case 'room':
        this.room ??= code;
        return;
      case 'unit':
        this.unit ??= code;
        return;
      case 'wing':
        this.wing ??= code;
        return;
      case 'site':
        this.facility ??= code;
        this.sites.push(code);
        return;
      case 'elsewhere':
        this.elsewhere = this.elsewhere || this.empty;
        return;
      case null:
        // A Location without a physical type: the unit, or what is above it.
        if (this.unit === null) this.unit = code;
        else this.sites.push(code);
        return;
      default:
        level satisfies never;
    }
  }

  made(issues: readonly FhirIssue[]): ReadPlace {
    const unit = this.unit ?? this.wing;
    const { room, bed, facility, sites } = this;
    const none = this.elsewhere || (unit === null && room === null && bed === null);
    return { place: none ? null : { unit, room, bed, facility }, sites, issues };
  }
}

function chain(leaf: Found, physicalType: CodeableConcept | undefined): ReadPlace {
  const parts = new Parts();
  let at: Found | undefined = leaf;
  for (let depth = 0; at !== undefined && depth < DEEPEST; depth += 1) {
    const read: Result<Location, readonly FhirIssue[]> = readResource(locationSchema, at.resource, at.path);
    if (!read.ok) return parts.made(read.error.map((issue) => ({ ...issue, severity: 'warning' })));
    const here: Location = read.value;
    const level = levelOfLocation(here) ?? (depth === 0 ? levelOf(physicalType) : null);
    const code = codeOf(here);
    if (here.mode === 'kind' && level === null) parts.add('elsewhere', '');
    else if (code !== null) parts.add(level ?? (isSite(here, at) ? 'site' : null), code);
    at = here.partOf === undefined ? undefined : at.resolve(here.partOf);
    if (at?.resource.resourceType !== 'Location') break;
  }
  return parts.made([]);
}

function levelOf(concept: CodeableConcept | undefined): Level | null {
  for (const { code } of concept?.coding ?? []) {
    const level = code === undefined ? undefined : levels[code];
    if (level !== undefined) return level;
  }
  return null;
}

function levelOfLocation(location: Location): Level | null {
  const level = levelOf(location.physicalType);
  if (level !== null) return level;
  const roles = (location.type ?? []).flatMap(({ coding }) => (coding ?? []).map(({ code }) => code));
  if (roles.includes('PTRES') || roles.includes('AMB')) return 'elsewhere';
  return roles.includes('HOSP') ? 'site' : null;
}

/** A Location that is called as the organisation that manages it is the hospital as a whole. */
function isSite({ name, managingOrganization }: Location, { resolve }: Found): boolean {
  if (name === undefined || managingOrganization === undefined) return false;
  return name === managingOrganization.display || name === resolve(managingOrganization)?.resource['name'];
}

/** Its code: the identifier in official or usual use, else the first one, else the name, else the id. */
export function codeOf({ identifier, name, id }: Pick<Location, 'identifier' | 'name' | 'id'>): string | null {
  const named = (identifier ?? []).filter(
    ({ use, value }) => use !== 'old' && value !== undefined && value.trim() !== '',
  );
  const chosen =
    named.find(({ system }) => system === identifierSystems.place) ??
    named.find(({ use }) => use === 'official' || use === 'usual') ??
    named[0];
  return chosen?.value?.trim() || name?.trim() || id || null;
}

function idOf(reference: string | undefined): string | null {
  return /(?:^|\/)Location\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/|$)/.exec(reference ?? '')?.[1] ?? null;
}

/** Whether two places can be the same: what both say is equal. */
export function agree(a: SentPlace | null, b: SentPlace | null): boolean {
  if (a === null || b === null) return true;
  const same = (x: string | null, y: string | null): boolean => x === null || y === null || x === y;
  return same(a.unit, b.unit) && same(a.room, b.room) && same(a.bed, b.bed);
}

/** Whether `b` says more than `a`, with which it agrees. */
export function refines(b: SentPlace, a: SentPlace): boolean {
  return (
    agree(a, b) &&
    ((a.bed === null && b.bed !== null) || (a.room === null && b.room !== null) || (a.unit === null && b.unit !== null))
  );
}

/** What two places that agree say together. */
export function combined(a: SentPlace, b: SentPlace): SentPlace {
  return {
    unit: a.unit ?? b.unit,
    room: a.room ?? b.room,
    bed: a.bed ?? b.bed,
    facility: a.facility ?? b.facility,
  };
}

/** `unit^room^bed`. */
export function placeText(place: SentPlace | null): string {
  return place === null ? '' : [place.unit, place.room, place.bed].map((part) => part ?? '').join('^');
}
