import { writeFileSync } from 'node:fs';

/** Units of forty beds, named so that a bed is told from its number. */
export interface BenchBed {
  readonly id: string;
  /** PV1-3 */
  readonly place: string;
}

/** Writes a hospital file with `units` units of forty beds and answers its beds. */
export function writeBenchHospital(file: string, units: number): BenchBed[] {
  const beds: BenchBed[] = [];
  const lines = ['facilities:', '  - id: BEN', '    name: Bench General', '    timeZone: UTC', '    units:'];
  for (let u = 1; u <= units; u += 1) {
    const unit = `W${String(u).padStart(2, '0')}`;
    lines.push(
      `      - code: ${unit}`,
      `        name: Ward ${u}`,
      '        levelOfCare: ward',
      '        specialties: [MED]',
      '        waitTarget: 240',
      '        rooms:',
      '          - { room: A, name: Hall, beds: 01..40 }',
    );
    for (let b = 1; b <= 40; b += 1) {
      const bed = String(b).padStart(2, '0');
      beds.push({ id: `${unit}-${bed}`, place: `${unit}^A^${bed}` });
    }
  }
  writeFileSync(file, `${lines.join('\n')}\n`);
  return beds;
}
