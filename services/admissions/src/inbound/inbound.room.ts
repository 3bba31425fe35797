import { DecisionMessages } from '../encounters/index.js';
import { EventsController } from './events/events.controller.js';
import { MovementRecordsConsumer } from './events/movement-records.consumer.js';
import { AdtController } from './http/adt.controller.js';
import { Intake } from './intake/intake.js';
import { TakeFrame } from './intake/take-frame.js';
import { MllpListener } from './mllp/mllp.listener.js';
import { IntakePace } from './pace/intake-pace.js';
import { FeedMonitor } from './monitoring/feed-monitor.js';
import { SenderCounts } from './monitoring/sender-counts.js';
import { MessageFailures } from './processing/message-failures.js';
import { ProcessBatch } from './processing/process-batch.js';
import { Processor } from './processing/processor.js';
import { StoredDecisions } from './processing/stored-decisions.js';
import { SenderProfiles } from './senders/sender-profiles.js';
import { SendersController } from './senders/senders.controller.js';
import { UnknownCodes } from './senders/unknown-codes.js';

/** What of this room Nest makes; `AdmissionsModule` joins the rooms. */
export const inboundRoom = {
  controllers: [AdtController, EventsController, SendersController],
  providers: [
    FeedMonitor,
    Intake,
    IntakePace,
    MessageFailures,
    MllpListener,
    MovementRecordsConsumer,
    ProcessBatch,
    Processor,
    SenderCounts,
    SenderProfiles,
    StoredDecisions,
    TakeFrame,
    UnknownCodes,
    { provide: DecisionMessages, useExisting: StoredDecisions },
  ],
};
