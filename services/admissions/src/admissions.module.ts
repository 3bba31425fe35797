import { Module } from '@nestjs/common';
import { BedChangedConsumer } from './beds/bed-changed.consumer.js';
import { EncountersController } from './encounters/encounters.controller.js';
import { Directories } from './facilities/directories.js';
import { FacilityConfiguredConsumer } from './facilities/facility-configured.consumer.js';
import { FeedKeeper } from './feeds/feed-keeper.js';
import { FhirTransport } from './fhir/fhir-transport.js';
import { MetadataController } from './fhir/metadata.controller.js';
import { UnservedController } from './fhir/unserved.controller.js';
import { AdtController } from './intake/adt.controller.js';
import { Intake } from './intake/intake.js';
import { MessagesController } from './messages/messages.controller.js';
import { MllpListener } from './mllp/mllp.listener.js';
import { ProcessBatch } from './processing/process-batch.js';
import { Processor } from './processing/processor.js';
import { QuarantineController } from './quarantine/quarantine.controller.js';
import { ReplayMessage } from './quarantine/replay-message.js';

@Module({
  controllers: [
    AdtController,
    BedChangedConsumer,
    EncountersController,
    FacilityConfiguredConsumer,
    MessagesController,
    MetadataController,
    QuarantineController,
    UnservedController,
  ],
  providers: [Directories, FeedKeeper, FhirTransport, Intake, MllpListener, ProcessBatch, Processor, ReplayMessage],
})
export class AdmissionsModule {}
