import { Deliveries } from '@wardstream/service-kit';
import { Module } from '@nestjs/common';
import { BedChangedConsumer } from './beds/bed-changed.consumer.js';
import { EncounterConflictController } from './conflicts/conflict.controller.js';
import { DecideConflict } from './conflicts/decide-conflict.js';
import { MotherController } from './conflicts/mother.controller.js';
import { PatientDecisions } from './conflicts/patient-decisions.js';
import { EncountersController } from './encounters/encounters.controller.js';
import { EventsController } from './events/events.controller.js';
import { MovementRecordsConsumer } from './events/movement-records.consumer.js';
import { Directories } from './facilities/directories.js';
import { FacilityConfiguredConsumer } from './facilities/facility-configured.consumer.js';
import { FeedKeeper } from './feeds/feed-keeper.js';
import { SenderCounts } from './feeds/sender-counts.js';
import { SearchEncounters } from './fhir/encounter-search.js';
import { BundleController } from './fhir/bundle.controller.js';
import { EncounterController } from './fhir/encounter.controller.js';
import { FhirKnowledge } from './fhir/fhir-knowledge.js';
import { FhirTransport } from './fhir/fhir-transport.js';
import { LocationController } from './fhir/location.controller.js';
import { MetadataController } from './fhir/metadata.controller.js';
import { KnownLocations } from './fhir/known-locations.js';
import { KnownResources } from './fhir/known-resources.js';
import { PatientController } from './fhir/patient.controller.js';
import { TakeWrite } from './fhir/take-write.js';
import { UnservedController } from './fhir/unserved.controller.js';
import { WriteBundle } from './fhir/write-bundle.js';
import { WriteEncounter } from './fhir/write-encounter.js';
import { WriteLocation } from './fhir/write-location.js';
import { WritePatient } from './fhir/write-patient.js';
import { Destinations } from './forwarding/destinations.js';
import { DestinationsController } from './forwarding/destinations.controller.js';
import { Forwarding } from './forwarding/forwarding.js';
import { MllpForwarder } from './forwarding/mllp-forwarder.js';
import { AdtController } from './intake/adt.controller.js';
import { Intake } from './intake/intake.js';
import { TakeFrame } from './intake/take-frame.js';
import { MessagesController } from './messages/messages.controller.js';
import { MllpListener } from './mllp/mllp.listener.js';
import { MessageFailures } from './processing/message-failures.js';
import { ProcessBatch } from './processing/process-batch.js';
import { Processor } from './processing/processor.js';
import { QuarantineController } from './quarantine/quarantine.controller.js';
import { ReplayMessage } from './quarantine/replay-message.js';
import { Replays } from './quarantine/replays.js';
import { ReplaysController } from './quarantine/replays.controller.js';
import { ReplayCheckController } from './replay-check/replay-check.controller.js';
import { ReplayCheck } from './replay-check/replay-check.js';
import { SenderProfiles } from './senders/sender-profiles.js';
import { SendersController } from './senders/senders.controller.js';
import { UnknownCodes } from './senders/unknown-codes.js';
import { SubscriptionController } from './subscriptions/subscription.controller.js';
import { Subscriptions } from './subscriptions/subscriptions.js';

@Module({
  controllers: [
    AdtController,
    BedChangedConsumer,
    BundleController,
    EncounterController,
    DestinationsController,
    EncountersController,
    EventsController,
    FacilityConfiguredConsumer,
    MessagesController,
    LocationController,
    MetadataController,
    PatientController,
    QuarantineController,
    EncounterConflictController,
    MotherController,
    ReplaysController,
    ReplayCheckController,
    SendersController,
    SubscriptionController,
    UnservedController,
  ],
  providers: [
    Directories,
    FeedKeeper,
    SenderCounts,
    FhirKnowledge,
    FhirTransport,
    Intake,
    KnownLocations,
    KnownResources,
    Deliveries,
    Destinations,
    Forwarding,
    MllpForwarder,
    MllpListener,
    MovementRecordsConsumer,
    MessageFailures,
    ProcessBatch,
    Processor,
    ReplayCheck,
    ReplayMessage,
    Replays,
    DecideConflict,
    PatientDecisions,
    SearchEncounters,
    TakeFrame,
    TakeWrite,
    WriteBundle,
    WriteEncounter,
    WriteLocation,
    WritePatient,
    SenderProfiles,
    UnknownCodes,
    Subscriptions,
  ],
})
export class AdmissionsModule {}
