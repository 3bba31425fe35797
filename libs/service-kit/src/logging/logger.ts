import type { LoggerService } from '@nestjs/common';
import { monotonicMs } from '@wardstream/kernel';
import { type DestinationStream, pino, stdTimeFunctions, type Logger, type LoggerOptions } from 'pino';
import { lineKey, RepeatedLines } from './repeated-lines.js';

export type { Logger } from 'pino';

/** Injection token of the service's logger. */
export const LOGGER = Symbol('LOGGER');

const WARN = 40;
/** So much is kept of what cannot be written now, in characters; what comes then is dropped. */
const MOST_KEPT = 1_048_576;

/**
 * Structured logs on standard output; a warning or an error that says again what was said within half a minute is counted, and
 * the number written (`repeated`) instead. Personal data must not be handed to it at all; as a second fence the usual
 * carriers (bodies, messages, authorization headers) are removed wherever they appear one or two levels deep.
 */
export function createLogger(
  level: string,
  bindings: Record<string, unknown> = {},
  repeats = new RepeatedLines(),
): Logger {
  const carriers = ['authorization', 'cookie', 'body', 'payload', 'raw', 'message.raw', 'patient', 'token', 'secret'];
  const options: LoggerOptions = {
    level,
    base: bindings,
    timestamp: stdTimeFunctions.isoTime,
    redact: { paths: carriers.flatMap((c) => [c, `*.${c}`]), remove: true },
    serializers: { err: describeError },
    hooks: { logMethod: oncePerPause(repeats) },
  };
  return pino(options, logDestination(process.stdout.fd));
}

/** A log that cannot be written, on a full disk or to a reader who is gone, stops nothing. */
export function logDestination(fd: number): DestinationStream {
  const destination = pino.destination({ fd, sync: true, maxLength: MOST_KEPT });
  destination.on('error', () => undefined);
  return destination;
}

function oncePerPause(repeats: RepeatedLines): NonNullable<LoggerOptions['hooks']>['logMethod'] {
  return function (this: Logger, args, write, level) {
    if (level < WARN) return write.apply(this, args);
    const [of, text]: unknown[] = typeof args[0] === 'string' ? [{}, ...args] : args;
    const key = lineKey(level, { ...this.bindings(), ...(of as object) }, text);
    if (key === undefined) return write.apply(this, args);
    const line = repeats.said(key, monotonicMs());
    if (line.write) return write.apply(this, args);
    if (!line.firstHeld) return;
    const told = (): void => {
      const repeated = repeats.takeHeld(key, monotonicMs());
      const { err: _, ...rest } = of as Record<string, unknown>;
      if (repeated > 0) write.apply(this, [{ ...rest, repeated }, String(text)]);
    };
    setTimeout(told, line.waitMs).unref();
  };
}

/** Name, message and stack; never the parameters of a statement or the body of a request, which hold personal data. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { name: typeof error };
  const { code, cause } = error as Error & { code?: unknown };
  return {
    name: error.name,
    // PostgreSQL repeats values in `detail`, TypeORM in `parameters`: neither is copied.
    message: error.message.slice(0, 500),
    ...(typeof code === 'string' ? { code } : {}),
    stack: error.stack,
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}

/** Hands Nest's own lines to the service's logger; its start-up chatter only at debug. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}
  log(message: unknown): void {
    this.logger.debug(String(message));
  }
  error(message: unknown, ...rest: unknown[]): void {
    const error = message instanceof Error ? message : rest.find((r) => r instanceof Error);
    this.logger.error(error ? { err: error } : {}, message instanceof Error ? message.message : String(message));
  }
  warn(message: unknown): void {
    this.logger.warn(String(message));
  }
  debug(message: unknown): void {
    this.logger.debug(String(message));
  }
  verbose(message: unknown): void {
    this.logger.trace(String(message));
  }
  fatal(message: unknown): void {
    this.logger.fatal(String(message));
  }
}
