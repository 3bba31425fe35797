import { writeFileSync } from 'node:fs';

/** A bed of the benchmark's hospitals. */
export interface BenchBed {
  readonly facility: string;
  /** Id within its facility, named so that a bed is told from its number. */
  readonly id: string;
  /** PV1-3 */
  readonly place: string;
}

export interface HospitalSize {
  readonly facilities: number;
  /** In all facilities together. */
  readonly beds: number;
}

const BEDS_OF_A_UNIT = 40;

/** Writes a hospital file with units of at most forty beds, shared evenly among the facilities, and answers its beds. */
export function writeBenchHospital(file: string, { facilities, beds: wanted }: HospitalSize): BenchBed[] {
  const beds: BenchBed[] = [];
  const lines = ['facilities:'];
  for (let f = 1; f <= facilities; f += 1) {
    const facility = facilities === 1 ? 'BEN' : `B${String(f).padStart(3, '0')}`;
    lines.push(`  - id: ${facility}`, `    name: Bench General ${f}`, '    timeZone: UTC', '    units:');
    const share = Math.floor((wanted * f) / facilities) - Math.floor((wanted * (f - 1)) / facilities);
    for (let u = 1, left = share; left > 0; u += 1, left -= BEDS_OF_A_UNIT) {
      const unit = `W${String(u).padStart(2, '0')}`;
      const inUnit = Math.min(BEDS_OF_A_UNIT, left);
      lines.push(
        `      - code: ${unit}`,
        `        name: Ward ${u}`,
        '        levelOfCare: ward',
        '        specialties: [MED]',
        '        waitTarget: 240',
        '        rooms:',
        `          - { room: A, name: Hall, beds: 01..${String(inUnit).padStart(2, '0')} }`,
      );
      for (let b = 1; b <= inUnit; b += 1) {
        const bed = String(b).padStart(2, '0');
        beds.push({ facility, id: `${unit}-${bed}`, place: `${unit}^A^${bed}` });
      }
    }
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
  // In turn over the facilities, so that a load spreads evenly at any moment.
  return facilities === 1 ? beds : inTurn(beds);
}

function inTurn(beds: readonly BenchBed[]): BenchBed[] {
  const facilities = [...new Set(beds.map((bed) => bed.facility))];
  const queues = facilities.map((facility) => beds.filter((bed) => bed.facility === facility));
  const turn: BenchBed[] = [];
  while (turn.length < beds.length) for (const queue of queues) turn.push(...queue.splice(0, 1));
  return turn;
}
