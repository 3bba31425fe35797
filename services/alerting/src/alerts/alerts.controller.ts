import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { AlertData } from '@wardstream/events';
import { DomainError, nowIso, type Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import { ANY_ROLE, CLOCK, CurrentUser, Roles, type User } from '@wardstream/service-kit';
import { z } from 'zod';
import { AlertStore } from '../persistence/alert-store.js';
import { AcknowledgeAlert } from './acknowledge-alert.js';

const states = {
  firing: ['firing'],
  acknowledged: ['acknowledged'],
  resolved: ['resolved'],
  open: ['firing', 'acknowledged'],
} as const;
const query = z.object({
  /** `open` is firing and acknowledged; all unless given. */
  state: z.enum(['firing', 'acknowledged', 'resolved', 'open']).optional(),
  facility: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

@ApiTags('alerts')
@Controller('api/v1/alerts')
export class AlertsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly alerts: AlertStore,
    private readonly acknowledging: AcknowledgeAlert,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The latest first. */
  @Get()
  @Roles(...ANY_ROLE)
  async list(@Query({ schema: query }) { state, facility, limit }: z.infer<typeof query>) {
    const wanted = state === undefined ? (['firing', 'acknowledged', 'resolved'] as const) : states[state];
    const items = await this.unitOfWork.read((tx) => this.alerts.list(tx, { states: wanted, facility, limit }));
    return { asOf: nowIso(this.clock), items };
  }

  @Get(':id')
  @Roles(...ANY_ROLE)
  async get(@Param('id') id: string): Promise<AlertData> {
    const alert = await this.unitOfWork.read((tx) => this.alerts.find(tx, id));
    if (alert === null) throw new DomainError('not-found', 'alert-unknown', 'There is no such alert.');
    return alert;
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Roles('bed-manager', 'operations-manager', 'department-staff')
  acknowledge(@Param('id') id: string, @CurrentUser() user: User): Promise<AlertData> {
    return this.acknowledging.acknowledge(id, user);
  }
}
