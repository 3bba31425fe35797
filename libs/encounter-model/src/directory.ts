import type { FacilityData, Place, SentPlace } from '@wardstream/events';

/** What is known of a facility's places. */
export interface Directory {
  /** Turns a place as sent into a known one; what is not known is kept as sent, and says so in `asSent`. */
  resolve(sent: SentPlace): Place;
}

const separator = '\u0000';

/** The directory of one facility as it is configured. Built once per configuration: `resolve` is called for every message. */
export class FacilityDirectory implements Directory {
  private readonly units: ReadonlySet<string>;
  /** unit, room (id or name) and bed code. */
  private readonly byPlace = new Map<string, Place>();
  /** unit and bed code, where only one room of the unit has it; null where several have. */
  private readonly byUnit = new Map<string, Place | null>();
  private readonly byId = new Map<string, Place>();
  /** Room ids by unit and room (id or name). */
  private readonly rooms = new Map<string, string>();

  constructor(readonly facility: FacilityData) {
    this.units = new Set(facility.units.map((unit) => unit.id));
    const roomNames = new Map(facility.rooms.map((room) => [`${room.unit}${separator}${room.id}`, room.name]));
    // A bed that is not listed any more is known as long as somebody may be in it; what is listed now comes before it.
    for (const bed of facility.former?.beds ?? []) this.addBed(bed, new Map());
    for (const { unit, id, name } of facility.rooms) this.rooms.set(`${unit}${separator}${name}`, id);
    for (const { unit, id } of facility.rooms) this.rooms.set(`${unit}${separator}${id}`, id);
    const listed = new Set<string>();
    for (const bed of facility.beds) {
      const inUnit = `${bed.unit}${separator}${bed.bed}`;
      if (!listed.has(inUnit)) this.byUnit.delete(inUnit);
      listed.add(inUnit);
      this.addBed(bed, roomNames);
    }
  }

  private addBed({ id, unit, room, bed }: FacilityData['beds'][number], roomNames: ReadonlyMap<string, string>): void {
    const place: Place = { unit, room, bed, bedId: id };
    const name = roomNames.get(`${unit}${separator}${room}`) ?? room;
    this.byPlace.set([unit, room, bed].join(separator), place).set([unit, name, bed].join(separator), place);
    const inUnit = `${unit}${separator}${bed}`;
    this.byUnit.set(inUnit, this.byUnit.has(inUnit) ? null : place);
    this.byId.set(id, place);
  }

  get timeZone(): string {
    return this.facility.timeZone;
  }

  resolve(sent: SentPlace): Place {
    const { unit, room, bed } = sent;
    if (bed === null) {
      if (unit === null || !this.units.has(unit)) return unresolved(sent);
      const roomId = room === null ? null : this.rooms.get(`${unit}${separator}${room}`);
      return roomId === undefined ? unresolved(sent) : { unit, room: roomId, bed: null, bedId: null };
    }
    const byId = this.byId.get(bed);
    if (byId !== undefined && (unit === null || byId.unit === unit)) return byId;
    if (unit === null) return unresolved(sent);
    const found =
      room === null
        ? this.byUnit.get(`${unit}${separator}${bed}`)
        : this.byPlace.get([unit, room, bed].join(separator));
    return found ?? unresolved(sent);
  }

  /** Every bed of a unit, or of a room of it, as places that `resolve` knows. */
  bedsIn(sent: SentPlace): SentPlace[] {
    const { unit, room } = this.resolve(sent);
    return this.facility.beds
      .filter((bed) => bed.unit === unit && (room === null || bed.room === room))
      .map((bed) => ({ unit: bed.unit, room: bed.room, bed: bed.bed, facility: null }));
  }

  /** What of a place is not known here, in words for the sender; null if it is known. */
  unknownPart(sent: SentPlace): 'unit' | 'bed' | null {
    const place = this.resolve(sent);
    if (place.asSent === undefined) return null;
    // A bed may be named alone, by its id: then it is what is not known.
    const isBed = place.unit === null ? place.bed !== null : this.units.has(place.unit);
    return isBed ? 'bed' : 'unit';
  }
}

function unresolved(sent: SentPlace): Place {
  const { unit, room, bed } = sent;
  return { unit, room, bed, bedId: null, asSent: [unit, room, bed].map((part) => part ?? '').join('^') };
}

/** A directory of nothing: every place stays as sent. */
export const emptyDirectory: Directory = { resolve: unresolved };
