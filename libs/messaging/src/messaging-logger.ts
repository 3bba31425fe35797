/** What messaging needs of a logger; pino has it. Fields never hold payloads, keys or subjects. */
export interface MessagingLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const silentLogger: MessagingLogger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What of an error may be logged: its name and code. Its message may quote a value, so it stays out. */
export function errorFields(error: unknown): { error: string; code?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = (error as { code?: unknown }).code ?? (error as { driverError?: { code?: unknown } }).driverError?.code;
  return { error: error.name, ...(typeof code === 'string' ? { code } : {}) };
}
