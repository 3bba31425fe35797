import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type Provider,
} from '@nestjs/common';
import { Periodic } from '@wardstream/messaging';
import { LOGGER, Metrics, PROCESS_CONFIG, type Logger, type ProcessConfiguration } from '@wardstream/service-kit';
import { LiveStreams } from '../stream/live-streams.js';
import { LocalPresence, PRESENCE, type Presence } from './presence.js';
import { RedisPresence } from './redis.presence.js';

/** Redis where one is configured, else this process alone. */
export const presenceProvider: Provider = {
  provide: PRESENCE,
  inject: [PROCESS_CONFIG, LOGGER],
  useFactory: (config: ProcessConfiguration, logger: Logger): Presence =>
    config.redisUrl === undefined ? new LocalPresence() : new RedisPresence(config.redisUrl, logger),
};

const EVERY_MS = 10_000;

/** Tells as metrics which boards are open and by how many viewers: in this process, and in all of them. */
@Injectable()
export class ViewerCounts implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly telling: Periodic;

  constructor(
    private readonly streams: LiveStreams,
    private readonly metrics: Metrics,
    @Inject(PRESENCE) private readonly presence: Presence,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.telling = new Periodic(() => this.tell(), {
      everyMs: EVERY_MS,
      onError: (err) => logger.warn({ err }, 'the viewers of the boards could not be counted'),
    });
  }

  onApplicationBootstrap(): void {
    this.telling.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.telling.stop();
    await this.presence.close();
  }

  async tell(): Promise<void> {
    const here = this.streams.viewers();
    const everywhere = await this.presence.tell(here);
    const help = 'Open streams of the boards, by facility: of this process, and over all replicas.';
    const gauge = this.metrics.gauge('wardstream_board_viewers', help, ['facility', 'reach']);
    gauge.reset();
    for (const [facility, n] of here) gauge.set({ facility, reach: 'process' }, n);
    for (const [facility, n] of everywhere) gauge.set({ facility, reach: 'all' }, n);
  }
}
