import { iso } from '@wardstream/persistence';
import type { Crew, Housekeeping, HousekeepingItem } from '@wardstream/api-contract';
import { dispatchGroupOf, type DispatchedJob, dispatchOrder } from '@wardstream/bed-model';
import type { CleaningJobData, FacilityData } from '@wardstream/events';
import type { BedToClean } from '../persistence/worklist.rows.js';

/** What the list is made of. */
export interface WorklistFacts {
  readonly configuration: FacilityData;
  readonly open: readonly CleaningJobData[];
  readonly beds: ReadonlyMap<string, BedToClean>;
  /** Since when units have been asked for a bed; milliseconds. */
  readonly unitsWaiting: ReadonlyMap<string, number>;
  /** Of the last twelve hours. */
  readonly completed: readonly CleaningJobData[];
}

/** The part of the house that is cleaned by one crew. */
export function zoneOf(configuration: Pick<FacilityData, 'units' | 'former'>, unit: string): string {
  const units = [...configuration.units, ...(configuration.former?.units ?? [])];
  return units.find(({ id }) => id === unit)?.zone ?? unit;
}

/** The cleaning list of a facility, or of one zone or unit of it. */
export function worklist(
  facts: WorklistFacts,
  of: { readonly zone?: string | undefined; readonly unit?: string | undefined },
): Omit<Housekeeping, 'facility' | 'asOf'> {
  const { configuration, open, completed } = facts;
  const isMeant = (unit: string): boolean =>
    (of.zone === undefined || zoneOf(configuration, unit) === of.zone) && (of.unit === undefined || unit === of.unit);
  const items = dispatchOrder(open.flatMap((job) => asDispatched(facts, job))).map(({ item }) => item);
  const zones = new Map<string, string[]>();
  for (const { id } of configuration.units) {
    const zone = zoneOf(configuration, id);
    zones.set(zone, [...(zones.get(zone) ?? []), id]);
  }
  const cleaned = completed.filter((job) => isMeant(job.unit));
  return {
    zones: [...zones].map(([zone, units]) => ({ zone, units, open: items.filter((i) => i.zone === zone).length })),
    items: items.filter(({ job }) => isMeant(job.unit)),
    crews: crewsOf(
      open.filter((job) => isMeant(job.unit)),
      cleaned,
    ),
    cleaned: {
      count: cleaned.length,
      response: median(cleaned.map((j) => minutes(j.requestedAt, j.startedAt))),
      clean: median(cleaned.map((j) => minutes(j.startedAt, j.completedAt))),
      turn: median(cleaned.map((j) => minutes(j.requestedAt, j.completedAt))),
    },
  };
}

/** Nothing of a bed that is not there any more. */
function asDispatched(facts: WorklistFacts, job: CleaningJobData): (DispatchedJob & { item: HousekeepingItem })[] {
  const bed = facts.beds.get(job.bedId);
  if (bed === undefined) return [];
  const { definition, view, version } = bed;
  const { configuration } = facts;
  const unit = [...configuration.units, ...(configuration.former?.units ?? [])].find(({ id }) => id === job.unit);
  const waiting = waitingFor(view, facts.unitsWaiting.get(job.unit));
  const dispatched: DispatchedJob = {
    id: job.id,
    kind: job.kind,
    priority: job.priority,
    requestedAt: Date.parse(job.requestedAt),
    startedAt: job.startedAt === null ? null : Date.parse(job.startedAt),
    waiting,
  };
  const item: HousekeepingItem = {
    job,
    zone: zoneOf(configuration, job.unit),
    unitName: unit?.name ?? job.unit,
    room: definition.room,
    bed: definition.bed,
    bedState: view.state,
    bedVersion: version,
    shared: definition.setting?.shared ?? false,
    negativePressure: definition.attributes.includes('negative'),
    waiting: waiting === null ? null : { by: waiting.by, since: iso(waiting.since) },
    group: dispatchGroupOf(dispatched),
    clocks: clocksOf(job, definition.targets),
  };
  return [{ ...dispatched, item }];
}

function waitingFor({ reservedFor }: BedToClean['view'], unitSince: number | undefined): DispatchedJob['waiting'] {
  if (reservedFor !== null) {
    const by = reservedFor.kind === 'assignment' && reservedFor.plan === undefined ? 'assigned' : 'reserved';
    return { by, since: Date.parse(reservedFor.since) };
  }
  return unitSince === undefined ? null : { by: 'unit', since: unitSince };
}

function clocksOf(job: CleaningJobData, targets: BedToClean['definition']['targets']): HousekeepingItem['clocks'] {
  const turn = { name: 'turn', since: job.requestedAt, targetMinutes: targets.turnWithin } as const;
  if (job.startedAt === null)
    return [{ name: 'response', since: job.requestedAt, targetMinutes: targets.startWithin }, turn];
  return [{ name: 'clean', since: job.startedAt, targetMinutes: targets.takes }, turn];
}

function crewsOf(open: readonly CleaningJobData[], cleaned: readonly CleaningJobData[]): Crew[] {
  const names = new Set([...open, ...cleaned].flatMap(({ claimedBy }) => claimedBy ?? []));
  const crews = [...names].map((name): Crew => {
    const theirs = open.filter((job) => job.claimedBy === name);
    const done = cleaned.filter((job) => job.claimedBy === name);
    const times = [...theirs, ...done].flatMap((j) => [j.claimedAt, j.startedAt, j.pausedAt, j.completedAt]);
    const atWork = (job: CleaningJobData): number =>
      job.status !== 'started' ? 2 : job.pausedAt === undefined ? 0 : 1;
    return {
      name,
      jobs: [...theirs]
        .sort((a, b) => atWork(a) - atWork(b) || (a.requestedAt < b.requestedAt ? -1 : 1))
        .map(({ id, bedId, status, pausedAt }) => ({ id, bedId, status, paused: pausedAt !== undefined })),
      cleaned: done.length,
      cleanMinutes: median(done.map((j) => minutes(j.startedAt, j.completedAt))),
      lastAt:
        times
          .flatMap((at) => at ?? [])
          .sort()
          .at(-1) ?? [...theirs, ...done][0]!.requestedAt,
    };
  });
  return crews.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Null where one of them is not known, or where they contradict. */
function minutes(from: string | null, to: string | null): number | null {
  if (from === null || to === null) return null;
  const passed = (Date.parse(to) - Date.parse(from)) / 60_000;
  return passed < 0 ? null : passed;
}

function median(values: readonly (number | null)[]): number | null {
  const known = values.flatMap((value) => value ?? []).sort((a, b) => a - b);
  const middle = known.length / 2;
  if (known.length === 0) return null;
  const value = known.length % 2 === 1 ? known[Math.floor(middle)]! : (known[middle - 1]! + known[middle]!) / 2;
  return Math.round(value * 10) / 10;
}
