import fc from 'fast-check';
import type { ToldMessage } from './random-history.js';
import { facilityOf, type RandomHospital } from './random-hospital.js';
import type { Where } from './true-day.js';

/** What a sender says of one happening. */
export interface Statement {
  readonly trigger: string;
  readonly at: number;
  readonly recordedAt: number;
  readonly doubt: Doubt | null;
  /** Null where it speaks of a bed alone; a number that is null is left out. */
  readonly visit: { readonly person: number; readonly number: string | null } | null;
  /** PV1-3, PV1-6. */
  readonly to: Where | null;
  readonly from?: Where;
  readonly class?: string;
  /** The second patient of a swap. */
  readonly other?: NonNullable<Statement['visit']>;
  readonly former?: string;
  /** Which of two visits it speaks of nobody can know. */
  readonly isOfNobody?: true;
}

/** A time that cannot be, in the field that says it. MSH-7 says when it was. */
export interface Doubt {
  readonly field: 'EVN-2' | 'EVN-6';
  readonly is: 'of no year' | 'of a year to come' | 'days ahead';
}

export const randomDoubts: fc.Arbitrary<Doubt> = fc.record({
  field: fc.constantFrom('EVN-2', 'EVN-6'),
  is: fc.constantFrom('of no year', 'of a year to come', 'days ahead'),
});

/** The messages that say it, each also as it would be said again under another MSH-10. */
export function messagesOf(hospital: RandomHospital, statements: readonly Statement[]): ToldMessage[] {
  const rooms = new Map(facilityOf(hospital).beds.map((b) => [b.id, b]));
  const place = (where: Where | null): string => {
    if (where === null) return '';
    const bed = where.bed === null ? undefined : rooms.get(where.bed)!;
    return bed === undefined ? `${where.unit}^""^""` : `${bed.unit}^${bed.room}^${bed.bed}`;
  };
  return statements.map((said, i) => {
    const text = (control: string): string => segmentsOf(hospital.id, said, place, control).join('\r');
    const [once, again] = [text(`${hospital.id}-${i}`), text(`${hospital.id}-${i}-again`)];
    return { trigger: said.trigger, recordedAt: said.recordedAt, text: once, again };
  });
}

function segmentsOf(id: string, said: Statement, place: (w: Where | null) => string, control: string): string[] {
  const { trigger, at, recordedAt, doubt, visit, other } = said;
  const evn2 = doubt?.field === 'EVN-2' ? wrong(doubt, recordedAt) : dtm(recordedAt);
  const evn6 = doubt?.field === 'EVN-6' ? wrong(doubt, recordedAt) : doubt === null && at !== recordedAt ? dtm(at) : '';
  const head = [
    `MSH|^~\\&|ADT|${id}|WARDSTREAM|${id}|${dtm(recordedAt)}||ADT^${trigger}|${control}|P|2.5.1`,
    `EVN|${trigger}|${evn2}||||${evn6}`,
  ];
  if (visit === null) return [...head, `NPU|${place(said.to)}|U`];
  const pid = (set: number, person: number) => `PID|${set}||P${person}^^^${id}^MR||Ward^Ada||19560704|F`;
  const pv1 = (number: string | null, to: Where | null, from: Where | null) => {
    const fields: string[] = ['PV1', '1', said.class ?? 'I', place(to), '', '', place(from)];
    fields[19] = number === null ? '' : `${number}^^^${id}`;
    return Array.from(fields, (field) => field ?? '').join('|');
  };
  return [
    ...head,
    pid(1, visit.person),
    ...(said.former === undefined ? [] : [`MRG|P${visit.person}^^^${id}||||${said.former}^^^${id}`]),
    pv1(visit.number, said.to, said.from ?? null),
    ...(other === undefined ? [] : [pid(2, other.person), pv1(other.number, said.from ?? null, said.to)]),
  ];
}

function wrong({ is }: Doubt, recordedAt: number): string {
  const written = dtm(recordedAt);
  if (is === 'days ahead') return dtm(recordedAt + 3 * 24 * 3_600_000);
  return `${is === 'of no year' ? '0001' : '2062'}${written.slice(4)}`;
}

function dtm(at: number): string {
  const digits = new Date(at).toISOString().replaceAll(/[-:TZ]/g, '');
  return `${digits.slice(0, 14)}+0000`;
}
