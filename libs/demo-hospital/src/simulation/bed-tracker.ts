import type {
  BedConfiguration,
  BedNeeds,
  FacilityData,
  LevelOfCare,
  Need,
  RoomConfiguration,
} from '@wardstream/events';
import {
  asRoomMate,
  bedSettings,
  type BedSetting,
  fitOf,
  isHard,
  type Misfit,
  patientNeeds,
  type PatientNeeds,
  type RoomMate,
} from '@wardstream/flow-model';
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

/** Who is to lie in a bed, and what was asked for; `toUnit` and the rest of the request say what it must give. */
export interface PlacementNeeds extends BedNeeds {
  readonly person: Person;
  /** The unit asked for; null where nobody asks for a bed, as of a bay in the emergency department. */
  readonly toUnit: string | null;
}

/** Every bed of the house, and which of them would do for a patient. */
export class BedTracker {
  readonly all: readonly SimulatedBed[];
  private readonly units = new Map<string, SimulatedBed[]>();
  private readonly levels: ReadonlyMap<string, LevelOfCare>;
  private readonly settings: ReadonlyMap<string, BedSetting>;

  constructor(facility: FacilityData) {
    this.settings = bedSettings(facility);
    const levels = new Map(facility.units.map((u) => [u.id, u.levelOfCare]));
    this.levels = levels;
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

  /** What speaks against a bed, by the product's own rule of fit; who else is in its room or expected there counts. */
  misfits(bed: SimulatedBed, needs: PlacementNeeds, now: number): Misfit[] {
    return this.speaksAgainst(bed, this.needsOf(needs, now), needs.person, now);
  }

  /** Whether there is a bed in the unit, free or not, that gives what is asked for, the others of its room apart. */
  couldTake(unit: string, needs: PlacementNeeds, now: number): boolean {
    const patient = this.needsOf(needs, now);
    return this.in(unit).some(({ id, configuration: { staffed, surge } }) => {
      return staffed && !surge && !fitOf(patient, this.settings.get(id)!, []).some(isHard);
    });
  }

  /**
   * The bed of a unit that suits best, or undefined. Only one that fits; free beds before unclean ones; what only some patients need
   * (negative pressure, a single room, a wide bed) goes to others when nothing else is left.
   */
  best(unit: string, needs: PlacementNeeds, unclean: boolean, now: number): SimulatedBed | undefined {
    let best: SimulatedBed | undefined;
    let least = Infinity;
    const patient = this.needsOf(needs, now);
    for (const bed of this.in(unit)) {
      if (!canBeHad(bed, unclean)) continue;
      const cost = this.cost(bed, needs);
      // Whether it fits takes longer to see than what it costs.
      if (cost < least && !this.speaksAgainst(bed, patient, needs.person, now).some(isHard)) {
        least = cost;
        best = bed;
      }
    }
    return best;
  }

  private needsOf(needs: PlacementNeeds, now: number): PatientNeeds {
    return patientNeeds(briefOf(needs.person, now), { toUnit: needs.toUnit, needs }, (unit) => this.levels.get(unit));
  }

  /** Everybody else of the room: who lies there, and for whom a bed is kept. */
  private matesOf(bed: SimulatedBed, person: Person, now: number): RoomMate[] {
    const mates: RoomMate[] = [];
    for (const { occupant, contesting, heldFor, keptFor, configuration } of bed.room.beds) {
      if (configuration === bed.configuration) continue;
      for (const visit of [occupant, contesting, heldFor?.visit, keptFor]) {
        if (!visit || visit.person === person) continue;
        const needs = visit.isolation === 'none' ? [] : [visit.isolation];
        mates.push(asRoomMate({ ...unasked, ...briefOf(visit.person, now), needs }, configuration));
      }
    }
    return mates;
  }

  /** Rooms with negative pressure that are to be had; the last ones are kept for those who need them. */
  private negativeFree(): number {
    return this.all.filter((b) => b.room.configuration.negativePressure && b.level !== 'ed' && b.standing === 'free')
      .length;
  }

  private speaksAgainst(bed: SimulatedBed, patient: PatientNeeds, person: Person, now: number): Misfit[] {
    const mates = bed.room.beds.length === 1 ? [] : this.matesOf(bed, person, now);
    return fitOf(patient, this.settings.get(bed.id)!, mates);
  }

  private cost(bed: SimulatedBed, needs: PlacementNeeds): number {
    let cost = bed.standing === 'free' ? 0 : bed.standing === 'cleaning' ? 40 : 60;
    const { attributes } = bed.configuration;
    if (bed.room.configuration.negativePressure && needs.isolation !== 'airborne') {
      if (this.negativeFree() < 3) cost += 200;
      cost += 30;
    }
    const single = bed.room.beds.length === 1;
    if (needs.isolation === 'none') cost += single ? 25 : 0;
    // Among others who are isolated for the same, a patient leaves the single rooms to those who have no such company.
    else if (!single && !attributes.includes(needs.isolation)) cost -= 20;
    const wanted = new Set<string>(needs.equipment);
    if (needs.telemetry) wanted.add('telemetry');
    for (const need of wanted) if (!attributes.some((a) => a === need)) cost += 10;
    for (const has of attributes) if (!wanted.has(has)) cost += scarce[has] ?? 2;
    return cost;
  }
}

/** Whether nobody has it or is promised it, and it is clean, or will be. */
function canBeHad(bed: SimulatedBed, unclean: boolean): boolean {
  if (bed.heldFor || bed.keptFor || bed.occupant || bed.stillThere) return false;
  return bed.standing === 'free' || (unclean && (bed.standing === 'cleaning' || bed.standing === 'dirty'));
}

/** What it costs to give a bed to somebody who does not need what it has, where few beds have that. */
const scarce: Readonly<Partial<Record<Need, number>>> = { bariatric: 90, telemetry: 14 };

const unasked = { levelOfCare: null, specialty: null, unit: null, roomSex: 'any' } as const;

const briefs = new WeakMap<Person, Pick<PatientNeeds, 'sex' | 'ageBand'>>();

/** Sex and decade of age, as boards show them; the age is that of the first time it is asked for. */
function briefOf(person: Person, now: number): Pick<PatientNeeds, 'sex' | 'ageBand'> {
  const known = briefs.get(person);
  if (known !== undefined) return known;
  const { sex, born } = person;
  const today = Number(new Date(now).toISOString().slice(0, 10).replaceAll('-', ''));
  const years = Math.floor((today - Number(born)) / 10_000);
  const brief = { sex, ageBand: `${Math.floor(years / 10) * 10}s` };
  briefs.set(person, brief);
  return brief;
}
