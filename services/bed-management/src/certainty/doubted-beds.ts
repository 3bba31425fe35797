import {
  bedRequestChanged,
  bedStatusReported,
  encounterChanged,
  messageFailureChanged,
  readData,
  type EncounterData,
} from '@wardstream/events';
import type { ParkedAggregate } from '@wardstream/messaging';
import type { Tx } from '@wardstream/persistence';
import { bedsThatDiffer, toRow } from '../encounters/encounter-row.js';
import { bedsHeldFor } from '../persistence/bed-request.rows.js';
import type { BedRef } from '../persistence/bed.rows.js';
import { bedsOfUnits, bedsShowing, openFailures } from '../persistence/doubt.rows.js';
import { readEncounters, type EncounterRow } from '../persistence/encounter.rows.js';

/** What is not certain, because something that was told has not been applied. */
export interface Doubted {
  readonly beds: readonly BedRef[];
  /** Facilities of which something concerns beds that cannot be told. */
  readonly facilities: ReadonlySet<string>;
  /** Something could not be read so far that even its facility is known. */
  readonly everywhere: boolean;
}

/** Of one thing that was not applied: whose beds are in doubt. Empty lists: no bed is; null: which ones cannot be told. */
interface Concern {
  readonly facility: string;
  readonly beds: readonly string[];
  readonly encounterIds: readonly string[];
  readonly units: readonly string[];
}

/**
 * The beds that what is parked here, and what admissions could not process, would change or may change. A number of statements
 * that does not depend on how much is parked. Reads only.
 */
export async function doubtedBeds(tx: Tx, parked: readonly ParkedAggregate[]): Promise<Doubted> {
  const failures = await openFailures(tx);
  const subjects = parked.flatMap((p) => (p.topic === encounterChanged.topic ? (p.subject ?? []) : []));
  const known = await readEncounters(tx, subjects);
  const concerns = [...failures, ...parked.flatMap((p) => concernOf(p, known) ?? [])];

  const showing = await bedsShowing(tx, [...new Set(concerns.flatMap((c) => c.encounterIds))]);
  const units = await bedsOfUnits(
    tx,
    concerns.flatMap(({ facility, units }) => units.map((unit) => ({ facility, unit }))),
  );
  const requests = parked.flatMap((p) => (p.topic === bedRequestChanged.topic ? (p.subject ?? []) : []));
  const held = requests.length === 0 ? [] : await bedsHeldFor(tx, requests);
  const named = concerns.flatMap(({ facility, beds }) => beds.map((bedId) => ({ facility, bedId })));
  const beds = [...named, ...showing, ...units, ...held];

  const unnamed = [
    ...failures.filter((f) => f.beds.length + f.units.length + f.encounterIds.length === 0),
    ...parked.filter((p) => concernOf(p, known) === null),
  ].map((c) => c.facility);
  return {
    beds,
    facilities: new Set(unnamed.flatMap((facility) => facility ?? [])),
    everywhere: unnamed.includes(null),
  };
}

function concernOf(
  { topic, facility, subject, data }: ParkedAggregate,
  known: ReadonlyMap<string, EncounterRow>,
): Concern | null {
  if (facility === null || subject === null) return null;
  const nothing = { facility, beds: [], encounterIds: [], units: [] };
  switch (topic) {
    case encounterChanged.topic: {
      const read = readData(encounterChanged.schema, data);
      if (read.kind === 'read') return { ...nothing, ...ofEncounter(read.data, known.get(subject)) };
      const { beds, units } = placesIn(data);
      return beds.length + units.length === 0 && !known.has(subject)
        ? null
        : { facility, beds, units: beds.length > 0 ? [] : units, encounterIds: [subject] };
    }
    case bedStatusReported.topic:
      return { ...nothing, beds: [subject] };
    case bedRequestChanged.topic:
      return nothing;
    case messageFailureChanged.topic:
      return null;
    default:
      return nothing;
  }
}

/** Beds in which the visit would be, or would be no more, and those that its plans keep or kept. */
function ofEncounter(data: EncounterData, before: EncounterRow | undefined): Pick<Concern, 'beds' | 'encounterIds'> {
  if (before !== undefined && before.version >= data.version) return { beds: [], encounterIds: [] };
  const after = toRow(data, before);
  const differing = bedsThatDiffer(before?.stays ?? [], after.stays).map((d) => d.bedId);
  const planned = (data.plannedBeds ?? []).flatMap((p) => (p.endedAt === null ? p.bedId : []));
  const isOver = after.endedAt !== (before?.endedAt ?? null) || after.mergedInto !== (before?.mergedInto ?? null);
  return { beds: [...differing, ...planned], encounterIds: isOver ? [data.encounterId] : [] };
}

/** Every bed and unit that data of no known shape names. */
function placesIn(data: unknown): { beds: string[]; units: string[] } {
  const found = { beds: new Set<string>(), units: new Set<string>() };
  const look = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null || depth > 6) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'bedId' && typeof inner === 'string') found.beds.add(inner);
      else if (key === 'unit' && typeof inner === 'string') found.units.add(inner);
      else look(inner, depth + 1);
    }
  };
  look(data, 0);
  return { beds: [...found.beds], units: [...found.units] };
}
