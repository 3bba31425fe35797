import { Inject, Injectable, type BeforeApplicationShutdown, type Provider } from '@nestjs/common';
import { LOGGER, PROCESS_CONFIG, type Logger, type ProcessConfiguration } from '@wardstream/service-kit';
import { FANOUT, LocalFanout, type Fanout } from './fanout.js';
import { RedisFanout } from './redis.fanout.js';

/** Redis where one is configured, else within the process. */
export const fanoutProvider: Provider = {
  provide: FANOUT,
  inject: [PROCESS_CONFIG, LOGGER],
  useFactory: (config: ProcessConfiguration, logger: Logger): Fanout =>
    config.redisUrl === undefined ? new LocalFanout() : new RedisFanout(config.redisUrl, logger),
};

/** Lets go of the fan-out when the service stops. */
@Injectable()
export class FanoutLifetime implements BeforeApplicationShutdown {
  constructor(@Inject(FANOUT) private readonly fanout: Fanout) {}

  beforeApplicationShutdown(): Promise<void> {
    return this.fanout.close();
  }
}
