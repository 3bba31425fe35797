import { adt } from '@wardstream/product-under-test';
import type { LogLine } from './sepsis-log.js';

export interface AdtHospital {
  /** A hospital file that has every unit of the log, under each of the facility ids. */
  file(facilities: readonly string[]): string;
  /** The log as ADT messages of a facility, in order of their times. */
  messages(facility: string): string[];
}

/** Where patients who come back to the emergency room are; the log names no group for them. */
const RETURN = 'RETURN';

interface Stay {
  readonly unit: string;
  readonly from: number;
  readonly to: number;
  bed: string;
}

interface Told {
  readonly trigger: 'A01' | 'A02' | 'A03' | 'A04';
  readonly visit: string;
  readonly mrn: string;
  readonly at: number;
  readonly stay: Stay | null;
  readonly before: Stay | null;
}

/**
 * Turns the log into ADT: a registration and a return are A04 of a visit in the emergency room, which is a unit without beds here; the
 * first admission A01, each further one A02, a release A03. Wards and intensive care get as many beds as they ever need, and
 * each patient the first that is free.
 */
export function sepsisAsAdt(log: readonly LogLine[]): AdtHospital {
  const cases = new Map<string, LogLine[]>();
  for (const line of [...log].sort((a, b) => a.at - b.at))
    cases.set(line.caseId, [...(cases.get(line.caseId) ?? []), line]);
  const told = [...cases].flatMap(([caseId, lines]) => toldOf(caseId, lines)).sort((a, b) => a.at - b.at);
  const bedded = told.flatMap((t) => (t.stay !== null && t.trigger !== 'A04' ? [t.stay] : []));
  const beds = giveBeds(bedded.sort((a, b) => a.from - b.from));
  const units = new Set(told.flatMap((t) => (t.stay === null ? [] : [t.stay.unit])));
  return {
    file: (facilities) => fileOf(facilities, units, beds),
    messages: (facility) =>
      told.map((t, i) =>
        adt({
          ...{ trigger: t.trigger, visit: t.visit, mrn: t.mrn, when: new Date(t.at), facility, sender: 'SEPSIS' },
          ...{ class: t.trigger === 'A04' ? 'E' : 'I', at: placeOf(t.stay ?? t.before), controlId: `${facility}${i}` },
          ...(t.trigger === 'A02' ? { from: placeOf(t.before) } : {}),
        }),
      ),
  };
}

function toldOf(caseId: string, lines: readonly LogLine[]): Told[] {
  const moves = lines.filter((l) => /^(ER Registration|Admission|Release)/.test(l.activity));
  let before: Stay | null = null;
  let admitted = false;
  const told = moves.map((line, i): Told => {
    const { activity, at, group } = line;
    const leaves = activity.startsWith('Release');
    const stay = leaves ? null : { unit: group, from: at, to: moves[i + 1]?.at ?? Infinity, bed: '' };
    const trigger = leaves ? 'A03' : activity === 'ER Registration' ? 'A04' : admitted ? 'A02' : 'A01';
    const made = { trigger, visit: `S${caseId}`, mrn: `M${caseId}`, at, stay, before } as const;
    admitted ||= trigger === 'A01';
    before = stay ?? before;
    return made;
  });
  const returns = lines
    .filter((l) => l.activity === 'Return ER')
    .map((line): Told => {
      const stay = { unit: RETURN, from: line.at, to: Infinity, bed: '' };
      return { trigger: 'A04', visit: `S${caseId}-2`, mrn: `M${caseId}`, at: line.at, stay, before: null };
    });
  return [...told, ...returns];
}

/** `stays` in order of their begin. Gives the number of beds of each unit. */
function giveBeds(stays: readonly Stay[]): Map<string, number> {
  const freeFrom = new Map<string, number[]>();
  for (const stay of stays) {
    const ends = freeFrom.get(stay.unit) ?? [];
    freeFrom.set(stay.unit, ends);
    const free = ends.findIndex((end) => end <= stay.from);
    const bed = free === -1 ? ends.length : free;
    ends[bed] = stay.to;
    stay.bed = numbered(bed);
  }
  return new Map([...freeFrom].map(([unit, ends]) => [unit, ends.length]));
}

function numbered(bed: number): string {
  return String(bed + 1).padStart(3, '0');
}

function placeOf(stay: Stay | null): string {
  if (stay === null) return '';
  return stay.bed === '' ? stay.unit : `${stay.unit}^W^${stay.bed}`;
}

function fileOf(facilities: readonly string[], units: ReadonlySet<string>, beds: ReadonlyMap<string, number>): string {
  const lines = ['facilities:'];
  for (const id of facilities) {
    lines.push(`  - id: ${id}`, `    name: ${id}`, '    timeZone: UTC', '    units:');
    for (const unit of [...units].sort()) {
      lines.push(
        `      - code: "${unit}"`,
        `        name: "${unit}"`,
        '        levelOfCare: ward',
        '        waitTarget: 240',
      );
      // A unit has a bed at least; in the emergency room nobody is put into one.
      lines.push(
        `        rooms: [{ room: W, beds: "001".."${numbered((beds.get(unit) ?? 1) - 1)}" }]`.replaceAll('"', ''),
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
