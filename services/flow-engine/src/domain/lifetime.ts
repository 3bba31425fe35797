import {
  isOpenEncounter,
  isOpenPlan,
  isOpenRequest,
  type Bottleneck,
  type KeptAggregate,
} from '@wardstream/flow-model';

/** When a thing began to count and when it ceased to, in event time; `closedAt` null while it counts. */
export interface Lifetime {
  readonly openedAt: string | null;
  readonly closedAt: string | null;
}

const always: Lifetime = { openedAt: null, closedAt: null };

/** The lifetime of one thing of a facility's state; what is over without telling when, was over by `now`. */
export function lifetimeOf(kept: KeptAggregate, now: string): Lifetime {
  switch (kept.kind) {
    case 'facility':
    case 'bed':
      return always;
    case 'encounter': {
      const { stays, admittedAt, registeredAt, dischargedAt } = kept.data;
      const last = stays.at(-1)?.to ?? null;
      return {
        openedAt: stays[0]?.from ?? admittedAt ?? registeredAt,
        closedAt: isOpenEncounter(kept.data) ? null : (last ?? dischargedAt ?? now),
      };
    }
    case 'bed-request': {
      const { requestedAt, occupiedAt, cancelledAt } = kept.data;
      return { openedAt: requestedAt, closedAt: isOpenRequest(kept.data) ? null : (occupiedAt ?? cancelledAt ?? now) };
    }
    case 'discharge-plan': {
      const { pendingAt, confirmedAt, departedAt, cancelledAt } = kept.data;
      return {
        openedAt: pendingAt ?? confirmedAt,
        closedAt: isOpenPlan(kept.data) ? null : (departedAt ?? cancelledAt ?? now),
      };
    }
  }
}

export function lifetimeOfBottleneck({ raisedAt, clearedAt }: Bottleneck): Lifetime {
  return { openedAt: raisedAt, closedAt: clearedAt };
}
