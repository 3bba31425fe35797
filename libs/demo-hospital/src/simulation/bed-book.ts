import type { BedConfiguration, BedNeeds, FacilityData, LevelOfCare, RoomConfiguration } from '@wardstream/events';
import type { Person, Spot } from './acts.js';
import type { Request } from './request.js';
import type { Visit } from './visit.js';

/** How a bed stands by the hospital's own account. `shut`: a surge bed that is not open. */
export type BedStanding = 'free' | 'occupied' | 'dirty' | 'cleaning' | 'blocked' | 'closed' | 'shut';

export interface SimulatedBed {
  readonly id: string;
  readonly configuration: BedConfiguration;
  readonly room: SimulatedRoom;
  readonly level: LevelOfCare;
  readonly spot: Spot;
  standing: BedStanding;
  occupant: Visit | null;
  /** Whom a correction put here as well. */
  contesting: Visit | null;
  /** Whom a bed manager has promised it to. */
  heldFor: Request | null;
  /** Whose transfer into it was taken back; the patient will come later. */
  keptFor: Visit | null;
  /** Recorded as left, but the patient is still in it: found out by the crew or by the ward. */
  stillThere: boolean;
  /** Isolation of the last occupant: the next clean is a terminal one. */
  terminal: boolean;
  /** Grows when a cleaning job is opened or withdrawn, so that an old job's steps are void. */
  cleaningRound: number;
  /** When the last act about it was sent. */
  lastSent: number;
}

export interface SimulatedRoom {
  readonly configuration: RoomConfiguration;
  readonly beds: SimulatedBed[];
}

export interface PlacementNeeds extends BedNeeds {
  readonly person: Person;
}

/** Levels of care where women and men may lie in one room. */
const mixed: ReadonlySet<LevelOfCare> = new Set(['ed', 'icu', 'step-down', 'recovery']);

/** Every bed of the house, and which of them would do for a patient. */
export class BedBook {
  readonly all: readonly SimulatedBed[];
  private readonly units = new Map<string, SimulatedBed[]>();

  constructor(facility: FacilityData) {
    const levels = new Map(facility.units.map((u) => [u.id, u.levelOfCare]));
    const rooms = new Map(
      facility.rooms.map((r) => [`${r.unit}/${r.id}`, { configuration: r, beds: [] as SimulatedBed[] }]),
    );
    const inOrder = [...facility.beds].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.all = inOrder.map((configuration) => {
      const room = rooms.get(`${configuration.unit}/${configuration.room}`);
      const level = levels.get(configuration.unit);
      if (!room || !level) throw new Error(`bed ${configuration.id} is in no known room`);
      const bed: SimulatedBed = {
        id: configuration.id,
        configuration,
        room,
        level,
        spot: {
          unit: configuration.unit,
          room: configuration.room,
          bed: configuration.bed,
          bedId: configuration.id,
        },
        standing: configuration.surge ? 'shut' : configuration.staffed ? 'free' : 'closed',
        occupant: null,
        contesting: null,
        heldFor: null,
        keptFor: null,
        stillThere: false,
        terminal: false,
        cleaningRound: 0,
        lastSent: -Infinity,
      };
      room.beds.push(bed);
      const unit = this.units.get(configuration.unit);
      if (unit) unit.push(bed);
      else this.units.set(configuration.unit, [bed]);
      return bed;
    });
  }

  hasUnit(unit: string): boolean {
    return this.units.has(unit);
  }

  in(unit: string): readonly SimulatedBed[] {
    return this.units.get(unit) ?? [];
  }

  count(unit: string, ...standings: BedStanding[]): number {
    return this.in(unit).filter((b) => standings.includes(b.standing)).length;
  }

  /** Whether the rule of one sex to a room lets this person in. */
  sexAllows(bed: SimulatedBed, sex: Person['sex']): boolean {
    const rule = bed.room.configuration.sex;
    if (rule !== 'any') return rule === sex;
    if (mixed.has(bed.level) || bed.room.beds.length === 1) return true;
    return bed.room.beds.every((other) => {
      if (other === bed) return true;
      const there = other.occupant?.person.sex ?? (other.heldFor?.visit ?? other.keptFor)?.person.sex;
      return there === undefined || there === sex;
    });
  }

  /**
   * The bed of a unit that suits best, or undefined. Free beds before unclean ones; a room with negative pressure
   * only goes to others when nothing else is left, a single room rather to those who need isolation.
   */
  best(unit: string, needs: PlacementNeeds, unclean: boolean): SimulatedBed | undefined {
    let best: SimulatedBed | undefined;
    let least = Infinity;
    for (const bed of this.in(unit)) {
      const cost = this.cost(bed, needs, unclean);
      if (cost < least) {
        least = cost;
        best = bed;
      }
    }
    return best;
  }

  /** Rooms with negative pressure that are to be had; the last ones are kept for those who need them. */
  private negativeFree(): number {
    return this.all.filter((b) => b.room.configuration.negativePressure && b.level !== 'ed' && b.standing === 'free')
      .length;
  }

  private cost(bed: SimulatedBed, needs: PlacementNeeds, unclean: boolean): number {
    if (bed.heldFor || bed.keptFor || bed.occupant || bed.stillThere) return Infinity;
    let cost = 0;
    if (bed.standing === 'cleaning' && unclean) cost += 40;
    else if (bed.standing === 'dirty' && unclean) cost += 60;
    else if (bed.standing !== 'free') return Infinity;
    if (!this.sexAllows(bed, needs.person.sex)) return Infinity;
    const { negativePressure } = bed.room.configuration;
    if (needs.isolation === 'airborne' ? !negativePressure : negativePressure) {
      if (needs.isolation === 'airborne' || this.negativeFree() < 3) return Infinity;
      cost += 30;
    }
    const single = bed.room.beds.length === 1;
    if (needs.isolation === 'none' ? single : !single) cost += 12;
    const wanted = new Set<string>(needs.equipment);
    if (needs.telemetry) wanted.add('telemetry');
    for (const need of wanted) if (!bed.configuration.attributes.some((a) => a === need)) cost += 10;
    for (const has of bed.configuration.attributes) if (!wanted.has(has)) cost += 2;
    return cost;
  }
}
