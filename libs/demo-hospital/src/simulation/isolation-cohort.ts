import type { BedTracker, SimulatedRoom } from './bed-tracker.js';
import type { Visit } from './visit.js';

const UNIT = '4C';
const KIND = 'contact';
/** So few must stay that the room goes on being a cohort. */
const LEAST = 2;

/**
 * A bay in which all are isolated for the same. Who needs contact isolation comes here before anybody gets a single room for it, and of
 * the last two nobody goes until others have come.
 */
export class IsolationCohort {
  readonly unit = UNIT;
  readonly kind = KIND;
  readonly room: SimulatedRoom | undefined;

  constructor(beds: BedTracker) {
    this.room = beds.in(UNIT).find(({ room }) => room.beds.length > LEAST && room.beds.every(sharesAir))?.room;
  }

  /** Whether a free bed of the cohort suits whoever needs this isolation, their sex being that of the room. */
  wants(visit: Visit, levelOfCare: string): boolean {
    const sex = this.room?.configuration.sex;
    const hasPlace = this.room?.beds.some((b) => b.standing === 'free' && !b.heldFor && !b.keptFor) ?? false;
    return (
      hasPlace && visit.isolation === KIND && levelOfCare === 'ward' && (sex === 'any' || sex === visit.person.sex)
    );
  }

  mayLeave(visit: Visit): boolean {
    if (this.room === undefined || visit.bed?.room !== this.room) return true;
    const others = this.room.beds.flatMap(({ occupant }) => (occupant === null ? [] : [occupant]));
    return others.filter((o) => o !== visit && !o.leaving && o.request === null).length >= LEAST;
  }
}

function sharesAir({ configuration }: SimulatedRoom['beds'][number]): boolean {
  return !configuration.attributes.includes(KIND) && configuration.staffed && !configuration.surge;
}
