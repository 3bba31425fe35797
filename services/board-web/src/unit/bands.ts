import type { BedView } from '@wardstream/api-contract';
import type { FacilityData, Need, RoomConfiguration } from '@wardstream/events';
import type { BoardState } from '../stream/board-state.js';
import { counted } from '../ui/labels.js';
import { t } from '../texts/texts.js';

/** One strip of tiles: a bay, or single rooms that lie side by side. */
export interface Band {
  readonly id: string;
  readonly name: string;
  readonly sex: RoomConfiguration['sex'];
  readonly single: boolean;
  readonly rooms: readonly RoomConfiguration[];
  /** In configured order. */
  readonly bedIds: readonly string[];
}

/** So many single rooms share a band, as many as a bay has tiles in a row. */
const SINGLES_PER_BAND = 4;

const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** The rooms of a unit as bands, in configured order; up to four neighbouring single rooms of one kind share one. */
export function bandsOf(facility: FacilityData, unit: string): Band[] {
  const beds = new Map<string, { id: string; bed: string }[]>();
  for (const b of facility.beds) {
    if (b.unit !== unit) continue;
    const list = beds.get(b.room);
    if (list === undefined) beds.set(b.room, [b]);
    else list.push(b);
  }
  const bands: Band[] = [];
  let singles: RoomConfiguration[] = [];
  const flush = (): void => {
    const group = singles;
    singles = [];
    const first = group[0];
    const last = group.at(-1);
    if (first === undefined || last === undefined) return;
    bands.push({
      id: first.id,
      name: group.length === 1 ? first.name : rangeName(first.name, last.name),
      sex: first.sex,
      single: true,
      rooms: group,
      bedIds: group.flatMap((r) => (beds.get(r.id) ?? []).map((b) => b.id)),
    });
  };
  for (const room of facility.rooms) {
    const inRoom = beds.get(room.id);
    if (room.unit !== unit || inRoom === undefined) continue;
    if (inRoom.length === 1) {
      if (singles[0] !== undefined && singles[0].sex !== room.sex) flush();
      singles.push(room);
      if (singles.length === SINGLES_PER_BAND) flush();
      continue;
    }
    flush();
    bands.push({
      id: room.id,
      name: room.name,
      sex: room.sex,
      single: false,
      rooms: [room],
      bedIds: [...inRoom].sort((a, b) => byNumber(a.bed, b.bed)).map((b) => b.id),
    });
  }
  flush();
  return bands;
}

/**
 * Beds of the unit that are not listed any more and that somebody is in or has left to be cleaned; null if there are none. They
 * stay until they are left.
 */
export function unlistedBand(state: BoardState, unit: string): Band | null {
  const listed = new Set(state.facility?.beds.map((b) => b.id));
  const ids = [...state.beds.values()]
    .filter((b) => b.unit === unit && !listed.has(b.id) && (b.occupants.length > 0 || b.state === 'occupied'))
    .map((b) => b.id)
    .sort(byNumber);
  if (ids.length === 0) return null;
  const room = {
    id: 'not-listed',
    unit,
    name: t('unit.notListedAnyMore'),
    sex: 'any',
    negativePressure: false,
  } as const;
  return { id: room.id, name: room.name, sex: 'any', single: false, rooms: [room], bedIds: ids };
}

/** 'Room 21' and 'Room 24' -> 'Rooms 21 to 24'; names that do not share a word are joined as they are. */
function rangeName(first: string, last: string): string {
  const a = /^(\D*?)\s*(\d+)$/.exec(first);
  const b = /^(\D*?)\s*(\d+)$/.exec(last);
  const [kind, from, to] = [a?.[1], a?.[2], b?.[2]];
  if (kind !== undefined && kind === b?.[1] && from !== undefined && to !== undefined)
    return kind === '' ? t('unit.roomsTo', { from, to }) : t('unit.sTo', { kind, from, to });
  return t('unit.to', { first, last });
}

const isolations: readonly Need[] = ['airborne', 'droplet', 'contact', 'protective'];
const isolationWord: Readonly<Record<string, string>> = {
  airborne: t('unit.airborneCohort'),
  droplet: t('unit.dropletCohort'),
  contact: t('unit.contactCohort'),
  protective: t('unit.protectiveIsolation'),
};
const sexLabel: Readonly<Record<RoomConfiguration['sex'], string>> = {
  female: t('unit.women'),
  male: t('unit.men'),
  any: t('unit.either'),
};

export interface BandWords {
  readonly kind: string;
  /** The isolation all patients of a shared room have in common. */
  readonly cohort: Need | null;
  readonly remark: string;
}

/** What the head of a band says: for whom it is, an isolation cohort, and one remark. */
export function bandWords(band: Band, state: BoardState): BandWords {
  const beds = band.bedIds.flatMap((id) => state.beds.get(id) ?? []);
  const cohort = band.single ? null : cohortOf(beds);
  const forWhom = band.single ? t('unit.single') : sexLabel[band.sex];
  return {
    kind: cohort === null ? forWhom : `${forWhom}, ${isolationWord[cohort] ?? cohort}`,
    cohort,
    remark: remarkOf(band, beds, state),
  };
}

function cohortOf(beds: readonly BedView[]): Need | null {
  const patients = beds.filter((b) => b.occupants.length > 0);
  if (patients.length < 2) return null;
  return isolations.find((kind) => patients.every((b) => b.needs.includes(kind))) ?? null;
}

function remarkOf(band: Band, beds: readonly BedView[], state: BoardState): string {
  const free = beds.filter((b) => b.state === 'available').length;
  if (free > 0) return t('unit.free', { free });
  const leaving = beds.filter((b) => b.occupants.some((o) => state.plans.has(o.encounterId))).length;
  if (leaving > 0) return t('unit.leaving', { leaving });
  const negative = band.rooms.filter((r) => r.negativePressure);
  if (negative.length > 0) {
    return band.rooms.length === 1 || negative.length === band.rooms.length
      ? t('unit.negativePressure')
      : t('unit.negativePressure2', { value: negative.map((r) => r.name.replace(/^\D+/, '') || r.name).join(' and ') });
  }
  const unusable = beds.filter((b) => b.state === 'closed' || b.state === 'blocked' || b.state === 'surge').length;
  return unusable > 0 ? t('unit.ofInUse', { value: beds.length - unusable, value2: counted(beds.length, 'bed') }) : '';
}
