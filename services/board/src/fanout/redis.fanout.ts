import type { Logger } from '@wardstream/service-kit';
import { Redis } from 'ioredis';
import { LocalFanout, type Fanout } from './fanout.js';

const CHANNEL = 'wardstream:board:news';

/**
 * Between processes by Redis publish/subscribe; within this one directly, so that it never waits for Redis. Redis away
 * means later news on the other processes (their poll finds it), never lost news; it reconnects by itself.
 */
export class RedisFanout implements Fanout {
  private readonly local = new LocalFanout();
  private readonly publisher: Redis;
  private readonly subscriber: Redis;
  private away = false;

  constructor(
    url: string,
    private readonly logger: Logger,
  ) {
    const options = {
      retryStrategy: (attempt: number) => Math.min(100 * 2 ** Math.min(attempt, 6), 5_000),
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectionName: 'wardstream-board',
    };
    this.publisher = new Redis(url, options);
    // The subscription is asked for again after each reconnection, so it may wait for the line.
    this.subscriber = new Redis(url, {
      ...options,
      enableOfflineQueue: true,
      autoResubscribe: true,
      maxRetriesPerRequest: null,
    });
    for (const client of [this.publisher, this.subscriber]) {
      client.on('error', (err: Error) => this.lost(err));
      client.on('ready', () => this.back());
    }
    this.subscriber.on('message', (_channel: string, facility: string) => this.local.announce(facility));
    void this.subscriber.subscribe(CHANNEL).catch((err: unknown) => this.lost(err));
  }

  announce(facility: string): void {
    this.local.announce(facility);
    this.publisher.publish(CHANNEL, facility).catch((err: unknown) => this.lost(err));
  }

  listen(listener: (facility: string) => void): () => void {
    return this.local.listen(listener);
  }

  async close(): Promise<void> {
    this.away = true;
    await this.local.close();
    this.publisher.disconnect();
    this.subscriber.disconnect();
  }

  private lost(error: unknown): void {
    if (this.away) return;
    this.away = true;
    const { code, name } = error as { code?: string; name?: string };
    this.logger.warn({ code: code ?? name }, 'Redis is away; news reaches the other processes by their poll');
  }

  private back(): void {
    if (this.publisher.status === 'ready' && this.subscriber.status === 'ready') this.away = false;
  }
}
