import type { Draws } from './draws.js';
import type { House } from './house.js';
import { MINUTE } from './local-time.js';
import { isSettled } from './visit.js';

/** A unit that the house's file does not have yet, as the clerk's list names it. */
const UNKNOWN = { unit: 'DSU', room: 'A', bed: '03' } as const;

/** What goes wrong between systems, once a day each: a message with a time that is none, and one about a place nobody has mapped. */
export class InterfaceFaults {
  private readonly draws: Draws;

  constructor(private readonly house: House) {
    this.draws = house.draws('interface-faults');
  }

  start(): void {
    const { house } = this;
    const malformed = () => this.malformed();
    const unmapped = () => house.bedStatus(UNKNOWN, 'O');
    house.schedule(house.now + 25 * MINUTE, malformed);
    house.schedule(house.now + 35 * MINUTE, unmapped);
    house.daily(10.7, malformed);
    house.daily(13.4, unmapped);
  }

  private malformed(): void {
    const { house } = this;
    const able = house.beds.all.flatMap(({ occupant }) =>
      occupant !== null && isSettled(occupant, house.now) ? [occupant] : [],
    );
    if (able.length > 0) house.message(this.draws.pick(able), 'A08', { sender: 'NGH-ADT', mistake: 'time', lag: 0 });
  }
}
