import { Module } from '@nestjs/common';
import { departmentFeedHeard } from '@wardstream/events';
import type { Clock } from '@wardstream/kernel';
import { HeardFeeds, Outbox } from '@wardstream/messaging';
import { CLOCK } from '@wardstream/service-kit';
import { CreateBedRequest } from './bed-requests/create-bed-request.js';
import { BedRequestController } from './bed-requests/bed-request.controller.js';
import { RequestProjector } from './bed-requests/request-projector.js';
import { BedChangedConsumer } from './beds/bed-changed.consumer.js';
import { DepartmentCommands } from './commands/department-commands.js';
import { DischargePlanController } from './discharge-plans/discharge-plan.controller.js';
import { PlanDischarge } from './discharge-plans/plan-discharge.js';
import { PlanProjector } from './discharge-plans/plan-projector.js';
import { EncounterChangedConsumer } from './encounters/encounter-changed.consumer.js';
import { FacilityConfiguredConsumer } from './facilities/facility-configured.consumer.js';

@Module({
  controllers: [
    ...[BedRequestController, DischargePlanController],
    ...[EncounterChangedConsumer, BedChangedConsumer, FacilityConfiguredConsumer],
  ],
  providers: [
    ...[CreateBedRequest, RequestProjector, PlanDischarge, PlanProjector, DepartmentCommands],
    {
      provide: HeardFeeds,
      useFactory: (clock: Clock, outbox: Outbox) => new HeardFeeds(clock, outbox, departmentFeedHeard),
      inject: [CLOCK, Outbox],
    },
  ],
})
export class DepartmentCoordinationModule {}
