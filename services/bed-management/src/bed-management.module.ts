import { Module } from '@nestjs/common';
import { bedManagementFeedHeard } from '@wardstream/events';
import type { Clock } from '@wardstream/kernel';
import { HeardFeeds, Outbox } from '@wardstream/messaging';
import { CLOCK } from '@wardstream/service-kit';
import { BedRequestChangedConsumer } from './bed-requests/bed-request-changed.consumer.js';
import { BedStatusReportedConsumer } from './bed-status/bed-status-reported.consumer.js';
import { BedHistoryController } from './bed-history/bed-history.controller.js';
import { BedController } from './beds/bed.controller.js';
import { BedProjector } from './beds/bed-projector.js';
import { CheckpointPruner } from './beds/checkpoint.pruner.js';
import { RoomFitMonitor } from './beds/room-fit.monitor.js';
import { ExpiryScheduler } from './expiry/expiry.scheduler.js';
import { Certainty } from './certainty/certainty.js';
import { MessageFailureConsumer } from './certainty/message-failure.consumer.js';
import { CleanBed } from './cleaning/clean-bed.js';
import { CleaningController } from './cleaning/cleaning.controller.js';
import { BedCommands } from './commands/bed-commands.js';
import { BedConflictController } from './conflicts/conflict.controller.js';
import { DecideConflict } from './conflicts/decide-conflict.js';
import { EncounterChangedConsumer } from './encounters/encounter-changed.consumer.js';
import { ConfigureFacilities } from './facilities/configure-facilities.js';
import { FacilityController } from './facilities/facility.controller.js';
import { CheckFit } from './holds/check-fit.js';
import { FitOverrideController } from './holds/fit-override.controller.js';
import { HoldBed } from './holds/hold-bed.js';
import { HoldController } from './holds/hold.controller.js';
import { ChangeAvailability } from './bed-availability/change-availability.js';
import { AvailabilityController } from './bed-availability/availability.controller.js';
import { BedCheck } from './replay-check/bed-check.js';
import { BedCheckController } from './replay-check/bed-check.controller.js';

@Module({
  controllers: [
    ...[
      FacilityController,
      BedHistoryController,
      BedController,
      HoldController,
      AvailabilityController,
      CleaningController,
    ],
    ...[BedConflictController, BedCheckController, FitOverrideController],
    ...[EncounterChangedConsumer, BedStatusReportedConsumer, BedRequestChangedConsumer, MessageFailureConsumer],
  ],
  providers: [
    ...[BedProjector, RoomFitMonitor, BedCommands, HoldBed, CheckFit, ChangeAvailability, CleanBed, DecideConflict],
    ...[ConfigureFacilities, Certainty, ExpiryScheduler, CheckpointPruner, BedCheck],
    {
      provide: HeardFeeds,
      useFactory: (clock: Clock, outbox: Outbox) => new HeardFeeds(clock, outbox, bedManagementFeedHeard),
      inject: [CLOCK, Outbox],
    },
  ],
})
export class BedManagementModule {}
