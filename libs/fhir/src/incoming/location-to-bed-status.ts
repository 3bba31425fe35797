import type { BedStatusReport } from '@wardstream/hl7v2';
import { bedStatusCodeOf } from '../codes/operational-status.js';
import { error, type FhirIssue } from '../outcome/issue.js';
import { readResource } from '../outcome/structure.js';
import { parseDateTime } from '../r4/date-time.js';
import { location as locationSchema } from '../r4/location.schema.js';
import { type PlaceOf, readPlace } from './places.js';
import { type Resolve, resolverOf } from './references.js';

export interface LocationOptions {
  /** When it was received, as ISO 8601 instant in UTC with milliseconds. */
  readonly receivedAt: string;
  /** See `EncounterOptions.recorded`. */
  readonly recorded: 'receipt' | 'sender';
  readonly timeZone: string;
  /** Locations that the caller knows. */
  readonly placeOf?: PlaceOf;
  readonly resolve?: Resolve;
  readonly path?: string;
}

/** What a Location that is written here means: an A20 of its bed, or nothing that is acted on. */
export type LocationMapping =
  | { readonly kind: 'bedStatus'; readonly report: BedStatusReport; readonly sites: readonly string[] }
  | { readonly kind: 'ignored'; readonly reason: string }
  | { readonly kind: 'errors'; readonly issues: readonly [FhirIssue, ...FhirIssue[]] };

/**
 * Reads the status of a bed from a Location. Which beds there are is configured, not sent; so all that counts of a Location is
 * what it says of a bed's status, by table 0116. Never throws.
 */
export function locationToBedStatus(input: unknown, options: LocationOptions): LocationMapping {
  const path = options.path ?? 'Location';
  const read = readResource(locationSchema, input, path);
  if (!read.ok) return { kind: 'errors', issues: read.error };
  const location = read.value;
  const { operationalStatus, mode } = location;
  if (mode === 'kind') return { kind: 'ignored', reason: 'A kind of location is no bed' };
  if (operationalStatus === undefined) return { kind: 'ignored', reason: 'The location says no operational status' };
  const resolve = resolverOf(location.contained, path, options.resolve);
  const known = location.id === undefined ? null : (options.placeOf?.(`Location/${location.id}`) ?? null);
  const self = { resource: { ...location }, path, resolve };
  const { place, sites } = readPlace(
    { reference: '#self' },
    undefined,
    () => self,
    () => null,
    path,
  );
  const at = known ?? place;
  if (at === null || at.bed === null) return { kind: 'ignored', reason: 'The location is no bed' };
  const code = bedStatusCodeOf(operationalStatus);
  if (code === null) {
    const text = 'The operational status is no bed status of table 0116';
    return { kind: 'errors', issues: [error('code-invalid', `${path}.operationalStatus`, text)] };
  }
  const updated = options.recorded === 'sender' ? location.meta?.lastUpdated : undefined;
  const parsed = updated === undefined ? null : parseDateTime(updated, options.timeZone);
  const recordedAt = parsed?.iso ?? options.receivedAt;
  const atFrom = parsed === null ? 'MSH-7' : 'EVN-2';
  return { kind: 'bedStatus', sites, report: { trigger: 'A20', place: at, code, at: recordedAt, recordedAt, atFrom } };
}
