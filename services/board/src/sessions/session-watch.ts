import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER, type Logger } from '@wardstream/service-kit';
import { Sessions } from './sessions.js';

const LOOK_EVERY_MS = 2_000;

interface Watched {
  readonly session: string;
  readonly version: number | undefined;
  readonly end: () => void;
}

/**
 * Ends open streams within seconds of the end of their session, on whatever replica that was, and where what its person may do has changed:
 * they come again with what holds then. While the sessions cannot be read streams go on.
 */
@Injectable()
export class SessionWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly watched = new Set<Watched>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly sessions: Sessions,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Calls `end` once the session is over. Returns how to stop watching; a stream that came with a token of its own is not watched. */
  watch(session: string | null, end: () => void): () => void {
    if (session === null) return () => undefined;
    const watched = { session, version: this.sessions.versionOf(session), end };
    this.watched.add(watched);
    return () => void this.watched.delete(watched);
  }

  private async look(): Promise<void> {
    if (this.watched.size === 0) return;
    try {
      const alive = await this.sessions.versionsOf([...new Set([...this.watched].map(({ session }) => session))]);
      for (const watched of [...this.watched]) {
        const version = alive.get(watched.session);
        if (version !== undefined && (watched.version ?? version) === version) continue;
        this.watched.delete(watched);
        watched.end();
      }
    } catch (err) {
      this.logger.warn({ err }, 'sessions of open streams could not be looked at');
    }
  }
}
