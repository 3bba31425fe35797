import { Deliveries } from '@wardstream/service-kit';
import { EncounterListener } from '../encounters/index.js';
import { MessageListener } from '../inbound/index.js';
import { BedChangedConsumer } from './bed-changed.consumer.js';
import { DestinationsController } from './forwarding/destinations.controller.js';
import { Destinations } from './forwarding/destinations.js';
import { Forwarding } from './forwarding/forwarding.js';
import { MllpForwarder } from './forwarding/mllp-forwarder.js';
import { SubscriptionController } from './subscriptions/subscription.controller.js';
import { Subscriptions } from './subscriptions/subscriptions.js';

/** What of this room Nest makes; `AdmissionsModule` joins the rooms. */
export const outboundRoom = {
  controllers: [BedChangedConsumer, DestinationsController, SubscriptionController],
  providers: [
    Destinations,
    Forwarding,
    MllpForwarder,
    Subscriptions,
    Deliveries,
    { provide: EncounterListener, useExisting: Subscriptions },
    { provide: MessageListener, useExisting: Forwarding },
  ],
};
