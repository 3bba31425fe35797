import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readHospitalFile } from '@wardstream/bed-management/hospital-file';
import { LocalTime } from '@wardstream/demo-hospital';

/** When beds are wanted, patients go home and crews are at work: the hour at which a new demo begins. */
const BUSY_HOUR = 14.5;

/**
 * When the demo begins: the next such hour of its hospital's day from the earliest time it may begin at. One that ran before goes on
 * where it was, unless it is told an hour.
 */
export function demoBegin(at: number | undefined): (earliest: number, ranBefore: boolean) => number {
  return (earliest, ranBefore) => {
    if (ranBefore && at === undefined) return earliest;
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
