import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Periodic } from '@wardstream/messaging';
import { CONFIG, LOGGER, type ConfigOf, type Logger } from '@wardstream/service-kit';
import type { boardSettings } from '../board.settings.js';
import { BoardRows } from '../persistence/board-rows.js';
import { BoardView } from '../view/board-view.js';

const EVERY_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
/** What ended so long ago (a met request, a closed conflict) leaves the board's tables; their owners keep the history. */
const ENDED_DAYS = 30;

/** Lets go of what is kept no longer, once a minute. A pass that fails is logged; the next does its work. */
@Injectable()
export class StreamPruner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly pruning: Periodic;

  constructor(
    private readonly view: BoardView,
    private readonly rows: BoardRows,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CONFIG) private readonly config: ConfigOf<typeof boardSettings>,
  ) {
    this.pruning = new Periodic(() => this.prune(), {
      everyMs: EVERY_MS,
      onError: (err) => this.logger.error({ err }, 'the board could not be pruned'),
    });
  }

  onApplicationBootstrap(): void {
    this.pruning.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.pruning.stop();
  }

  prune(): Promise<void> {
    const { keepEvents, keepMinutes } = this.config;
    this.view.prune({
      endedMs: keepMinutes * 60_000,
      mostEnded: keepEvents,
      versionMs: DAY_MS,
      conflictsMs: ENDED_DAYS * DAY_MS,
    });
    return this.rows.prune({ endedDays: ENDED_DAYS, streamMinutes: keepMinutes });
  }
}
