import type { BedView } from '@wardstream/api-contract';
import type { FacilityData } from '@wardstream/events';
import { indexOf } from '@wardstream/flow-model';
import { groupWord } from '../patients/patient-list.js';
import { stateLabel } from '../ui/labels.js';
import type { BoardState } from '../stream/board-state.js';
import { facilityView } from '../stream/facility-view.js';
import { localTime } from '../time/local-time.js';
import { notListed, remarkOf } from '../unit/tile-model.js';
import { t } from '../texts/texts.js';

export interface Found {
  readonly kind: 'unit' | 'bed' | 'visit';
  readonly id: string;
  /** Null of a visit that is in no unit that is known. */
  readonly unit: string | null;
  /** The bed to open; null where there is none. */
  readonly bed: string | null;
  readonly label: string;
  readonly note: string;
}

interface Ranked {
  readonly rank: number;
  readonly found: Found;
}

/**
 * Units and beds whose code or name holds the words, and open visits by the beginning of their number; best first: an exact code,
 * then codes that begin so, then the rest. A bed says what its tile is headed by, a visit where it is. `minute`: now, since 1970.
 */
export function searchBoard(state: BoardState, text: string, minute: number, limit = 8): Found[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '' || state.facility === null) return [];
  return [...unitsAndBeds(state.facility, state, wanted, minute), ...visits(state, wanted)]
    .sort((a, b) => a.rank - b.rank || a.found.label.localeCompare(b.found.label, 'en', { numeric: true }))
    .slice(0, limit)
    .map((r) => r.found);
}

function* unitsAndBeds(facility: FacilityData, state: BoardState, wanted: string, minute: number): Iterable<Ranked> {
  const given = { minute, local: localTime(facility.timeZone) };
  const names = new Map(facility.units.map((u) => [u.id, u.name]));
  const rooms = new Map(facility.rooms.map((r) => [`${r.unit}/${r.id}`, r.name]));
  for (const u of facility.units) {
    const rank = rankOf(wanted, u.id, u.name);
    if (rank === null) continue;
    yield { rank, found: { kind: 'unit', id: u.id, unit: u.id, bed: null, label: u.id, note: u.name } };
  }
  // What is shown of the facility has the beds in it that somebody is in although they are not listed any more.
  const listed = new Set((state.configured ?? facility).beds.map((b) => b.id));
  const shown = new Set(facility.beds.map((b) => b.id));
  const others = [...state.beds.values()].filter((b) => !shown.has(b.id) && b.occupants.length > 0);
  for (const b of [...facility.beds, ...others]) {
    const rank = rankOf(wanted, b.id, '');
    if (rank === null) continue;
    const head = headOf(state.beds.get(b.id), { state, ...given });
    const unlisted = head === notListed ? '' : notListed.toLowerCase();
    const room = listed.has(b.id) ? (rooms.get(`${b.unit}/${b.room}`) ?? '') : unlisted;
    const note = [head, names.get(b.unit) ?? b.unit, room];
    const found = { kind: 'bed', id: b.id, unit: b.unit, bed: b.id, label: b.id, note: joined(note) } as const;
    yield { rank: rank + 0.5, found };
  }
}

/** What the tile of a bed is headed by: a bed that is not certain is never told as available. */
function headOf(bed: BedView | undefined, given: Parameters<typeof remarkOf>[1]): string {
  if (bed === undefined) return t('app.noData');
  return bed.conflicts.length > 0 ? t('app.conflict') : (remarkOf(bed, given) ?? stateLabel[bed.state]);
}

function* visits(state: BoardState, wanted: string): Iterable<Ranked> {
  const index = indexOf(facilityView(state));
  for (const { encounterId, visitNumber, location } of state.encounters.values()) {
    const number = visitNumber.toLowerCase();
    if (!number.startsWith(wanted)) continue;
    const place = index.places.get(encounterId) ?? 'holds-no-bed';
    const bed = index.bedOf.get(encounterId) ?? index.unlistedBedOf.get(encounterId);
    const unit = bed?.unit ?? location?.unit ?? null;
    const isKnown = unit !== null && (index.units.has(unit) || bed !== undefined);
    const where =
      place === 'bed' ? (bed?.id ?? location?.bedId ?? '') : place === 'holds-no-bed' ? '' : groupWord[place];
    const found: Found = {
      kind: 'visit',
      id: encounterId,
      unit: isKnown ? unit : null,
      bed: bed?.id ?? null,
      label: t('app.visit', { visitNumber }),
      note: joined([
        where,
        place === 'unit' ? (unit ?? '') : '',
        place === 'unknown-unit' ? (location?.asSent ?? '') : '',
      ]),
    };
    yield { rank: number === wanted ? 0 : 1, found };
  }
}

const joined = (parts: readonly string[]): string => parts.filter((part) => part !== '').join(', ');

function rankOf(wanted: string, code: string, name: string): number | null {
  const c = code.toLowerCase();
  const n = name.toLowerCase();
  const bare = (t: string): string => t.replace(/[\s-]/g, '');
  if (c === wanted || bare(c) === bare(wanted)) return 0;
  if (c.startsWith(wanted) || bare(c).startsWith(bare(wanted))) return 1;
  if (n.startsWith(wanted)) return 2;
  return n.includes(wanted) || c.includes(wanted) ? 3 : null;
}
