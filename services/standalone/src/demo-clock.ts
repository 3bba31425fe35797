import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readHospitalFile } from '@wardstream/bed-management/hospital-file';
import { LocalTime } from '@wardstream/demo-hospital';
import { type Clock, type ClockAnchor, ScaledClock, systemClock } from '@wardstream/kernel';
import type { RanBefore } from './data-directory.js';

/** When beds are wanted, patients go home and crews are at work: the hour at which a new demo begins. */
const BUSY_HOUR = 14.5;

/** The clock of the demo: real time from where it begins, and as fast as it was told once the hospital has been played until then. */
export class DemoClock implements Clock {
  private readonly wanted: number;
  private inner: ScaledClock;

  constructor(
    anchor: ClockAnchor,
    private readonly real: Clock = systemClock,
  ) {
    this.wanted = anchor.speed;
    this.inner = new ScaledClock({ ...anchor, speed: 1 }, real);
  }

  get speed(): number {
    return this.inner.speed;
  }

  nowMs(): number {
    return this.inner.nowMs();
  }

  /** From now on as fast as it was told. */
  run(): void {
    this.inner = new ScaledClock(
      { realMs: this.real.nowMs(), hospitalMs: this.nowMs(), speed: this.wanted },
      this.real,
    );
  }
}

/**
 * When the demo begins: the next such hour of its hospital's day from the earliest time it may begin at. One that ran before goes on
 * where it was, unless it is told another hour than then: the same command again, as after a crash, goes on as well, and would else
 * leap a day. Only one whose time real time has passed meanwhile begins at that hour again.
 */
export function demoBegin(at: number | undefined): (earliest: number, before?: RanBefore) => number {
  return (earliest, before) => {
    const isToldAgain = before?.at === at && before !== undefined && before.hospitalMs >= earliest;
    if (before !== undefined && (at === undefined || isToldAgain)) return earliest;
    const file = demoHospitalFile();
    const [plan] = readHospitalFile(readFileSync(file, 'utf8'), file);
    return new LocalTime(plan!.timeZone).next(earliest, at ?? BUSY_HOUR);
  };
}

/** Northgate General, the demonstration hospital. */
export function demoHospitalFile(): string {
  const file = fileURLToPath(new URL('../../../deploy/hospitals/northgate-general.yaml', import.meta.url));
  if (!existsSync(file)) throw new Error(`the demonstration hospital is missing: ${file}`);
  return file;
}
