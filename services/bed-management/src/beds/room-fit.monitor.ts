import { Injectable } from '@nestjs/common';
import type { BedData } from '@wardstream/events';
import type { Tx } from '@wardstream/persistence';
import {
  mismatchesOf,
  peopleInRoom,
  settingOf,
  type PeopledBed,
  type PersonInBed,
  type PersonInRoom,
} from '@wardstream/bed-model';
import {
  bedKey,
  peopledBeds,
  type BedRef,
  type BedRow,
  type PeopledRow,
  type RoomRef,
} from '../persistence/bed.rows.js';

/** A bed that was derived, and who is in it. */
export interface DerivedRoomBed {
  readonly row: BedRow;
  readonly people: readonly PersonInBed[];
}

/** What became of rooms: the mismatches of each derived bed by `bedKey`, and other beds whose mismatches are not what they were. */
export interface RoomOutcome {
  readonly mismatches: ReadonlyMap<string, NonNullable<BedData['mismatches']>>;
  /** With the derived bed of the same room that is why. */
  readonly others: readonly (BedRef & { readonly because: BedRef })[];
}

/**
 * Says where somebody is or is to come who must not be there by the rules of fit, as others come and go in the room. One
 * statement for any number of beds, none where nobody is in them.
 */
@Injectable()
export class RoomFitMonitor {
  async examine(tx: Tx, beds: readonly DerivedRoomBed[]): Promise<RoomOutcome> {
    const derived = new Map(beds.map((b) => [bedKey(b.row.setup), b]));
    const rooms = new Map<string, RoomRef>();
    for (const { row, people } of beds) {
      const { facility, unit, room, setting } = row.definition;
      if (setting?.shared !== true || (people.length === 0 && !row.hasPeople)) continue;
      rooms.set(roomKey(row.definition), { facility, unit, room });
    }
    const stored = rooms.size === 0 ? [] : await peopledBeds(tx, [...rooms.values()]);
    const untouched = stored.filter((s) => !derived.has(bedKey(s)));
    const inRoom = new Map<string, PeopledBed[]>();
    const because = new Map<string, BedRef>();
    const add = (key: string, bed: PeopledBed | null) => {
      if (bed !== null) inRoom.set(key, [...(inRoom.get(key) ?? []), bed]);
    };
    for (const s of untouched) add(roomKey(s.definition), peopledOf(s));
    for (const { row, people } of beds) {
      const key = roomKey(row.definition);
      if (!because.has(key)) because.set(key, row.setup);
      if (rooms.has(key)) add(key, peopledOf({ definition: row.definition, people }));
    }
    const mates = new Map([...inRoom].map(([key, list]): [string, PersonInRoom[]] => [key, peopleInRoom(list)]));
    const mismatches = new Map<string, NonNullable<BedData['mismatches']>>();
    for (const { row, people } of beds) {
      const bed = peopledOf({ definition: row.definition, people });
      if (bed === null || people.length === 0) continue;
      const found = mismatchesOf(bed, mates.get(roomKey(row.definition)) ?? []);
      if (found.length > 0) mismatches.set(bedKey(row.setup), found);
    }
    const others = untouched.flatMap((s) => {
      const key = roomKey(s.definition);
      const bed = peopledOf(s);
      const before = JSON.stringify(inOrder(s.mismatches ?? []));
      if (bed === null || JSON.stringify(inOrder(mismatchesOf(bed, mates.get(key)!))) === before) return [];
      return [{ facility: s.facility, bedId: s.bedId, because: because.get(key)! }];
    });
    return { mismatches, others };
  }
}

function peopledOf({ definition, people }: Pick<PeopledRow, 'definition' | 'people'>): PeopledBed | null {
  const setting = settingOf(definition);
  return setting === null ? null : { bedId: definition.id, setting, people };
}

/** Fields in one order: what was stored as jsonb comes back in its own. */
function inOrder(mismatches: NonNullable<BedData['mismatches']>) {
  return mismatches.map((m) => [m.encounterId, m.code, m.needed, m.given, m.words]);
}

function roomKey({ facility, unit, room }: RoomRef): string {
  return `${facility}\n${unit}\n${room}`;
}
