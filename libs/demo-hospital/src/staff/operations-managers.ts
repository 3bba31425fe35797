import { z } from 'zod';
import type { LocalTime } from '../simulation/local-time.js';
import { escalated, takenBy } from './alert-plan.js';
import { operationsManagers } from './people.js';
import type { StaffApi } from './staff-api.js';

const alert = z.object({
  id: z.string(),
  unit: z.string().nullable(),
  severity: z.enum(['warn', 'high', 'critical']),
  state: z.enum(['firing', 'acknowledged']),
  firedAt: z.string(),
  since: z.string(),
});
const listed = z.object({ items: z.array(z.unknown()) });
const judged = z.object({ notJudged: z.undefined().optional() });

/** Of what fires when they come on duty, this share is in somebody's hands already. */
const TAKEN_BEFORE = 0.75;

/** The operations managers: look at what fires, and take each alert by name once they have come to it. */
export class OperationsManagers {
  private isFirstLook = true;

  constructor(
    private readonly api: StaffApi,
    private readonly facility: string,
    private readonly local: LocalTime,
    private readonly seed: number,
  ) {}

  /** One look at the list; `now` is hospital time. */
  async look(now: number): Promise<void> {
    const { api, facility, local, seed } = this;
    if (this.isFirstLook && !(await this.isJudged())) return;
    const path = `alerts?state=open&limit=1000&facility=${encodeURIComponent(facility)}`;
    const answer = listed.safeParse(await api.get(operationsManagers.director, path));
    if (!answer.success) return;
    const alerts = answer.data.items.flatMap((item) => alert.safeParse(item).data ?? []);
    const worst = escalated(alerts);
    for (const one of alerts) {
      if (one.state !== 'firing') continue;
      const { member, at, share } = takenBy(one, local, seed, one === worst);
      const wasTaken = this.isFirstLook && one !== worst && share < TAKEN_BEFORE;
      if (at <= now || wasTaken) await api.post(member, `alerts/${encodeURIComponent(one.id)}/acknowledge`);
    }
    this.isFirstLook = false;
  }

  /** Before the flow engine has caught up there is nothing to come on duty for. */
  private async isJudged(): Promise<boolean> {
    const path = `facilities/${encodeURIComponent(this.facility)}/bottlenecks`;
    return judged.safeParse(await this.api.get(operationsManagers.director, path)).success;
  }
}
