import { DateTime } from 'luxon';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const OFFSET_STEP = 15 * MINUTE;

/** The facility's wall clock. Instants are milliseconds since the epoch; hours are fractions of the local day. */
export class LocalTime {
  private cachedStep = NaN;
  private cachedOffset = 0;

  constructor(readonly zone: string) {
    if (!DateTime.local({ zone }).isValid) throw new Error(`unknown time zone ${zone}`);
  }

  /** Offset from UTC in milliseconds. Zones change it on a quarter of an hour at the finest. */
  offset(at: number): number {
    const step = Math.floor(at / OFFSET_STEP);
    if (step !== this.cachedStep) {
      this.cachedOffset = DateTime.fromMillis(step * OFFSET_STEP, { zone: this.zone }).offset * MINUTE;
      this.cachedStep = step;
    }
    return this.cachedOffset;
  }

  /** Hour of the local day, 0 to 24. */
  hour(at: number): number {
    const local = at + this.offset(at);
    return (((local % DAY) + DAY) % DAY) / HOUR;
  }

  /** Day of the local week: 0 is Sunday. */
  weekday(at: number): number {
    const day = Math.floor((at + this.offset(at)) / DAY);
    return (((day + 4) % 7) + 7) % 7;
  }

  isWeekend(at: number): boolean {
    const day = this.weekday(at);
    return day === 0 || day === 6;
  }

  /** The instant of a local hour on the local day of `at`, or `days` later. */
  on(at: number, hour: number, days = 0): number {
    const local = Math.floor((at + this.offset(at)) / DAY) * DAY + days * DAY + hour * HOUR;
    const guess = local - this.offset(at);
    return local - this.offset(guess);
  }

  /** The next instant after `at` at which the wall clock shows `hour`. */
  next(at: number, hour: number): number {
    const today = this.on(at, hour);
    return today > at ? today : this.on(at, hour, 1);
  }

  /** HL7 v2 time stamp with seconds and offset: 20260113144200+0000. */
  hl7(at: number): string {
    const offset = this.offset(at);
    const digits = new Date(at + offset).toISOString().replace(/\D/g, '').slice(0, 14);
    const minutes = Math.abs(offset) / MINUTE;
    const two = (n: number) => String(n).padStart(2, '0');
    return `${digits}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
  }
}
