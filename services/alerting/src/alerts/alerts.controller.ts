import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { alert, alertList, type AlertQuery, alertQuery } from '@wardstream/api-contract';
import type { AlertData } from '@wardstream/events';
import { DomainError, nowIso, type Clock } from '@wardstream/kernel';
import { UnitOfWork } from '@wardstream/persistence';
import {
  Act,
  Allow,
  Answers,
  checkFacility,
  CLOCK,
  CurrentUser,
  KeepsToFacilities,
  type User,
} from '@wardstream/service-kit';
import { AlertStore } from '../persistence/alert-store.js';
import { AcknowledgeAlert } from './acknowledge-alert.js';

const states = {
  firing: ['firing'],
  acknowledged: ['acknowledged'],
  resolved: ['resolved'],
  open: ['firing', 'acknowledged'],
} as const;
@ApiTags('alerts')
@Controller('api/v1/alerts')
@KeepsToFacilities('handler')
export class AlertsController {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly alerts: AlertStore,
    private readonly acknowledging: AcknowledgeAlert,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The latest first. */
  @Get()
  @Answers(alertList)
  @Allow('board.read')
  async list(@Query({ schema: alertQuery }) { state, facility, limit }: AlertQuery, @CurrentUser() user: User) {
    if (facility !== undefined) checkFacility(user, facility);
    const facilities = facility === undefined ? user.facilities : [facility];
    const wanted = state === undefined ? (['firing', 'acknowledged', 'resolved'] as const) : states[state];
    const items = await this.unitOfWork.read((tx) => this.alerts.list(tx, { states: wanted, facilities, limit }));
    return { asOf: nowIso(this.clock), items };
  }

  @Get(':id')
  @Answers(alert)
  @Allow('board.read')
  async get(@Param('id') id: string, @CurrentUser() user: User): Promise<AlertData> {
    const found = await this.unitOfWork.read((tx) => this.alerts.find(tx, id));
    if (found === null) throw new DomainError('not-found', 'alert-unknown', 'There is no such alert.');
    checkFacility(user, found.facility);
    return found;
  }

  @Post(':id/acknowledge')
  @Act('alert.take')
  @HttpCode(200)
  @Answers(alert)
  @Allow('alert.take')
  acknowledge(@Param('id') id: string, @CurrentUser() user: User): Promise<AlertData> {
    return this.acknowledging.acknowledge(id, user);
  }
}
