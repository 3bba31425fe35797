import { context, SpanKind, SpanStatusCode, trace, type Link, type Span } from '@opentelemetry/api';
import type { EventContext } from '../event-context.js';
import { contextOf, spanContextOf } from '../trace-context.js';
import { planRuns, type Run } from './call-plan.js';
import type { HandlerRegistry } from './handler-registry.js';
import type { ReadableIncoming } from './incoming-event.js';

const tracer = trace.getTracer('@wardstream/messaging');
const mostLinks = 64;

/**
 * Calls the handlers of `incoming` in log order, one after another; every handler of a pattern sees a run before the next
 * run begins. Rejects with the first error as it was thrown.
 */
export async function callHandlers(
  handlers: HandlerRegistry,
  incoming: readonly ReadableIncoming[],
  eventContext: EventContext,
): Promise<void> {
  for (const run of planRuns(incoming)) {
    await inConsumerSpan(run, async () => {
      for (const handler of handlers.of(run.pattern)) {
        if (handler.batch) await handler.call(run.events, eventContext);
        else for (const event of run.events) await handler.call(event, eventContext);
      }
    });
  }
}

/** A run of one event goes on with its publisher's trace; a longer one has a trace of its own, linked to theirs. */
function inConsumerSpan(run: Run, work: () => Promise<void>): Promise<void> {
  const [first] = run.events;
  const parent = contextOf(run.events.length === 1 ? first?.traceparent : undefined);
  const links: Link[] = [];
  if (run.events.length > 1) {
    for (const { traceparent } of run.events) {
      const span = spanContextOf(traceparent);
      if (span !== undefined && links.length < mostLinks) links.push({ context: span });
    }
  }
  const attributes = {
    'messaging.system': 'wardstream',
    'messaging.operation.type': 'process',
    'messaging.destination.name': run.pattern,
    'messaging.batch.message_count': run.events.length,
  };
  const span = tracer.startSpan(`process ${run.pattern}`, { kind: SpanKind.CONSUMER, attributes, links }, parent);
  return context.with(trace.setSpan(parent, span), () => endWith(span, work));
}

async function endWith(span: Span, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'unknown' });
    throw error;
  } finally {
    span.end();
  }
}
