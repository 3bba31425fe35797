import type { BedData, LevelOfCare } from '@wardstream/events';
import {
  asRoomMate,
  fitOf,
  isHard,
  isIsolation,
  type BedSetting,
  type Misfit,
  type PatientNeeds,
  type RoomMate,
} from '@wardstream/flow-model';
import type { BedDefinition } from './bed-view.js';
import { encountersIn, holdsByVisit, type BedFoldState } from './fold-state.js';

/** What a patient needs of a bed, and of which bed it was asked. */
export interface PersonFit {
  readonly needs: PatientNeeds;
  /** The latest request that stands; null where there is none. */
  readonly request: {
    /** Milliseconds. */
    readonly requestedAt: number;
    readonly isOpen: boolean;
    /** The bed in which it was met. */
    readonly metIn: string | null;
  } | null;
}

/** Somebody in a bed, or for whom it is kept. Plain data: others in the room read it. */
export interface PersonInBed {
  readonly encounterId: string;
  /** Milliseconds; since when they are in it, or it is kept for them. */
  readonly since: number;
  readonly isHold: boolean;
  readonly needs: PatientNeeds;
}

/** A bed and who is in it. */
export interface PeopledBed {
  readonly bedId: string;
  readonly setting: BedSetting;
  readonly people: readonly PersonInBed[];
}

/** Somebody in a room, as the others in it see them. */
export interface PersonInRoom {
  readonly bedId: string;
  readonly person: PersonInBed;
  readonly mate: RoomMate;
}

/** What a bed is for the rules of fit; null of one that was retired before this was kept. */
export function settingOf({ id, unit, attributes, setting }: BedDefinition): BedSetting | null {
  return setting === undefined ? null : { ...setting, id, unit, attributes };
}

/** Units where patients wait or pass through: it is the next bed that must give the care that is asked for. */
const onTheWay: readonly LevelOfCare[] = ['ed', 'recovery'];

/** Who is in a bed and for whom it is kept, with what each needs of this bed. */
export function peopleIn(
  setting: BedSetting,
  fold: BedFoldState,
  fit: (encounterId: string) => PersonFit,
): PersonInBed[] {
  const since = new Map(fold.occupants.map((o) => [o.encounterId, o.since]));
  const occupants = encountersIn(fold).map((encounterId) => {
    const from = since.get(encounterId) ?? fold.reported?.fact.at ?? fold.at;
    return { encounterId, since: from, isHold: false, needs: needsHere(setting, from, fit(encounterId)) };
  });
  const holds = holdsByVisit(fold).map(({ encounterId, since: from }) => {
    return { encounterId, since: from, isHold: true, needs: fit(encounterId).needs };
  });
  return [...occupants, ...holds];
}

/**
 * What somebody who is in a bed needs of that bed. A request that was met elsewhere says nothing of the level of care here, nor
 * does one that was made while they lay here of anything but isolation: it asks for the next bed.
 */
function needsHere(setting: BedSetting, since: number, { needs, request }: PersonFit): PatientNeeds {
  if (request === null) return needs;
  const unasked = { ...needs, levelOfCare: null, specialty: null, unit: null };
  if (!request.isOpen) return request.metIn === setting.id ? needs : unasked;
  if (since <= request.requestedAt) return { ...unasked, needs: needs.needs.filter(isIsolation) };
  return onTheWay.includes(setting.levelOfCare) ? unasked : needs;
}

/**
 * Where somebody must not be by the rules of fit. Of two in one room who must not be together the one who came later is marked, and
 * somebody for whom a bed is kept after those who are in one: so a movement marks who moved, and it follows when others come and
 * go, whatever was heard first.
 */
export function mismatchesOf(bed: PeopledBed, room: readonly PersonInRoom[]): NonNullable<BedData['mismatches']> {
  return bed.people.flatMap((person) => {
    const mates = room.flatMap(({ bedId, person: other, mate }): RoomMate[] => {
      if (bedId === bed.bedId || other.encounterId === person.encounterId) return [];
      if (isEarlier(other, person)) return [mate];
      // Who came later may make a cohort, and nothing worse.
      return mate.isolations.some((kind) => person.needs.needs.includes(kind)) ? [{ ...mate, sex: null }] : [];
    });
    return fitOf(person.needs, bed.setting, mates)
      .filter(isHard)
      .map((misfit) => ({ encounterId: person.encounterId, ...asPublished(misfit) }));
  });
}

/** Everybody in these beds of one room. */
export function peopleInRoom(beds: readonly PeopledBed[]): PersonInRoom[] {
  return beds.flatMap(({ bedId, setting, people }) =>
    people.map((person) => ({ bedId, person, mate: asRoomMate(person.needs, setting) })),
  );
}

/** What speaks against a bed for somebody who is to come, by everybody in the room. */
export function fitInRoom(
  who: { readonly encounterId: string; readonly needs: PatientNeeds },
  setting: BedSetting,
  room: readonly PersonInRoom[],
): Misfit[] {
  const mates = room.filter((p) => p.bedId !== setting.id && p.person.encounterId !== who.encounterId);
  return fitOf(
    who.needs,
    setting,
    mates.map((m) => m.mate),
  );
}

export function asPublished({ code, needed, given, words }: Misfit) {
  return { code, needed, given, words };
}

function isEarlier(a: PersonInBed, b: PersonInBed): boolean {
  if (a.isHold !== b.isHold) return b.isHold;
  return a.since < b.since || (a.since === b.since && a.encounterId < b.encounterId);
}
