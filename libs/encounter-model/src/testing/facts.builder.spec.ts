import type { FacilityData, MovementFact, ImpreciseTime, SentPlace } from '@wardstream/events';
import { FacilityDirectory } from '../directory.js';
import { deriveEncounter, type DerivedEncounter } from '../derive-encounter.js';
import type { VisitFact } from '../visit-fact.js';

/** A small house: units ED, 4A, 4B with rooms of two beds each; bed ids like 4A-1. For tests. */
export const smallHouse: FacilityData = {
  id: 'NGH',
  name: 'Northgate General',
  aliases: ['NORTHGATE'],
  timeZone: 'Europe/London',
  version: 1,
  units: ['ED', '4A', '4B'].map((id) => ({
    id,
    name: id,
    levelOfCare: id === 'ED' ? ('ed' as const) : ('ward' as const),
    specialties: [],
    placesAre: id === 'ED' ? ('bays' as const) : ('beds' as const),
    inpatient: id !== 'ED',
    waitTargetMinutes: 120,
  })),
  rooms: ['ED', '4A', '4B'].flatMap((unit) =>
    ['R1', 'R2'].map((room) => ({
      id: `${unit}-${room}`,
      unit,
      name: room,
      sex: 'any' as const,
      negativePressure: false,
    })),
  ),
  beds: ['ED', '4A', '4B'].flatMap((unit) =>
    [1, 2, 3, 4].map((n) => ({
      id: `${unit}-${n}`,
      unit,
      room: `${unit}-${n <= 2 ? 'R1' : 'R2'}`,
      bed: String(n),
      staffed: true,
      surge: false,
      attributes: [],
    })),
  ),
};

export const directory = new FacilityDirectory(smallHouse);

/** 'hh:mm' of the day, or 'd hh:mm' of day d, as an instant. */
export function clock(text: string): string {
  const [day, time] = text.includes(' ') ? (text.split(' ') as [string, string]) : ['1', text];
  return `2026-03-${day.padStart(2, '0')}T${time.length > 5 ? time : `${time}:00`}.000Z`;
}

/** '4A-1' is a bed; '4A' a unit; '4A^X^9' as written. */
export function sent(text: string | null | undefined): SentPlace | null {
  if (text === null || text === undefined) return null;
  if (text.includes('^')) {
    const [unit = null, room = null, bed = null] = text.split('^').map((part) => part || null);
    return { unit, room, bed, facility: null };
  }
  const [unit = null, bed = null] = text.split('-');
  return { unit, room: null, bed, facility: null };
}

/** 'hh:mm' is that minute; 'day' all of the first day, of an end the end of it. */
function impreciseTime(text: string, ends = false): ImpreciseTime {
  const [from, until] = text === 'day' ? ['00:00', '23:59:59'] : [text, text];
  return { at: clock(ends ? until : from), from: clock(from), until: clock(until) };
}

function stayOf({ began, ended, how }: FactInput): Pick<MovementFact, 'stay'> {
  if (began === undefined && ended === undefined && how === undefined) return {};
  return {
    stay: {
      ...(began === undefined ? {} : { admitted: impreciseTime(began) }),
      ...(ended === undefined ? {} : { discharged: impreciseTime(ended, true) }),
      ...(how === undefined ? {} : { disposition: how }),
    },
  };
}

export interface FactInput {
  /** When it happened; when recorded, if not then; when received, if not when recorded. */
  at: string;
  rec?: string;
  recv?: string;
  /** When sent, to the second, if not when recorded. */
  sent?: string;
  /** PV1-3, PV1-6, PV1-42. */
  in?: string | null;
  from?: string;
  to?: string;
  class?: string | null;
  inNoBed?: boolean;
  deletes?: MovementFact['deletes'];
  specialty?: string;
  /** EVN-6 was given. */
  evn6?: boolean;
  zbe?: string;
  action?: 'insert' | 'update' | 'cancel';
  expected?: string;
  /** PV2-9: when the stay is to end; null takes it back. */
  endsBy?: string | null;
  patient?: string;
  family?: string;
  /** Of which visit it is, if not of V1; null if of none. */
  visit?: string | null;
  /** The visit, or the patient, that MRG names. */
  retires?: string;
  source?: string;
  /** What an update changes by its sender's profile. */
  changes?: MovementFact['changes'];
  /** PV1-44, PV1-45 and PV1-36: when the visit began and ended, and how. */
  began?: string;
  ended?: string;
  how?: string;
  /** Another statement of the same content. */
  again?: number;
}

