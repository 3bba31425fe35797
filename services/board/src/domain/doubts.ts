import { bedChanged, facilityConfigured } from '@wardstream/events';
import { entryOfView, type BoardEntry } from './board-entry.js';
import { bedInDoubt } from './views/bed-view.js';
import { certainty } from './views/certainty-view.js';

/** Something that was told and could not be taken. Null where that cannot be read of it. */
export interface Untaken {
  readonly topic: string;
  readonly facility: string | null;
  readonly subject: string | null;
  readonly version: number | null;
  readonly time: string | null;
}

const OWNER = 'board';

/**
 * What is shown otherwise because something could not be taken: a bed whose latest change is missing is not certain and never free, until it
 * is taken or given up or a later word of the bed comes. Where it cannot be told which bed it is, a line says so for the facility.
 */
export function doubtsOf(
  facility: string,
  untaken: readonly Untaken[],
  bedOf: (id: string) => Pick<BoardEntry, 'version' | 'body'> | undefined,
  nowIso: string,
): { beds: Map<string, string>; line: BoardEntry | null } {
  const beds = new Map<string, string>();
  const lines: string[] = [];
  for (const each of untaken) {
    if (each.facility !== null && each.facility !== facility) continue;
    const since = timeOf(each, nowIso);
    const isUntold = each.facility === null || each.subject === null || each.topic === facilityConfigured.topic;
    if (isUntold) lines.push(since);
    else if (each.topic === bedChanged.topic) {
      const bed = bedOf(each.subject);
      if (bed === undefined || (each.version !== null && each.version < bed.version)) continue;
      if (!beds.has(each.subject)) beds.set(each.subject, bedInDoubt(bed.body, since));
    }
  }
  return { beds, line: lines.length === 0 ? null : lineOf(facility, lines.sort()[0]!, nowIso) };
}

/** The line of a facility that is settled: it is sent once more with its end. */
export function settledLine(facility: string, nowIso: string): BoardEntry {
  return lineOf(facility, null, nowIso);
}

function lineOf(facility: string, notCertainSince: string | null, nowIso: string): BoardEntry {
  return entryOfView('certainty', certainty(facility, OWNER, notCertainSince), { facility, version: 0, told: nowIso });
}

function timeOf({ time }: Untaken, nowIso: string): string {
  const ms = Date.parse(time ?? '');
  return Number.isNaN(ms) ? nowIso : new Date(ms).toISOString();
}
