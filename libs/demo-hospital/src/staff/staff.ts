import type { Clock } from '@wardstream/kernel';
import { pause } from '../feed/backoff.js';
import { MINUTE, LocalTime } from '../simulation/local-time.js';
import { InterfaceEngineer } from './interface-engineer.js';
import { OperationsManagers } from './operations-managers.js';
import type { StaffMember } from './people.js';
import { StaffApi } from './staff-api.js';

export interface StaffOptions {
  readonly facility: { readonly id: string; readonly timeZone: string };
  readonly clock: Clock;
  readonly httpBase: string;
  readonly tokenOf: (member: StaffMember) => string;
  readonly seed: number;
}

/** Hospital time between two looks at the lists, and the least real time: a fast hospital must not become a load of its own. */
const LOOK_MS = MINUTE;
const LEAST_REAL_MS = 1000;
/** The engineer looks once for so many looks of the managers. */
const LOOKS_PER_ENGINEER = 15;

/**
 * Those whose work follows from what the product shows, not from what was planned: they read its lists and answer over its API like
 * anybody else. What is not answered is asked again at the next look. Returns how to stop them.
 */
export function startStaff({ facility, clock, httpBase, tokenOf, seed }: StaffOptions): () => Promise<void> {
  const stopping = new AbortController();
  const api = new StaffApi({ httpBase, tokenOf, signal: stopping.signal });
  const managers = new OperationsManagers(api, facility.id, new LocalTime(facility.timeZone), seed);
  const engineer = new InterfaceEngineer(api, 'NGH-ADT');
  const work = async (): Promise<void> => {
    for (let look = 0; !stopping.signal.aborted; look++) {
      await managers.look(clock.nowMs());
      if (look % LOOKS_PER_ENGINEER === 0) await engineer.look();
      await pause(Math.max(LEAST_REAL_MS, LOOK_MS / clock.speed), stopping.signal);
    }
  };
  const working = work();
  return async () => {
    stopping.abort();
    await working;
  };
}
