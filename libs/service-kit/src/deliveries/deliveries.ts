import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DeliveryDispatcher, DeliveryQueue, type DeliveryTarget } from '@wardstream/delivery';
import { Periodic } from '@wardstream/messaging';
import { UnitOfWork } from '@wardstream/persistence';
import { HealthDetails } from '../health/health.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { Metrics } from '../telemetry/metrics.js';

/** A kind of destinations: who they are now, and those of them that are shown by name. */
export interface Served {
  readonly kind: string;
  readonly targets: () => readonly DeliveryTarget[];
  readonly shown: () => readonly string[];
  readonly queueOf: (name: string) => string;
}

const OBSERVE_MS = 10_000;

/**
 * All that a service delivers to systems outside, whatever it is and whoever they are: one queue, one dispatcher. The service has
 * `deliveriesMigration` among its own. How far each is behind is a metric and a detail of readiness; a destination that is down is no
 * reason for the service not to be ready.
 */
@Injectable()
export class Deliveries implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly queue: DeliveryQueue;
  private readonly served: Served[] = [];
  private readonly dispatcher: DeliveryDispatcher;
  private readonly observing: Periodic;
  /** Of each kind, those that are gauged. */
  private readonly gauged = new Map<string, readonly string[]>();
  private readonly depth;
  private readonly age;
  private readonly rejected;

  constructor(
    unitOfWork: UnitOfWork,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly health: HealthDetails,
    metrics: Metrics,
  ) {
    this.queue = new DeliveryQueue(unitOfWork);
    this.observing = new Periodic(() => this.observe(), {
      everyMs: OBSERVE_MS,
      onError: (err) => this.logger.warn({ err }, 'deliveries could not be looked up'),
    });
    this.dispatcher = new DeliveryDispatcher({
      queue: this.queue,
      logger,
      targets: () => this.served.flatMap(({ targets }) => targets()),
    });
    this.depth = metrics.gauge('wardstream_destination_pending', 'Messages that wait for a destination.', [
      'kind',
      'destination',
    ]);
    this.age = metrics.gauge('wardstream_destination_oldest_seconds', 'Age of the oldest of them; 0 without any.', [
      'kind',
      'destination',
    ]);
    this.rejected = metrics.gauge('wardstream_destination_rejected', 'Messages that a destination refused.', [
      'kind',
      'destination',
    ]);
  }

  /** To be called before the application has started. */
  serve(served: Served): void {
    this.served.push(served);
  }

  wake(): void {
    this.dispatcher.wake();
  }

  onApplicationBootstrap(): void {
    this.dispatcher.start();
    this.observing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.dispatcher.stop(), this.observing.stop()]);
  }

  /** Asks the database nothing where nobody is served. */
  private async observe(): Promise<void> {
    for (const { kind, shown, queueOf } of this.served) {
      const names = shown();
      const detail: Record<string, unknown> = {};
      try {
        const standings = names.length === 0 ? [] : await this.queue.standings(names.map(queueOf));
        const gone = (this.gauged.get(kind) ?? []).filter((name) => !names.includes(name));
        for (const gauge of [this.depth, this.age, this.rejected])
          for (const destination of gone) gauge.remove({ kind, destination });
        this.gauged.set(kind, names);
        for (const [i, { pending, rejected, oldestAt, headCause, pausedAt, ageSeconds }] of standings.entries()) {
          const destination = names[i]!;
          this.depth.set({ kind, destination }, pending);
          this.age.set({ kind, destination }, ageSeconds);
          this.rejected.set({ kind, destination }, rejected);
          detail[destination] = { pending, rejected, oldestAt, lastCause: headCause, paused: pausedAt !== null };
        }
      } catch (err) {
        this.logger.warn({ err }, 'how far destinations are behind could not be told');
        return;
      }
      if (names.length > 0) this.health.set(`destinations.${kind}`, detail);
      else this.health.remove(`destinations.${kind}`);
    }
  }
}
