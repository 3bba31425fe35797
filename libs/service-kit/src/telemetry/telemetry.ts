import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { IORedisInstrumentation } from '@opentelemetry/instrumentation-ioredis';
import { PgInstrumentation } from '@opentelemetry/instrumentation-pg';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { ConsoleSpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace';

/** Where spans go. */
export type TraceDestination = 'off' | 'console' | 'otlp';

/**
 * Starts tracing for the whole process and returns how to stop it. Spans of our own carry ids and codes only; statement
 * texts are recorded without their parameters. With 'off' the OpenTelemetry API stays a no-op and costs nothing.
 */
export function startTelemetry(destination: TraceDestination, serviceName: string): { stop(): Promise<void> } {
  if (destination === 'off') return { stop: () => Promise.resolve() };
  const sdk = new NodeSDK({
    serviceName,
    ...(destination === 'console'
      ? { spanProcessors: [new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })] }
      : { traceExporter: new OTLPTraceExporter() }),
    instrumentations: [
      new PgInstrumentation({ requireParentSpan: true }),
      new IORedisInstrumentation({ requireParentSpan: true }),
    ],
  });
  sdk.start();
  return { stop: () => sdk.shutdown() };
}
