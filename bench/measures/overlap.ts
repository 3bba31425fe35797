import { type CpuByGroup, cpuBetween, cpuByGroup } from './processes.js';

/** How long a slice is; a tick of /proc is a twentieth of it. */
const SLICE_MS = 200;
/** Whoever used less of a slice than this did not work in it. */
const WORKED_MS = 20;

/** Looks every 200 ms which of the named processes work, so that those that take turns are told from those that work side by side. */
export class OverlapWatch {
  private readonly slices: CpuByGroup[] = [];
  private last: CpuByGroup;
  private readonly timer: NodeJS.Timeout;

  constructor(replicas: ReadonlyMap<number, string>) {
    this.last = cpuByGroup(replicas);
    this.timer = setInterval(() => {
      const now = cpuByGroup(replicas);
      this.slices.push(cpuBetween(this.last, now));
      this.last = now;
    }, SLICE_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Of the slices in which one of the two worked, the share in which both did, 0 to 1; NaN if neither ever did. */
  share(one: string, other: string): number {
    return overlapShare(this.slices, one, other);
  }
}

export function overlapShare(slices: readonly CpuByGroup[], one: string, other: string): number {
  const works = (slice: CpuByGroup, name: string): boolean => (slice.get(name) ?? 0) >= WORKED_MS;
  const either = slices.filter((slice) => works(slice, one) || works(slice, other));
  return either.filter((slice) => works(slice, one) && works(slice, other)).length / either.length;
}
