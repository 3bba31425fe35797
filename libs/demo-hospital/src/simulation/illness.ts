import type { Need } from '@wardstream/events';
import type { Person } from './acts.js';
import type { Draws } from './draws.js';
import type { Visit } from './visit.js';

/** What a patient bound for a unit needs of a bed. */
export function illness(
  draws: Draws,
  unit: string,
  person: Person,
  at: number,
): Pick<Visit, 'isolation' | 'telemetry' | 'equipment'> {
  const airborne = unit === '4A' ? 0.02 : unit === 'MAT' ? 0.002 : 0.006;
  const isolation = draws.weighted<Visit['isolation']>([
    ['airborne', airborne],
    ['droplet', unit === '4A' || unit === 'AMU' ? 0.06 : 0.02],
    ['contact', unit === 'MAT' ? 0.01 : 0.06],
    ['protective', unit === '6A' ? 0.18 : 0],
    ['none', 0.87],
  ]);
  const age = new Date(at).getUTCFullYear() - Number(person.born.slice(0, 4));
  const equipment: Need[] = [];
  if (age >= 65 && draws.chance(0.7)) equipment.push('falls');
  if (draws.chance(unit === '4A' ? 0.5 : unit === 'AMU' ? 0.22 : 0.14)) equipment.push('oxygen');
  if (age >= 60 && draws.chance(0.04)) equipment.push('watch');
  const telemetry = draws.chance(unit === '5A' ? 0.6 : unit === 'AMU' ? 0.12 : 0.04);
  // Few beds are wide enough: such a patient needs nothing else, or would wait for days.
  if (draws.chance(0.004)) return { isolation: 'none', telemetry: false, equipment: ['bariatric'] };
  return { isolation, telemetry, equipment };
}
