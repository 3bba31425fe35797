import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, LOGGER, type ConfigOf, type Logger } from '@wardstream/service-kit';
import type { boardSettings } from '../board.settings.js';
import { BoardStore } from '../persistence/board-store.js';

const EVERY_MS = 60_000;
/** What ended so long ago (a met request, a closed conflict) leaves the board's tables; their owners keep the history. */
const ENDED_DAYS = 30;

/** Lets go of what is kept no longer, once a minute. A pass that fails is logged; the next does its work. */
@Injectable()
export class StreamPruner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: BoardStore,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof boardSettings>,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running = this.prune().catch((err: unknown) => this.logger.error({ err }, 'the stream could not be pruned'));
    }, EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  prune(): Promise<void> {
    const { keepEvents: events, keepMinutes: minutes } = this.config;
    return this.store.prune({ events, minutes, endedDays: ENDED_DAYS });
  }
}
