import type { SimulatedBed } from './bed-tracker.js';
import type { Draws } from './draws.js';
import type { House } from './house.js';
import { MINUTE } from './local-time.js';
import { crews } from './profile.js';
import { cleaners } from './staff-names.js';

type PoolName = keyof typeof crews;

interface Job {
  readonly bed: SimulatedBed;
  readonly round: number;
  readonly since: number;
}

const PATIENCE_MS = 70 * MINUTE;

/** The cleaning crews: limited people by shift, the promised bed first, then critical care, then the oldest. */
export class CleaningCrews {
  private readonly pools: Pool[];

  constructor(private readonly house: House) {
    const own = new Set(Object.keys(crews));
    this.pools = (Object.keys(crews) as PoolName[]).map(
      (name) => new Pool(house, name, (unit) => (own.has(unit) ? unit === name : name === 'house')),
    );
  }

  start(): void {
    const tick = () => {
      for (const pool of this.pools) pool.dispatch();
      this.house.schedule(this.house.now + 30 * MINUTE, tick);
    };
    tick();
  }

  /** A bed was left; the crew hears of it when the ward has recorded it. */
  left(bed: SimulatedBed, knownAt: number): void {
    const round = ++bed.cleaningRound;
    this.house.schedule(knownAt, () => {
      const pool = this.pools.find((p) => p.serves(bed.configuration.unit));
      if (!pool || bed.cleaningRound !== round) return;
      if (bed.terminal) this.house.bedCommand(bed, { do: 'cleaning/request', kind: 'terminal', priority: 'normal' });
      pool.add({ bed, round, since: this.house.now });
    });
  }

  /** A patient waits for this bed: clean it next. */
  hurry(bed: SimulatedBed): void {
    const kind = bed.terminal ? 'terminal' : 'standard';
    this.house.bedCommand(bed, { do: 'cleaning/request', kind, priority: 'next' });
  }
}

class Pool {
  private readonly draws: Draws;
  private readonly waiting: Job[] = [];
  private readonly idle: number[] = [];
  private busy = 0;

  constructor(
    private readonly house: House,
    private readonly name: PoolName,
    readonly serves: (unit: string) => boolean,
  ) {
    this.draws = house.draws(`cleaning:${name}`);
    const most = Math.max(...crews[name].shifts.map(([, people]) => people)) + crews[name].calledIn;
    for (let n = 1; n <= most; n++) this.idle.push(n);
  }

  add(job: Job): void {
    this.waiting.push(job);
    this.dispatch();
  }

  dispatch(): void {
    while (this.waiting.length > 0 && this.busy < this.onDuty()) {
      const job = this.take();
      if (job) this.work(job);
    }
  }

  private onDuty(): number {
    const hour = this.house.local.hour(this.house.now);
    let people = 0;
    for (const [from, count] of crews[this.name].shifts) if (hour >= from) people = count;
    // On an afternoon on which many leave, others are called in.
    const calledIn = Math.min(
      crews[this.name].calledIn,
      Math.max(0, this.waiting.length - crews[this.name].manageable),
    );
    return people + calledIn;
  }

  private take(): Job | undefined {
    const { now } = this.house;
    const rank = ({ bed, since }: Job) => {
      // However many are promised meanwhile, no bed is passed over for hours.
      if (now - since > PATIENCE_MS) return -1;
      return bed.heldFor ? 0 : bed.level === 'icu' || bed.level === 'step-down' ? 1 : 2;
    };
    let best = 0;
    for (let i = 1; i < this.waiting.length; i++) {
      const a = this.waiting[i]!;
      const b = this.waiting[best]!;
      if (rank(a) < rank(b) || (rank(a) === rank(b) && a.since < b.since)) best = i;
    }
    const [job] = this.waiting.splice(best, 1);
    return job && stillOpen(job) ? job : undefined;
  }

  private work(job: Job): void {
    const { house, draws } = this;
    const { bed } = job;
    const times = crews[this.name];
    const cleaner = this.idle.shift() ?? 0;
    this.busy++;
    const step = (minutes: number, run: () => void) =>
      house.schedule(house.now + minutes * MINUTE, () => {
        if (stillOpen(job)) run();
        else this.done(cleaner);
      });
    const claimedBy = cleaners[this.name][cleaner - 1] ?? this.name;
    step(draws.lognormal(times.claim.median, times.claim.sigma), () => {
      if (times.claims) house.bedCommand(bed, { do: 'cleaning/claim', claimedBy });
      step(draws.lognormal(times.walk.median, times.walk.sigma), () => {
        if (bed.stillThere) {
          bed.cleaningRound++;
          house.bedCommand(bed, { do: 'cleaning/cancel', reason: 'patient-in-bed' });
          this.done(cleaner);
          return;
        }
        bed.standing = 'cleaning';
        house.bedCommand(bed, times.claims ? { do: 'cleaning/start' } : { do: 'cleaning/start', claimedBy });
        const kind = bed.terminal ? times.terminal : times.clean;
        step(draws.lognormal(kind.median, kind.sigma), () => {
          bed.standing = 'free';
          bed.terminal = false;
          house.bedCommand(bed, { do: 'cleaning/complete' });
          this.done(cleaner);
          house.onFree(bed);
        });
      });
    });
  }

  private done(cleaner: number): void {
    this.busy--;
    this.idle.push(cleaner);
    this.dispatch();
  }
}

function stillOpen({ bed, round }: Job): boolean {
  return bed.cleaningRound === round && (bed.standing === 'dirty' || bed.standing === 'cleaning');
}
