import type { Draws } from './draws.js';
import type { House } from './house.js';
import { MINUTE } from './local-time.js';
import type { Movements } from './movements.js';
import { illness } from './illness.js';
import { ages } from './people.js';
import type { BedManager } from './bed-manager.js';
import { corrections, emergency as profile } from './profile.js';
import type { Visit } from './visit.js';

const UNIT = 'ED';
const SENDER = 'NGH-ED';

interface Waiting {
  readonly visit: Visit;
  readonly admitTo: string | null;
  readonly since: number;
}

/** The emergency department: arrivals by the hour, bays and chairs, decisions, boarders. */
export class EmergencyDepartment {
  private readonly draws: Draws;
  private readonly queue: Waiting[] = [];

  constructor(
    private readonly house: House,
    private readonly movements: Movements,
    private readonly bedManager: BedManager,
  ) {
    this.draws = house.draws('emergency');
  }

  start(): void {
    const { house } = this;
    const busiest = Math.max(...profile.perHour) * Math.max(...profile.weekday);
    const rate = (at: number) =>
      (profile.perHour[Math.floor(house.local.hour(at))] ?? 0) * (profile.weekday[house.local.weekday(at)] ?? 1);
    house.arrivals(this.draws, busiest, rate, () => this.arrive());
    const tick = () => {
      this.seat();
      house.schedule(house.now + 15 * MINUTE, tick);
    };
    tick();
  }

  /** Seats whoever has waited longest with the greatest need. */
  seat(): void {
    const { house, queue } = this;
    queue.sort((a, b) => Number(b.admitTo !== null) - Number(a.admitTo !== null) || a.since - b.since);
    for (let i = 0; i < queue.length;) {
      const { visit, admitTo, since } = queue[i]!;
      const needs = {
        person: visit.person,
        levelOfCare: 'ed' as const,
        specialty: null,
        isolation: visit.isolation,
        sex: 'any' as const,
        telemetry: false,
        equipment: [],
        toUnit: null,
      };
      const bay =
        house.beds.best(UNIT, needs, false, house.now) ??
        house.beds.best(UNIT, { ...needs, isolation: 'none' }, false, house.now);
      if (visit.gone) queue.splice(i, 1);
      else if (bay) {
        queue.splice(i, 1);
        this.movements.transfer(visit, bay, SENDER);
        this.treat(visit, admitTo);
      } else if (admitTo === null && house.now - since > 100 * MINUTE) {
        queue.splice(i, 1);
        this.goHome(visit, this.draws.lognormal(profile.inChair.median, profile.inChair.sigma));
      } else i++;
    }
  }

  private arrive(): void {
    const { house, draws } = this;
    const admitTo = draws.chance(profile.admitted) ? draws.weighted(profile.to) : null;
    const person = house.people.make(house.now, admitTo ? ages.medical : ages.emergency);
    const visit = house.newVisit({ person, class: 'E', service: 'EMR', area: UNIT }, draws);
    if (admitTo) Object.assign(visit, illness(draws, admitTo, person, house.now));
    house.message(visit, 'A04', { sender: SENDER, lag: draws.uniform(0, 3) });
    if (draws.chance(corrections.registeredInError)) {
      house.later(visit, draws.uniform(6, 20), () => this.movements.cancelAdmission(visit, SENDER));
      return;
    }
    if (draws.chance(corrections.emergencyUpdated)) {
      house.later(visit, draws.uniform(4, 60), () => house.message(visit, 'A08', { sender: SENDER }));
    }
    if (admitTo === null && draws.chance(profile.leftUnseen)) {
      this.goHome(visit, draws.uniform(40, 150));
      return;
    }
    const bay = admitTo !== null || draws.chance(profile.bayIfNotAdmitted);
    house.later(visit, draws.lognormal(profile.triage.median, profile.triage.sigma), () => {
      if (!bay) {
        this.goHome(visit, draws.lognormal(profile.inChair.median, profile.inChair.sigma));
        return;
      }
      this.queue.push({ visit, admitTo, since: house.now });
      this.seat();
    });
  }

  private treat(visit: Visit, admitTo: string | null): void {
    const { house, draws } = this;
    if (admitTo === null) {
      this.goHome(visit, draws.lognormal(profile.inBay.median, profile.inBay.sigma));
      return;
    }
    const critical = admitTo === 'ICU' || admitTo === 'HDU';
    house.later(visit, draws.lognormal(critical ? 75 : profile.decision.median, profile.decision.sigma), () =>
      this.admit(visit, admitTo),
    );
  }

  private admit(visit: Visit, toUnit: string): void {
    const { house, draws, movements, bedManager } = this;
    const decidedAt = house.now;
    const priority = toUnit === 'ICU' ? 'stat' : toUnit === 'HDU' || draws.chance(0.15) ? 'urgent' : 'routine';
    const inPlace = draws.chance(0.35);
    house.later(visit, draws.lognormal(6, 0.6), () => {
      const request = bedManager.ask(visit, {
        source: 'ED',
        toUnit,
        priority,
        decidedAt,
        readyIn: draws.lognormal(priority === 'stat' ? 18 : 60, 0.45),
        move: (bed) => movements.transfer(visit, bed, 'NGH-ADT', visit.class === 'E'),
      });
      if (inPlace) {
        house.later(visit, draws.uniform(10, 40), () => {
          visit.class = 'I';
          house.expectEnd(visit, toUnit);
          house.message(visit, 'A06', { sender: 'NGH-ADT', prior: visit.bed?.spot ?? null });
        });
      }
      if (priority === 'routine' && draws.chance(0.02)) {
        house.later(visit, draws.uniform(60, 150), () => {
          if (request.closed || request.moving) return;
          bedManager.withdraw(request);
          this.goHome(visit, draws.uniform(20, 60));
        });
      }
    });
  }

  private goHome(visit: Visit, minutes: number): void {
    this.house.later(visit, minutes, () => this.movements.discharge(visit, SENDER, '01'));
  }
}
