import { Module, type DynamicModule, type INestApplication } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { EventServer } from './consumer/event-server.js';
import { ExternalRecords } from './consumer/external-records.js';
import { DeadLetters } from './dead-letters/dead-letters.js';
import { LaneLeases } from './lanes/lane-leases.js';
import { LogProgress } from './log-progress.js';
import { MessagingRuntime } from './messaging-runtime.js';
import type { MessagingOptions } from './messaging-options.js';
import { ParkedEvents } from './parking/parked-events.js';
import { Outbox } from './outbox/outbox.js';
import { HandOnFailure } from './consumer/hand-on-failure.filter.js';
import { ViewMessaging } from './views/view-messaging.js';

/**
 * Messaging of one service: `Outbox`, `DeadLetters`, `ExternalRecords`, `LaneLeases` and `LogProgress` to inject anywhere. The relay runs from application bootstrap to
 * shutdown; handlers are served from `connectMessaging` and `app.startAllMicroservices()` until `app.close()`.
 */
@Module({})
export class MessagingModule {
  static forService(options: MessagingOptions): DynamicModule {
    const runtime = new MessagingRuntime(options);
    return {
      module: MessagingModule,
      global: true,
      providers: [
        { provide: MessagingRuntime, useValue: runtime },
        { provide: Outbox, useValue: runtime.outbox },
        { provide: DeadLetters, useValue: runtime.deadLetters },
        { provide: ParkedEvents, useValue: runtime.parked },
        { provide: EventServer, useValue: runtime.server },
        { provide: ExternalRecords, useValue: runtime.foreignRecords },
        { provide: ViewMessaging, useValue: runtime.views },
        { provide: LaneLeases, useValue: runtime.lanes },
        { provide: LogProgress, useValue: new LogProgress(options.log) },
      ],
      exports: [
        Outbox,
        DeadLetters,
        ParkedEvents,
        EventServer,
        ExternalRecords,
        ViewMessaging,
        LaneLeases,
        LogProgress,
      ],
    };
  }
}

/**
 * Attaches the `@EventPattern` handlers of `app` to its EventServer. Call once, after the app was made and before
 * `app.startAllMicroservices()`, which begins to consume; `app.close()` stops taking events, lets running handlers finish
 * and then closes the relay after a last pass.
 */
export function connectMessaging(app: INestApplication): void {
  const microservice = app.connectMicroservice<MicroserviceOptions>(
    { strategy: app.get(EventServer) },
    { inheritAppConfig: false, deferInitialization: true },
  ) as unknown as {
    useGlobalFilters(filter: HandOnFailure): void;
    registerListeners(): void;
    setIsInitialized(yes: boolean): void;
    setIsInitHookCalled(yes: boolean): void;
  };
  // The same steps connectMicroservice takes, with the filter set first: Nest's own replaces every error by a plain object.
  microservice.useGlobalFilters(new HandOnFailure());
  microservice.registerListeners();
  microservice.setIsInitialized(true);
  microservice.setIsInitHookCalled(true);
}
