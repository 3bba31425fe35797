import { Inject, Injectable } from '@nestjs/common';
import type { AlertData } from '@wardstream/events';
import { DomainError, nowIso, type Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { checkFacility, checkUnit, CLOCK, noteAct, type User } from '@wardstream/service-kit';
import { acknowledge } from '../domain/alert.js';
import { AlertStore } from '../persistence/alert-store.js';
import { AlertChanges } from '../webhooks/alert-changes.js';

/** Somebody takes an alert. The person is named as the token names them. */
@Injectable()
export class AcknowledgeAlert {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly alerts: AlertStore,
    private readonly changes: AlertChanges,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The alert as it is then. Throws DomainError 'alert-unknown', 'alert-resolved' or 'alert-taken'. */
  acknowledge(id: string, user: User): Promise<AlertData> {
    return this.unitOfWork.run(async (tx) => {
      const current = await this.alerts.lock(tx, id);
      if (current === null) throw new DomainError('not-found', 'alert-unknown', 'There is no such alert.');
      checkFacility(user, current.data.facility);
      checkUnit(user, current.data.facility, current.data.unit ?? null);
      noteAct({ facility: current.data.facility });
      const change = acknowledge(current, user.name ?? user.subject, nowIso(this.clock));
      if (change === null) return current.data;
      await this.changes.record(tx, [change]);
      return change.alert.data;
    });
  }
}