export function fact(kind: MovementFact['kind'], said: FactInput): VisitFact {
  const recordedAt = clock(said.rec ?? said.at);
  const content: MovementFact = {
    kind,
    trigger: kind,
    visit: said.visit === null ? null : { number: said.visit ?? 'V1', domain: null },
    patient: {
      id: said.patient ?? 'P1',
      domain: null,
      family: said.family ?? 'Ward',
      given: 'Ada',
      birthDate: '1956-07-04',
      sex: 'female',
    },
    class: said.class === undefined ? 'I' : said.class,
    ...(said.inNoBed === undefined ? {} : { inNoBed: said.inNoBed }),
    ...(said.deletes === undefined ? {} : { deletes: said.deletes }),
    specialty: said.specialty ?? null,
    location: sent(said.in),
    priorLocation: sent(said.from),
    pendingLocation: sent(said.to),
    temporaryLocation: null,
    at: clock(said.at),
    recordedAt,
    ...(said.sent === undefined ? {} : { sentAt: clock(said.sent) }),
    atFrom: said.evn6 === true ? 'EVN-6' : 'EVN-2',
    expectedAt: said.expected === undefined ? null : clock(said.expected),
    ...(said.endsBy === undefined ? {} : { expectedDischargeAt: said.endsBy === null ? null : clock(said.endsBy) }),
    ...(said.retires === undefined ? {} : { retires: { number: said.retires, domain: null } }),
    ...(said.changes === undefined ? {} : { changes: said.changes }),
    ...stayOf(said),
    movement:
      said.zbe === undefined
        ? null
        : { id: said.zbe, action: said.action ?? 'insert', historic: false, originalTrigger: null },
  };
  const source = said.source ?? 'ADT1';
  const id = `${JSON.stringify(content)} ${source} ${said.again ?? 0}`;
  return { id, messageId: id, source, receivedAt: clock(said.recv ?? said.rec ?? said.at), fact: content };
}

export function derive(...facts: VisitFact[]): DerivedEncounter {
  return deriveEncounter('e1', facts, directory);
}

/** What a case is about, in one line: status, place, stays as 'bed from-to' (* held, ! left dirty), plans, conflicts. */
export function summary(encounter: DerivedEncounter): {
  is: string;
  stays: string[];
  plans: string[];
  conflicts: string[];
} {
  const time = (at: string | null): string =>
    at === null ? '' : `${at.slice(8, 10) === '01' ? '' : `${Number(at.slice(8, 10))} `}${at.slice(11, 16)}`;
  const where = (p: DerivedEncounter['location']): string =>
    p === null ? 'nowhere' : (p.bedId ?? p.asSent ?? p.unit ?? '');
  return {
    is: `${encounter.status} ${where(encounter.location)}${encounter.inTransit ? ' in transit' : ''}`,
    stays: encounter.stays.map(
      (s) =>
        `${where(s.place)} ${time(s.from)}-${time(s.to)}${s.endedBy === null ? '' : ` ${s.endedBy}`}${s.holdsBed ? '*' : ''}${s.leavesDirty && s.to !== null ? '!' : ''}`,
    ),
    plans: encounter.pendings.map(
      (p) => `${p.kind} ${where(p.place)}${p.expectedAt === null ? '' : ` ${time(p.expectedAt)}`}`,
    ),
    conflicts: encounter.conflicts.map((c) => c.kind).sort(),
  };
}
