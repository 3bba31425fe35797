import type { EventEnvelope } from '@wardstream/events';
import type { EventContext } from '../event-context.js';

/** One `@EventPattern` method. */
export interface RegisteredHandler {
  /** Whether it takes all consecutive events of its pattern in one call. */
  readonly batch: boolean;
  call(data: EventEnvelope | readonly EventEnvelope[], context: EventContext): Promise<void>;
}

/** The handlers of a service by pattern, in the order they were registered. */
export class HandlerRegistry {
  private readonly byPattern = new Map<string, RegisteredHandler[]>();

  add(pattern: string, handler: RegisteredHandler): void {
    const handlers = this.byPattern.get(pattern);
    if (handlers === undefined) this.byPattern.set(pattern, [handler]);
    else handlers.push(handler);
  }

  has(pattern: string): boolean {
    return this.byPattern.has(pattern);
  }

  of(pattern: string): readonly RegisteredHandler[] {
    return this.byPattern.get(pattern) ?? [];
  }

  patterns(): string[] {
    return [...this.byPattern.keys()];
  }
}
